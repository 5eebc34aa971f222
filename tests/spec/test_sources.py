"""Sources: spans of completeness that overlap, touch or leave a gap, several sources of one kind, and fields that one holds and another does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from candour.evaluation.try_examples import Engine
from candour.records.scene import Completeness, SourceTold
from candour.standards.examples import scene_of
from tests.support.engines import ENGINES
from tests.support.tiny import CALENDAR, VOCABULARY, example_of, standard_of, told

SEEN = """
shape = "response"
after = { event = "missing.located" }
expect = { event = ["missing.interviewed", "rhi.done"] }
within = { hours = 24 }
"""
FIELDS = {name: frozenset(kind.fields) for name, kind in VOCABULARY.kinds.items()}
KINDS = ("missing.interviewed", "rhi.done")
DUE = "due 2026-03-02 18:00"
MISSED = f"E1 missed not_answered | {DUE}"
NOT_SEEN = f"E1 cannot_tell source | {DUE} | missing missing.interviewed"


def span(begins: str, ends: str, kinds: tuple[str, ...] = KINDS) -> Completeness:
    return Completeness(kinds, datetime.fromisoformat(begins), datetime.fromisoformat(ends))


START, END, NOON = "2026-03-01 18:00", "2026-03-02 18:00", "2026-03-02 12:00"
RHI = span(START, END, ("rhi.done",))
INTERVIEWED = ("missing.interviewed",)


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize(
    ("spans", "expected", "because"),
    [
        ([[span(START, END)]], MISSED, "One span holds the window."),
        ([[span(START, NOON), span("2026-03-02 12:00:01", END)]], MISSED, "They touch at the next second."),
        ([[span("2026-03-02 12:00:01", END), span(START, NOON)]], MISSED, "In whatever order they are given."),
        ([[RHI, span(START, NOON, INTERVIEWED), span("2026-03-02 12:00:02", END, INTERVIEWED)]], NOT_SEEN, "A gap of one second."),
        ([[span(START, NOON)], [span("2026-03-02 06:00", END)]], MISSED, "Spans of two sources are joined."),
        ([[span(START, END)], [span("2026-03-02 06:00", "2026-03-02 07:00")]], MISSED, "A short span inside a long one changes nothing."),
        ([[span(START, END, ("rhi.done",))], [span("2026-03-01 18:00:01", END, INTERVIEWED)]], NOT_SEEN, "One kind lacks a second."),
        ([[span(START, END, ("rhi.done",))]], NOT_SEEN, "One kind is not declared at all."),
        ([], f"E1 cannot_tell source | {DUE} | missing missing.interviewed, rhi.done", "No source at all: in the order of the rule."),
    ],
)
def test_completeness(engine: Engine, spans: list[list[Completeness]], expected: str, because: str) -> None:
    standard = standard_of(SEEN)
    scene, as_of, known_at = scene_of(example_of("2026-03-01 18:00 | missing.located", {}), standard, VOCABULARY)
    sources = tuple(SourceTold(f"S{number}", tuple(given), FIELDS) for number, given in enumerate(spans))
    findings = engine(replace(scene, sources=sources), (standard,), VOCABULARY, CALENDAR, as_of, known_at)
    assert [told(one) for one in findings] == [expected], because


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize(
    ("source", "expected", "because"),
    [
        ("A", "E1 missed does_not_hold", "A holds the field, and it is blank."),
        ("B", "E1 cannot_tell field | missing views_text", "B does not hold it for this kind."),
        ("C", "E1 cannot_tell field | missing views_text", "C has not said what it holds."),
    ],
)
def test_what_a_source_holds(engine: Engine, source: str, expected: str, because: str) -> None:
    standard = standard_of('shape = "content"\nof = { event = "child.contact" }\ncheck = "recorded(views_text)"\n')
    scene, as_of, known_at = scene_of(example_of(f"2026-03-01 18:00 | child.contact | source={source}", {}), standard, VOCABULARY)
    sources = (
        SourceTold("A", (), {"child.contact": frozenset({"views_text"})}),
        SourceTold("B", (), {"child.contact": frozenset({"seen"}), "missing.interviewed": frozenset({"views_text"})}),
    )
    findings = engine(replace(scene, sources=sources), (standard,), VOCABULARY, CALENDAR, as_of, known_at)
    assert [told(one) for one in findings] == [expected], because


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("2026-03-01 10:00", "2026-03-02 18:00", "E1 missed not_answered | due 2026-03-01 12:00"),
        ("2026-03-01 17:00", "2026-03-01 13:00", "E1 cannot_tell source | due 2026-03-01 12:00 | missing custody.ended"),
    ],
)
def test_a_span_that_ends_before_it_begins_covers_nothing(engine: Engine, begins: str, ends: str, expected: str) -> None:
    """Not even a window that does so too: a limit in the record that had passed when the clock started."""
    rule = 'shape = "response"\nafter = { event = "custody.authorised" }\nexpect = { event = "custody.ended" }\nwithin = { by = "detention_limit_at" }\n'
    standard = standard_of(rule)
    line = '2026-03-01 18:00 | custody.authorised | detention_limit_at="2026-03-01 12:00"'
    scene, as_of, known_at = scene_of(example_of(line, {}), standard, VOCABULARY)
    sources = (SourceTold("S", (span(begins, ends, ("custody.ended",)),), FIELDS),)
    findings = engine(replace(scene, sources=sources), (standard,), VOCABULARY, CALENDAR, as_of, known_at)
    assert [told(one) for one in findings] == [expected]
