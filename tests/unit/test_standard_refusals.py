"""A standard that cannot be meant is refused with the file, the key, what is wrong and how to mend it."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import pytest

from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.loading import check_standards, load_standard, load_standards
from candour.standards.refusals import StandardRefused
from tests.support.made_standard import GOOD


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def refusal(text: str, tmp_path: Path, vocabulary: Vocabulary) -> StandardRefused:
    file = tmp_path / "made-up.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StandardRefused) as caught:
        load_standard(file, vocabulary)
    assert caught.value.file == "made-up.toml"
    return caught.value


def test_the_good_one_loads(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = tmp_path / "made-up.toml"
    file.write_text(GOOD, encoding="utf-8")
    standard = load_standard(file, vocabulary)
    assert (standard.id, standard.rule.same, standard.rule.grain) == ("made-up", ("episode_ref",), "elapsed")


NONSENSE = [
    # what is changed, into what, the key named, words that must be in the message
    ('id = "made-up"', 'id = "Made Up!"', "id", "hyphens"),
    ('id = "made-up"', "", "id", "missing"),
    ("version = 1", "version = 0", "version", "at least 1"),
    ("version = 1", 'version = "one"', "version", "whole number"),
    ('status = "local default"', 'status = "law"', "status", "statutory guidance"),
    ('severity = "high"', 'severity = "dire"', "severity", "critical"),
    ("verified = false", 'verified = "yes"', "source.verified", "true or false"),
    ("verified = false", 'verified = true\nbasis = "from knowledge, unverified"', "source.verified", "read in a source"),
    ('text = "Made up."', 'text = "  "', "reading.text", "must be a text"),
    ('shape = "response"', 'shape = "reply"', "rule.shape", "recurrence"),
    ('event = "missing.located"', 'event = "missing.found"', "rule.after.event", "not a kind of event"),
    ('event = "missing.interviewed"', 'event = "missing.interview"', "rule.expect.event", "Near it: missing.interviewed"),
    ('where = "face_to_face"', 'where = "face_to_fac"', "rule.expect.where", "is not a field here"),
    ('where = "face_to_face"', 'where = "face_to_face =="', "rule.expect.where", "not a condition that can be read"),
    ('where = "face_to_face"', 'where = "face_to_face == 3"', "rule.expect.where", "do not belong together"),
    ('where = "face_to_face"', 'where = "org == \'fire brigade\'"', "rule.expect.where", "is not a code of org"),
    ('where = "face_to_face"', 'where = "1 == 1"', "rule.expect.where", "always be the same"),
    ('where = "face_to_face"', 'where = "case_ref > \'A\'"', "rule.expect.where", "no order"),
    ('where = "face_to_face"', 'where = "case_ref"', "rule.expect.where", "would have to be yes_no"),
    ('where = "face_to_face"', 'where = "open(\'x\')"', "rule.expect.where", "is not a condition"),
    ('where = "face_to_face"', 'where = "__import__(\'os\').system(\'x\') == 1"', "rule.expect.where", "not a value that is known"),
    ('where = "face_to_face"', 'where = "other.face_to_face"', "rule.expect.where", "another event"),
    ('where = "face_to_face"', 'where = "org in []"', "rule.expect.where", "empty list"),
    ("within = { hours = 24 }", "", "rule.within", "missing"),
    ("within = { hours = 24 }", "within = { hours = 0 }", "rule.within.hours", "at least 1"),
    ("within = { hours = 24 }", "within = { hours = 24, days = 1 }", "rule.within.", "exactly one of"),
    ("within = { hours = 24 }", "within = { fortnights = 2 }", "rule.within.fortnights", "not known"),
    ("within = { hours = 24 }", 'within = { hours = 1, counting = "same" }', "rule.within.counting", "working_days"),
    ("within = { hours = 24 }", 'within = { by = "circumstances" }', "rule.within.by", "field"),
    ("within = { hours = 24 }", 'within = { before_next = "school_day", at = "25:00" }', "rule.within.at", "time of day"),
    ("within = { hours = 24 }", 'within = { look_up = "org", values = { fire = { hours = 1 } } }', "rule.within.values.fire", "is not a code of org"),
    ('same = "episode"', 'same = "suspect_ref"', "rule.same", "nor a field of missing.located"),
    ('same = "episode"', 'scope = "street"', "rule.scope", "household"),
    ('same = "episode"', 'unles = { event = "missing.located" }', "rule.unles", "not known"),
    ('same = "episode"', 'early = { working_days = 1 }', "rule.early.working_days", "backwards"),
    ('finding = "missed"', 'finding = "failed"', "examples.finding", "not an outcome"),
    ('finding = "missed"', 'finding = ["none", "met"]', "examples.finding", "stands alone"),
    ("[reading]", "[reading", "", "not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "key", "words"), NONSENSE, ids=[f"{n}-{row[2]}" for n, row in enumerate(NONSENSE)])
def test_nonsense_is_refused(before: str, after: str, key: str, words: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert before in GOOD
    caught = refusal(GOOD.replace(before, after), tmp_path, vocabulary)
    assert (caught.key, words in caught.problem) == (key, True), str(caught)


STATE = """
shape = "recurrence"
scope = "officer"
after = { event = "investigation.allocated", by = "oic_ref" }
expect = { event = "supervision.reviewed" }
until = { event = "case.closed" }
every = { days = 28 }
"""


def recurring(state: str) -> str:
    """The good standard with another rule."""
    rule = GOOD[GOOD.index("shape =") : GOOD.index("[[examples]]")]
    return GOOD.replace(rule, state).replace(
        '"2026-03-01 18:00 | missing.located | episode=M1"', '"2026-03-01 18:00 | investigation.allocated | actor=PC-1"'
    )


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("", "", "rule.expect"),
        ('"supervision.reviewed" }', '"investigation.allocated", by = "oic_ref" }', "rule.until"),
    ],
)
def test_what_opens_answers_and_ends_a_state_has_one_key(before: str, after: str, key: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    caught = refusal(recurring(STATE.replace(before, after)), tmp_path, vocabulary)
    assert caught.key == key
    assert "'actor_ref' and `after` by 'oic_ref'" in caught.problem
    assert "Give the same `by` to all of them" in caught.problem


def test_a_state_under_one_key_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = tmp_path / "made-up.toml"
    file.write_text(recurring(STATE.replace(', by = "oic_ref"', "")), encoding="utf-8")
    assert load_standard(file, vocabulary).id == "made-up"


def test_two_editions_may_not_overlap(tmp_path: Path, vocabulary: Vocabulary) -> None:
    first, second = copy.copy(GOOD), GOOD.replace("version = 1", "version = 2")
    (tmp_path / "one.toml").write_text(
        first.replace("[source]", 'in_force = { from = "2020-01-01", to = "2021-01-01" }\n[source]', 1), encoding="utf-8"
    )
    (tmp_path / "two.toml").write_text(second.replace("[source]", 'in_force = { from = "2021-01-01" }\n[source]', 1), encoding="utf-8")
    loaded, faults = check_standards(tmp_path, vocabulary)
    assert [standard.version for standard in loaded] == [1, 2]
    assert [fault.key for fault in faults] == ["in_force"]


def test_every_faulty_file_is_named(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace("version = 1", "version = 0"), encoding="utf-8")
    (tmp_path / "b.toml").write_text("not a standard", encoding="utf-8")
    (tmp_path / "c.toml").write_text(GOOD, encoding="utf-8")
    loaded, faults = check_standards(tmp_path, vocabulary)
    assert ([standard.file for standard in loaded], [fault.file for fault in faults]) == (["c.toml"], ["a.toml", "b.toml"])


def test_a_standard_read_without_its_examples_is_otherwise_the_same(vocabulary: Vocabulary) -> None:
    whole, bare = load_standards(None, vocabulary), load_standards(None, vocabulary, examples=False)
    assert all(one.examples for one in whole)
    assert not any(one.examples for one in bare)
    assert tuple(replace(one, examples=()) for one in whole) == bare


def test_what_follows_the_examples_is_never_left_unread(tmp_path: Path, vocabulary: Vocabulary) -> None:
    before, mark, after = GOOD.partition("[rule]")
    rule, _, examples = after.partition("[[examples]]")
    file = tmp_path / "made-up.toml"
    file.write_text(f"{before}[[examples]]{examples}\n{mark}{rule}", encoding="utf-8")
    assert load_standard(file, vocabulary, examples=False).rule == load_standard(file, vocabulary).rule


HELD = (
    GOOD[: GOOD.index("[rule]")]
    + """[rule]
shape = "count"
count = { event = "investigation.allocated", held_by = "oic_ref" }
until = { event = "case.closed" }
at_most = 20
"""
)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('scope = "officer"', "scope"),
        ('same = "episode"', "same"),
        ('unless = { event = "decision.recorded", by = "actor_ref" }', "unless"),
    ],
)
def test_a_number_held_is_bound_by_the_case_alone(line: str, key: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    told = refusal(HELD + line + "\n" + GOOD[GOOD.index("[[examples]]") :], tmp_path, vocabulary)
    assert key in str(told) and "Take" in str(told)


LADDER = GOOD.replace(
    'same = "episode"',
    'same = "episode"\nextend = [{ event = "missing.reviewed", limit = %s }]',
)
CODES = 'look_up = "risk_level", values = { high = { hours = 1 } }'


@pytest.mark.parametrize(
    "limit", [f"{{ {CODES} }}", f'{{ {CODES}, parameter = "made_up_hours" }}', f'{{ by = "next_review_at", else = {{ {CODES} }} }}']
)
def test_an_extension_is_not_looked_up(limit: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert "cannot be a look-up" in str(refusal(LADDER % limit, tmp_path, vocabulary))
