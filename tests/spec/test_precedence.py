"""Precedence and sequence: before, at and after; look-backs; since; sources from the first event on."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
RULE = """
shape = "precedence"
before = { event = "case.closed" }
expect = { event = "supervision.reviewed", where = "actions_set" }
"""
C = "2026-03-05 12:00 | case.closed\n"
AT = "due 2026-03-05 12:00"
MISSED = f"E1 missed not_answered | {AT}"


def review(when: str, fields: str = "actions_set=yes") -> str:
    return f"{when} | supervision.reviewed | {fields}\n"


def add(name: str, lines: str, expected: str, because: str, *, rule: str = RULE, **scene: object) -> None:
    table.add(rule, name, lines, expected, because, **scene)


add("before", C + review("2026-03-01 09:00"), f"E1 met answered | {AT} | by E2", "Any time before.")
add("at the same second", C + review("2026-03-05 12:00"), f"E1 met answered | {AT} | by E2", "The same second counts as before.")
add(
    "at the same second, where another closing is known only to the day",
    C + review("2026-03-05 12:00") * 5 + "2026-03-09 | case.closed | case=C2\n",
    f"E7 missed not_answered | due 2026-03-09\nE1 met answered | {AT} | by E6",
    "The same second counts as before, whatever else the chronology holds.",
)
add("a second after", C + review("2026-03-05 12:00:01"), f"E1 late answered_late | {AT} | by E2 | late 1", "Certainly after the trigger.")
add("never", C, MISSED, "Complete, and not there.")
add(
    "the last one before",
    C + review("2026-03-04 09:00") + review("2026-03-01 09:00"),
    f"E1 met answered | {AT} | by E2",
    "Evidence has the greatest (lo, position).",
)
add(
    "the first one after",
    C + review("2026-03-08 12:00") + review("2026-03-06 12:00"),
    f"E1 late answered_late | {AT} | by E3 | late 86400",
    "Least.",
)
add("not the kind of review", C + review("2026-03-01 09:00", "actions_set=no"), MISSED, "False.")
add("perhaps", C + review("2026-03-01 09:00", ""), f"E1 cannot_tell answer_uncertain | {AT}", "Unknown.")
add("perhaps, but after", C + review("2026-03-05 12:00:01", ""), MISSED, "Not possibly before; not certain either.")
add("undated", C + review("?"), f"E1 cannot_tell answer_uncertain | {AT}", "Perhaps before.")
add("by date, the same day", C + review("2026-03-05"), f"E1 cannot_tell answer_uncertain | {AT}", "Elapsed grain: perhaps after.")
add("by date, the day before", C + review("2026-03-04"), f"E1 met answered | {AT} | by E2", "Its last second is before.")
add(
    "by date, the day after",
    C + review("2026-03-06"),
    f"E1 late answered_late | {AT} | by E2 | late 43200",
    "At the earliest twelve hours.",
)
D = "2026-03-05 | case.closed\n"
add("both by date, the same day", D + review("2026-03-05"), "E1 cannot_tell answer_uncertain | due 2026-03-05", "Elapsed grain.")
add(
    "both by date, grain day",
    D + review("2026-03-05"),
    "E1 met answered | due 2026-03-05 | by E2",
    "Calendar grain: date <= date.",
    rule=RULE + 'grain = "day"\n',
)
add(
    "a day's closing, a review that day",
    D + review("2026-03-05 09:00"),
    "E1 cannot_tell answer_uncertain | due 2026-03-05",
    "Perhaps after it.",
)
add("undated closing", "? | case.closed\n" + review("2026-03-01 09:00"), "E1 cannot_tell trigger_time", "2.")
add("another case", C + review("2026-03-01 09:00", "actions_set=yes case=CASE-2"), MISSED, "Not bound.")

# Look-back
WEEK = RULE + "within = { days = 7 }\n"
add("first second of the look-back", C + review("2026-02-26 00:00"), f"E1 met answered | {AT} | by E2", "back() by seven days.", rule=WEEK)
add("a second before it", C + review("2026-02-25 23:59:59"), MISSED, "Too long before.", rule=WEEK)
add(
    "by date, calendar grain, the same day", C + review("2026-03-05"), f"E1 met answered | {AT} | by E2", "The limit is in days.", rule=WEEK
)
HOURS = RULE + "within = { hours = 24 }\n"
add("24 hours before", C + review("2026-03-04 12:00"), f"E1 met answered | {AT} | by E2", "The opening counts.", rule=HOURS)
add(
    "by date, across the opening",
    C + review("2026-03-04"),
    f"E1 cannot_tell answer_uncertain | {AT}",
    "hi >= the opening, lo is not.",
    rule=HOURS,
)
add("by date, before the opening", C + review("2026-03-03"), MISSED, "hi < the opening.", rule=HOURS)
MONTH = RULE + "within = { months = 1 }\n"
add(
    "a month before 31 March",
    "2026-03-31 12:00 | case.closed\n" + review("2026-02-28 00:00"),
    "E1 met answered | due 2026-03-31 12:00 | by E2",
    "Clamped to 28 February.",
    rule=MONTH,
)

# Since
SINCE = RULE + 'since = { event = "case.reopened" }\n'
RE = "2026-03-03 10:00 | case.reopened\n"
add("since nothing", C + review("2020-03-01 09:00"), f"E1 met answered | {AT} | by E2", "None found: no bound.", rule=SINCE)
add("before it was reopened", C + RE + review("2026-03-03 09:59:59"), MISSED, "The review is of the earlier life of the case.", rule=SINCE)
add(
    "at the second it was reopened",
    C + RE + review("2026-03-03 10:00"),
    f"E1 met answered | {AT} | by E3",
    "lo >= the opening.",
    rule=SINCE,
)
add(
    "reopened afterwards",
    C + "2026-03-06 10:00 | case.reopened\n" + review("2026-03-01 09:00"),
    f"E1 met answered | {AT} | by E3",
    "Not before the trigger.",
    rule=SINCE,
)
add(
    "the later of two bounds",
    C + "2026-03-01 10:00 | case.reopened\n" + review("2026-03-03 09:00"),
    MISSED,
    "48 hours is later than the reopening: from 3 March 12:00.",
    rule=SINCE + "within = { hours = 48 }\n",
)
add(
    "an undated reopening",
    C + "? | case.reopened\n" + review("2026-03-01 09:00"),
    f"E1 met answered | {AT} | by E3",
    "Only certain events bound.",
    rule=SINCE,
)

# Sources
add(
    "reviews not complete",
    C,
    f"E1 cannot_tell source | {AT} | missing supervision.reviewed",
    "It may be missing.",
    not_complete=("supervision.reviewed",),
)
add(
    "complete from the first event",
    C + "2026-03-01 09:00 | missing.enquiry",
    MISSED,
    "From the first dated event of the case.",
    complete_from="2026-03-01 09:00",
)
add(
    "complete from a second later",
    C + "2026-03-01 09:00 | missing.enquiry",
    f"E1 cannot_tell source | {AT} | missing supervision.reviewed",
    "One second is not covered.",
    complete_from="2026-03-01 09:00:01",
)
add(
    "another case's first event",
    C + "2026-03-01 09:00 | missing.enquiry | case=CASE-2",
    MISSED,
    "Not of this key.",
    complete_from="2026-03-05 12:00",
)
add(
    "complete over the look-back",
    C + "2026-01-01 09:00 | missing.enquiry",
    MISSED,
    "The look-back is bounded.",
    rule=WEEK,
    complete_from="2026-02-26",
)
add("complete to the trigger", C, MISSED, "Both ends.", complete_to="2026-03-05 12:00")
add(
    "complete to a second before",
    C,
    f"E1 cannot_tell source | {AT} | missing supervision.reviewed",
    "One second is not covered.",
    complete_to="2026-03-05 11:59:59",
)

# take = first, and a sequence
FIRST = RULE.replace('"case.closed" }', '"case.closed", take = "first" }')
add("only the first closing", C + "2026-04-01 12:00 | case.closed", MISSED, "take = first.", rule=FIRST)
ORDER = """
shape = "precedence"
order = [{ event = "referral.submitted" }, { event = "referral.triaged" }, { event = "referral.sent" }]
same = "episode"
"""
N, G, S = (f"referral.{word} | episode=R1\n" for word in ("submitted", "triaged", "sent"))
add(
    "in order",
    f"2026-03-01 09:00 | {N}2026-03-01 10:00 | {G}2026-03-01 11:00 | {S}",
    "E2#1 met answered | due 2026-03-01 10:00 | by E1\nE3#2 met answered | due 2026-03-01 11:00 | by E2",
    "Each stage has the one before it.",
    rule=ORDER,
)
add(
    "a stage left out",
    f"2026-03-01 09:00 | {N}2026-03-01 11:00 | {S}",
    "E2#2 missed not_answered | due 2026-03-01 11:00",
    "Sent without triage.",
    rule=ORDER,
)
add(
    "out of order",
    f"2026-03-01 09:00 | {N}2026-03-01 11:00 | {S}2026-03-01 12:00 | {G}",
    "E2#2 late answered_late | due 2026-03-01 11:00 | by E3 | late 3600\nE3#1 met answered | due 2026-03-01 12:00 | by E1",
    "Triaged an hour after it was sent.",
    rule=ORDER,
)

add(
    "by date, its last second the trigger's",
    "2026-03-04 23:59:59 | case.closed\n" + review("2026-03-04"),
    "E1 cannot_tell answer_uncertain | due 2026-03-04",
    "Elapsed grain, not both exact: a.hi < b.lo is asked.",
)
add("perhaps, at the same second", C + review("2026-03-05 12:00", ""), f"E1 cannot_tell answer_uncertain | {AT}", "lo <= b.hi.")
add(
    "the first event by date",
    C + "2026-03-01 | missing.enquiry",
    f"E1 cannot_tell source | {AT} | missing supervision.reviewed",
    "From its first second.",
    complete_from="2026-03-01 00:00:01",
)

add(
    "by date, look-back in hours",
    D + review("2026-03-04 23:59:59"),
    "E1 met answered | due 2026-03-05 | by E2",
    "Within 24 hours of every second of the trigger's day.",
    rule=HOURS,
)
add(
    "by date, look-back in hours, a second earlier",
    D + review("2026-03-04 23:59:58"),
    "E1 cannot_tell answer_uncertain | due 2026-03-05",
    "Too early for the last second of the day.",
    rule=HOURS,
)
add(
    "by date, look-back in hours, its first second",
    D + review("2026-03-04 00:00"),
    "E1 cannot_tell answer_uncertain | due 2026-03-05",
    "In time for the first second of the day alone.",
    rule=HOURS,
)
add(
    "by date, look-back in hours, before it",
    D + review("2026-03-03 23:59:59"),
    "E1 missed not_answered | due 2026-03-05",
    "Too early for all.",
    rule=HOURS,
)

add(
    "perhaps, at the opening",
    C + review("2026-03-04 12:00", ""),
    f"E1 cannot_tell answer_uncertain | {AT}",
    "hi >= the opening.",
    rule=HOURS,
)
add(
    "by date, complete to its first second",
    D,
    "E1 cannot_tell source | due 2026-03-05 | missing supervision.reviewed",
    "To trigger.hi.",
    complete_to="2026-03-05 00:00",
)
add(
    "by date, a review the next day",
    D + review("2026-03-06 00:00"),
    "E1 late answered_late | due 2026-03-05 | by E2 | late 1",
    "From trigger.hi.",
)
add("by date, with a look-back", D, "E1 missed not_answered | due 2026-03-05", "Due at trigger.hi.", rule=WEEK)
add(
    "reopened twice",
    C + "2026-03-01 10:00 | case.reopened\n" + RE + review("2026-03-02 09:00"),
    MISSED,
    "The last reopening bounds.",
    rule=SINCE,
)
add(
    "reopened by date",
    C + "2026-03-03 | case.reopened\n" + review("2026-03-03 09:00"),
    f"E1 met answered | {AT} | by E3",
    "From its lo.",
    rule=SINCE,
)
add(
    "perhaps reopened",
    C + RE + review("2026-03-01 09:00"),
    f"E1 met answered | {AT} | by E3",
    "Only certain events bound.",
    rule=RULE + 'since = { event = "case.reopened", where = "recorded(reason)" }\n',
    not_held=("case.reopened.reason",),
)


@table.over_engines()
def test_precedence(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
