"""The weights behind a pair: in words that name nobody, and as a waterfall whose steps add up."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from candour.records.linkage.comparisons import COMPARISONS
from candour.records.linkage.explaining import explain_pair
from candour.records.linkage.linking import link_records
from candour.records.linkage.name_lists import forms_of, load_lists
from candour.records.linkage.settings import LinkRefused
from candour.records.linkage.unions import Unions
from tests.support.identities import crowd, quick, record, write

HOME = {"family_name": "Skelderby", "address": "14 Rowan Street, Marford", "postcode": "NS4 1JW", "phone": "01632 961234"}
ROWS = [
    record("A", given_names="Elizabeth", born_on="2014-05-09", **HOME),
    record("B", source="missing", given_names="Liz", born_on="2014-09-05", **HOME),
    record("C", source="notices", given_names="Lizabetta", born_on="2014-05-09", **HOME),
]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked")
    link_records(write(folder / "in", [*crowd(), *ROWS]), "child", folder / "out", quick())
    return folder / "out"


def test_the_steps_add_up_to_the_weight_of_every_pair(linked: Path) -> None:
    pairs = duckdb.sql(
        f"SELECT left_ref, right_ref FROM '{linked / 'pairs.parquet'}' ORDER BY hash(left_ref || right_ref) LIMIT 40"
    ).fetchall()
    for left, right in pairs:
        one = explain_pair(linked, left, right)
        assert one.begin + sum(step.weight for step in one.steps) == pytest.approx(one.weight, abs=0.001)
        assert one.probability == pytest.approx(1 / (1 + 2**-one.weight), abs=1e-6)


def test_a_pair_is_explained_in_words_that_name_nobody(linked: Path) -> None:
    one = explain_pair(linked, "occurrences:child:A", "missing:child:B")
    assert (one.left_ref, one.outcome) == ("missing:child:B", "linked")
    said = " ".join(one.sentences())
    for words in (
        "a short form, or another spelling of one name",
        "day and month the other way round",
        "the same family name",
        "From 6 on a pair is linked",
    ):
        assert words in said
    assert not [name for name in ("Elizabeth", "Liz", "Skelderby", "Rowan", "2014") if name in said.replace("missing:child:B", "")]


def test_a_pair_held_back_says_by_what(linked: Path) -> None:
    one = explain_pair(linked, "occurrences:child:A", "notices:child:C")
    assert one.outcome == "possible"
    assert one.weight > one.linked_weight
    assert any(said.startswith("The weight did not decide: given names alike only in part") for said in one.sentences())


def test_the_waterfall_is_a_picture_and_a_table_without_scripts(linked: Path) -> None:
    shown = str(explain_pair(linked, "occurrences:child:A", "missing:child:B").waterfall("w1"))
    assert shown.count("<rect") == len(COMPARISONS_OF_A_CHILD) + 2
    assert 'role="img" aria-labelledby="w1"' in shown
    assert shown.index('aria-labelledby="w1-table"') < shown.index('<caption id="w1-table">')
    assert "<script" not in shown
    assert shown.count("<tr>") == len(COMPARISONS_OF_A_CHILD) + 2


COMPARISONS_OF_A_CHILD = ("given", "family", "born", "sex", "home", "phone", "school", "shared")


def test_a_pair_that_is_none_is_refused(linked: Path) -> None:
    with pytest.raises(LinkRefused, match="are no pair of this linkage"):
        explain_pair(linked, "occurrences:child:A", "occurrences:child:O0000001")


def test_levels_have_one_number_one_name_and_words() -> None:
    for comparison in COMPARISONS.values():
        names = [level.name for level in comparison.levels]
        assert len(set(names)) == len(names)
        for name in (*names, "otherwise", "blank"):
            assert comparison.name_of(comparison.value_of(name)) == name
            assert comparison.words_of(comparison.value_of(name))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("elizabeth", "beth"),
        ("liz", "beth"),
        ("alexandra", "alex"),
        ("mohammed", "muhammad"),
        ("yusuf", "yousaf"),
        ("rhys", "reece"),
        ("mcdonald", "macdonald"),
        ("jakub", "kuba"),
    ],
)
def test_names_agree_by_the_lists(one: str, two: str) -> None:
    assert set(forms_of(one, load_lists())) & set(forms_of(two, load_lists()))


@pytest.mark.parametrize(("one", "two"), [("ewan", "callum"), ("emily", "amelia"), ("adam", "daniel"), ("khan", "hussain")])
def test_names_that_are_two_names_do_not(one: str, two: str) -> None:
    assert not set(forms_of(one, load_lists())) & set(forms_of(two, load_lists()))


def test_unions_join_and_name_a_group_by_its_least() -> None:
    groups = Unions()
    for one, two in ((5, 3), (9, 5), (7, 8), (3, 9)):
        groups.join(one, two)
    assert [groups.of(one) for one in (9, 5, 3, 8, 7, 4)] == [3, 3, 3, 7, 7, 4]
    assert groups.groups([3, 4, 5, 7, 8, 9]) == {3: [3, 5, 9], 4: [4], 7: [7, 8]}
    assert groups.members() == [5, 8, 9]
