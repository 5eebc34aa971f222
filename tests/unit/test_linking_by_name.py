"""A name alone links no two records of children: what counts as something in common beside it, way by way, and what does not."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from candour.records.linkage.comparisons import COMPARISONS
from candour.records.linkage.explaining import explain_pair
from candour.records.linkage.judging import rules_sql
from candour.records.linkage.linking import link_records
from candour.simulation.identities.making import Identity
from tests.support.identities import crowd, quick, record, write

ALONE, FIRSTS = "name alone", "name and the first of a month"
NO_BIRTH: tuple[dict[str, str], dict[str, str]] = ({"born_on": "2012-10-31"}, {})
Pair = tuple[str, str, str, dict[str, str], dict[str, str], str | None]
PAIRS: list[Pair] = [
    # The names, the way in which the two records agree, what is in each, and the rule that holds them back (None: they are linked).
    # Births with nothing else in common.
    ("Maryam Yarborough", "born", "blank", *NO_BIRTH, ALONE),
    ("Rohan Inglewick", "born", "vague", {"born_on": "2012-01-01"}, {"born_on": "2012-01-01"}, ALONE),
    ("Zofia Hawkhurst", "born", "placeholder", {"born_on": "2012-01-01"}, {"born_on": "2012-07-14"}, ALONE),
    ("Idris Penmarsh", "born", "placeholder", {"born_on": "2012-01-01"}, {"born_on": "2011-07-14"}, ALONE),
    ("Beatrix Oldroydson", "born", "month", {"born_on": "2012-03-01"}, {"born_on": "2012-03-17"}, ALONE),
    ("Casimir Wetherlam", "born", "figures", {"born_on": "2012-03-19"}, {"born_on": "2012-08-18"}, ALONE),
    ("Delphine Crossthwaite", "born", "year", {"born_on": "2012-03-19"}, {"born_on": "2012-08-02"}, ALONE),
    ("Emrys Quillan", "born", "same", {"born_on": "2012-03-01"}, {"born_on": "2012-03-01"}, FIRSTS),
    ("Ffion Ravenglass", "born", "figure", {"born_on": "2012-01-01"}, {"born_on": "2013-01-01"}, FIRSTS),
    ("Gideon Hardraw", "born", "figure", {"born_on": "2012-03-01"}, {"born_on": "2012-04-01"}, FIRSTS),
    ("Hyacinth Muker", "born", "same", {"born_on": "2012-03-19"}, {"born_on": "2012-03-19"}, None),
    ("Ignatius Keldhead", "born", "turned", {"born_on": "2012-03-09"}, {"born_on": "2012-09-03"}, None),
    ("Jocasta Swinithwaite", "born", "figure", {"born_on": "2012-03-19"}, {"born_on": "2012-08-19"}, None),
    # Something else, where a birth is not there.
    ("Kester Arkengarth", "home", "same", {"address": "3 Larkfield Rise, Marford", "postcode": "NS5 4JJ"}, {"address": "3 Larkfield Rise, Marford", "postcode": "NS5 4JJ"}, None),
    ("Leopold Gunnerside", "home", "address", {"address": "8 Saltpan Lane, Skelby"}, {"address": "8 Saltpan Lane, Skelby"}, None),
    ("Mirabel Thwaitehead", "home", "postcode", {"postcode": "NS5 3QQ"}, {"postcode": "NS5 3QQ"}, None),
    ("Nerys Askrigg", "home", "street", {"address": "3 Hempland Drive, Marford"}, {"address": "41 Hempland Drive, Marford"}, ALONE),
    ("Octavia Bainbrigg", "home", "sector", {"postcode": "NS5 2AA"}, {"postcode": "NS5 2ZZ"}, ALONE),
    ("Peregrine Countersett", "home", "sector", {"postcode": "NS5 7AB"}, {"postcode": "NS6 7AB"}, ALONE),
    ("Quentin Semerwater", "home", "district", {"postcode": "NS5 2AB"}, {"postcode": "NS5 9ZY"}, ALONE),
    ("Rosalind Yockenthwaite", "phone", "same", {"phone": "01632 963333"}, {"phone": "01632 963333"}, None),
    ("Sylvester Hubberholme", "phone", "mail", {"phone": "sylvester.h@mail.example"}, {"phone": "sylvester.h@mail.example"}, None),
    ("Tabitha Gristhorpe", "phone", "mail_near", {"phone": "tabitha.g1@mail.example"}, {"phone": "tabitha.g2@mail.example"}, ALONE),
    ("Ursula Wensley", "phone", "near", {"phone": "01632 961111"}, {"phone": "01632 961112"}, ALONE),
    ("Valentine Oughtershaw", "school", "same", {"school": "S201"}, {"school": "S201"}, None),
    ("Winifred Langstrothe", "shared", "same", {"shared_id": "Q8834501"}, {"shared_id": "Q8834501"}, None),
    ("Xanthe Buckdenham", "shared", "near", {"shared_id": "Q7734501"}, {"shared_id": "Q7734502"}, ALONE),
    # Something else, where both births are there but only stand for a year or a month.
    ("Yolanda Starbotton", "phone", "same", {"phone": "01632 965555", "born_on": "2012-01-01"}, {"phone": "01632 965555", "born_on": "2012-01-01"}, None),
    ("Zebedee Kilnseyton", "phone", "same", {"phone": "01632 966666", "born_on": "2012-03-01"}, {"phone": "01632 966666", "born_on": "2012-03-01"}, None),
    ("Araminta Coniston", "home", "sector", {"postcode": "NS5 6AA", "born_on": "2012-03-01"}, {"postcode": "NS5 6ZZ", "born_on": "2012-03-01"}, FIRSTS),
]  # fmt: skip


def rows() -> list[Identity]:
    made = []
    for place, (name, comparison, _, one, two, _) in enumerate(PAIRS):
        given, family = name.split()
        born = NO_BIRTH if comparison != "born" and "born_on" not in one else ({}, {})
        for source, own, birth in (("missing", one, born[0]), ("occurrences", two, born[1])):
            made.append(record(f"P{place:02}", source=source, given_names=given, family_name=family, sex="female", **own, **birth))
    return made


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked")
    link_records(write(folder / "in", [*crowd(1500, seed=11), *rows()]), "child", folder / "out", quick())
    return folder / "out"


@pytest.mark.parametrize(("place", "pair"), list(enumerate(PAIRS)), ids=[f"{name}: {one} {way}" for name, one, way, *_ in PAIRS])
def test_only_what_is_the_same_links_two_records_of_one_name(linked: Path, place: int, pair: Pair) -> None:
    name, comparison, way, _, _, rule = pair
    found = duckdb.sql(
        f"SELECT outcome, held_back, weight, level_given, level_family, level_{comparison} FROM '{linked / 'pairs.parquet'}'"
        f" WHERE left_ref = 'missing:child:P{place:02}' AND right_ref = 'occurrences:child:P{place:02}'"
    ).fetchall()
    assert len(found) == 1, name
    outcome, held_back, weight, *levels = found[0]
    assert [COMPARISONS[one].name_of(level) for one, level in zip(("given", "family", comparison), levels, strict=True)] == [
        "same",
        "same",
        way,
    ]
    assert (outcome, held_back) == (("linked", None) if rule is None else ("possible", rule))
    if (comparison, way) != ("born", "figures"):
        assert weight > quick().linked_weight, "its weight alone would have linked it"


IN_COMMON: dict[str, set[str]] = {
    "home": {"same", "address", "postcode"},
    "phone": {"same", "mail"},
    "school": {"same"},
    "shared": {"same"},
    "given": set(),
    "family": set(),
    "sex": set(),
}
BIRTHS = {"same", "turned", "figure"}


def held(names: tuple[str, ...], at: dict[str, str], *, firsts: bool = False) -> set[str]:
    """Which of the two rules apply where a pair is at these levels, and has nothing to compare in the other comparisons."""
    columns = ", ".join(f"{COMPARISONS[name].value_of(at.get(name, 'blank'))} AS level_{name}" for name in names)
    rules = [(rule.name, condition) for rule, condition in rules_sql("child", names) if rule.name in (ALONE, FIRSTS)]
    return {
        name
        for name, condition in rules
        if duckdb.sql(f"SELECT {condition} FROM (SELECT {columns}, {firsts} AS first_of_month)").fetchall() == [(True,)]
    }


def test_every_way_of_agreeing_either_is_something_in_common_or_is_not() -> None:
    compared = quick().comparisons
    assert {*IN_COMMON, "born"} == set(compared)
    for name, lifting in IN_COMMON.items():
        for way in ("blank", "otherwise", *(level.name for level in COMPARISONS[name].levels)):
            expected: set[str] = set() if way in lifting else {ALONE}
            assert held(compared, {name: way, "born": "blank"}) == expected, f"{name}: {way}, no birth"
            expected = set() if way in lifting else {FIRSTS}
            assert held(compared, {name: way, "born": "same"}, firsts=True) == expected, f"{name}: {way}, first of a month"


def test_every_way_in_which_births_agree_either_is_a_birth_in_common_or_is_not() -> None:
    compared = quick().comparisons
    for level in COMPARISONS["born"].levels:
        assert held(compared, {"born": level.name}) == (set() if level.name in BIRTHS else {ALONE}), level.name
    assert held(compared, {"born": "blank"}) == {ALONE}
    assert held(compared, {"born": "otherwise"}) == set(), "that has a rule of its own"


def test_where_no_birth_is_compared_at_all_a_name_alone_links_nothing_either() -> None:
    compared = tuple(name for name in quick().comparisons if name != "born")
    assert held(compared, {}) == {ALONE}
    assert held(compared, {"school": "same"}) == set()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ALONE, "The weight did not decide: no date of birth in common"),
        (FIRSTS, "The weight did not decide: dates of birth that are both the first of a month"),
    ],
)
def test_a_reviewer_reads_why(linked: Path, rule: str, words: str) -> None:
    place = next(place for place, pair in enumerate(PAIRS) if pair[-1] == rule)
    said = explain_pair(linked, f"missing:child:P{place:02}", f"occurrences:child:P{place:02}").sentences()
    assert any(one.startswith(words) and "no address, postcode, telephone, e-mail address, school or number" in one for one in said)
