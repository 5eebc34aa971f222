"""Excuses of each kind: on the trigger, by an event, in and out of the window, certain and possible."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
BASE = """
shape = "response"
after = { event = "missing.located" }
expect = { event = "missing.interviewed" }
within = { hours = 24 }
unless = %s
"""
T = "2026-03-01 18:00 | missing.located\n"
DUE = "due 2026-03-02 18:00"

ON_TRIGGER = BASE % "{ where = \"found_by == 'police'\" }"


def add(rule: str, name: str, lines: str, expected: str, because: str, **scene: object) -> None:
    table.add(rule, name, lines, expected, because, **scene)


add(ON_TRIGGER, "true of the trigger", T.strip() + " | found_by=police", f"E1 excused excused | {DUE} | by E1", "Evidence is the trigger.")
add(ON_TRIGGER, "false of the trigger", T.strip() + " | found_by=other", f"E1 missed not_answered | {DUE}", "No excuse.")
add(ON_TRIGGER, "unknown of the trigger", T, f"E1 cannot_tell excuse_uncertain | {DUE}", "It may excuse.")
add(ON_TRIGGER, "unknown, still pending", T, f"E1 pending not_yet_due | {DUE}", "8 comes before 10.", as_of="2026-03-02 18:00")
add(
    ON_TRIGGER,
    "answered, and excused",
    T.strip() + " | found_by=police\n2026-03-01 20:00 | missing.interviewed",
    f"E1 met answered | {DUE} | by E2",
    "6 comes before 7.",
)
add(
    ON_TRIGGER,
    "excused before it is due",
    T.strip() + " | found_by=police",
    f"E1 excused excused | {DUE} | by E1",
    "7 comes before 8.",
    as_of="2026-03-01 19:00",
)
add(
    ON_TRIGGER,
    "answered late, and excused",
    T.strip() + " | found_by=police\n2026-03-03 20:00 | missing.interviewed",
    f"E1 excused excused | {DUE} | by E1",
    "7 comes before 13.",
)

BY_EVENT = BASE % '{ event = "decision.recorded", where = "decision_kind == \'not_practicable\'" }'


def decision(when: str, fields: str = "decision_kind=not_practicable") -> str:
    return T + f"{when} | decision.recorded | {fields}\n"


EXCUSED = f"E1 excused excused | {DUE} | by E2"
MISSED = f"E1 missed not_answered | {DUE}"
UNSURE = f"E1 cannot_tell excuse_uncertain | {DUE}"
add(BY_EVENT, "at the trigger", decision("2026-03-01 18:00"), EXCUSED, "The same second counts as after.")
add(BY_EVENT, "a second before the trigger", decision("2026-03-01 17:59:59"), MISSED, "The window opens at the trigger.")
add(BY_EVENT, "at the limit", decision("2026-03-02 18:00"), EXCUSED, "hi <= due counts.")
add(BY_EVENT, "a second after the limit", decision("2026-03-02 18:00:01"), MISSED, "An excuse afterwards is none.")
add(BY_EVENT, "undated", decision("?"), UNSURE, "It may lie in the window.")
add(BY_EVENT, "by date, on the day of the limit", decision("2026-03-02"), UNSURE, "Perhaps after 18:00.")
add(BY_EVENT, "by date, on the day of the trigger", decision("2026-03-01"), UNSURE, "Perhaps before 18:00.")
add(BY_EVENT, "of another kind", decision("2026-03-02 09:00", "decision_kind=waiting"), MISSED, "The condition is false.")
add(BY_EVENT, "kind blank", decision("2026-03-02 09:00", ""), UNSURE, "The condition is unknown.")
add(BY_EVENT, "in another case", decision("2026-03-02 09:00", "decision_kind=not_practicable case=CASE-2"), MISSED, "Not bound.")
add(
    BY_EVENT,
    "an answer that may be, and an excuse that may be",
    decision("?") + "? | missing.interviewed",
    f"E1 cannot_tell answer_uncertain | {DUE}",
    "9 comes before 10.",
)

LOOK_BACK = BASE % '{ event = "decision.recorded", look_back = { days = 2 } }'
add(LOOK_BACK, "first second of the look-back", decision("2026-02-27 00:00", ""), EXCUSED, "back() by two days, in London.")
add(LOOK_BACK, "a second before the look-back", decision("2026-02-26 23:59:59", ""), MISSED, "Outside.")
add(LOOK_BACK, "by date, in the look-back", decision("2026-02-27", ""), EXCUSED, "lo >= the opening.")
HOURS_BACK = BASE % '{ event = "decision.recorded", look_back = { hours = 2 } }'
add(HOURS_BACK, "two hours before", decision("2026-03-01 16:00", ""), EXCUSED, "The opening counts.")
add(HOURS_BACK, "by date, across the opening", decision("2026-03-01", ""), UNSURE, "Perhaps too early.")
DAY = "2026-03-01 | missing.located\n2026-%s | decision.recorded\n"
add(
    HOURS_BACK,
    "two hours before, day trigger",
    DAY % "03-01 21:59:59",
    "E1 excused excused | due 2026-03-02 | by E2",
    "For all of the day.",
)
add(
    HOURS_BACK,
    "a second earlier, day trigger",
    DAY % "03-01 21:59:58",
    "E1 cannot_tell excuse_uncertain | due 2026-03-02",
    "Not for its end.",
)
add(
    HOURS_BACK,
    "two hours before midnight",
    DAY % "02-28 22:00",
    "E1 cannot_tell excuse_uncertain | due 2026-03-02",
    "For its first second alone.",
)
add(HOURS_BACK, "before that, day trigger", DAY % "02-28 21:59:59", "E1 missed not_answered | due 2026-03-02", "Too early for all.")
ANY_BACK = BASE % '{ event = "decision.recorded", look_back = "any" }'
add(ANY_BACK, "years before", decision("2019-01-01 10:00", ""), EXCUSED, "Unbounded.")
add(ANY_BACK, "after the limit", decision("2026-03-02 18:00:01", ""), MISSED, "It still closes at the limit.")
ANY_END = BASE % '{ event = "decision.recorded", before = "any" }'
add(ANY_END, "after the limit, never closing", decision("2026-05-01 10:00", ""), EXCUSED, "before = any: never closes.")
add(ANY_END, "before the trigger, never closing", decision("2026-03-01 17:00", ""), MISSED, "It still opens at the trigger.")

SEVERAL = BASE % '[{ event = "decision.recorded" }, { event = "missing.enquiry" }]'
add(
    SEVERAL,
    "the first entry gives the evidence",
    T + "2026-03-01 19:00 | missing.enquiry\n2026-03-01 20:00 | decision.recorded",
    f"E1 excused excused | {DUE} | by E3",
    "In the order of the list, not of time.",
)
add(
    SEVERAL,
    "within an entry the first in time",
    T + "2026-03-01 20:00 | decision.recorded\n2026-03-01 19:00 | decision.recorded",
    f"E1 excused excused | {DUE} | by E3",
    "Least (hi, position).",
)
OF_ITS_KIND = BASE % '[{ event = "missing.located", look_back = "any" }, { event = "missing.enquiry" }]'
add(
    OF_ITS_KIND,
    "an entry of the trigger's own kind comes first",
    "2026-03-01 10:00 | missing.located\n" + T + "2026-03-01 19:00 | missing.enquiry",
    f"E1 excused excused | due 2026-03-02 10:00 | by E2\nE2 excused excused | {DUE} | by E1",
    "The trigger is no excuse of itself; the other one is, and stands before the enquiry in the list.",
)
add(
    BASE % '[{ event = "missing.located", look_back = "any" }, { where = "found_by == \'police\'" }]',
    "an entry of the trigger's own kind, before a condition on it",
    "2026-03-01 10:00 | missing.located\n" + T.strip() + " | found_by=police",
    f"E1 excused excused | due 2026-03-02 10:00 | by E2\nE2 excused excused | {DUE} | by E1",
    "In the order of the list.",
)
add(
    SEVERAL,
    "one possible, a later one certain",
    T + "? | decision.recorded\n2026-03-01 19:00 | missing.enquiry",
    f"E1 excused excused | {DUE} | by E3",
    "A certain excuse suffices.",
)
SAME = BASE % '{ event = "decision.recorded" }' + 'same = "episode"\n'
add(
    SAME,
    "without the episode",
    "2026-03-01 18:00 | missing.located | episode=M1\n2026-03-01 20:00 | decision.recorded",
    UNSURE,
    "Bound like an answer: the binding is unknown.",
)
DAY = decision("2026-03-02 12:00").replace("2026-03-01 18:00", "2026-03-01")
add(
    BY_EVENT,
    "day trigger, within the day of grace",
    DAY,
    "E1 cannot_tell excuse_uncertain | due 2026-03-02",
    "After due_lo (00:00), before due_hi (23:59:59).",
)

BEFORE = """
shape = "precedence"
before = { event = "case.closed" }
expect = { event = "missing.interviewed" }
unless = %s
"""
P = "2026-03-05 12:00 | case.closed\n"
AT = "due 2026-03-05 12:00"
PLAIN = BEFORE % '{ event = "decision.recorded" }'
add(PLAIN, "precedence, long before", P + "2025-03-05 12:00 | decision.recorded", f"E1 excused excused | {AT} | by E2", "Unbounded back.")
add(PLAIN, "precedence, same second", P + "2026-03-05 12:00 | decision.recorded", f"E1 excused excused | {AT} | by E2", "Counts as before.")
add(
    PLAIN,
    "precedence, a second after",
    P + "2026-03-05 12:00:01 | decision.recorded",
    f"E1 missed not_answered | {AT}",
    "After the trigger.",
)
add(
    PLAIN,
    "precedence, by date the same day",
    P + "2026-03-05 | decision.recorded",
    f"E1 cannot_tell excuse_uncertain | {AT}",
    "Perhaps after.",
)
BACK = BEFORE % '{ event = "decision.recorded", look_back = { hours = 1 } }'
add(BACK, "precedence, at the look-back", P + "2026-03-05 11:00 | decision.recorded", f"E1 excused excused | {AT} | by E2", "Counts.")
add(BACK, "precedence, before the look-back", P + "2026-03-05 10:59:59 | decision.recorded", f"E1 missed not_answered | {AT}", "Outside.")
LATER = BEFORE % '{ event = "decision.recorded", before = "any" }'
add(LATER, "precedence, never closing", P + "2026-04-05 12:00 | decision.recorded", f"E1 excused excused | {AT} | by E2", "before = any.")

add(BY_EVENT, "kind blank, at the limit", decision("2026-03-02 18:00", ""), UNSURE, "lo <= due_hi.")
add(BY_EVENT, "kind blank, a second after the limit", decision("2026-03-02 18:00:01", ""), MISSED, "Not in the window.")
BACK_WHERE = BASE % '{ event = "decision.recorded", where = "decision_kind == \'waiting\'", look_back = { hours = 2 } }'
add(BACK_WHERE, "kind blank, at the opening", decision("2026-03-01 16:00", ""), UNSURE, "hi >= the opening.")
add(BACK_WHERE, "kind blank, before the opening", decision("2026-03-01 15:59:59", ""), MISSED, "Outside.")


@table.over_engines()
def test_excuses(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
