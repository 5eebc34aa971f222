"""What must not be linked: bad sources and columns, chains, contradictions; and reviewers' decisions, which stand above all weights."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from candour.records.linkage.comparisons import COMPARISONS
from candour.records.linkage.decisions import Decision, in_order
from candour.records.linkage.linking import LinkResult, link_records
from candour.records.linkage.settings import LinkRefused, LinkSettings, load_settings, settings_file
from candour.records.refusals import InputRefused
from candour.simulation.identities.making import Identity
from tests.support.identities import crowd, outcomes, persons, quick, record, write

HOME = {"family_name": "Skelderby", "address": "14 Rowan Street, Marford", "postcode": "NS4 1JW", "phone": "01632 961234"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained once on the crowd: what is tested here is not what is learned."""
    folder = tmp_path_factory.mktemp("trained")
    return link_records(write(folder, crowd()), "child", folder / "out", quick()).folder / "model.json"


def link(tmp_path: Path, rows: list[Identity], model: Path | None, settings: LinkSettings | None = None, **more: object) -> LinkResult:
    return link_records(write(tmp_path, rows), "child", tmp_path / "out", settings, model=model, **more)  # type: ignore[arg-type]  # one place for keywords


def words(result: LinkResult, sort: str) -> list[str]:
    return [one.words for one in result.raised if one.sort == sort]


def test_a_source_without_identifiers_is_left_out_and_raised(tmp_path: Path, model: Path) -> None:
    bare = [record(f"B{number}", source="bare", given_names="Ewan") for number in range(40)]
    result = link(tmp_path, [*crowd(), *bare], model)
    (said,) = words(result, "source")
    assert "Source bare: 0 of its 40 records" in said
    found = persons(tmp_path / "out")
    assert len({found[one.record_ref] for one in bare}) == 40
    assert json.loads((tmp_path / "out" / "raised.json").read_text())[0]["sort"] in ("source", "column")


def test_nothing_is_linked_where_no_source_has_identifiers(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="No source has usable identifiers"):
        link(tmp_path, [record(f"B{number}", given_names="Ewan") for number in range(40)], None, quick())


def test_a_column_of_one_value_counts_as_blank_and_is_raised(tmp_path: Path, model: Path) -> None:
    born, home = date(1900, 1, 1), {"address": "1 Station Road, Skelby", "postcode": "NS1 1AA", "phone": "01632 960000"}
    flat = [one._replace(born_on=born, **home, shared_id="0000") for one in crowd(120, seed=77) if one.source_system == "missing"]
    flat = [
        one._replace(record_ref=f"flat:child:{one.ref}", source_system="flat", given_names="Ewan", family_name=f"Name{number}")
        for number, one in enumerate(flat)
    ]
    rows = [*crowd(), *flat]
    result = link(tmp_path, rows, model)
    told = " ".join(words(result, "column"))
    for title in ("given names", "date of birth", "address", "postcode", "telephone", "shared number"):
        assert f"records with a {title} hold one value" in told
    found = persons(tmp_path / "out")
    assert len({found[one.record_ref] for one in flat}) == len(flat)


def test_a_chain_that_would_join_hundreds_is_raised_and_not_merged(tmp_path: Path, model: Path) -> None:
    one = {**HOME, "given_names": "Rowan", "born_on": "2012-12-12"}
    many = [record(f"C{number:03d}", "one", **one) for number in range(45)]
    result = link(tmp_path, [*crowd(), *many], model)
    (said,) = words(result, "chain")
    assert "one of 45 records, more than the 40" in said
    found = persons(tmp_path / "out")
    assert len({found[each.record_ref] for each in many}) == 45
    assert outcomes(tmp_path / "out")["occurrences:child:C000", "occurrences:child:C001"] == "possible"
    (chain,) = [each for each in result.raised if each.sort == "chain"]
    assert set(chain.record_refs) == {each.record_ref for each in many}


def test_a_record_without_a_given_name_does_not_join_twins(tmp_path: Path, model: Path) -> None:
    both = {**HOME, "born_on": "2014-05-09", "shared_id": "A9999 00412"}
    twins = [record("T1", given_names="Ewan", **both), record("T2", given_names="Callum", **both)]
    nameless = record("T3", source="missing", given_names="Baby", **both)
    result = link(tmp_path, [*crowd(), *twins, nameless], model)
    found = persons(tmp_path / "out")
    assert len({found[one.record_ref] for one in (*twins, nameless)}) == 3
    assert [said for said in words(result, "contradiction") if "missing:child:T3" in said]
    assert outcomes(tmp_path / "out")["missing:child:T3", "occurrences:child:T1"] == "possible"


@pytest.mark.parametrize("number", [None, "B120004567890"])
def test_a_record_without_a_given_name_is_not_linked_by_what_its_twin_has_too(tmp_path: Path, model: Path, number: str | None) -> None:
    same = {"born_on": "2014-05-09", "sex": "male", "postcode": "NS4 1JW"}
    police = record("T1", given_names="Kieran", family_name="Skelderby", address=HOME["address"], **same)
    other = record("T2", source="return", shared_id=number, **same)
    numbered = record("T9", source="return", shared_id="C120004567891")
    link(tmp_path, [*crowd(), police, other, numbered], model)
    found = persons(tmp_path / "out")
    assert found["occurrences:child:T1"] != found["return:child:T2"]
    assert outcomes(tmp_path / "out")["occurrences:child:T1", "return:child:T2"] == "possible"


def test_records_are_not_linked_by_birth_and_postcode_where_no_source_gives_a_name(tmp_path: Path, model: Path) -> None:
    rows = [one._replace(given_names=None, family_name=None, other_names=None) for one in crowd(1200, seed=12)]
    numbered = [one._replace(shared_id=one.shared_id or f"Z{place:06d}") if place % 3 else one for place, one in enumerate(rows)]
    link(tmp_path, numbered, None, quick())
    found = duckdb.sql(f"SELECT outcome, level_shared FROM '{tmp_path / 'out' / 'pairs.parquet'}'").fetchall()
    assert {level for outcome, level in found if outcome == "linked"} <= {COMPARISONS["shared"].value_of("same")}
    assert [level for outcome, level in found if outcome == "possible"]


def test_a_small_nameless_return_does_not_end_the_training(tmp_path: Path) -> None:
    rows = [one for one in crowd(1200, seed=12) if one.source_system != "notices"]
    police = [one for one in rows if one.source_system == "occurrences"]
    nameless = [
        record(f"R{place}", one.person, "return", born_on=one.born_on, sex=one.sex, postcode=one.postcode, shared_id=one.shared_id)
        for place, one in enumerate(police[:250])
    ]
    result = link(tmp_path, [*rows, *nameless], None, quick())
    assert result.linked > 100


def test_a_training_rule_that_splink_refuses_is_named_and_the_others_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from splink.internals.em_training_session import EMTrainingSession

    learn = EMTrainingSession._train

    def refuse(session: EMTrainingSession) -> object:
        if "born_figures" in session._blocking_rule_for_training.blocking_rule_sql:
            raise ValueError("m_probability value 0.0 is below the minimum allowed value")
        return learn(session)

    monkeypatch.setattr(EMTrainingSession, "_train", refuse)
    result = link(tmp_path, crowd(1200, seed=12), None, quick())
    (said,) = words(result, "training")
    assert "the same date of birth" in said
    assert result.linked > 100


@pytest.mark.parametrize("number", ["UNKNOWN", "n/a", "UN1", "0000000", "00-00", "12345", "A9999 00412"])
def test_a_number_written_for_twins_alike_does_not_make_one_of_them(tmp_path: Path, model: Path, number: str) -> None:
    both = {**HOME, "born_on": "2014-05-09", "shared_id": number}
    twins = [record("K1", given_names="Kieran", **both), record("K2", source="missing", given_names="Declan", **both)]
    link(tmp_path, [*crowd(), *twins], model)
    found = persons(tmp_path / "out")
    assert found["occurrences:child:K1"] != found["missing:child:K2"]
    real = "possible" if number.startswith("A9999") else None
    assert outcomes(tmp_path / "out").get(("missing:child:K2", "occurrences:child:K1")) == real


def test_a_number_that_many_records_of_one_source_hold_counts_as_blank_everywhere(tmp_path: Path, model: Path) -> None:
    rows = [
        record(f"P{place}", given_names=name, family_name=f"Skel{name}", born_on=f"2010-0{place}-11", shared_id="PLACEHOLDER 7")
        for place, name in enumerate(("Orla", "Ewan", "Priya", "Freya"), 1)
    ]
    lone = record("P9", source="missing", given_names="Orla", family_name="Thornwick", shared_id="PLACEHOLDER7")
    result = link(tmp_path, [*crowd(), *rows, lone], model)
    (said,) = words(result, "number")
    assert "Source occurrences: 4 of its records hold one shared number" in said
    assert "placeholder" not in (tmp_path / "out" / "raised.json").read_text().lower()
    found = persons(tmp_path / "out")
    assert len({found[one.record_ref] for one in (*rows, lone)}) == 5
    assert ("missing:child:P9", "occurrences:child:P1") not in outcomes(tmp_path / "out")
    link(tmp_path, [*crowd(), *rows[:3], lone], model)
    assert ("missing:child:P9", "occurrences:child:P1") in outcomes(tmp_path / "out")


def test_two_dates_of_birth_each_in_two_records_are_not_joined_through_a_third(tmp_path: Path, model: Path) -> None:
    name = {**HOME, "given_names": "Rowan"}
    rows = [
        record(f"F{number}", born_on=born, **name) for number, born in enumerate(("2008-03-02", "2008-03-02", "2015-09-27", "2015-09-27"))
    ]
    middle = record("F9", source="missing", **name)
    link(tmp_path, [*crowd(), *rows, middle], model)
    found = persons(tmp_path / "out")
    first, second = ({found[one.record_ref] for one in own} for own in (rows[:2], rows[2:]))
    assert len(first) == len(second) == 1
    assert first != second


def test_a_source_that_holds_each_person_once_is_not_joined_within_itself(tmp_path: Path, model: Path) -> None:
    one = {**HOME, "given_names": "Rowan", "born_on": "2012-12-12"}
    rows = [record("U1", source="register", **one), record("U2", source="register", **one), record("U3", source="missing", **one)]
    link(tmp_path, [*crowd(), *rows], model, unique_sources=("register",))
    found = persons(tmp_path / "out")
    assert found["register:child:U1"] != found["register:child:U2"]
    link(tmp_path, [*crowd(), *rows], model)
    assert persons(tmp_path / "out")["register:child:U2"] == persons(tmp_path / "out")["missing:child:U3"]


def test_decisions_are_honoured_whatever_the_weight(tmp_path: Path, model: Path) -> None:
    rows = crowd()
    link(tmp_path, rows, model)
    (left, right), _ = next(item for item in outcomes(tmp_path / "out").items() if item[1] == "linked")
    strangers = ("notices:child:N0000001", "notices:child:N0000400")
    gone = Decision("occurrences:child:GONE", strangers[0], joined=True)
    result = link(tmp_path, rows, model, decisions=[Decision(right, left, joined=False), Decision(*strangers, joined=True), gone])
    found = persons(tmp_path / "out")
    assert found[left] != found[right]
    assert found[strangers[0]] == found[strangers[1]]
    assert (left, right) not in outcomes(tmp_path / "out")
    rows_of = duckdb.sql(
        f"SELECT decision FROM '{tmp_path / 'out' / 'pairs.parquet'}' WHERE left_ref = '{strangers[0]}' AND right_ref = '{strangers[1]}'"
    ).fetchall()
    assert rows_of == [("joined",)]
    assert any("GONE is not among the records" in said for said in words(result, "decision"))


def test_decisions_that_contradict_each_other_are_refused_by_the_pair() -> None:
    a, b, c = "x:child:A", "x:child:B", "x:child:C"
    with pytest.raises(LinkRefused, match="x:child:A and x:child:B are both joined and kept apart"):
        in_order([Decision(b, a, joined=True), Decision(a, b, joined=False)])
    with pytest.raises(LinkRefused, match="x:child:A and x:child:C are kept apart, but are joined through others"):
        in_order([Decision(a, b, joined=True), Decision(b, c, joined=True), Decision(c, a, joined=False)])
    with pytest.raises(LinkRefused, match="with itself"):
        in_order([Decision(a, a, joined=True)])
    assert in_order([Decision(b, a, joined=True), Decision(a, b, joined=True)]) == [Decision(a, b, joined=True)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"not parquet"), "cannot be read as Parquet"),
        (lambda path: duckdb.sql("SELECT 1 AS one").write_parquet(str(path)), "has no column record_ref, source_system, person_kind"),
        (lambda path: write(path.parent, [record("A"), record("A")]), "'occurrences:child:A' is there more than once"),
        (lambda path: write(path.parent, [record("A", kind="place")]), "holds no child"),
        (lambda path: write(path.parent, [record("A", given_names="Ewan", **HOME), record("B", given_names="Priya", family_name="Ketton", phone="01632 968888")]), "nothing to learn from"),
    ],
)  # fmt: skip
def test_what_cannot_be_linked_is_refused_with_how_to_mend_it(tmp_path: Path, make: object, said: str) -> None:
    path = tmp_path / "identities.parquet"
    make(path)  # type: ignore[operator]  # a function of the path
    with pytest.raises(LinkRefused, match=said):
        link_records(path, "child", tmp_path / "out", quick())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed            = 20260401", 'seed            = "x"', r"\[training\] seed must be a number; it is 'x'"),
        ("least_m ", "leastm ", r"\[training\] does not know 'leastm'. Near it: least_m"),
        ('["given", "family", "born", "sex", "home", "phone", "school", "shared"]', '["given", "shoe"]', "names 'shoe'"),
        ("possible_weight = 0.0", "possible_weight = 99", "possible_weight is 99 and linked_weight 6"),
        ("[clusters]", "[clusterz]", r"\[clusters\] is not there"),
        ("version = 1", "version = ", "not TOML"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_by_key_and_value(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "settings.toml"
    text = settings_file().read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LinkRefused, match=said):
        load_settings("child", path)


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(LinkRefused, match="'officer'; it is one of child, suspect, place"):
        load_settings("officer")


def test_thresholds_are_the_settings(tmp_path: Path, model: Path) -> None:
    rows = crowd()
    usual, strict = quick(), replace(quick(), linked_weight=90.0, possible_weight=20.0)
    assert link(tmp_path, rows, model, usual).linked > 1000
    result = link(tmp_path, rows, model, strict)
    assert result.linked == 0
    assert result.persons == result.records


def test_a_model_of_another_kind_or_release_is_refused(tmp_path: Path, model: Path) -> None:
    path = write(tmp_path, crowd(50))
    with pytest.raises(LinkRefused, match="was trained on the kind child, and suspect is asked for"):
        link_records(path, "suspect", tmp_path / "out", model=model)
    for old, new, said in (
        ('"label_for_charts": "figures"', '"label_for_charts": "digits"', "compares born in other ways"),
        ('"format": 1', '"format": 9', "is of format 9"),
        ("{", "[", "is not a model"),
    ):
        changed = tmp_path / "model.json"
        changed.write_text(model.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        with pytest.raises(LinkRefused, match=said):
            link_records(path, "child", tmp_path / "out", model=changed)
