"""Invariants: every pick, what absence means, and quantified relations."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
RULE = """
shape = "invariant"
at = { event = "pp.designated" }
with = { event = "pp.taken" }
check = "designated_officer_ref != other.initiating_officer_ref"
%s
"""
AT = "2026-03-02 12:00 | pp.designated | designated_officer_ref=PS-2\n"


def taken(when: str, officer: str = "initiating_officer_ref=PC-1") -> str:
    return f"{when} | pp.taken | {officer}\n"


SAME_PERSON = "initiating_officer_ref=PS-2"


def add(name: str, lines: str, expected: str, because: str, *, rest: str = "", **scene: object) -> None:
    table.add(RULE % rest, name, lines, expected, because, **scene)


# The last before (the default)
add("two people", AT + taken("2026-03-02 09:00"), "E1 met holds | by E2", "The relation holds.")
add("one person", AT + taken("2026-03-02 09:00", SAME_PERSON), "E1 missed does_not_hold | by E2", "It does not.")
add(
    "the last of two",
    AT + taken("2026-03-02 09:00", SAME_PERSON) + taken("2026-03-02 10:00"),
    "E1 met holds | by E3",
    "Greatest (lo, position) below.",
)
add("the same second", AT + taken("2026-03-02 12:00"), "E1 met holds | by E2", "By position pp.taken comes before.")
add(
    "not there: one field",
    AT + taken("2026-03-02 09:00", ""),
    "E1 cannot_tell field | missing other.initiating_officer_ref",
    "On the other.",
)
add(
    "not there: both fields",
    "2026-03-02 12:00 | pp.designated\n" + taken("2026-03-02 09:00", ""),
    "E1 cannot_tell field | missing designated_officer_ref, other.initiating_officer_ref",
    "In the order in which they were written.",
)
add(
    "another case",
    AT + taken("2026-03-02 09:00", "initiating_officer_ref=PC-1 case=B"),
    "E1 cannot_tell answer_uncertain",
    "No other: cannot tell by default.",
)
add("only afterwards", AT + taken("2026-03-02 12:00:01"), "E1 cannot_tell answer_uncertain", "Not before, nor possibly.")
NONE = 'absent = "no occasion"'
add("afterwards, no occasion", AT + taken("2026-03-02 12:00:01"), "", "Nothing to compare with.", rest=NONE)
add("undated, no occasion", AT + taken("?"), "E1 cannot_tell answer_uncertain", "It may be there.", rest=NONE)
add("by date, the same day", AT + taken("2026-03-02"), "E1 met holds | by E2", "Its first second is below the trigger's.", rest=NONE)
MISSED, MET = 'absent = "missed"', 'absent = "met"'
add("absent is missed", AT, "E1 missed does_not_hold", "As if the check were false.", rest=MISSED)
add("absent is met", AT, "E1 met holds", "As if it were true; no evidence.", rest=MET)
add(
    "absent, not complete", AT, "E1 cannot_tell source | missing pp.taken", "Absence says nothing.", rest=MISSED, not_complete=("pp.taken",)
)
add("absent is met, not complete", AT, "E1 cannot_tell source | missing pp.taken", "Nor here.", rest=MET, not_complete=("pp.taken",))
add(
    "complete from the first event",
    AT + "2026-03-01 09:00 | missing.enquiry",
    "E1 missed does_not_hold",
    "Both ends.",
    rest=MISSED,
    complete_from="2026-03-01 09:00",
)
add(
    "complete from a second later",
    AT + "2026-03-01 09:00 | missing.enquiry",
    "E1 cannot_tell source | missing pp.taken",
    "Not covered.",
    rest=MISSED,
    complete_from="2026-03-01 09:00:01",
)

# The first after
AFTER = 'pick = "first_after"'
add(
    "the first after",
    AT + taken("2026-03-02 13:00") + taken("2026-03-02 14:00", SAME_PERSON),
    "E1 met holds | by E2",
    "Least above.",
    rest=AFTER,
)
add("only before", AT + taken("2026-03-02 11:00"), "E1 cannot_tell answer_uncertain", "None after.", rest=AFTER)
add("after, undated", AT + taken("?"), "E1 cannot_tell answer_uncertain", "Perhaps after.", rest=AFTER + "\n" + NONE)
add("after, no occasion", AT + taken("2026-03-02 11:00"), "", "None after.", rest=AFTER + "\n" + NONE)
add(
    "none after, complete to as of",
    AT,
    "E1 missed does_not_hold",
    "Both ends.",
    rest=AFTER + "\n" + MISSED,
    as_of="2026-03-09",
    complete_to="2026-03-09 00:00",
)
add(
    "none after, complete to a second before as of",
    AT,
    "E1 cannot_tell source | missing pp.taken",
    "It may have come since.",
    rest=AFTER + "\n" + MISSED,
    as_of="2026-03-09",
    complete_to="2026-03-08 23:59:59",
)

BY_DATE = "2026-03-02 | pp.designated | designated_officer_ref=PS-2\n"
SOURCE = "E1 cannot_tell source | missing pp.taken"
add("by date, complete to its first second", BY_DATE, SOURCE, "To trigger.hi.", rest=MISSED, complete_to="2026-03-02 00:00")
add(
    "by date, after, complete from its last second",
    BY_DATE,
    SOURCE,
    "From trigger.lo.",
    rest=AFTER + "\n" + MISSED,
    complete_from="2026-03-02 23:59:59",
)
WHERE = (RULE % "").replace('"pp.taken" }', '"pp.taken", where = "place_kind == \'hospital\'" }')
table.add(
    WHERE,
    "a nearer one that may be meant",
    AT + taken("2026-03-02 09:00", "initiating_officer_ref=PC-1 place_kind=hospital") + taken("2026-03-02 10:00", SAME_PERSON),
    "E1 met holds | by E2",
    "A pick rests on certain events alone.",
)

# previous and next: of the trigger's own kind
RISK = """
shape = "invariant"
at = { event = "missing.assessed" }
with = { event = "missing.assessed" }
pick = "%s"
absent = "no occasion"
check = "risk_level == other.risk_level"
"""
TWO = "2026-03-01 09:00 | missing.assessed | risk_level=high\n2026-03-01 10:00 | missing.assessed | risk_level=low\n"
table.add(
    RISK % "previous", "previous", TWO, "E2 missed does_not_hold | by E1", "The first has none before it; an event is never its own other."
)
table.add(RISK % "next", "next", TWO, "E1 missed does_not_hold | by E2", "The last has none after it.")


# Quantified
def each(pick: str, name: str, lines: str, expected: str, because: str, **scene: object) -> None:
    add(f"{pick}: {name}", lines, expected, because, rest=f'pick = "{pick}"', **scene)


GOOD, BAD, BLANK = taken("2026-03-02 09:00"), taken("2026-03-02 10:00", SAME_PERSON), taken("2026-03-02 11:00", "")
BAD_PERHAPS, GOOD_PERHAPS = taken("?", SAME_PERSON), taken("?")
each("some", "one of two", AT + BAD + GOOD, "E1 met holds | by E3", "Evidence is the first for which it is true.")
each("some", "neither", AT + BAD, "E1 missed does_not_hold", "Or of false.")
each("some", "none there", AT, "E1 missed does_not_hold", "Or of nothing.")
each("some", "unknown", AT + BAD + BLANK, "E1 cannot_tell field", "False or unknown; no field is named.")
each("some", "an uncertain one that would", AT + BAD + GOOD_PERHAPS, "E1 cannot_tell field", "It counts as unknown.")
each("some", "an uncertain one that would not", AT + BAD + BAD_PERHAPS, "E1 missed does_not_hold", "False counts as false.")
each(
    "some", "none there, not complete", AT, "E1 cannot_tell source | missing pp.taken", "Absence says nothing.", not_complete=("pp.taken",)
)
each("some", "one there, not complete", AT + GOOD, "E1 met holds | by E2", "Presence suffices.", not_complete=("pp.taken",))
each("every", "all of two", AT + GOOD + taken("2026-03-02 09:30"), "E1 met holds", "No single event shows it.")
each("every", "one of two", AT + GOOD + BAD, "E1 missed does_not_hold | by E3", "The first for which it is false.")
each("every", "none there", AT, "E1 met holds", "And of nothing.")
each("every", "an uncertain one that would not", AT + GOOD + BAD_PERHAPS, "E1 cannot_tell field", "It counts as unknown.")
each("every", "an uncertain one that would", AT + GOOD + GOOD_PERHAPS, "E1 met holds", "True counts as true.")
each(
    "every",
    "all, not complete",
    AT + GOOD,
    "E1 cannot_tell source | missing pp.taken",
    "Another may be missing.",
    not_complete=("pp.taken",),
)
each("every", "not all, not complete", AT + BAD, "E1 missed does_not_hold | by E2", "One suffices.", not_complete=("pp.taken",))
each("none", "not one", AT + BAD, "E1 met holds", "Not true of any.")
each("none", "one of two", AT + BAD + GOOD, "E1 missed does_not_hold | by E3", "The first for which it is true.")
each("none", "none there", AT, "E1 met holds", "Not of nothing.")
each("none", "unknown", AT + BLANK, "E1 cannot_tell field", "Not unknown is unknown.")
each("none", "an uncertain one that would", AT + GOOD_PERHAPS, "E1 cannot_tell field", "It counts as unknown.")
each("none", "an uncertain one that would not", AT + BAD_PERHAPS, "E1 met holds", "False counts as false.")
each(
    "none",
    "not one, not complete",
    AT + BAD,
    "E1 cannot_tell source | missing pp.taken",
    "Another may be missing.",
    not_complete=("pp.taken",),
)

# Excuses, links, and one event alone
UNLESS = 'unless = { event = "decision.recorded" }'
add(
    "excused",
    AT + BAD + "2026-03-02 12:00 | decision.recorded",
    "E1 excused excused | by E3",
    "Before the trigger, the same second too.",
    rest=UNLESS,
)
add("excused afterwards", AT + BAD + "2026-03-02 12:00:01 | decision.recorded", "E1 missed does_not_hold | by E2", "Too late.", rest=UNLESS)
add("perhaps excused", AT + BAD + "? | decision.recorded", "E1 cannot_tell excuse_uncertain", "9.", rest=UNLESS)
add(
    "unknown, and perhaps excused",
    AT + BLANK + "? | decision.recorded",
    "E1 cannot_tell field | missing other.initiating_officer_ref",
    "8.",
    rest=UNLESS,
)
add("no case", AT.strip() + " case=", "E1 cannot_tell link", "3.")
add("no episode", AT + GOOD, "E1 cannot_tell link", "same = episode, and none.", rest='same = "episode"')
ALONE = """
shape = "invariant"
at = { event = "custody.reviewed" }
check = "reviewer_ref != actor_ref"
"""
V = "2026-03-02 12:00 | custody.reviewed | reviewer_ref=PI-3"
table.add(ALONE, "alone, holds", V + " actor=PC-1", "E1 met holds | by E1", "Evidence is the event itself.")
table.add(ALONE, "alone, does not hold", V + " actor=PI-3", "E1 missed does_not_hold", "As content.")
table.add(ALONE, "alone, not there", V, "E1 cannot_tell field | missing actor_ref", "As content.")


@table.over_engines()
def test_invariant(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
