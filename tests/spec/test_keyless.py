"""A record without its child: in the trigger's own case it may belong to the same child, and elsewhere it does not; in every shape."""

from __future__ import annotations

from candour.evaluation.try_examples import Engine
from tests.support.tiny import Chronologies, Tiny, found

table = Chronologies()
RESPONSE = """
shape = "response"
scope = "child"
after = { event = "missing.located" }
expect = { event = "missing.interviewed", where = "face_to_face" }
within = { hours = 24 }
"""
T = "2026-03-01 18:00 | missing.located\n"
DUE = "due 2026-03-02 18:00"
MISSED = f"E1 missed not_answered | {DUE}"
UNSURE = f"E1 cannot_tell answer_uncertain | {DUE}"


def answer(fields: str, when: str = "2026-03-01 20:00") -> str:
    return f"{when} | missing.interviewed | face_to_face=yes {fields}\n"


def add(name: str, lines: str, expected: str, because: str, rule: str = RESPONSE, **scene: object) -> None:
    table.add(rule, name, lines, expected, because, **scene)


# The binding
add("no child, the same case", T + answer("child="), UNSURE, "It may be this child's.")
add("no child, another case", T + answer("child= case=CASE-2"), MISSED, "Another case.")
add("no child and no case", T + answer("child= case="), MISSED, "Nothing binds it.")
add("another child, the same case", T + answer("child=CHILD-2"), MISSED, "Named, and another.")
add(
    "a trigger without a case, an answer without a child or a case",
    "2026-03-01 18:00 | missing.located | case=\n" + answer("child= case="),
    MISSED,
    "No case is not the same case.",
)
add("the scope is the case", T + answer("case="), MISSED, "Without its case it is never bound.", RESPONSE.replace('scope = "child"\n', ""))
add(
    "the scope is the case, by another column",
    "2026-03-01 18:00 | missing.located | actor=PC-1\n" + answer("actor="),
    MISSED,
    "The scope is the case: a blank key is not bound.",
    RESPONSE.replace('scope = "child"', 'scope = "case"').replace('"missing.located"', '"missing.located", by = "actor_ref"')
    .replace("expect = {", 'expect = { by = "actor_ref",'),
)  # fmt: skip
add(
    "by another column",
    "2026-03-01 18:00 | missing.located | actor=PC-1\n" + answer("actor="),
    UNSURE,
    "The scope is not the case, and the key named is blank.",
    RESPONSE.replace('scope = "child"', 'scope = "officer"'),
)
add(
    "no place, the same case",
    "2026-03-01 18:00 | missing.located | place=P1\n" + answer("child=CHILD-2"),
    UNSURE,
    "The scope is the place: that the child is another is not asked.",
    RESPONSE.replace('scope = "child"', 'scope = "place"'),
)
add("no child, may not be meant", T + "2026-03-01 20:00 | missing.interviewed | child=\n", UNSURE, "Unknown and unknown.")
add("no child, not meant", T + "2026-03-01 20:00 | missing.interviewed | child= face_to_face=no\n", MISSED, "Ruled out.")
add("no child, too late", T + answer("child=", "2026-03-02 18:00:01"), MISSED, "lo > due_hi.")
add("no child, before", T + answer("child=", "2026-03-01 17:59:59"), MISSED, "hi < t.lo.")
add("no child, undated", T + answer("child=", "?"), UNSURE, "At any time.")
add(
    "a sure answer too",
    T + answer("child=") + answer("", "2026-03-01 21:00"),
    f"E1 met answered | {DUE} | by E3",
    "A certain answer suffices.",
)
add("a trigger without a child", "2026-03-01 18:00 | missing.located | child=\n" + answer("child="), "E1 cannot_tell link", "3.")
SAME = RESPONSE + 'same = "episode"\n'
M1 = "2026-03-01 18:00 | missing.located | episode=M1\n"
add("no child, the same episode", M1 + answer("child= episode=M1"), UNSURE, "The key is unknown, all else is equal.", SAME)
add("no child, another episode", M1 + answer("child= episode=M2"), MISSED, "A column of `same` differs: false.", SAME)
add("no child, no episode", M1 + answer("child="), UNSURE, "Unknown twice.", SAME)
add(
    "no child, known later",
    T + answer('child= known_to="2026-03-05 09:00"') + answer('child=CHILD-2 known_from="2026-03-05 09:00"'),
    MISSED,
    "Once the child was named it is another's.",
    known_at="2026-03-05 09:00",
)

# Extensions and excuses
EXTENDED = RESPONSE + '[[extend]]\nevent = "missing.assessed"\nlimit = { hours = 48 }\n'
add(
    "an extension without a child",
    T + "2026-03-02 09:00 | missing.assessed | child=",
    f"E1 cannot_tell extension_uncertain | {DUE}",
    "May count.",
    EXTENDED,
)
add("an extension in another case", T + "2026-03-02 09:00 | missing.assessed | child= case=CASE-2", MISSED, "Not bound.", EXTENDED)
EXCUSED = RESPONSE + 'unless = { event = "decision.recorded" }\n'
add(
    "an excuse without a child",
    T + "2026-03-02 09:00 | decision.recorded | child=",
    f"E1 cannot_tell excuse_uncertain | {DUE}",
    "May excuse.",
    EXCUSED,
)
add("an excuse in another case", T + "2026-03-02 09:00 | decision.recorded | child= case=CASE-2", MISSED, "Not bound.", EXCUSED)

# What rests on certain events alone
LOOKED_UP = """
shape = "response"
scope = "child"
after = { event = "missing.located" }
expect = { event = "missing.interviewed" }
within = { look_up = "risk_level", of = { event = "missing.assessed" }, values = { high = { hours = 1 } }, else = { hours = 24 }, unknown = { hours = 24 } }
"""
add("a look-up without a child", "2026-03-01 10:00 | missing.assessed | risk_level=high child=\n" + T,
    f"E2 missed not_answered | {DUE}", "A look-up rests on certain events.", LOOKED_UP)  # fmt: skip
add("take first", "2026-03-01 09:00 | missing.located | child=\n" + T, f"E1 cannot_tell link\nE2 missed not_answered | {DUE}",
    "Without a child it is the first of those without one.", RESPONSE.replace('"missing.located"', '"missing.located", take = "first"'))  # fmt: skip

# Recurrence
STATE = """
shape = "recurrence"
scope = "child"
after = { event = "pp.taken" }
until = { event = "pp.ended" }
expect = { event = "pp.reviewed" }
every = { hours = 6 }
"""
P = "2026-03-02 00:00 | pp.taken\n"
SIX = "due 2026-03-02 06:00"
OPEN = f"E1 missed not_answered | {SIX}"
add(
    "a review without a child",
    P + "2026-03-02 05:00 | pp.reviewed | child=",
    f"E1 cannot_tell answer_uncertain | {SIX}",
    "It may be one.",
    STATE,
)
add("a review without a child, late", P + "2026-03-02 06:00:01 | pp.reviewed | child=", OPEN, "lo > due_hi, and no anchor.", STATE)
add(
    "an end without a child",
    P + "2026-03-02 05:00 | pp.ended | child=",
    f"E1 cannot_tell end_uncertain | {SIX}",
    "It may be its end.",
    STATE,
)
add("a review of another case", P + "2026-03-02 05:00 | pp.reviewed | child= case=CASE-2", OPEN, "Not bound.", STATE)
add("an opening without a child", P + "2026-03-02 05:00 | pp.taken | child=", f"{OPEN}\nE2 cannot_tell link", "It opens nothing.", STATE)

# Precedence
PRECEDENCE = """
shape = "precedence"
scope = "child"
before = { event = "missing.located" }
expect = { event = "missing.assessed" }
within = { days = 2 }
"""
BEFORE = "E2 cannot_tell answer_uncertain | due 2026-03-01 18:00"
NONE_BEFORE = "E2 missed not_answered | due 2026-03-01 18:00"
add("an earlier one without a child", "2026-03-01 10:00 | missing.assessed | child=\n" + T, BEFORE, "It may be this child's.", PRECEDENCE)
add("too early, without a child", "2026-02-26 10:00 | missing.assessed | child=\n" + T, NONE_BEFORE, "hi < the opening.", PRECEDENCE)
add("earlier in another case", "2026-03-01 10:00 | missing.assessed | child= case=CASE-2\n" + T, NONE_BEFORE, "Not bound.", PRECEDENCE)
add(
    "a later one without a child",
    T + "2026-03-01 19:00 | missing.assessed | child=",
    "E1 missed not_answered | due 2026-03-01 18:00",
    "Late rests on certain events.",
    PRECEDENCE,
)
SINCE = PRECEDENCE.replace("within = { days = 2 }", 'since = { event = "missing.reported" }')
add(
    "since one without a child",
    "2026-03-01 09:00 | missing.assessed\n2026-03-01 10:00 | missing.reported | child=\n" + T,
    "E3 met answered | due 2026-03-01 18:00 | by E1",
    "`since` rests on certain events.",
    SINCE,
)

# Absence
ABSENCE = """
shape = "absence"
scope = "child"
after = { event = "custody.authorised" }
never = { event = "custody.searched" }
until = { event = "custody.ended" }
"""
A = "2026-03-01 10:00 | custody.authorised\n"
N = "2026-03-01 15:00 | custody.searched"
U = "2026-03-01 20:00 | custody.ended"
ENDS = "due 2026-03-01 20:00"
DID_NOT = f"E1 met did_not_happen | {ENDS}"
add("a search without a child", f"{A}{N} | child=\n{U}", f"E1 cannot_tell answer_uncertain | {ENDS}", "It may be this child's.", ABSENCE)
add("a search in another case", f"{A}{N} | child= case=CASE-2\n{U}", DID_NOT, "Not bound.", ABSENCE)
add("a search without a child, after the end", f"{A}{U}\n2026-03-01 20:00:01 | custody.searched | child=", DID_NOT, "lo > end_hi.", ABSENCE)
add(
    "an end without a child, before what happened",
    f"{A}2026-03-01 14:00 | custody.ended | child=\n{N}",
    "E1 cannot_tell end_uncertain",
    "It may have ended before.",
    ABSENCE,
)
add("an end without a child", f"{A}2026-03-01 14:00 | custody.ended | child=", "E1 pending not_yet_due", "An end is certain.", ABSENCE)

# Count
COUNT = """
shape = "count"
scope = "child"
count = { event = "missing.reported" }
at_least = 2
in = { days = 90 }
expect = { event = "strategy.held" }
within = { days = 7 }
"""
R = "missing.reported"
TWO = "E2 missed not_answered | due 2026-02-08"
UNSURE_COUNT = "E2 cannot_tell trigger_condition"
add("a report without a child", f"2026-01-01 09:00 | {R} | child=\n2026-02-01 09:00 | {R}", UNSURE_COUNT, "sure = 1, more = 1.", COUNT)
add(
    "a report without a child, after", f"2026-01-01 09:00 | {R}\n2026-02-01 09:00 | {R} | child=", "", "It gives no occasion itself.", COUNT
)
add("a report without a child, too long ago", f"2025-11-01 09:00 | {R} | child=\n2026-02-01 09:00 | {R}", "", "Outside the 90 days.", COUNT)
add("a report in another case", f"2026-01-01 09:00 | {R} | child= case=CASE-2\n2026-02-01 09:00 | {R}", "", "Not bound.", COUNT)
add("an undated report without a child", f"? | {R} | child=\n2026-02-01 09:00 | {R}", UNSURE_COUNT, "In the scope for all that is known.",
    COUNT)  # fmt: skip
add(
    "two sure and one without a child",
    f"2026-01-01 09:00 | {R}\n2026-02-01 09:00 | {R}\n2026-01-15 09:00 | {R} | child=",
    TWO,
    "Two are enough.",
    COUNT,
)
add(
    "counted, the answer without a child",
    f"2026-01-01 09:00 | {R}\n2026-02-01 09:00 | {R}\n2026-02-03 09:00 | strategy.held | child=",
    "E2 cannot_tell answer_uncertain | due 2026-02-08",
    "From there as a response.",
    COUNT,
)

# Invariant
INVARIANT = """
shape = "invariant"
scope = "child"
at = { event = "pp.designated" }
with = { event = "pp.taken" }
check = "designated_officer_ref != other.initiating_officer_ref"
absent = "missed"
"""
AT = "2026-03-02 12:00 | pp.designated | designated_officer_ref=PS-2\n"
OTHER = "2026-03-02 09:00 | pp.taken | initiating_officer_ref=PC-1"
add("an earlier one without a child to compare", f"{AT}{OTHER} child=", "E1 cannot_tell answer_uncertain", "It may be the one.", INVARIANT)
add("an earlier one of another case", f"{AT}{OTHER} child= case=CASE-2", "E1 missed does_not_hold", "Not bound.", INVARIANT)
add(
    "a later one without a child",
    f"{AT}2026-03-02 12:00:01 | pp.taken | initiating_officer_ref=PC-1 child=",
    "E1 missed does_not_hold",
    "Not possibly before.",
    INVARIANT,
)
add(
    "a pick beside one without a child",
    f"{AT}2026-03-02 08:00 | pp.taken | initiating_officer_ref=PS-2\n{OTHER} child=",
    "E1 missed does_not_hold | by E2",
    "A pick rests on certain events.",
    INVARIANT,
)


def quantified(pick: str) -> str:
    return INVARIANT.replace('absent = "missed"', f'pick = "{pick}"')


FAILS = OTHER.replace("PC-1", "PS-2")
add("some, one without a child", f"{AT}{OTHER} child=", "E1 cannot_tell field", "Unknown: true if it is this child's.", quantified("some"))
add("some, false of one without a child", f"{AT}{FAILS} child=", "E1 missed does_not_hold", "False either way.", quantified("some"))
add("every, false of one without a child", f"{AT}{FAILS} child=", "E1 cannot_tell field", "Unknown.", quantified("every"))
add("every, true of one without a child", f"{AT}{OTHER} child=", "E1 met holds", "True either way.", quantified("every"))
add("none, true of one without a child", f"{AT}{OTHER} child=", "E1 cannot_tell field", "Unknown.", quantified("none"))
add("none, false of one without a child", f"{AT}{FAILS} child=", "E1 met holds", "False either way.", quantified("none"))
add("none, true in another case", f"{AT}{OTHER} child= case=CASE-2", "E1 met holds", "Not bound.", quantified("none"))


@table.over_engines()
def test_keyless(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because
