"""Linking records: what one child's records share is enough, what a household shares is not, and the same input gives the same answer."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from candour.records.linkage.comparisons import COMPARISONS
from candour.records.linkage.linking import link_records
from candour.records.linkage.model import read_model
from tests.support.identities import crowd, outcomes, persons, quick, record, write
from tests.support.repository import ROOT

HOME = {"family_name": "Skelderby", "address": "14 Rowan Street, Marford", "postcode": "NS4 1JW", "phone": "01632 961234"}
OTHER_HOME = {"address": "2 Quarry Lane, Skelby", "postcode": "NS9 8QQ", "phone": "01632 967777"}
PEOPLE = [
    record("T1", "twin one", given_names="Ewan", born_on="2014-05-09", sex="male", **HOME),
    record("T2", "twin two", given_names="Callum", born_on="2014-05-09", sex="male", **HOME),
    record("T3", "twin one", "missing", given_names="Ewan", born_on="2014-05-09", sex="male", **HOME),
    record("T4", "twin two", "missing", given_names="Callum", born_on="2014-05-09", sex="male", **HOME),
    record("S1", "sister", given_names="Priya", born_on="2012-02-01", sex="female", **HOME),
    record("D1", "turned", given_names="Orla", family_name="Ketton", born_on="2011-04-07", **OTHER_HOME),
    record("D2", "turned", "missing", given_names="Orla", family_name="Ketton", born_on="2011-07-04", postcode="ns98qq"),
    record("N1", "short", given_names="Elizabeth", family_name="Garthwaite", born_on="2009-11-23", postcode="NS7 3AB"),
    record("N2", "short", "missing", given_names="Lizzie", family_name="Garthwaite", born_on="2009-11-23", postcode="NS7 3AB"),
    record("M1", "spelt", given_names="Mohammed", family_name="Choudhury", born_on="2010-06-30", postcode="NS8 2DD"),
    record("M2", "spelt", "missing", given_names="Muhammad", family_name="Chowdhury", born_on="2010-06-30", postcode="NS8 2DD"),
    record("X1", "crossed", given_names="Freya", family_name="Thornwick", born_on="2013-08-19", postcode="NS2 5EE"),
    record("X2", "crossed", "missing", given_names="Thornwick", family_name="Freya", born_on="2013-08-19", postcode="NS2 5EE"),
    record("H1", "two names", given_names="Isla", family_name="Hawkshaw-Lyle", born_on="2015-03-12", postcode="NS3 6FF"),
    record("H2", "two names", "missing", given_names="Isla", family_name="Lyle", born_on="2015-03-12", postcode="NS3 6FF"),
]  # fmt: skip


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked")
    link_records(write(folder / "in", [*crowd(), *PEOPLE]), "child", folder / "out", quick())
    return folder / "out"


def one_person(folder: Path, first: str, second: str) -> bool:
    found = persons(folder)
    return found[f"occurrences:child:{first}"] == found[f"missing:child:{second}"]


@pytest.mark.parametrize(
    ("first", "second"), [("D1", "D2"), ("N1", "N2"), ("M1", "M2"), ("X1", "X2"), ("H1", "H2"), ("T1", "T3"), ("T2", "T4")]
)
def test_one_child_written_in_two_ways_is_linked(linked: Path, first: str, second: str) -> None:
    assert one_person(linked, first, second)


def test_twins_brothers_and_sisters_are_never_linked_and_never_even_possible(linked: Path) -> None:
    found = persons(linked)
    assert len({found[f"occurrences:child:{ref}"] for ref in ("T1", "T2", "S1")}) == 3
    refs = {f"{source}:child:{ref}" for source, own in (("occurrences", ("T1", "T2", "S1")), ("missing", ("T3", "T4"))) for ref in own}
    inside = {pair for pair in outcomes(linked) if set(pair) <= refs}
    assert inside == {("missing:child:T3", "occurrences:child:T1"), ("missing:child:T4", "occurrences:child:T2")}


def test_the_first_of_january_or_of_a_month_weighs_far_less_than_a_date(linked: Path) -> None:
    weights = read_model(linked / "model.json").weights()["born"]
    by_level = {value: m / u for value, (m, u) in weights.items()}
    born = COMPARISONS["born"]
    same, year_alone, month_alone = (by_level[born.value_of(level)] for level in ("same", "placeholder", "month"))
    assert same > 50 * max(year_alone, month_alone)
    assert max(year_alone, month_alone) < 30


def test_a_person_ref_is_the_least_record_ref_of_its_records_and_every_record_has_one(linked: Path) -> None:
    found = persons(linked)
    assert len(found) == 2500 + len(PEOPLE)
    members: dict[str, list[str]] = {}
    for ref, person in found.items():
        members.setdefault(person, []).append(ref)
    assert all(person == min(own) for person, own in members.items())
    assert all(left < right for left, right in outcomes(linked))


def test_precision_and_recall_on_made_up_people_that_nothing_was_tuned_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    data = importlib.import_module("linkage_data")
    path = write(tmp_path, crowd(3000, seed=907))
    result = link_records(path, "child", tmp_path / "out", quick())
    found = data.of_clusters(tmp_path / "truth.parquet", tmp_path / "out" / "clusters.parquet")
    assert found.precision >= 0.998
    assert found.recall >= 0.97
    assert result.records == 3000


def test_the_same_records_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    rows = crowd(500, seed=5)
    for name, given in (("one", rows), ("two", rows[::-1])):
        link_records(write(tmp_path / name, given), "child", tmp_path / name / "out", quick())
    for file in ("pairs.parquet", "clusters.parquet", "model.json", "raised.json"):
        assert (tmp_path / "one" / "out" / file).read_bytes() == (tmp_path / "two" / "out" / file).read_bytes(), file


def test_a_model_is_trained_once_and_used_again_with_the_same_answer(tmp_path: Path, linked: Path) -> None:
    path = write(tmp_path, [*crowd(), *PEOPLE])
    said: list[str] = []
    link_records(path, "child", tmp_path / "out", model=linked / "model.json", progress=said.append)
    assert not any("learning" in one for one in said)
    assert persons(tmp_path / "out") == persons(linked)
    assert outcomes(tmp_path / "out") == outcomes(linked)


def test_suspects_and_places_are_linked_by_settings_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    data = importlib.import_module("linkage_data")
    neighbours = [
        record("L1", "one door", kind="place", address="Flat 2, 9 Mill Road, Ketton", postcode="NS5 5AA"),
        record("L2", "next door", "missing", kind="place", address="Flat 3, 9 Mill Rd Ketton", postcode="NS5 5AA"),
    ]
    for kind, extra in (("suspect", []), ("place", neighbours)):
        folder = tmp_path / kind
        link_records(write(folder, [*crowd(2500, 8, kind), *extra]), kind, folder / "out", quick(kind))
        found = data.of_clusters(folder / "truth.parquet", folder / "out" / "clusters.parquet")
        assert found.precision >= 0.998, kind
        assert found.recall >= 0.95, kind
    assert persons(tmp_path / "place" / "out")["occurrences:place:L1"] != persons(tmp_path / "place" / "out")["missing:place:L2"]


def test_what_is_written_is_its_owners_alone_and_says_nothing_of_names(linked: Path) -> None:
    assert all((linked / file).stat().st_mode & 0o077 == 0 for file in ("pairs.parquet", "clusters.parquet"))
    said = (linked / "raised.json").read_text() + json.dumps(json.loads((linked / "model.json").read_text()))
    assert "Skelderby".lower() not in said.lower()
    assert not (linked / ".spill").exists()


def test_linking_needs_no_pandas(tmp_path: Path) -> None:
    path = write(tmp_path, crowd(400, seed=2))
    code = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('pandas', 'numpy', 'altair', 'igraph'): raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "from pathlib import Path\n"
        "from candour.records.linkage.linking import link_records\n"
        f"link_records(Path({str(path)!r}), 'child', Path({str(tmp_path / 'out')!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
    assert (tmp_path / "out" / "clusters.parquet").is_file()
