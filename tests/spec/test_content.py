"""Content, and the conditions it is made of: three answers, ages, dates, lists, blanks and what a source does not hold."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
T = "2026-03-01 12:00 | child.contact"
MET = "E1 met holds | by E1"
MISSED = "E1 missed does_not_hold"


def rule(check: str, rest: str = "", where: str = "") -> str:
    of = f', where = "{where}"' if where else ""
    return f'shape = "content"\nof = {{ event = "child.contact"{of} }}\ncheck = "{check}"\n{rest}'


def unsure(*missing: str) -> str:
    return "E1 cannot_tell field" + (f" | missing {', '.join(missing)}" if missing else "")


def check(condition: str, fields: str, expected: str, because: str, **scene: object) -> None:
    table.add(
        rule(condition), f"{condition}: {fields or 'blank'}{' ' + because if scene else ''}", f"{T} | {fields}", expected, because, **scene
    )


# Three answers
check("seen", "seen=yes", MET, "True.")
check("seen", "seen=no", MISSED, "False.")
check("seen", "", unsure("seen"), "Unknown.")
check("not seen", "", unsure("seen"), "Not unknown is unknown.")
check("seen and alone", "alone=no", MISSED, "False and unknown is false.")
check("seen and alone", "alone=yes", unsure("seen"), "True and unknown is unknown.")
check("seen or alone", "alone=yes", MET, "True or unknown is true.")
check("seen or alone", "alone=no", unsure("seen"), "False or unknown is unknown.")
check("seen and alone or spoken", "", unsure("seen", "alone", "spoken"), "In the order in which they were written.")
check("seen == yes", "seen=no", MISSED, "A yes_no compared.")
check("seen != alone", "seen=yes alone=no", MET, "Two fields compared.")
check("seen != alone", "seen=yes", unsure("alone"), "Either side missing is unknown.")

# recorded and blank
check("recorded(views_text)", "views_text='I want to go home'", MET, "There is a value.")
check("recorded(views_text)", "", MISSED, "Blank in a source that holds it: false.")
check("recorded(views_text)", "", unsure("views_text"), "Not held: unknown.", not_held=("child.contact.views_text",))
check("blank(views_text)", "", MET, "The opposite.")
check("blank(views_text)", "", unsure("views_text"), "Not held: unknown.", not_held=("child.contact.views_text",))
check(
    "blank(views_text)", "views_text=hello", MISSED, "There is a value, whatever the source says.", not_held=("child.contact.views_text",)
)
check("recorded(actor_rank)", "", MISSED, "A column of the envelope, which every source could fill.")
check("recorded(case.district)", "", MISSED, "No such case: no value, and false.")
check("recorded(child.born_on)", "", MISSED, "The child, which every source could fill.")
check("seen and recorded(views_text)", "seen=yes", unsure("views_text"), "What is not there.", not_held=("child.contact.views_text",))

# Values
check("children_linked >= 2", "children_linked=2", MET, "At least counts.")
check("children_linked > 2", "children_linked=2", MISSED, "More than does not.")
check("1 <= children_linked < 3", "children_linked=3", MISSED, "A chain is a conjunction.")
check("views_status in ['recorded', 'declined']", "", unsure("views_status"), "No value, no answer.")
check("actor_rank >= 'inspector'", "rank=inspector", MET, "At or above.")
check("actor_rank >= 'inspector'", "rank=sergeant", MISSED, "Below.")
check("actor_rank >= 'inspector'", "", unsure("actor_rank"), "Unknown.")
check("length(views_text) >= 5", "views_text=hello", MET, "Five characters.")
check("length(views_text) >= 6", "views_text=hällo", MISSED, "Five code points.")
check("length(views_text) >= 5", "", unsure("views_text"), "No text.")
check("hours_between(occurred_at, recorded_at) <= 4", "recorded='2026-03-01 16:00:00'", MET, "Four hours count.")
check("hours_between(occurred_at, recorded_at) <= 4", "recorded='2026-03-01 16:00:01'", MISSED, "A second more.")
check(
    "hours_between(occurred_at, recorded_at) <= 2.3",
    "recorded='2026-03-01 14:18:00'",
    MET,
    "2.3 hours are 8,280 seconds exactly, and count.",
)
check("hours_between(occurred_at, recorded_at) <= 2.3", "recorded='2026-03-01 14:18:01'", MISSED, "A second more.")
check("hours_between(occurred_at, recorded_at) < 2.3", "recorded='2026-03-01 14:17:59'", MET, "A second less.")
check("hours_between(occurred_at, recorded_at) < 2.3", "recorded='2026-03-01 14:18:00'", MISSED, "2.3 hours are not less.")
check("hours_between(occurred_at, recorded_at) == 0.07", "recorded='2026-03-01 12:04:12'", MET, "252 seconds.")
check("minutes_between(occurred_at, recorded_at) >= 0.05", "recorded='2026-03-01 12:00:02'", MISSED, "Three seconds are the least.")
check("minutes_between(occurred_at, recorded_at) >= 0.05", "recorded='2026-03-01 12:00:03'", MET, "Three seconds.")
check("minutes_between(recorded_at, occurred_at) >= -0.05", "recorded='2026-03-01 12:00:03'", MET, "Three seconds back.")
check("minutes_between(recorded_at, occurred_at) >= -0.05", "recorded='2026-03-01 12:00:04'", MISSED, "Four seconds back.")
check("minutes_between(recorded_at, occurred_at) < 0", "recorded='2026-03-01 12:00:01'", MET, "Negative when the end is earlier.")
check("days_between(occurred_on, recorded_at) == 1", "recorded='2026-03-02 00:00'", MET, "London dates: the next day.")
check("date_of(recorded_at) == occurred_on", "recorded='2026-03-01 23:59:59'", MET, "The same London day.")
check("weekday(occurred_on) == 7", "", MET, "1 March 2026 is a Sunday.")
check("month(occurred_on) == 3 and year(occurred_on) == 2026", "", MET, "Parts of the date.")
check("occurred_on <= plus_days(date('2026-02-28'), 1)", "", MET, "Moved by a day.")
check("occurred_on > plus_months(date('2026-01-31'), 1)", "", MET, "Clamped to 28 February, before 1 March.")

table.add(
    rule("'neglect' in abuse_kinds").replace("child.contact", "contact.received"),
    "a list that has it",
    "2026-03-01 12:00 | contact.received | abuse_kinds=neglect,physical",
    MET,
    "It holds the entry.",
)
table.add(
    rule("'neglect' in abuse_kinds").replace("child.contact", "contact.received"),
    "no list",
    "2026-03-01 12:00 | contact.received",
    unsure("abuse_kinds"),
    "No list: unknown.",
)

# Ages
check("age < 18", "", MET, "17 on the day before the birthday.", born_on="2008-03-02")
check("age < 18", "", MISSED, "18 on the day itself.", born_on="2008-03-01")
check("age < 18", "", unsure("child.born_on"), "No date of birth.", born_on="")
check("age == 17", "", MISSED, "Born on 29 February: 18 on 1 March.", born_on="2008-02-29")
table.add(
    rule("age == 17"),
    "born on 29 February, on the 28th",
    "2026-02-28 12:00 | child.contact",
    MET,
    "Not 18 before 1 March.",
    born_on="2008-02-29",
)
check("age == -1", "", MET, "Unborn: counted down from -1.", born_on="2026-03-02")
check("years_between(child.born_on, occurred_on) == 18", "", MET, "As an age is.", born_on="2008-03-01")
table.add(
    rule("seen", where="age < 18"),
    "turns 18 at midnight in London",
    "2026-07-01 00:30 | child.contact | seen=yes",
    "",
    "30 June in UTC, but 1 July in London: 18.",
    born_on="2008-07-01",
)
table.add(rule("seen", where="age < 18"), "no date of birth in where", T, "E1 cannot_tell trigger_condition | missing child.born_on", "1.")
check("case.district == 'north'", "", MET, "A field of the case.", cases={"CASE-1": {"district": "north"}})
check("child.in_education", "", unsure("child.in_education"), "No child in the tables.")

# The first questions
table.add(rule("seen"), "undated", "? | child.contact | seen=yes", "E1 cannot_tell trigger_time", "2 comes before 5.")
table.add(rule("seen"), "no case", T + " | seen=yes case=", "E1 cannot_tell link", "3 comes before 5.")

# Excuses
UNLESS = rule(
    "seen", 'unless = [{ where = "child_declined" }, { event = "decision.recorded", where = "decision_kind == \'not_to_see_child\'" }]'
)
table.add(UNLESS, "declined", T + " | child_declined=yes", "E1 excused excused | by E1", "7 comes before 8.")
table.add(UNLESS, "not said whether declined", T + " | seen=no", "E1 cannot_tell excuse_uncertain", "9.")
table.add(UNLESS, "unknown, and perhaps declined", T, "E1 cannot_tell field | missing seen", "8 comes before 9.")
table.add(UNLESS, "seen, and declined", T + " | seen=yes child_declined=yes", MET, "5 comes first.")
DECIDED = " | seen=no child_declined=no\n%s | decision.recorded | decision_kind=not_to_see_child"
table.add(UNLESS, "decided before", T + DECIDED % "2026-02-01 12:00", "E1 excused excused | by E2", "Before the trigger, unbounded.")
table.add(UNLESS, "decided afterwards", T + DECIDED % "2026-03-01 12:00:01", MISSED, "The trigger is the end.")

# With a limit
TIMED = rule("seen", "within = { hours = 24 }\n")
DUE = "due 2026-03-02 12:00"


def timed(name: str, fields: str, expected: str, because: str, when: str = "2026-03-01 12:00", **scene: object) -> None:
    table.add(TIMED, name, f"{when} | child.contact | {fields}", expected, because, **scene)


timed("written at the limit", "seen=yes recorded='2026-03-02 12:00'", f"E1 met holds | {DUE} | by E1", "The due second counts.")
timed("written a second over", "seen=yes recorded='2026-03-02 12:00:01'", f"E1 late answered_late | {DUE} | by E1 | late 1", "One second.")
timed("not said when written", "seen=yes recorded=", f"E1 cannot_tell field | {DUE} | missing recorded_at", "No recorded_at.")
timed("false, as of the limit", "seen=no", f"E1 pending not_yet_due | {DUE}", "It may still be mended.", as_of="2026-03-02 12:00")
timed("false, past", "seen=no", f"E1 missed does_not_hold | {DUE}", "Past.")
timed("unknown, as of before the limit", "", f"E1 cannot_tell field | {DUE} | missing seen", "8 comes before 10.", as_of="2026-03-01 13:00")
timed(
    "by date, written the next noon",
    "seen=yes recorded='2026-03-02 12:00'",
    "E1 cannot_tell precision | due 2026-03-02",
    "Due from 00:00 to 23:59:59 on the 2nd.",
    when="2026-03-01",
)
timed(
    "by date, written that day",
    "seen=yes recorded='2026-03-01 20:00'",
    "E1 met holds | due 2026-03-02 | by E1",
    "<= due_lo.",
    when="2026-03-01",
)
TIMED_UNLESS = TIMED + 'unless = { event = "decision.recorded" }\n'
table.add(
    TIMED_UNLESS,
    "excused in the window",
    T + " | seen=no\n2026-03-02 12:00 | decision.recorded",
    f"E1 excused excused | {DUE} | by E2",
    "With a limit the window runs from the trigger to it.",
)
table.add(
    TIMED_UNLESS, "excused before", T + " | seen=no\n2026-03-01 11:00 | decision.recorded", f"E1 missed does_not_hold | {DUE}", "Not in it."
)

check("days_between(occurred_on, recorded_at) == 1", "recorded=", unsure("recorded_at"), "One day is not there.")
check("hours_between(occurred_at, recorded_at) <= 4", "recorded=", unsure("recorded_at"), "One moment is not there.")
timed(
    "by date, written at the last second",
    "seen=yes recorded='2026-03-02 23:59:59'",
    "E1 cannot_tell precision | due 2026-03-02",
    "<= due_hi.",
    when="2026-03-01",
)
timed(
    "by date, written late",
    "seen=yes recorded='2026-03-03 00:00'",
    "E1 late answered_late | due 2026-03-02 | by E1 | late 1",
    "After due_hi.",
    when="2026-03-01",
)
timed(
    "by date, false, as of due_lo",
    "seen=no",
    "E1 pending not_yet_due | due 2026-03-02",
    "<= due_lo.",
    when="2026-03-01",
    as_of="2026-03-02",
)
timed(
    "by date, false, as of between",
    "seen=no",
    "E1 cannot_tell precision | due 2026-03-02",
    "Past for some.",
    when="2026-03-01",
    as_of="2026-03-02 23:59:59",
)
timed("by date, false, past", "seen=no", "E1 missed does_not_hold | due 2026-03-02", "Past for all.", when="2026-03-01", as_of="2026-03-03")
BY_DATE = "2026-03-01 | child.contact | seen=no\n%s | decision.recorded"
table.add(
    TIMED_UNLESS,
    "by date, excused between",
    BY_DATE % "2026-03-02 12:00",
    "E1 cannot_tell excuse_uncertain | due 2026-03-02",
    "After due_lo, before due_hi.",
)
table.add(
    TIMED_UNLESS, "by date, excused at due_lo", BY_DATE % "2026-03-02 00:00", "E1 excused excused | due 2026-03-02 | by E2", "hi <= due_lo."
)


@table.over_engines()
def test_content(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
