"""Absence: what should not happen, until when, and what stays uncertain."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
RULE = """
shape = "absence"
after = { event = "bail.set" }
never = { event = "custody.arrived", where = "treated_as_child" }
"""
UNTIL = RULE + 'until = { event = "case.closed" }\n'
WITHIN = RULE + "within = { hours = 24 }\n"
BOTH = UNTIL + "within = { hours = 24 }\n"
T = "2026-03-01 12:00 | bail.set\n"
DUE = "due 2026-03-02 12:00"


def arrived(when: str, fields: str = "treated_as_child=yes") -> str:
    return f"{when} | custody.arrived | {fields}\n"


def closed(when: str) -> str:
    return f"{when} | case.closed\n"


def add(rule: str, name: str, lines: str, expected: str, because: str, **scene: object) -> None:
    table.add(rule, name, lines, expected, because, **scene)


# A limit
add(WITHIN, "did not happen", T, f"E1 met did_not_happen | {DUE}", "Complete, and not there.")
add(WITHIN, "as of the end", T, f"E1 pending not_yet_due | {DUE}", "The end second counts.", as_of="2026-03-02 12:00")
add(WITHIN, "as of a second later", T, f"E1 met did_not_happen | {DUE}", "Past.", as_of="2026-03-02 12:00:01")
add(WITHIN, "happened at the end", T + arrived("2026-03-02 12:00"), f"E1 missed happened | {DUE} | by E2", "hi <= end.")
add(WITHIN, "happened a second later", T + arrived("2026-03-02 12:00:01"), f"E1 met did_not_happen | {DUE}", "Outside.")
add(
    WITHIN,
    "happened at the trigger",
    T + arrived("2026-03-01 12:00"),
    f"E1 missed happened | {DUE} | by E2",
    "The same second counts as after.",
)
add(WITHIN, "happened before", T + arrived("2026-03-01 11:59:59"), f"E1 met did_not_happen | {DUE}", "Not after.")
add(
    WITHIN,
    "happened, not yet past",
    T + arrived("2026-03-01 13:00"),
    f"E1 missed happened | {DUE} | by E2",
    "5 first.",
    as_of="2026-03-01 14:00",
)
add(
    WITHIN,
    "the first of two",
    T + arrived("2026-03-01 15:00") + arrived("2026-03-01 14:00"),
    f"E1 missed happened | {DUE} | by E3",
    "Least (hi, position).",
)
add(WITHIN, "may have happened", T + arrived("2026-03-01 13:00", ""), f"E1 cannot_tell answer_uncertain | {DUE}", "Unknown.")
add(WITHIN, "undated", T + arrived("?"), f"E1 cannot_tell answer_uncertain | {DUE}", "Perhaps in the window.")
add(WITHIN, "by date on the last day", T + arrived("2026-03-02"), f"E1 cannot_tell answer_uncertain | {DUE}", "Perhaps after noon.")
add(WITHIN, "by date on the first day", T + arrived("2026-03-01"), f"E1 cannot_tell answer_uncertain | {DUE}", "Perhaps before noon.")
add(
    WITHIN,
    "not complete",
    T,
    f"E1 cannot_tell source | {DUE} | missing custody.arrived",
    "Absence says nothing.",
    not_complete=("custody.arrived",),
)
add(
    WITHIN,
    "happened, not complete",
    T + arrived("2026-03-01 13:00"),
    f"E1 missed happened | {DUE} | by E2",
    "Presence says it.",
    not_complete=("custody.arrived",),
)
add(
    WITHIN,
    "day trigger, as of between",
    "2026-03-01 | bail.set",
    "E1 cannot_tell precision | due 2026-03-02",
    "Past for some.",
    as_of="2026-03-02 09:00",
)
add(WITHIN, "undated trigger", "? | bail.set", "E1 cannot_tell trigger_time", "2.")

# Until
add(UNTIL, "no end yet", T, "E1 pending not_yet_due", "The window has no end: no due moment.")
add(UNTIL, "ended", T + closed("2026-03-04 09:00"), "E1 met did_not_happen | due 2026-03-04 09:00", "The window ends with the case.")
add(UNTIL, "happened, no end", T + arrived("2026-03-09 09:00"), "E1 missed happened | by E2", "No end: always in the window.")
add(UNTIL, "undated, no end", T + arrived("?"), "E1 cannot_tell answer_uncertain", "Perhaps after.")
add(
    UNTIL,
    "happened at the end of it",
    T + closed("2026-03-04 09:00") + arrived("2026-03-04 09:00"),
    "E1 missed happened | due 2026-03-04 09:00 | by E3",
    "hi <= end.",
)
add(
    UNTIL,
    "happened after the end",
    T + closed("2026-03-04 09:00") + arrived("2026-03-04 09:00:01"),
    "E1 met did_not_happen | due 2026-03-04 09:00",
    "Outside.",
)
add(UNTIL, "an end before the trigger", T + closed("2026-02-01 09:00"), "E1 pending not_yet_due", "Not after the trigger.")
add(
    UNTIL,
    "happened, after what may be the end",
    T + closed("?") + arrived("2026-03-04 09:00"),
    "E1 cannot_tell end_uncertain",
    "An undated closing may lie before it.",
)
add(
    UNTIL,
    "happened on the day of a closing by date",
    T + closed("2026-03-04") + arrived("2026-03-04 09:00"),
    "E1 cannot_tell answer_uncertain | due 2026-03-04",
    "Not by the earliest end, yet by the latest.",
)
add(
    UNTIL,
    "a closing by date with an exact one later that day",
    T + closed("2026-03-04") + closed("2026-03-04 18:00") + arrived("2026-03-04 09:00"),
    "E1 cannot_tell end_uncertain | due 2026-03-04 18:00",
    "The first end by (hi, position) is at 18:00, but the other may have come before 09:00.",
)
add(
    UNTIL,
    "ended by date, as of that day",
    T + closed("2026-03-04"),
    "E1 cannot_tell precision | due 2026-03-04",
    "Past for some.",
    as_of="2026-03-04 12:00",
)

# Both
add(
    BOTH, "ended before the limit", T + closed("2026-03-01 18:00"), "E1 met did_not_happen | due 2026-03-01 18:00", "The end, as hi <= due."
)
add(BOTH, "ended at the limit", T + closed("2026-03-02 12:00"), f"E1 met did_not_happen | {DUE}", "The same moment.")
add(
    BOTH,
    "ended after the limit",
    T + closed("2026-03-05 12:00") + arrived("2026-03-03 12:00"),
    f"E1 met did_not_happen | {DUE}",
    "The limit comes first.",
)
add(
    BOTH,
    "ended by date on the day of the limit",
    T + closed("2026-03-02"),
    f"E1 met did_not_happen | {DUE}",
    "Its hi is past the limit: the limit.",
)

# Excuses
UNLESS = WITHIN + 'unless = { event = "decision.recorded" }\n'
X = arrived("2026-03-01 18:00")
add(
    UNLESS,
    "excused at the same second",
    T + X + "2026-03-01 18:00 | decision.recorded",
    f"E1 excused excused | {DUE} | by E3",
    "At or before it.",
)
add(
    UNLESS,
    "excused afterwards",
    T + X + "2026-03-01 18:00:01 | decision.recorded",
    f"E1 missed happened | {DUE} | by E2",
    "Too late to excuse.",
)
add(
    UNLESS,
    "excused before the trigger",
    T + X + "2026-03-01 11:00 | decision.recorded",
    f"E1 missed happened | {DUE} | by E2",
    "Opens at the trigger.",
)
add(UNLESS, "perhaps excused", T + X + "? | decision.recorded", f"E1 cannot_tell excuse_uncertain | {DUE}", "Perhaps before.")
add(
    UNLESS,
    "excused by date",
    T + X + "2026-03-01 | decision.recorded",
    f"E1 cannot_tell excuse_uncertain | {DUE}",
    "lo <= 18:00, hi is not.",
)
add(
    UNLESS,
    "a decision, and nothing happened",
    T + "2026-03-01 18:00 | decision.recorded",
    f"E1 met did_not_happen | {DUE}",
    "No excuse is needed.",
)
ANY = WITHIN + 'unless = { event = "decision.recorded", before = "any" }\n'
add(
    ANY,
    "excused afterwards, never closing",
    T + X + "2026-03-09 18:00 | decision.recorded",
    f"E1 excused excused | {DUE} | by E3",
    "before = any.",
)

# Dates only, and both ends of what is not exact
add(
    WITHIN, "may have happened at the end", T + arrived("2026-03-02 12:00", ""), f"E1 cannot_tell answer_uncertain | {DUE}", "lo <= end_hi."
)
DAY = "2026-03-01 | bail.set\n"
add(
    WITHIN,
    "day trigger, as of the last second",
    DAY,
    "E1 cannot_tell precision | due 2026-03-02",
    "<= end_hi.",
    as_of="2026-03-02 23:59:59",
)
add(WITHIN, "day trigger, as of after it", DAY, "E1 met did_not_happen | due 2026-03-02", "Past for all.", as_of="2026-03-03")
NOT_SEEN = "E1 cannot_tell source | due 2026-03-02 | missing custody.arrived"
add(WITHIN, "day trigger, complete from its last second", DAY, NOT_SEEN, "From trigger.lo.", complete_from="2026-03-01 23:59:59")
add(WITHIN, "day trigger, complete to the early end", DAY, NOT_SEEN, "To end_hi.", complete_to="2026-03-02 00:00")
add(
    BOTH,
    "day trigger, ended between the two limits",
    DAY + closed("2026-03-02 12:00"),
    "E1 met did_not_happen | due 2026-03-02",
    "Its hi is past due_lo: the limit.",
)
ONE_DAY = UNTIL + "within = { days = 1 }\n"
add(
    ONE_DAY,
    "ended by date on the last day",
    T + closed("2026-03-02") + arrived("2026-03-02 09:00"),
    "E1 cannot_tell answer_uncertain | due 2026-03-02",
    "hi <= due_lo: the end, and it may have come before 09:00.",
)
UNLESS_OPEN = RULE + 'unless = { event = "decision.recorded" }\n'
ON_DATE = arrived("2026-03-03")
add(
    UNLESS_OPEN,
    "happened by date, excused that day",
    T + ON_DATE + "2026-03-03 12:00 | decision.recorded",
    "E1 cannot_tell excuse_uncertain",
    "The decision may have come first.",
)
add(
    UNLESS_OPEN,
    "happened by date, excused by its first second",
    T + ON_DATE + "2026-03-03 00:00 | decision.recorded",
    "E1 excused excused | by E3",
    "hi <= its lo.",
)
add(
    UNLESS_OPEN,
    "happened by date, excused the next day",
    T + ON_DATE + "2026-03-04 00:00 | decision.recorded",
    "E1 missed happened | by E2",
    "After its hi.",
)
PERHAPS_CLOSED = RULE + 'until = { event = "case.closed", where = "child_victim" }\n'
add(
    PERHAPS_CLOSED,
    "happened by date, perhaps ended that day",
    T + ON_DATE + closed("2026-03-03 12:00"),
    "E1 cannot_tell end_uncertain",
    "The closing may be one that counts, and may have come first.",
)
add(
    PERHAPS_CLOSED,
    "happened, perhaps ended at the same second",
    T + arrived("2026-03-03 12:00") + closed("2026-03-03 12:00"),
    "E1 missed happened | by E2",
    "Even then it lies in the window.",
)


@table.over_engines()
def test_absence(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
