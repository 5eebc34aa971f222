"""Counts: the window, ties on a day, what is uncertain; and numbers held at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from candour.evaluation.try_examples import Engine
from candour.standards.model import Held
from tests.support.engines import ENGINES
from tests.support.tiny import Chronologies, Tiny, findings_of, found, standard_of

table = Chronologies()
RULE = """
shape = "count"
scope = "child"
count = { event = "missing.reported", where = "classification == 'missing'" }
at_least = 3
in = { days = 90 }
expect = { event = "strategy.held" }
within = { days = 7 }
"""
M = "missing.reported | classification=missing"


def lines(*pairs: str) -> str:
    return "\n".join(pair if "|" in pair else f"{pair} | {M}" for pair in pairs)


def add(name: str, chronology: str, expected: str, because: str, *, rule: str = RULE, **scene: object) -> None:
    table.add(rule, name, chronology, expected, because, **scene)


D1, D2, D3 = "2026-01-01 09:00", "2026-02-01 09:00", "2026-03-01 09:00"
DUE = "due 2026-03-08"
MISSED = f"E3 missed not_answered | {DUE}"
add("two only", lines(D1, D2), "", "Fewer than three.")
add("three", lines(D1, D2, D3), MISSED, "The third is the occasion.")
add("the first day of the window", lines("2025-12-01 00:00", D2, D3), MISSED, "1 March less 90 days is 1 December, and counts.")
add("the day before the window", lines("2025-11-30 23:59:59", D2, D3), "", "One day too long ago.")
add("three on one day", lines("2026-03-01 09:00", "2026-03-01 09:00", "2026-03-01 09:00"), MISSED, "By position the third.")
add("three dates only, on one day", lines("2026-03-01", "2026-03-01", "2026-03-01"), MISSED, "By position the third.")
add(
    "a fourth",
    lines(D1, D2, D3, "2026-03-05 09:00"),
    f"{MISSED}\nE4 missed not_answered | due 2026-03-12",
    "Every further one is an occasion.",
)
add("answered", lines(D1, D2, D3, "2026-03-08 23:59 | strategy.held"), f"E3 met answered | {DUE} | by E4", "From there as a response.")
add("answered before the third", lines(D1, D2, D3, "2026-02-20 10:00 | strategy.held"), MISSED, "Not after the third.")
add("pending", lines(D1, D2, D3), f"E3 pending not_yet_due | {DUE}", "Not yet past.", as_of="2026-03-08 12:00")

add("another child", lines(D1, f"2026-02-01 09:00 | {M} child=CHILD-2", D3), "", "Not bound.")
add("in three cases", lines(f"{D1} | {M} case=A", f"{D2} | {M} case=B", f"{D3} | {M} case=C"), MISSED, "The scope is the child.")
UNSURE = "E3 cannot_tell trigger_condition"
add("one may be one", lines(D1, f"{D2} | missing.reported", D3), UNSURE, "sure = 2, more = 1; no field is named.")
add(
    "the last may be one",
    lines(D1, D2, f"{D3} | missing.reported"),
    UNSURE,
    "It may match: sure = 2, more = 1.",
)
add(
    "three and one that may be",
    lines(D1, D2, f"{D2} | missing.reported", D3),
    "E3 cannot_tell trigger_condition\nE4 missed not_answered | due 2026-03-08",
    "At E3 it may be; at E4 three are sure.",
)
add("one undated", lines(D1, f"? | {M}", D3), UNSURE, "It may lie in any window; it gives no occasion itself.")
add(
    "sure without the undated",
    lines(D1, D2, D3, f"? | {M}"),
    f"E2 cannot_tell trigger_condition\n{MISSED}",
    "At the second, with the undated one, there may be three.",
)
add("no child", lines(D1, D2, f"{D3} | {M} child="), "", "It cannot be counted together with others.")
SAME = RULE + 'same = "case"\n'
add("one without the case", lines(D1, f"{D2} | {M} case=", D3), UNSURE, "Its binding is unknown.", rule=SAME)
add("one of another case", lines(D1, f"{D2} | {M} case=B", D3), "", "Not bound.", rule=SAME)
MONTHS = RULE.replace("days = 90", "months = 1")
add(
    "a month before 31 March",
    lines("2026-02-28 09:00", "2026-03-01 09:00", "2026-03-31 09:00"),
    "E3 missed not_answered | due 2026-04-07",
    "Clamped to 28 February.",
    rule=MONTHS,
)
UNLESS = RULE + 'unless = { event = "decision.recorded" }\n'
add(
    "excused",
    lines(D1, D2, D3, "2026-03-02 09:00 | decision.recorded"),
    f"E3 excused excused | {DUE} | by E4",
    "As a response.",
    rule=UNLESS,
)
add(
    "source", lines(D1, D2, D3), f"E3 cannot_tell source | {DUE} | missing strategy.held", "As a response.", not_complete=("strategy.held",)
)

# Counted before something else
BEFORE = """
shape = "count"
scope = "child"
count = { event = "case.closed", where = "closure_kind == 'investigation'" }
at_least = 1
in = { months = 12 }
after = { event = "contact.received", where = "child_involved" }
expect = { event = "supervision.reviewed" }
within = { days = 7 }
"""
CLOSED, CALLED = "case.closed | closure_kind=investigation", "contact.received | child_involved=yes"
CALL, CALL_DUE = "2026-03-01 09:00", "due 2026-03-08"
LATELY = f"{D1} | {CLOSED}"


def before(name: str, chronology: tuple[str, ...], expected: str, because: str, *, rule: str = BEFORE, **scene: object) -> None:
    table.add(rule, f"before: {name}", "\n".join(chronology), expected, because, **scene)


AGAIN = f"{CALL} | {CALLED}"
before("nothing counted", (AGAIN,), "", "No closing before.")
before("one before", (LATELY, AGAIN), f"E2 missed not_answered | {CALL_DUE}", "The contact is the occasion, not the closing.")
before(
    "answered",
    (LATELY, AGAIN, "2026-03-08 23:59 | supervision.reviewed"),
    f"E2 met answered | {CALL_DUE} | by E3",
    "From there as a response.",
)
before(
    "answered before", (LATELY, "2026-02-01 09:00 | supervision.reviewed", AGAIN), f"E3 missed not_answered | {CALL_DUE}", "Not after it."
)
before("the first day of the window", (f"2025-03-01 00:00 | {CLOSED}", AGAIN), f"E2 missed not_answered | {CALL_DUE}", "Both ends count.")
before("the day before the window", (f"2025-02-28 23:59:59 | {CLOSED}", AGAIN), "", "One day too long ago.")
before("afterwards", (AGAIN, f"2026-03-01 09:01 | {CLOSED}"), "", "Closed after the contact.")
before("the same second", (f"{CALL} | {CLOSED}", AGAIN), "", "The closing comes after the contact in the order of kinds.")
before(
    "twice",
    (LATELY, AGAIN, f"2026-03-20 09:00 | {CALLED}"),
    f"E2 missed not_answered | {CALL_DUE}\nE3 missed not_answered | due 2026-03-27",
    "Each is an occasion.",
)
before("another kind of closing", (f"{D1} | case.closed | closure_kind=incident", AGAIN), "", "Not counted.")
MAYBE = "E2 cannot_tell trigger_condition"
before("it may be one", (f"{D1} | case.closed", AGAIN), MAYBE, "more = 1.")
before("the trigger may be one", (LATELY, f"{CALL} | contact.received"), MAYBE, "It may match.")
before("neither is sure", (f"{D1} | case.closed", f"{CALL} | contact.received"), MAYBE, "more = 1, and it may match.")
before("the trigger is none", (LATELY, f"{CALL} | contact.received | child_involved=no"), "", "It does not match.")
before("undated closing", (f"? | {CLOSED}", AGAIN), "E2 cannot_tell trigger_condition", "It may lie in the window.")
before("undated trigger", (LATELY, f"? | {CALLED}"), "", "It gives no occasion.")
before("the trigger names no child", (LATELY, f"{CALL} | {CALLED} child="), "", "It cannot be counted together with others.")
before("another child", (f"{D1} | {CLOSED} child=CHILD-2", AGAIN), "", "Not bound.")
before("another case", (f"{D1} | {CLOSED} case=B", AGAIN), f"E2 missed not_answered | {CALL_DUE}", "The scope is the child.")
before("the closing names no child, same case", (f"{D1} | {CLOSED} child=", AGAIN), MAYBE, "Its binding is unknown.")
before("the closing names no child, another case", (f"{D1} | {CLOSED} child= case=B", AGAIN), "", "Not bound.")
before(
    "closings are not all in the records",
    (AGAIN,),
    "",
    "Sources are not asked about what was not found before.",
    not_complete=("case.closed",),
)
before("two asked for, one found", (LATELY, AGAIN), "", "sure = 1.", rule=BEFORE.replace("at_least = 1", "at_least = 2"))
before(
    "two asked for, two found",
    (f"2025-12-01 09:00 | {CLOSED} case=B", LATELY, AGAIN),
    f"E3 missed not_answered | {CALL_DUE}",
    "sure = 2.",
    rule=BEFORE.replace("at_least = 1", "at_least = 2"),
)
before("counted on its day", ("2026-03-01 | " + CLOSED, AGAIN), f"E2 missed not_answered | {CALL_DUE}", "By (lo, position) it comes first.")
before(
    "the call on its day", (f"2026-02-28 | {CLOSED}", f"2026-03-01 | {CALLED}"), f"E2 missed not_answered | {CALL_DUE}", "Days are enough."
)

# Held
HELD = """
shape = "count"
count = { event = "investigation.allocated", held_by = "oic_ref" }
until = { event = "case.closed" }
at_most = 2
"""


def given(when: str, case: str, holder: str = "PC-7") -> str:
    return f"{when} | investigation.allocated | case={case} oic_ref={holder}"


def ended(when: str, case: str) -> str:
    return f"{when} | case.closed | case={case}"


def held(name: str, chronology: str, expected: str, because: str, *, rule: str = HELD, **scene: object) -> None:
    table.add(rule, name, chronology, expected, because, **scene)


A, B, C = (given(f"2026-03-0{day} 09:00", case) for day, case in ((1, "A"), (2, "B"), (3, "C")))
ONE, TWO = "E1 met within_number | measured 1", "E2 met within_number | measured 2"
held("two", lines(A, B), f"{ONE}\n{TWO}", "At most two.")
held("three", lines(A, B, C), f"{ONE}\n{TWO}\nE3 missed over_number | measured 3", "One too many.")
held(
    "one closed before",
    lines(A, B, C, ended("2026-03-02 12:00", "A")),
    f"{ONE}\n{TWO}\nE3 met within_number | measured 2",
    "A was no longer held.",
)
held(
    "closed at the same second",
    lines(A, B, C, ended("2026-03-03 09:00", "A")),
    f"{ONE}\n{TWO}\nE3 met within_number | measured 2",
    "By position: case A comes before case C.",
)
held(
    "handed over",
    lines(A, B, given("2026-03-02 12:00", "A", "PC-9"), C),
    f"{ONE}\nE3 met within_number | measured 1\n{TWO}\nE4 met within_number | measured 2",
    "A went to another officer; findings in order of position, by case.",
)
held(
    "another officer",
    lines(A, B, given("2026-03-03 09:00", "C", "PC-9")),
    f"{ONE}\n{TWO}\nE3 met within_number | measured 1",
    "Each holder by himself.",
)
held(
    "no holder",
    lines("2026-03-01 09:00 | investigation.allocated | case=A"),
    "E1 cannot_tell field | missing oic_ref",
    "Nobody to count for.",
)
NOBODY = "investigation.allocated | case=A"
UNNAMED = f"2026-03-02 12:00 | {NOBODY}"
TOLD = f"{ONE}\nE3 cannot_tell field | missing oic_ref\n{TWO}\n"
held(
    "given to nobody that is named",
    lines(A, B, UNNAMED, C),
    f"{TOLD}E4 cannot_tell field | missing oic_ref | measured 2",
    "Two for certain; a third if A was given to the same officer again.",
)
held(
    "nobody named, within the number all the same",
    lines(A, UNNAMED, C),
    f"{ONE}\nE2 cannot_tell field | missing oic_ref\nE3 met within_number | measured 1",
    "At most two in any case.",
)
held(
    "nobody named, twice",
    lines(A, B, UNNAMED, f"2026-03-02 13:00 | {NOBODY}", C),
    f"{ONE}\nE3 cannot_tell field | missing oic_ref\nE4 cannot_tell field | missing oic_ref\n{TWO}\nE5 cannot_tell field | missing oic_ref | measured 2",
    "One case is in doubt once.",
)
held(
    "nobody named, then another officer",
    lines(A, B, UNNAMED, given("2026-03-02 13:00", "A", "PC-9"), C),
    f"{ONE}\nE3 cannot_tell field | missing oic_ref\nE4 met within_number | measured 1\n{TWO}\nE5 met within_number | measured 2",
    "By then A was certainly another's.",
)
held(
    "nobody named, then closed",
    lines(A, B, UNNAMED, ended("2026-03-02 13:00", "A"), C),
    f"{TOLD}E5 met within_number | measured 2",
    "By then A was certainly closed.",
)
held(
    "nobody named, then the same officer",
    lines(A, B, UNNAMED, given("2026-03-02 13:00", "A"), C),
    f"{ONE}\nE3 cannot_tell field | missing oic_ref\nE4 met within_number | measured 2\n{TWO}\nE5 missed over_number | measured 3",
    "Held again, and no longer in doubt.",
)
held(
    "nobody named, over the number all the same",
    lines(A, B, UNNAMED, C, given("2026-03-04 09:00", "D")),
    f"{TOLD}E4 cannot_tell field | missing oic_ref | measured 2\nE5 missed over_number | measured 3",
    "Three for certain.",
)
held("no case", lines("2026-03-01 09:00 | investigation.allocated | case= oic_ref=PC-7"), "E1 cannot_tell link", "3: the link is the case.")
held("undated", lines("? | investigation.allocated | case=A oic_ref=PC-7"), "E1 cannot_tell trigger_time", "2.")
held(
    "ends not complete",
    lines(A, B, C),
    f"{ONE}\n{TWO}\nE3 cannot_tell source | missing case.closed | measured 3",
    "A closing may be missing.",
    not_complete=("case.closed",),
)
held(
    "complete from the first event of its case",
    lines(A, B, C),
    f"{ONE}\n{TWO}\nE3 missed over_number | measured 3",
    "Case C's first event is its allocation.",
    complete_from="2026-03-03 09:00",
)
HELD_UNLESS = HELD + 'unless = { where = "caseload_plan" }\n'
held(
    "a plan for it", lines(A, B, C + " caseload_plan=yes"), f"{ONE}\n{TWO}\nE3 excused excused | by E3 | measured 3", "7.", rule=HELD_UNLESS
)
held("perhaps a plan", lines(A, B, C), f"{ONE}\n{TWO}\nE3 cannot_tell excuse_uncertain | measured 3", "Blank: unknown.", rule=HELD_UNLESS)

add("one without the case, the last", lines(D1, D2, f"{D3} | {M} case="), "", "It cannot be counted together with others.", rule=SAME)
held(
    "closed, and given out again later",
    lines(A, B, C, ended("2026-03-02 12:00", "A"), given("2026-03-10 09:00", "A", "PC-9")),
    f"{ONE}\nE5 met within_number | measured 1\n{TWO}\nE3 met within_number | measured 2",
    "Ended by the first of the two.",
)
held(
    "given again to the same officer",
    lines(A, B, given("2026-03-03 09:00", "A")),
    f"{ONE}\nE3 met within_number | measured 2\n{TWO}",
    "The first holding ends as the second begins.",
)
OF_ABUSE = HELD.replace('"investigation.allocated",', '"investigation.allocated", where = "child_abuse",').replace(
    '"case.closed" }', '"case.closed", where = "child_victim" }'
)
YES = " child_abuse=yes"
held(
    "one that may be of abuse",
    lines(A, B + YES, C + YES),
    "E1 cannot_tell trigger_condition | missing child_abuse\nE2 met within_number | measured 1\nE3 met within_number | measured 2",
    "Only certain holdings count.",
    rule=OF_ABUSE,
)
held(
    "an end that may be none",
    lines(A + YES, B + YES, C + YES, ended("2026-03-02 12:00", "A")),
    f"{ONE}\n{TWO}\nE3 missed over_number | measured 3",
    "Only certain events end a holding.",
    rule=OF_ABUSE,
)


@table.over_engines()
def test_count(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because


def test_a_number_held_names_the_holder() -> None:
    for engine in ENGINES.values():
        (finding,) = findings_of(engine, [standard_of(HELD)], A, {})
        assert (finding.scope, finding.scope_key, finding.limit_text, finding.limit_whose) == ("officer", "PC-7", "at most 2", "standard")
        assert finding.due_at is None


def test_a_local_number_holds_from_its_date() -> None:
    standard = standard_of(HELD + 'parameter = "cases_held"\n')
    rule = standard.rule
    assert isinstance(rule, Held)
    adjusted = replace(standard, rule=replace(rule, local=((date(2026, 3, 2), 1, "approved"),)))
    for engine in ENGINES.values():
        shown = [(one.outcome, one.limit_text, one.limit_whose) for one in findings_of(engine, [adjusted], lines(A, B), {})]
        assert shown == [("met", "at most 2", "standard"), ("missed", "at most 1", "local: cases_held")]
