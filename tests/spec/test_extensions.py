"""The ladder of lawful extensions: which rungs count, and when the ladder is in doubt."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
RULE = """
shape = "response"
after = { event = "custody.authorised" }
expect = { event = "custody.ended" }
within = { hours = 24 }
"""
RUNGS = """
[[extend]]
event = "custody.extended"
where = "authority == 'superintendent'"
limit = { hours = 36 }
reckoned_from = "trigger"
[[extend]]
event = "custody.extended"
where = "authority == 'court'"
limit = { by = "until_at" }
[[extend]]
event = "custody.extended"
where = "authority == 'court_further'"
limit = { hours = 12 }
"""
LADDER = RULE + RUNGS
C = "2026-03-01 10:00 | custody.authorised\n"
S = "2026-03-02 09:00 | custody.extended | authority=superintendent\n"


def ladder(name: str, lines: str, expected_due: str, because: str, **scene: object) -> None:
    """Never released: the limit as extended has passed."""
    table.add(LADDER, name, C + lines, f"E1 missed not_answered | due {expected_due}", because, **scene)


def doubt(name: str, lines: str, expected_due: str, because: str, **scene: object) -> None:
    """Never released, and the limit may have been extended further."""
    table.add(LADDER, name, C + lines, f"E1 cannot_tell extension_uncertain | due {expected_due}", because, **scene)


# Rungs that count
ladder("no rung", "", "2026-03-02 10:00", "24 hours.")
ladder("the first rung", S, "2026-03-02 22:00", "36 hours from the trigger.")
ladder("at the very limit", "2026-03-02 10:00 | custody.extended | authority=superintendent", "2026-03-02 22:00", "hi <= due counts.")
ladder(
    "a second too late", "2026-03-02 10:00:01 | custody.extended | authority=superintendent", "2026-03-02 10:00", "The clock had run out."
)
COURT = '2026-03-02 21:00 | custody.extended | authority=court until_at="2026-03-04 08:00"\n'
ladder("the second rung", S + COURT, "2026-03-04 08:00", "The court's own time, read from the extension.")
ladder(
    "the second rung without the first",
    '2026-03-02 09:30 | custody.extended | authority=court until_at="2026-03-04 08:00"',
    "2026-03-02 10:00",
    "A rung that does not count ends the ladder, and no event of the first may count.",
)
ladder("before the trigger", "2026-03-01 09:00 | custody.extended | authority=superintendent", "2026-03-02 10:00", "Not after it.")
TWICE = RULE + '[[extend]]\nevent = "custody.extended"\nlimit = { hours = 24 }\n'
table.add(
    TWICE,
    "one rung, two extensions",
    C + "2026-03-01 12:00 | custody.extended\n2026-03-01 15:00 | custody.extended",
    "E1 missed not_answered | due 2026-03-02 12:00",
    "The first by (hi, position).",
)

# Rungs in doubt
doubt("a rung without its rank", "2026-03-02 09:00 | custody.extended", "2026-03-02 10:00", "It may be the superintendent's.")
doubt("a rung without its rank, at the limit", "2026-03-02 10:00 | custody.extended", "2026-03-02 10:00", "lo <= due_hi.")
ladder("a rung without its rank, a second too late", "2026-03-02 10:00:01 | custody.extended", "2026-03-02 10:00", "lo > due_hi.")
doubt("a rung without its rank, at the start", "2026-03-01 10:00 | custody.extended", "2026-03-02 10:00", "Possibly after counts the same.")
ladder("a rung without its rank, before the start", "2026-03-01 09:59:59 | custody.extended", "2026-03-02 10:00", "Not possibly after.")
doubt("an undated rung", "? | custody.extended | authority=superintendent", "2026-03-02 10:00", "It may lie in the 24 hours.")
doubt("a rung by date", "2026-03-02 | custody.extended | authority=superintendent", "2026-03-02 10:00", "Its lo is before the limit.")
ladder(
    "a rung by a later date", "2026-03-03 | custody.extended | authority=superintendent", "2026-03-02 10:00", "Its lo is past the limit."
)
doubt(
    "the second rung in doubt", S + "2026-03-02 21:00 | custody.extended", "2026-03-02 22:00", "36 hours stand; more may have been given."
)
doubt(
    "a rung that cannot be reckoned",
    S + "2026-03-02 21:00 | custody.extended | authority=court",
    "2026-03-02 22:00",
    "It counts, and until when is not there.",
)
doubt(
    "a rung that cannot be reckoned, and one after it",
    S + "2026-03-02 21:00 | custody.extended | authority=court\n2026-03-02 21:30 | custody.extended | authority=court_further",
    "2026-03-03 09:30",
    "Passed over; the third rung gives twelve hours from itself; the doubt stays.",
)
ladder(
    "a rung that counts, another of it in doubt",
    S + "2026-03-02 08:00 | custody.extended | authority=superintendent\n? | custody.extended | authority=superintendent",
    "2026-03-02 22:00",
    "A rung that counts is not in doubt.",
)
table.add(
    LADDER,
    "a rung between the limits of a day",
    "2026-03-01 | custody.authorised\n2026-03-02 12:00 | custody.extended | authority=superintendent",
    "E1 cannot_tell extension_uncertain | due 2026-03-02",
    "Past due_lo, not past due_hi.",
)
table.add(
    LADDER,
    "a rung at the later limit of a day",
    "2026-03-01 | custody.authorised\n2026-03-02 23:59:59 | custody.extended | authority=superintendent",
    "E1 cannot_tell extension_uncertain | due 2026-03-02",
    "lo <= due_hi.",
)

# Where the doubt stands among the other answers
U = C + "2026-03-02 09:00 | custody.extended\n"
DUE = "due 2026-03-02 10:00"
DOUBT = f"E1 cannot_tell extension_uncertain | {DUE}"


def stands(name: str, rule: str, lines: str, expected: str, because: str, **scene: object) -> None:
    table.add(rule, name, U + lines, expected, because, **scene)


stands("answered in time", LADDER, "2026-03-02 10:00 | custody.ended", f"E1 met answered | {DUE} | by E3", "In time without it.")
stands("answered late", LADDER, "2026-03-02 10:00:01 | custody.ended", DOUBT, "In time if it was extended.")
stands("not yet due", LADDER, "", f"E1 pending not_yet_due | {DUE}", "8 comes before 12.", as_of="2026-03-02 10:00")
stands("just past", LADDER, "", DOUBT, "Past, unless it was extended.", as_of="2026-03-02 10:00:01")
stands("perhaps answered", LADDER, "? | custody.ended", f"E1 cannot_tell answer_uncertain | {DUE}", "9 comes before 12.")
stands("not complete", LADDER, "", DOUBT, "12 comes before 13.", not_complete=("custody.ended",))
EXCUSE = LADDER.replace("[[extend]]", 'unless = { event = "decision.recorded" }\n[[extend]]', 1)
stands("excused", EXCUSE, "2026-03-02 08:00 | decision.recorded", f"E1 excused excused | {DUE} | by E3", "7 comes before 12.")
stands("perhaps excused", EXCUSE, "? | decision.recorded", f"E1 cannot_tell excuse_uncertain | {DUE}", "10 comes before 12.")
table.add(
    LADDER,
    "between the limits of a day",
    "2026-03-01 | custody.authorised\n2026-03-02 09:00 | custody.extended",
    "E1 cannot_tell precision | due 2026-03-02",
    "11 comes before 12.",
    as_of="2026-03-02 23:59:59",
)
stands(
    "without regard to early",
    LADDER.replace("[[extend]]", "early = { days = 2 }\n[[extend]]", 1),
    "",
    DOUBT,
    "A rung lies after the trigger.",
)
table.add(
    LADDER.replace("[[extend]]", "early = { days = 2 }\n[[extend]]", 1),
    "before the trigger, though early",
    C + "2026-03-01 09:00 | custody.extended",
    f"E1 missed not_answered | {DUE}",
    "An extension before the trigger is none, however early the answer may be.",
)


@table.over_engines()
def test_extensions(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
