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
    first, second = copy.copy(GOOD), GOOD.replace("version = 1", 'version = 2\nedition = { changes = "Made up." }')
    (tmp_path / "one.toml").write_text(
        first.replace("[source]", 'in_force = { from = "2020-01-01", to = "2021-01-01" }\n[source]', 1), encoding="utf-8"
    )
    (tmp_path / "two.toml").write_text(second.replace("[source]", 'in_force = { from = "2021-01-01" }\n[source]', 1), encoding="utf-8")
    loaded, faults = check_standards(tmp_path, vocabulary)
    assert [standard.version for standard in loaded] == [1, 2]
    assert [fault.key for fault in faults] == ["in_force"]


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
