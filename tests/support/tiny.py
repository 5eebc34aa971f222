"""A rule in a few lines held against a chronology in a few lines, and the findings as short lines of text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from candour.evaluation.try_examples import Engine, due_texts
from candour.findings.finding import Finding
from candour.records.calendars import load_calendar
from candour.records.vocabulary import load_vocabulary
from candour.standards.examples import scene_of
from candour.standards.model import Example, InForce, Source, Standard
from candour.standards.reading_rules import RuleReader
from candour.standards.reading_tables import Table
from tests.support.engines import ENGINES

VOCABULARY = load_vocabulary()
CALENDAR = load_calendar()


@dataclass(frozen=True)
class Tiny:
    """One chronology, the findings expected of it as lines of `told`, and why. `scene` is whatever an example may say beside."""

    name: str
    chronology: str
    expected: tuple[str, ...]
    because: str
    rule: str
    scene: Mapping[str, object] = field(default_factory=dict)


class Chronologies:
    """A table of tiny chronologies for one rule, gathered one by one."""

    def __init__(self) -> None:
        self.cases: list[Tiny] = []

    def add(self, rule: str, name: str, chronology: str, expected: str, because: str, **scene: object) -> None:
        """`expected` has one finding a line, in the order of triggers; blank means no finding."""
        lines = tuple(line.strip() for line in expected.strip().splitlines() if line.strip())
        self.cases.append(Tiny(name, chronology, lines, because, rule, scene))

    def over_engines(self) -> pytest.MarkDecorator:
        """Parametrises a test with `engine` and `case`."""
        pairs = [pytest.param(engine, case, id=f"{name}-{case.name}") for name, engine in ENGINES.items() for case in self.cases]
        return pytest.mark.parametrize(("engine", "case"), pairs)


def standard_of(rule: str, *, begins: date | None = None, ends: date | None = None, version: int = 1) -> Standard:
    """A made-up standard with this rule, written as the inside of a `[rule]` table."""
    source = Source("Made up for a test", "", (), False, "from knowledge, unverified", "")
    parsed = RuleReader(VOCABULARY).rule(Table("tiny.toml", "rule", tomllib.loads(rule)))
    return Standard(
        id="tiny", title="Made up", area="test", version=version, statement="Made up", in_force=InForce(begins, ends), status="local default",
        severity="low", duty="police", jurisdiction="England and Wales", themes=(), source=source, reading="Made up", rule=parsed, examples=(),
        file="tiny.toml", fingerprint="",
    )  # fmt: skip


def example_of(chronology: str, scene: Mapping[str, object]) -> Example:
    """An example with this chronology; `born_on` is CHILD-1's; the rest as an Example has it."""
    said = dict(scene)
    children = {"CHILD-1": {"born_on": said.pop("born_on")}} if "born_on" in said else {}
    children.update(said.pop("children", {}))  # type: ignore[call-overload]  # a table of tables, as in a file
    cases: Mapping[str, Mapping[str, object]] = said.pop("cases", {})  # type: ignore[assignment]  # as above
    plain: dict[str, object] = {
        "due": None, "reason": None, "as_of": None, "known_at": None, "not_held": (), "not_complete": (), "complete_from": None, "complete_to": None,
        **said,
    }  # fmt: skip
    return Example(
        name="tiny", chronology=chronology.strip(), finding=(), because="",
        children=tuple((name, tuple(row.items())) for name, row in children.items()),
        cases=tuple((name, tuple(row.items())) for name, row in cases.items()),
        **plain,  # type: ignore[arg-type]  # checked by the reader of examples
    )  # fmt: skip


def findings_of(engine: Engine, standards: Iterable[Standard], chronology: str, scene: Mapping[str, object]) -> list[Finding]:
    """What an engine finds."""
    held = tuple(standards)
    made, as_of, known_at = scene_of(example_of(chronology, scene), held[0], VOCABULARY)
    return engine(made, held, VOCABULARY, CALENDAR, as_of, known_at)


def found(engine: Engine, case: Tiny) -> tuple[str, ...]:
    """What an engine finds in a tiny chronology, as lines."""
    scene = dict(case.scene)
    standard = standard_of(case.rule, begins=scene.pop("begins", None), ends=scene.pop("ends", None))  # type: ignore[arg-type]  # dates
    return tuple(told(one) for one in findings_of(engine, [standard], case.chronology, scene))


def told(finding: Finding) -> str:
    """A finding in a line: `E1 late answered_late | due 2026-03-02 18:00 | by E2 | late 60 | missing x | measured 3`.

    Due in London time as short as it can be written; only what is there is shown; `#1` after the trigger is a stage.
    """
    stage = f"#{finding.stage}" if finding.stage else ""
    parts = [f"{finding.trigger_event}{stage} {finding.outcome} {finding.reason}"]
    if finding.due_at is not None:
        parts.append(f"due {due_texts(finding.due_at)[-1]}")
    for word, value in (
        ("by", finding.evidence_event),
        ("late", finding.late_by),
        ("missing", finding.missing),
        ("measured", finding.measured),
    ):
        if value is not None:
            parts.append(f"{word} {value}")
    return " | ".join(parts)
