"""Recurrence: anchors, steps, reopened states, ends, doubt and clock changes."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
REVIEWS = """
shape = "recurrence"
after = { event = "pp.taken" }
until = { event = "pp.ended" }
expect = { event = "pp.reviewed", where = "still_necessary" }
every = { hours = 6 }
"""
BEGIN = "pp.taken"
R = "pp.reviewed | still_necessary=yes"
E = "pp.ended"


def lines(*pairs: tuple[str, str]) -> str:
    return "\n".join(f"{when if len(when) != 5 else '2026-03-02 ' + when} | {what}" for when, what in pairs)


def add(name: str, chronology: str, expected: str, because: str, **scene: object) -> None:
    table.add(REVIEWS, name, chronology, expected, because, **scene)


def due(clock: str) -> str:
    return f"due 2026-03-02 {clock}"


add(
    "on time throughout",
    lines(("00:00", BEGIN), ("06:00", R), ("11:00", R), ("16:59", E)),
    f"E1 met answered | {due('06:00')} | by E2\nE2 met answered | {due('12:00')} | by E3",
    "The last anchor's state ended before it was due: no finding.",
)
add("ended at the limit", lines(("00:00", BEGIN), ("06:00", E)), "", "e.hi <= due_lo.")
add(
    "ended a second over",
    lines(("00:00", BEGIN), ("2026-03-02 06:00:01", E)),
    f"E1 missed not_answered | {due('06:00')}",
    "Due before it ended.",
)
add(
    "a second late",
    lines(("00:00", BEGIN), ("2026-03-02 06:00:01", R), ("08:00", E)),
    f"E1 late answered_late | {due('06:00')} | by E2 | late 1",
    "Then the clock runs from the late review, and the state ends.",
)
add(
    "open, as of the limit",
    lines(("00:00", BEGIN), ("05:00", R)),
    f"E1 met answered | {due('06:00')} | by E2\nE2 pending not_yet_due | {due('11:00')}",
    "The due second is not past.",
    as_of="2026-03-02 11:00",
)
add(
    "open, as of a second later",
    lines(("00:00", BEGIN), ("05:00", R)),
    f"E1 met answered | {due('06:00')} | by E2\nE2 missed not_answered | {due('11:00')}",
    "Past.",
    as_of="2026-03-02 11:00:01",
)
add(
    "opened again while open",
    lines(("00:00", BEGIN), ("03:00", BEGIN), ("06:00", R), ("07:00", E)),
    f"E1 met answered | {due('06:00')} | by E3",
    "The second opening is passed over.",
)
add(
    "reopened",
    lines(("00:00", BEGIN), ("01:00", E), ("10:00", BEGIN), ("17:00", E)),
    f"E3 missed not_answered | {due('16:00')}",
    "A new state with its own anchor.",
)
add("an answer while nothing is open", lines(("00:00", R), ("01:00", E)), "", "No state.")
add(
    "the same second as the opening",
    lines(("00:00", BEGIN), ("00:00", R), ("05:00", E)),
    f"E1 met answered | {due('06:00')} | by E2",
    "By position the review follows the opening.",
)
add(
    "the end at the same second as a late review",
    lines(("00:00", BEGIN), ("07:00", R), ("07:00", E)),
    f"E1 late answered_late | {due('06:00')} | by E2 | late 3600",
    "By position the review comes before the end.",
)
add(
    "another case",
    lines(("00:00", BEGIN), ("05:00", R + " case=CASE-2"), ("07:00", E)),
    f"E1 missed not_answered | {due('06:00')}",
    "A group of its own.",
)

# The night the clocks change
add(
    "clocks forward",
    lines(("2026-03-28 23:00", BEGIN), ("2026-03-29 06:00", R), ("2026-03-29 07:00", E)),
    "E1 met answered | due 2026-03-29 06:00 | by E2",
    "Six real hours from 23:00 end at 06:00 summer time.",
)
add(
    "clocks back",
    lines(("2026-10-24 23:00", BEGIN), ("2026-10-25 05:00", R), ("2026-10-25 06:00", E)),
    "E1 late answered_late | due 2026-10-25 04:00 | by E2 | late 3600",
    "Six real hours from 23:00 end at 04:00 winter time.",
)

# Doubt
add(
    "an undated review",
    lines(("00:00", BEGIN), ("?", R), ("07:00", E)),
    f"E1 cannot_tell answer_uncertain | {due('06:00')}",
    "It may have been in time.",
)
add(
    "a review that may be one",
    lines(("00:00", BEGIN), ("05:00", "pp.reviewed"), ("07:00", E)),
    f"E1 cannot_tell answer_uncertain | {due('06:00')}",
    "Unknown condition.",
)
add(
    "a review that may be one, too late",
    lines(("00:00", BEGIN), ("2026-03-02 06:00:01", "pp.reviewed"), ("07:00", E)),
    f"E1 missed not_answered | {due('06:00')}",
    "lo > due_hi.",
)
add("an undated end", lines(("00:00", BEGIN), ("?", E)), f"E1 cannot_tell end_uncertain | {due('06:00')}", "It may have ended in time.")
add(
    "an undated end, and pending",
    lines(("00:00", BEGIN), ("?", E)),
    f"E1 pending not_yet_due | {due('06:00')}",
    "8 comes before 10.",
    as_of="2026-03-02 06:00",
)
add("an undated opening", lines(("?", BEGIN)), "E1 cannot_tell trigger_time", "It opens nothing.")
add("an opening without a case", lines(("00:00", BEGIN + " | case=")), "E1 cannot_tell link", "It opens nothing.")
add(
    "a review by date only",
    lines(("00:00", BEGIN), ("2026-03-02", R), ("2026-03-03 23:00", E)),
    "E1 cannot_tell precision | due 2026-03-02 06:00\nE2 missed not_answered | due 2026-03-03 05:59:59",
    "In time for some seconds of the day; the next limit runs from both ends of it.",
)
add(
    "an end by date only",
    lines(("2026-03-01 20:00", BEGIN), ("2026-03-02", E)),
    "E1 cannot_tell precision | due 2026-03-02 02:00",
    "In time for some seconds of the day.",
)
add(
    "opening by date only, as of its own day",
    lines(("2026-03-02", BEGIN)),
    "E1 cannot_tell precision | due 2026-03-03 05:59:59",
    "Due from 06:00 on the 2nd to 05:59:59 on the 3rd.",
    as_of="2026-03-02 12:00",
)

# Sources
add(
    "reviews not complete",
    lines(("00:00", BEGIN), ("07:00", E)),
    f"E1 cannot_tell source | {due('06:00')} | missing pp.reviewed",
    "One may be missing.",
    not_complete=("pp.reviewed",),
)
add(
    "ends not complete, and none there",
    lines(("00:00", BEGIN)),
    f"E1 cannot_tell source | {due('06:00')} | missing pp.ended",
    "It may have ended.",
    not_complete=("pp.ended",),
)
add(
    "ends not complete, one there",
    lines(("00:00", BEGIN), ("07:00", E)),
    f"E1 missed not_answered | {due('06:00')}",
    "There is an end, after the limit.",
    not_complete=("pp.ended",),
)
add(
    "neither complete",
    lines(("00:00", BEGIN)),
    f"E1 cannot_tell source | {due('06:00')} | missing pp.reviewed, pp.ended",
    "Both are asked.",
    not_complete=("pp.ended", "pp.reviewed"),
)

# Steps
STEPS = REVIEWS.replace("every = { hours = 6 }", "steps = [{ hours = 6 }, { hours = 9 }]")
table.add(
    STEPS,
    "six, nine, nine",
    lines(("00:00", BEGIN), ("06:00", R), ("15:00", R), ("2026-03-03 00:00", R), ("2026-03-03 01:00", E)),
    f"E1 met answered | {due('06:00')} | by E2\nE2 met answered | {due('15:00')} | by E3\nE3 met answered | due 2026-03-03 00:00 | by E4",
    "The last step repeats.",
)
table.add(
    STEPS,
    "steps begin again when reopened",
    lines(("00:00", BEGIN), ("06:00", R), ("07:00", E), ("10:00", BEGIN), ("17:00", E)),
    f"E1 met answered | {due('06:00')} | by E2\nE4 missed not_answered | {due('16:00')}",
    "The first step of the new state is six hours.",
)

# Both end and answer; both opening and answer
BOTH = REVIEWS.replace('expect = { event = "pp.reviewed", where = "still_necessary" }', 'expect = { event = ["pp.reviewed", "pp.ended"] }')
table.add(
    BOTH,
    "the end is an answer too",
    lines(("00:00", BEGIN), ("07:00", E)),
    f"E1 late answered_late | {due('06:00')} | by E2 | late 3600",
    "An answer, and then the end: nothing is due after it.",
)
GAP = """
shape = "recurrence"
after = { event = ["pp.taken", "pp.reviewed"] }
expect = { event = ["pp.taken", "pp.reviewed"] }
every = { hours = 6 }
"""
table.add(
    GAP,
    "openings that are answers",
    lines(("00:00", BEGIN), ("06:00", "pp.reviewed"), ("13:00", "pp.reviewed")),
    f"E1 met answered | {due('06:00')} | by E2\nE2 late answered_late | {due('12:00')} | by E3 | late 3600\nE3 missed not_answered | {due('19:00')}",
    "Never both at once: an opening when nothing is open, an answer afterwards. It never ends.",
)

TURNS = """
shape = "recurrence"
after = { event = "pp.reviewed", where = "still_necessary" }
until = { event = "pp.reviewed", where = "recorded(rationale)" }
expect = { event = "pp.notified" }
every = { hours = 6 }
"""
TURN = "pp.reviewed | still_necessary=yes rationale=x"
table.add(
    TURNS, "turned once", lines(("00:00", TURN)), f"E1 missed not_answered | {due('06:00')}", "Nothing was open: what opens and ends opens."
)
table.add(TURNS, "turned twice", lines(("00:00", TURN), ("05:00", TURN)), "", "What was open is ended by it.")
table.add(
    TURNS,
    "turned three times",
    lines(("00:00", TURN), ("05:00", TURN), ("07:00", TURN)),
    f"E3 missed not_answered | {due('13:00')}",
    "Opened, ended, opened again.",
)
table.add(
    TURNS,
    "opened, and then turned",
    lines(("00:00", R), ("07:00", TURN), ("08:00", TURN)),
    f"E1 missed not_answered | {due('06:00')}\nE3 missed not_answered | {due('14:00')}",
    "The second ends it, too late; the third opens anew.",
)

# same, excuses and calendar grain
SAME = REVIEWS + 'same = "episode"\n'
table.add(
    SAME,
    "two states in one case",
    lines(
        ("00:00", BEGIN + " | episode=A"),
        ("01:00", BEGIN + " | episode=B"),
        ("06:00", R + " episode=A"),
        ("06:30", E + " | episode=A"),
        ("08:00", E + " | episode=B"),
    ),
    f"E1 met answered | {due('06:00')} | by E3\nE2 missed not_answered | {due('07:00')}",
    "Each episode is read by itself.",
)
table.add(
    SAME,
    "a review without an episode",
    lines(("00:00", BEGIN + " | episode=A"), ("05:00", R), ("07:00", E + " | episode=A")),
    f"E1 cannot_tell answer_uncertain | {due('06:00')}",
    "Its binding is unknown.",
)
table.add(SAME, "an opening without an episode", lines(("00:00", BEGIN)), "E1 cannot_tell link", "3.")
UNLESS = REVIEWS + 'unless = { event = "decision.recorded" }\n'
table.add(
    UNLESS,
    "excused once",
    lines(("00:00", BEGIN), ("05:00", "decision.recorded"), ("07:00", R), ("14:00", E)),
    f"E1 excused excused | {due('06:00')} | by E2\nE3 missed not_answered | {due('13:00')}",
    "The excuse lies in the first window only.",
)
DAYS = REVIEWS.replace("hours = 6", "days = 1")
table.add(
    DAYS,
    "dates only",
    lines(("2026-03-02", BEGIN), ("2026-03-03", R), ("2026-03-05", R), ("2026-03-06", E)),
    "E1 met answered | due 2026-03-03 | by E2\nE2 late answered_late | due 2026-03-04 | by E3 | late 1",
    "Dates are enough for days.",
)

add(
    "opening by date only, answered between",
    lines(("2026-03-02", BEGIN), ("2026-03-02 12:00", R), ("2026-03-02 13:00", E)),
    "E1 cannot_tell precision | due 2026-03-03 05:59:59",
    "After the earlier due moment, before the later.",
)
table.add(
    REVIEWS.replace('"pp.taken" }', '"pp.taken", where = "place_kind == \'hospital\'" }'),
    "an opening that may be none",
    lines(("00:00", BEGIN), ("05:00", R), ("07:00", E)),
    "E1 cannot_tell trigger_condition | missing place_kind",
    "1; it opens nothing.",
)


# An opening by date only: due from 06:00 on 2 March to 05:59:59 on 3 March
D = ("2026-03-02", BEGIN)
BETWEEN = "due 2026-03-03 05:59:59"
add("by date, ended between", lines(D, ("2026-03-02 12:00", E)), f"E1 cannot_tell precision | {BETWEEN}", "e.lo <= due_hi.")
add("by date, ended at the later limit", lines(D, ("2026-03-03 05:59:59", E)), f"E1 cannot_tell precision | {BETWEEN}", "e.lo <= due_hi.")
add("by date, ended after it", lines(D, ("2026-03-03 06:00", E)), f"E1 missed not_answered | {BETWEEN}", "Past for all.")
add(
    "by date, a second late",
    lines(D, ("2026-03-03 06:00", R), ("2026-03-03 07:00", E)),
    f"E1 late answered_late | {BETWEEN} | by E2 | late 1",
    "From due_hi.",
)
add(
    "by date, perhaps a review between",
    lines(D, ("2026-03-02 12:00", "pp.reviewed"), ("2026-03-03 07:00", E)),
    f"E1 cannot_tell answer_uncertain | {BETWEEN}",
    "lo <= due_hi.",
)
LACKS_REVIEWS = f"E1 cannot_tell source | {BETWEEN} | missing pp.reviewed"
add(
    "by date, complete from its last second",
    lines(D, ("2026-03-03 07:00", E)),
    LACKS_REVIEWS,
    "From anchor.lo.",
    complete_from="2026-03-02 23:59:59",
)
add(
    "by date, complete to the earlier limit", lines(D, ("2026-03-03 07:00", E)), LACKS_REVIEWS, "To due_hi.", complete_to="2026-03-02 06:00"
)
table.add(
    UNLESS,
    "by date, excused between",
    lines(D, ("2026-03-03 00:00", "decision.recorded"), ("2026-03-03 07:00", E)),
    f"E1 cannot_tell excuse_uncertain | {BETWEEN}",
    "After due_lo, before due_hi.",
)
add(
    "perhaps a review, at the limit",
    lines(("00:00", BEGIN), ("06:00", "pp.reviewed"), ("07:00", E)),
    f"E1 cannot_tell answer_uncertain | {due('06:00')}",
    "lo <= due_hi.",
)
add(
    "perhaps a review, by date",
    lines(("00:00", BEGIN), ("2026-03-02", "pp.reviewed"), ("07:00", E)),
    f"E1 cannot_tell answer_uncertain | {due('06:00')}",
    "lo <= due_hi, though hi is not.",
)


# An opening that may be meant and is also an answer
OPENS_TOO = """
shape = "recurrence"
after = { event = "pp.taken", where = "place_kind == 'hospital'" }
expect = { event = "pp.taken" }
until = { event = "pp.ended" }
every = { hours = 6 }
"""
SURE = BEGIN + " | place_kind=hospital"
table.add(
    OPENS_TOO,
    "an anchor has one finding",
    lines(("00:00", SURE), ("05:00", BEGIN), ("12:00", E)),
    f"E1 met answered | {due('06:00')} | by E2\nE2 missed not_answered | {due('11:00')}",
    "The second may be an opening and certainly is an answer: it is judged once, as an anchor.",
)
table.add(
    OPENS_TOO,
    "an anchor that was not due has none",
    lines(("00:00", SURE), ("05:00", BEGIN), ("06:00", E)),
    f"E1 met answered | {due('06:00')} | by E2",
    "The state ended before its next was due.",
)
table.add(
    OPENS_TOO,
    "what may open, while nothing is open",
    lines(("00:00", BEGIN), ("05:00", E)),
    "E1 cannot_tell trigger_condition | missing place_kind",
    "Not an anchor: its own doubt is the finding.",
)


@table.over_engines()
def test_recurrence(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
