"""Response: boundaries, precision, binding, sources and the two clocks, each with its reason."""

from __future__ import annotations

from datetime import date

from candour.evaluation.try_examples import Engine
from tests.support.engines import ENGINES
from tests.support.tiny import Chronologies, Tiny, findings_of, found, standard_of

SEEN = """
shape = "response"
after = { event = "missing.located" }
expect = { event = "missing.interviewed", where = "face_to_face" }
within = { hours = 24 }
"""
EPISODE = SEEN + 'same = "episode"\n'
table = Chronologies()
T = "2026-03-01 18:00 | missing.located\n"
DUE = "due 2026-03-02 18:00"


def seen(name: str, lines: str, expected: str, because: str, **scene: object) -> None:
    table.add(SEEN, name, lines, expected, because, **scene)


def interview(when: str, fields: str = "face_to_face=yes") -> str:
    return f"{when} | missing.interviewed | {fields}\n"


# The boundary, to the second
seen("at the limit", T + interview("2026-03-02 18:00:00"), f"E1 met answered | {DUE} | by E2", "The due second counts.")
seen("a second over", T + interview("2026-03-02 18:00:01"), f"E1 late answered_late | {DUE} | by E2 | late 1", "One second after.")
seen("at the same second", T + interview("2026-03-01 18:00"), f"E1 met answered | {DUE} | by E2", "The same second counts as after.")
seen("a second before", T + interview("2026-03-01 17:59:59"), f"E1 missed not_answered | {DUE}", "Before is not after.")
seen("nothing", T, f"E1 missed not_answered | {DUE}", "Complete, and not there.")
seen("as of the limit", T, f"E1 pending not_yet_due | {DUE}", "The due second itself is not yet past.", as_of="2026-03-02 18:00")
seen("as of a second later", T, f"E1 missed not_answered | {DUE}", "Past.", as_of="2026-03-02 18:00:01")
seen("not yet happened", T + interview("2026-03-02 17:30"), f"E1 pending not_yet_due | {DUE}", "After as of.", as_of="2026-03-02 17:00")
seen("happened as of", T + interview("2026-03-02 17:00"), f"E1 met answered | {DUE} | by E2", "As of counts.", as_of="2026-03-02 17:00")
seen(
    "the first of two",
    T + interview("2026-03-02 12:00") + interview("2026-03-01 20:00"),
    f"E1 met answered | {DUE} | by E3",
    "Evidence is the first by (hi, position).",
)
seen(
    "the first of two late ones",
    T + interview("2026-03-03 12:00") + interview("2026-03-03 06:00"),
    f"E1 late answered_late | {DUE} | by E3 | late 43200",
    "Evidence is the first, twelve hours late.",
)
seen("no trigger", interview("2026-03-02 12:00"), "", "No occasion, no finding.")
seen(
    "two triggers",
    T + "2026-03-05 18:00 | missing.located\n" + interview("2026-03-05 19:00"),
    f"E1 late answered_late | {DUE} | by E3 | late 262800\nE2 met answered | due 2026-03-06 18:00 | by E3",
    "Each occasion has a finding; 73 hours after the first limit.",
)

# Clock changes: 24 real hours
seen("clocks forward", "2026-03-28 18:00 | missing.located", "E1 missed not_answered | due 2026-03-29 19:00", "That night lacks an hour.")
seen("clocks back", "2026-10-24 18:00 | missing.located", "E1 missed not_answered | due 2026-10-25 17:00", "That night has one more.")

# Conditions
seen("not in person", T + interview("2026-03-01 20:00", "face_to_face=no"), f"E1 missed not_answered | {DUE}", "False is ruled out.")
seen(
    "not said whether in person",
    T + interview("2026-03-01 20:00", ""),
    f"E1 cannot_tell answer_uncertain | {DUE}",
    "Unknown may be an answer.",
)
seen(
    "one sure, one unknown",
    T + interview("2026-03-01 20:00", "") + interview("2026-03-01 21:00"),
    f"E1 met answered | {DUE} | by E3",
    "A certain answer suffices.",
)
seen(
    "an unknown one in time, a late sure one",
    T + interview("2026-03-01 20:00", "") + interview("2026-03-03 21:00"),
    f"E1 cannot_tell answer_uncertain | {DUE}",
    "9 comes before 13.",
)
seen(
    "an unknown one too late to matter",
    T + interview("2026-03-02 18:00:01", ""),
    f"E1 missed not_answered | {DUE}",
    "Not before the limit.",
)
seen(
    "pending before uncertain",
    T + interview("2026-03-01 20:00", ""),
    f"E1 pending not_yet_due | {DUE}",
    "8 comes before 9.",
    as_of="2026-03-02 12:00",
)

# Day precision and no date
seen("undated answer", T + interview("?"), f"E1 cannot_tell answer_uncertain | {DUE}", "It may have been in time.")
seen("undated trigger", "? | missing.located", "E1 cannot_tell trigger_time", "Nothing can be reckoned; no due moment.")
seen(
    "answer on the day of the limit",
    T + interview("2026-03-02"),
    f"E1 cannot_tell answer_uncertain | {DUE}",
    "00:00 is in time, 23:59 not.",
)
seen("answer on the trigger's day", T + interview("2026-03-01"), f"E1 cannot_tell answer_uncertain | {DUE}", "Before or after 18:00.")
seen(
    "answer the day after the limit",
    T + interview("2026-03-03"),
    f"E1 late answered_late | {DUE} | by E2 | late 21600",
    "At the earliest 6 hours.",
)
seen("answer the day before the trigger", T + interview("2026-02-28"), f"E1 missed not_answered | {DUE}", "Its last second is before.")
D = "2026-03-01 | missing.located\n"
DUE_DAY = "due 2026-03-02"
seen(
    "day trigger, in time for any second",
    D + interview("2026-03-02 00:00:00"),
    f"E1 met answered | {DUE_DAY} | by E2",
    "Due from 00:00 on.",
)
seen(
    "day trigger, in time for some",
    D + interview("2026-03-02 12:00"),
    f"E1 cannot_tell answer_uncertain | {DUE_DAY}",
    "Due 00:00 to 23:59:59.",
)
seen("day trigger, the same day", D + interview("2026-03-01 20:00"), f"E1 cannot_tell answer_uncertain | {DUE_DAY}", "Perhaps before it.")
seen(
    "day trigger, late for all",
    D + interview("2026-03-03 00:00"),
    f"E1 late answered_late | {DUE_DAY} | by E2 | late 1",
    "One second over the last.",
)
seen("day trigger, as of the early limit", D, f"E1 pending not_yet_due | {DUE_DAY}", "<= due_lo.", as_of="2026-03-02 00:00")
seen("day trigger, as of a second on", D, f"E1 cannot_tell precision | {DUE_DAY}", "Past for some.", as_of="2026-03-02 00:00:01")
seen("day trigger, as of the late limit", D, f"E1 cannot_tell precision | {DUE_DAY}", "<= due_hi.", as_of="2026-03-02 23:59:59")
seen("day trigger, as of after it", D, f"E1 missed not_answered | {DUE_DAY}", "Past for all.", as_of="2026-03-03 00:00")

# Sources
NOT = {"not_complete": ("missing.interviewed",)}
seen("source not complete", T, f"E1 cannot_tell source | {DUE} | missing missing.interviewed", "Absence says nothing.", **NOT)
seen(
    "late in a source not complete",
    T + interview("2026-03-03 18:00"),
    f"E1 cannot_tell source | {DUE} | missing missing.interviewed",
    "An earlier one may be missing.",
    **NOT,
)
seen("met in a source not complete", T + interview("2026-03-02 12:00"), f"E1 met answered | {DUE} | by E2", "Presence suffices.", **NOT)
seen("complete from the trigger", T, f"E1 missed not_answered | {DUE}", "Both ends.", complete_from="2026-03-01 18:00")
seen(
    "complete from a second later",
    T,
    f"E1 cannot_tell source | {DUE} | missing missing.interviewed",
    "One second is not covered.",
    complete_from="2026-03-01 18:00:01",
)
seen("complete to the limit", T, f"E1 missed not_answered | {DUE}", "Both ends.", complete_to="2026-03-02 18:00")
seen(
    "complete to a second before the limit",
    T,
    f"E1 cannot_tell source | {DUE} | missing missing.interviewed",
    "The last second is not covered.",
    complete_to="2026-03-02 17:59:59",
)

# Known at
LATER = 'face_to_face=yes known_from="2026-03-05 09:00"'
seen(
    "not yet known",
    T + interview("2026-03-01 20:00", LATER),
    f"E1 missed not_answered | {DUE}",
    "Not seen.",
    known_at="2026-03-05 08:59:59",
)
seen("known from", T + interview("2026-03-01 20:00", LATER), f"E1 met answered | {DUE} | by E2", "Counts.", known_at="2026-03-05 09:00")
WAS = 'face_to_face=yes known_to="2026-03-05 09:00"'
seen(
    "replaced", T + interview("2026-03-01 20:00", WAS), f"E1 missed not_answered | {DUE}", "Until: gone then.", known_at="2026-03-05 09:00"
)
seen(
    "still seen",
    T + interview("2026-03-01 20:00", WAS),
    f"E1 met answered | {DUE} | by E2",
    "A second before.",
    known_at="2026-03-05 08:59:59",
)

# Binding
seen("another case", T + interview("2026-03-01 20:00", "face_to_face=yes case=CASE-2"), f"E1 missed not_answered | {DUE}", "Not bound.")
seen(
    "answer without a case", T + interview("2026-03-01 20:00", "face_to_face=yes case="), f"E1 missed not_answered | {DUE}", "Never bound."
)
seen("trigger without a case", "2026-03-01 18:00 | missing.located | case=", "E1 cannot_tell link", "Nothing can be bound to it.")


def episode(name: str, lines: str, expected: str, because: str) -> None:
    table.add(EPISODE, name, lines, expected, because)


M1 = "2026-03-01 18:00 | missing.located | episode=M1\n"
episode("the same episode", M1 + interview("2026-03-01 20:00", "face_to_face=yes episode=M1"), f"E1 met answered | {DUE} | by E2", "Equal.")
episode("another episode", M1 + interview("2026-03-01 20:00", "face_to_face=yes episode=M2"), f"E1 missed not_answered | {DUE}", "Differs.")
episode("no episode on the answer", M1 + interview("2026-03-01 20:00"), f"E1 cannot_tell answer_uncertain | {DUE}", "Binding unknown.")
episode("no episode on the trigger", T + interview("2026-03-01 20:00"), "E1 cannot_tell link", "3 comes before all else.")
episode(
    "unknown condition, other episode",
    M1 + interview("2026-03-01 20:00", "episode=M2"),
    f"E1 missed not_answered | {DUE}",
    "False and unknown is false.",
)
TWO = SEEN + 'same = ["episode", "child"]\n'
table.add(
    TWO,
    "one column missing, another differs",
    M1 + interview("2026-03-01 20:00", "face_to_face=yes child=CHILD-2"),
    f"E1 missed not_answered | {DUE}",
    "Another column already differs.",
)
BY_CHILD = SEEN + 'scope = "child"\n'
table.add(
    BY_CHILD,
    "scope child across cases",
    "2026-03-01 18:00 | missing.located | case=CASE-1\n" + interview("2026-03-01 20:00", "face_to_face=yes case=CASE-2"),
    f"E1 met answered | {DUE} | by E2",
    "The key is child_ref.",
)
OFFICER = """
shape = "response"
scope = "officer"
after = { event = "investigation.allocated", by = "oic_ref" }
expect = { event = "training.completed" }
within = { days = 10 }
"""
table.add(
    OFFICER,
    "another column for the key",
    "2026-03-01 18:00 | investigation.allocated | oic_ref=PC-7 actor=PS-2\n2026-03-05 09:00 | training.completed | actor=PC-7 case=",
    "E1 met answered | due 2026-03-11 | by E2",
    "oic_ref of the trigger is actor_ref of the answer.",
)
ITSELF = """
shape = "response"
after = { event = "missing.reviewed" }
expect = { event = "missing.reviewed" }
within = { hours = 6 }
"""
table.add(
    ITSELF,
    "never bound to itself",
    "2026-03-01 12:00 | missing.reviewed\n2026-03-01 18:00 | missing.reviewed",
    "E1 met answered | due 2026-03-01 18:00 | by E2\nE2 missed not_answered | due 2026-03-02 00:00",
    "The second has no answer but itself.",
)

# The trigger's condition
WHERE = SEEN.replace('"missing.located" }', '"missing.located", where = "found_by == \'police\' and returned" }')
table.add(WHERE, "trigger false", T.strip() + " | found_by=police returned=no", "", "No occasion.")
table.add(
    WHERE,
    "trigger unknown",
    T.strip() + " | returned=yes",
    "E1 cannot_tell trigger_condition | missing found_by",
    "found_by is not there.",
)
table.add(WHERE, "trigger false and unknown", T.strip() + " | returned=no", "", "False and unknown is false.")
table.add(
    WHERE,
    "both fields missing",
    T,
    "E1 cannot_tell trigger_condition | missing found_by, returned",
    "In the order in which they were written.",
)
table.add(
    WHERE,
    "unknown before undated",
    "? | missing.located | returned=yes",
    "E1 cannot_tell trigger_condition | missing found_by",
    "1 comes before 2.",
)

# take = first
FIRST = SEEN.replace('"missing.located" }', '"missing.located", take = "first" }')
table.add(
    FIRST, "only the first", T + "2026-03-04 18:00 | missing.located\n", f"E1 missed not_answered | {DUE}", "The second is no trigger."
)
table.add(
    FIRST,
    "one for each case",
    T + "2026-03-04 18:00 | missing.located | case=CASE-2\n",
    f"E1 missed not_answered | {DUE}\nE2 missed not_answered | due 2026-03-05 18:00",
    "Bound together means the same scope key.",
)
table.add(
    FIRST,
    "those without a case count as one",
    "2026-03-01 18:00 | missing.located | case=\n2026-03-02 18:00 | missing.located | case=",
    "E1 cannot_tell link",
    "All that lack the key are equal in it.",
)
table.add(FIRST, "undated last", T + "? | missing.located", f"E1 missed not_answered | {DUE}", "The dated one is first.")
FIRST_WHERE = FIRST.replace('take = "first"', 'where = "returned", take = "first"')
table.add(
    FIRST_WHERE,
    "the first may match",
    T + "2026-03-04 18:00 | missing.located | returned=yes",
    "E1 cannot_tell trigger_condition | missing returned",
    "Of those that match or may match.",
)

# Early answers
EARLY = SEEN + "early = { hours = 2 }\n"
table.add(EARLY, "two hours early", T + interview("2026-03-01 16:00"), f"E1 met answered | {DUE} | by E2", "The opening counts.")
table.add(EARLY, "a second too early", T + interview("2026-03-01 15:59:59"), f"E1 missed not_answered | {DUE}", "Before the opening.")
table.add(
    EARLY,
    "early, a day only",
    T + interview("2026-03-01"),
    f"E1 cannot_tell answer_uncertain | {DUE}",
    "Its last second is after the opening, its first is not.",
)
table.add(
    EARLY, "early, day trigger", D + interview("2026-03-01 21:59:59"), f"E1 met answered | {DUE_DAY} | by E2", "Two hours before its end."
)
table.add(
    EARLY,
    "early for some, day trigger",
    D + interview("2026-03-01 21:59:58"),
    f"E1 cannot_tell answer_uncertain | {DUE_DAY}",
    "More than two hours before its end.",
)
table.add(EARLY, "too early for all, day trigger", D + interview("2026-02-28 21:59:59"), f"E1 missed not_answered | {DUE_DAY}", "Outside.")
table.add(
    EARLY,
    "complete only from the trigger",
    T,
    f"E1 cannot_tell source | {DUE} | missing missing.interviewed",
    "The window opens two hours before.",
    complete_from="2026-03-01 18:00",
)
DAYS_EARLY = SEEN + "early = { days = 1 }\n"
table.add(
    DAYS_EARLY,
    "the first second of the day before",
    T + interview("2026-02-28 00:00"),
    f"E1 met answered | {DUE} | by E2",
    "back() by a day.",
)
table.add(DAYS_EARLY, "a second before that", T + interview("2026-02-27 23:59:59"), f"E1 missed not_answered | {DUE}", "Outside.")

# Several expectations
EITHER = SEEN.replace(
    'expect = { event = "missing.interviewed", where = "face_to_face" }',
    'expect = [{ event = "missing.interviewed", where = "face_to_face" }, { event = "rhi.done" }]',
)
table.add(EITHER, "either will do", T + "2026-03-01 20:00 | rhi.done", f"E1 met answered | {DUE} | by E2", "Any of the selectors.")
table.add(
    EITHER,
    "both sources asked",
    T,
    f"E1 cannot_tell source | {DUE} | missing missing.interviewed, rhi.done",
    "Named in the order of the rule.",
    not_complete=("rhi.done", "missing.interviewed"),
)

# The dates in force
seen("on the first day in force", T, f"E1 missed not_answered | {DUE}", "Both ends count.", begins=date(2026, 3, 1))
seen("the day before it is in force", T, "", "No occasion.", begins=date(2026, 3, 2))
seen("on the last day in force", T, f"E1 missed not_answered | {DUE}", "Both ends count.", ends=date(2026, 3, 1))
seen("the day after", T, "", "No occasion.", ends=date(2026, 2, 28))
seen(
    "late on the last London day",
    "2026-06-30 23:30 | missing.located",
    "E1 missed not_answered | due 2026-07-01 23:30",
    "London.",
    ends=date(2026, 6, 30),
)
seen("just past midnight in London", "2026-07-01 00:30 | missing.located", "", "30 June in UTC, 1 July here.", ends=date(2026, 6, 30))
seen("undated, no end", "? | missing.located", "E1 cannot_tell trigger_time", "Taken when there is no `to`.", begins=date(2026, 1, 1))
seen("undated, an end", "? | missing.located", "", "Left to the edition without an end.", ends=date(2026, 12, 31))
table.add(
    FIRST,
    "the first of all is before the dates",
    T + "2026-03-04 18:00 | missing.located\n",
    "",
    "`take` is reckoned over the whole chronology first.",
    begins=date(2026, 3, 2),
)

seen("day trigger, at its last second", D + interview("2026-03-01 23:59:59"), f"E1 met answered | {DUE_DAY} | by E2", "a.lo >= t.hi.")
seen("perhaps, at the same second", T + interview("2026-03-01 18:00", ""), f"E1 cannot_tell answer_uncertain | {DUE}", "hi >= t.lo.")
seen("perhaps, at the limit", T + interview("2026-03-02 18:00", ""), f"E1 cannot_tell answer_uncertain | {DUE}", "lo <= due_hi.")

table.add(
    EARLY,
    "perhaps, at the opening",
    T + interview("2026-03-01 16:00", ""),
    f"E1 cannot_tell answer_uncertain | {DUE}",
    "hi >= the opening.",
)


@table.over_engines()
def test_response(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because


def test_every_column_of_a_finding() -> None:
    engine: Engine = ENGINES["reference"]
    lines = (
        "2026-03-01 18:00 | missing.located | episode=M1 actor=PC-7 unit=U-1\n"
        '2026-03-02 19:00 | missing.interviewed | face_to_face=yes episode=M1 recorded="2026-03-02 20:00"'
    )
    (finding,) = findings_of(engine, [standard_of(EPISODE)], lines, {})
    shown = (finding.finding_id, finding.standard, finding.version, finding.scope, finding.scope_key, finding.case_ref, finding.child_ref)
    assert shown == ("tiny@E1", "tiny", 1, "case", "CASE-1", "CASE-1", "CHILD-1")
    assert (finding.episode_ref, finding.trigger_event, finding.trigger_position, finding.actor_ref, finding.unit) == (
        "M1",
        "E1",
        0,
        "PC-7",
        "U-1",
    )
    assert [str(one) for one in (finding.triggered_at, finding.due_at, finding.satisfied_at, finding.written_at)] == [
        "2026-03-01 18:00:00",
        "2026-03-02 18:00:00",
        "2026-03-02 19:00:00",
        "2026-03-02 20:00:00",
    ]
    assert (finding.limit_text, finding.limit_whose, finding.late_by, finding.measured) == ("24 hours", "standard", 3600, None)
    (bare,) = findings_of(engine, [standard_of(EPISODE)], "? | missing.located | episode=M1", {})
    assert (bare.triggered_at, bare.due_at, bare.limit_text, bare.limit_whose, bare.evidence_event) == (None, None, None, None, None)
