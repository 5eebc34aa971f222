"""Random standards on random chronologies: every evaluator finds the same, to the byte.

`make test` runs a short form. `CANDOUR_GENERATIVE_EXAMPLES=10000` runs that many chronologies (each with a dozen rules), prints which constructs were met,
and fails when one never was.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from candour.evaluation.reference import evaluate
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.records.calendars import load_calendar
from candour.records.scene import Scene
from candour.standards.model import SCOPES, Held, Standard
from tests.support.agreement import Setting, differing, reduced, told
from tests.support.engines import ENGINES
from tests.support.made_rules import RuleMaker, in_editions
from tests.support.made_scenes import apart, scene
from tests.support.made_vocabulary import MADE

EXAMPLES = int(os.environ.get("CANDOUR_GENERATIVE_EXAMPLES", "0"))
RULES = 12
CALENDAR = load_calendar()
CONSTRUCTS = frozenset(
    f"{word} {thing}"
    for word, things in {
        "shape": ("response", "recurrence", "precedence", "order", "absence", "content", "count", "held", "invariant"),
        "scope": ("case", "child", "episode", "household", "place", "officer"),
        "same": ("episode", "child", "stream", "household"),
        "grain": ("day", "time"),
        "limit": (
            "minutes",
            "hours",
            "days",
            "weeks",
            "months",
            "working_days",
            "by due_on",
            "by due_at",
            "by a field, else",
            "before school",
        ),
        "back": ("minutes", "hours", "days", "weeks", "months"),
        "counting": ("same",),
        "look-up": ("of another event", "else", "unknown"),
        "local": ("limit", "number"),
        "excuse": ("on the trigger", "by an event", "without an end", "looking back", "looking back without an end"),
        "ladder": ("of 1", "of 2"),
        "extension": ("from the trigger",),
        "take": ("first",),
        "after": ("in a count",),
        "in": ("force",),
        "several": ("selectors",),
        "until": ("in a recurrence", "in an absence"),
        "within": ("in a precedence", "in an absence", "in a content"),
        "pick": ("last_before", "first_after", "previous", "next", "some", "every", "none"),
        "absent": ("no occasion", "cannot_tell", "missed", "met"),
        "condition": ("and", "or", "not"),
    }.items()
    for thing in things
) | {"early", "since", "steps", "by", "look-up", "editions of one rule"}

BY_BINDING = frozenset({"Response", "Recurrence", "Precedence", "Sequence", "Absence", "Count", "Invariant"})
"""The shapes in which a record of the case without its key must have decided a finding."""


class Met:
    """What has been met so far: constructs of rules, what was found by each shape, and how often a record without its key mattered."""

    def __init__(self) -> None:
        self.constructs: set[str] = set()
        self.found: Counter[tuple[str, str, str]] = Counter()
        self.keyless: Counter[str] = Counter()

    def lines(self) -> list[str]:
        """What was met, for people."""
        found = [f"{shape}: {outcome} {reason} ({number})" for (shape, outcome, reason), number in sorted(self.found.items())]
        keyless = [f"{shape} ({number})" for shape, number in sorted(self.keyless.items())]
        return [
            f"constructs met: {', '.join(sorted(self.constructs))}",
            *found,
            f"findings decided by a record of the case without its key: {', '.join(keyless)}",
        ]


def decided_by_keyless(made: Scene, standard: Standard, found: Sequence[Finding], at: Setting) -> int:
    """How many findings would be others if the records that lack what binds them lay in cases of their own."""
    column = SCOPES[standard.rule.scope]
    if column == "case_ref" or isinstance(standard.rule, Held):
        return 0
    without = evaluate(apart(made, column), [standard], at.vocabulary, at.calendar, at.as_of, at.known_at)
    outcomes = {one.finding_id: (one.outcome, one.reason) for one in without}
    return sum((one.outcome, one.reason) != outcomes.get(one.finding_id) for one in found if one.standard == standard.id)


def hold(seed: int, met: Met) -> None:
    """A dozen rules made from a seed, held against a chronology made from it, by every engine."""
    random = Random(seed)
    made, as_of, known_at = scene(random)
    maker = RuleMaker(random, met.constructs)
    rules = [maker.standard(number) for number in range(RULES)]
    cutting, days = Random(f"editions {seed}"), sorted({day for row in made.events if isinstance(day := row["occurred_on"], date)})
    standards = [edition for rule in rules for edition in in_editions(rule, cutting, days)]
    if len(standards) > RULES:
        met.constructs.add("editions of one rule")
    at = Setting(MADE, CALENDAR, as_of, known_at)
    shapes = {standard.id: type(standard.rule).__name__ for standard in standards}
    found = evaluate(made, standards, MADE, CALENDAR, as_of, known_at)
    for finding in found:
        met.found[shapes[finding.standard], finding.outcome, finding.reason] += 1
    for standard in rules:
        met.keyless[shapes[standard.id]] += decided_by_keyless(made, standard, found, at)
    for name, engine in ENGINES.items():
        if engine is evaluate:
            continue
        apart = differing(evaluate, engine, made, standards, at)
        if not apart:
            continue
        editions = [one for one in standards if one.id == apart[0]] or standards[:1]
        small = reduced(evaluate, engine, made, editions, at) if differing(evaluate, engine, made, editions, at) else made
        pytest.fail(f"seed {seed}: reference and {name} differ on {', '.join(apart)}\n{told(evaluate, engine, small, editions, at)}")


def test_every_engine_finds_the_same_on_known_seeds() -> None:
    """A fixed run of seeds, so that the common constructs are always tried."""
    met = Met()
    for seed in range(25):
        hold(seed, met)
    assert {outcome for _, outcome, _ in met.found} == set(Outcome)
    assert {shape for shape, _, _ in met.found} >= {
        "Response",
        "Recurrence",
        "Precedence",
        "Absence",
        "Content",
        "Count",
        "Held",
        "Invariant",
    }


@given(st.integers(min_value=1000, max_value=2**40))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    database=None,
)
def test_every_engine_finds_the_same(seed: int) -> None:
    """Other seeds every time; a failure prints its seed and the fewest events that show it."""
    hold(seed, Met())


@pytest.mark.skipif(EXAMPLES == 0, reason="the long form: set CANDOUR_GENERATIVE_EXAMPLES, or run `make generative`")
def test_every_engine_finds_the_same_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    """Many seeds; every construct of the language and every reason must have been met."""
    met = Met()
    first = int(os.environ.get("CANDOUR_GENERATIVE_FROM", "100000"))
    for seed in range(first, first + EXAMPLES):
        hold(seed, met)
    with capsys.disabled():
        print(f"\n{EXAMPLES} chronologies, {EXAMPLES * RULES} rules, {met.found.total()} findings", *met.lines(), sep="\n")
    assert CONSTRUCTS - met.constructs == set()
    assert BY_BINDING - {shape for shape, number in met.keyless.items() if number} == set()
    assert set(Reason) - {reason for _, _, reason in met.found} == set()
