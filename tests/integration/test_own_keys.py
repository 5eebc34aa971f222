"""A made-up force whose systems share no key: what linking its records rightly brings back, and what the real linker makes of them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from candour.cli.assessing import summary
from candour.cli.linking import linker
from candour.evaluation.assessing import Question, assess
from candour.findings.doubt import doubts_of_findings, read_doubt
from candour.findings.explanation import as_text
from candour.findings.proofs import explain_finding
from candour.findings.runs import FINDINGS, Run, run_folder
from candour.records.importing import import_delivery
from candour.records.linkage.decisions import Decision
from candour.records.linkage.linking import CLUSTERS, PAIRS
from candour.records.linkage.unions import Unions
from candour.records.links import KindLinked, link_folder, link_store
from candour.records.quoting import text
from candour.records.reviewing import decide, guarded_pairs, to_review
from candour.records.vocabulary import find_catalogue
from candour.simulation.run import MAPPINGS, Made, simulate
from tests.support.repository import ROOT
from tests.support.two_systems import said_before_the_counts

CASES, SEED = 240, 4
RECEIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)
MADE_AT = datetime(2026, 4, 2, 9)
STANDARDS = (
    "custody/custody-aa-for-whole-stay",
    "domestic-abuse/da-children-cumulative-harm",
    "domestic-abuse/da-repeat-marac",
    "missing/missing-exploitation-checked",
    "missing/missing-marker-below-high-explained",
    "missing/missing-recorded-as-missing",
    "missing/repeat-missing-strategy",
    "recording/demographics-complete",
)
"""Standards that follow one child: across cases and systems, or by what another system says of the child."""
ONLY_LINKED = ("da-children-cumulative-harm", "da-repeat-marac", "missing-marker-below-high-explained", "repeat-missing-strategy")
"""Of these the ones of which nothing is seen to be done, or to be called for, but where a child's records in several systems are together."""
TOLD = "standard, version, outcome, reason, triggered_at, due_at, satisfied_at, written_at, late_by, measured, missing, case_ref, episode_ref, actor_ref, unit"


class Forces:
    """One made-up force twice, with and without a shared key, and what was assessed of both."""

    def __init__(self, folder: Path) -> None:
        self.standards = folder / "standards"
        self.standards.mkdir()
        for name in STANDARDS:
            shutil.copy(find_catalogue() / "standards" / f"{name}.toml", self.standards)
        self.shared, self.own = folder / "shared", folder / "own"
        self.made: dict[str, Made] = {}
        for made, own_keys in ((self.shared, False), (self.own, True)):
            self.made[made.name] = simulate(made, CASES, SEED, own_keys=own_keys)
            report = import_delivery(made / "exports", made / MAPPINGS if own_keys else "northshire", made / "store", received_at=RECEIVED)
            assert report.total("rows_refused") == 0
        self.truth = self.own / "truth" / "links.parquet"
        self.of_shared = self.held(self.shared / "store")
        self.unlinked = self.held(self.own / "store")
        link_store(self.own / "store", self.by_truth, made_at=MADE_AT)
        self.rightly = self.held(self.own / "store")
        self.links = link_store(self.own / "store", linker(), made_at=MADE_AT)
        self.linked = self.held(self.own / "store")
        self.child = link_folder(self.own / "store", self.links.link_id) / "child"

    def held(self, store: Path) -> Run:
        return assess(store, Question(standards=self.standards), made_at=MADE_AT)

    def by_truth(self, identities: Path, kind: str, out: Path, decided: Sequence[Decision]) -> KindLinked:
        """Each record with those that are truly of the same child."""
        rows = duckdb.sql(
            f"select record_ref, min(record_ref) over (partition by person) from {text(str(self.truth))} order by 1"
        ).fetchall()
        pq.write_table(pa.table({"record_ref": [row[0] for row in rows], "person_ref": [row[1] for row in rows]}), out / CLUSTERS)
        empty = {name: pa.array([], pa.string()) for name in ("left_ref", "right_ref", "outcome")}
        pq.write_table(pa.table(empty | {name: pa.array([], pa.float64()) for name in ("weight", "probability")}), out / PAIRS)
        return KindLinked(len(rows), len({row[1] for row in rows}), 0, 0)

    def findings(self, store: Path, run: Run) -> list[tuple[object, ...]]:
        """Every finding of a run, in order, with its child, trigger and answer named as where one reference is shared."""
        who = f"select record_ref, split_part(record_ref, ':', 3) as ref, person from {text(str(self.truth))}"

        def event(column: str) -> str:
            child = f"(select person from who where ref = split_part({column}, ':', 4))"
            return f"coalesce(regexp_replace({column}, ':[^:]*$', '') || ':' || {child}, {column})"

        def person(column: str) -> str:
            return f"coalesce((select person from who where record_ref = {column}), {column})"

        return duckdb.sql(
            f"with who as ({who}) select {event('trigger_event')}, {TOLD}, {event('evidence_event')}, {person('scope_key')}, {person('child_ref')} as child "
            f"from {text(str(run_folder(store, run.run_id) / FINDINGS))} order by all"
        ).fetchall()

    def rightly_joined(self) -> set[str]:
        """The children of whom the real linker joined every record with every other, and with none of anybody else."""
        return {
            row[0]
            for row in duckdb.sql(
                f"with told as (select * from {text(str(self.truth))} join {text(str(self.child / CLUSTERS))} using (record_ref)) "
                "select person from told group by person having count(distinct person_ref) = 1 "
                "and any_value(person_ref) in (select person_ref from told group by person_ref having count(distinct person) = 1)"
            ).fetchall()
        }


@pytest.fixture(scope="module")
def forces(tmp_path_factory: pytest.TempPathFactory) -> Forces:
    """Made, imported, linked and assessed once for all tests here."""
    return Forces(tmp_path_factory.mktemp("own-keys"))


def outcomes(found: list[tuple[object, ...]], standard: str) -> list[object]:
    return sorted(str(row[3]) for row in found if row[1] == standard)


def test_it_is_the_same_force_and_only_its_references_differ(forces: Forces) -> None:
    shared, own = forces.made["shared"], forces.made["own"]
    assert (own.cases, own.events, own.occasions) == (shared.cases, shared.events, shared.occasions)
    assert own.references > shared.references == 0
    tables = [text(str(made / "truth" / "truth.parquet")) for made in (forces.shared, forces.own)]
    columns = "standard, outcome, reason, why, stage, case_ref"
    assert duckdb.sql(f"select {columns} from {tables[0]}").fetchall() == duckdb.sql(f"select {columns} from {tables[1]}").fetchall()
    events = duckdb.sql(f"select event_id, child_ref from '{forces.own}/store/chronology/1/events.parquet'").fetchall()
    triggers = {row[0] for row in duckdb.sql(f"select distinct trigger from {tables[1]}").fetchall()}
    assert triggers <= {event_id for event_id, _ in events}, "the truth names events as import does"
    known = {row[0] for row in duckdb.sql(f"select split_part(record_ref, ':', 3) from {text(str(forces.truth))}").fetchall()}
    assert {ref for _, ref in events if ref is not None} <= known
    assert len(known) == own.references


def test_records_linked_rightly_give_the_findings_of_a_shared_key(forces: Forces) -> None:
    shared = forces.findings(forces.shared / "store", forces.of_shared)
    assert forces.findings(forces.own / "store", forces.rightly) == shared
    assert {str(row[1]) for row in shared} == {name.partition("/")[2] for name in STANDARDS}


def test_the_real_linker_finds_nearly_every_pair_and_hardly_a_wrong_one(forces: Forces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    found = import_module("linkage_data").of_clusters(forces.truth, forces.child / CLUSTERS)
    assert found.true > 600
    assert found.precision >= 0.998
    assert found.recall >= 0.97


def test_linked_children_make_findings_that_unlinked_records_do_not(forces: Forces) -> None:
    shared, unlinked, linked = (
        forces.findings(store, run)
        for store, run in (
            (forces.shared / "store", forces.of_shared),
            (forces.own / "store", forces.unlinked),
            (forces.own / "store", forces.linked),
        )
    )
    for standard in ONLY_LINKED:
        assert not {"met", "late"} & set(outcomes(unlinked, standard))
        assert {"met", "late"} & set(outcomes(linked, standard))
        assert outcomes(linked, standard) == outcomes(shared, standard)
    assert outcomes(unlinked, "da-repeat-marac") == []
    for standard in ("demographics-complete", "missing-recorded-as-missing"):
        missed = [outcomes(found, standard).count("missed") for found in (unlinked, linked, shared)]
        assert missed[0] > 3 * missed[1] >= 3 * missed[2] > 0, "what another system shows was taken for not done"
    joined = forces.rightly_joined()
    assert len(joined) > 0.9 * len({row[0] for row in duckdb.sql(f"select person from {text(str(forces.truth))}").fetchall()})
    assert [row for row in linked if row[-1] in joined] == [row for row in shared if row[-1] in joined]


def test_what_was_not_linked_is_said_before_any_figure(forces: Forces) -> None:
    words = "Nothing was linked across sources, though 7 sources say which children their records are about."
    assert forces.unlinked.cautions[0].startswith(words)
    assert said_before_the_counts(f"  Note: {words}", summary(forces.unlinked, forces.own / "store"))
    assert forces.linked.cautions == forces.of_shared.cautions == ()


def test_persons_are_made_of_linked_pairs_alone_and_a_possible_one_waits_for_a_decision(forces: Forces, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(forces.own / "store", store)
    pairs = duckdb.sql(f"select left_ref, right_ref, outcome, held_back from '{forces.child / PAIRS}'").fetchall()
    person = dict(duckdb.sql(f"from '{forces.child / CLUSTERS}'").fetchall())
    groups: Unions = Unions()
    number = {ref: place for place, ref in enumerate(sorted(person))}
    for left, right, outcome, _ in pairs:
        if outcome == "linked":
            groups.join(number[left], number[right])
    assert all((groups.of(number[one]) == groups.of(number[other])) == (person[one] == person[other]) for one, other, *_ in pairs)
    assert len({groups.of(place) for place in number.values()}) == len(set(person.values()))
    true = dict(duckdb.sql(f"from {text(str(forces.truth))}").fetchall())
    waiting = to_review(store)
    contradicted = {(left, right) for left, right, _, why in pairs if why == "cluster"}
    chosen = next(
        pair for pair in waiting if true[pair.left_ref] == true[pair.right_ref] and (pair.left_ref, pair.right_ref) not in contradicted
    )
    assert person[chosen.left_ref] != person[chosen.right_ref]
    two = chosen.id in guarded_pairs(store, waiting, ())
    for name in ("A Reviewer", "Another Reviewer")[: 2 if two else 1]:
        decide(store, chosen.id, "join", by=name, reason="the same school and birth", at=MADE_AT)
    run = link_store(store, linker(), made_at=MADE_AT)
    now = dict(duckdb.sql(f"from '{link_folder(store, run.link_id) / 'child' / CLUSTERS}'").fetchall())
    assert now[chosen.left_ref] == now[chosen.right_ref]
    assert len(set(now.values())) == len(set(person.values())) - 1


def test_findings_that_rest_on_undecided_links_say_so(forces: Forces) -> None:
    store = forces.own / "store"
    folder = run_folder(store, forces.linked.run_id)
    doubt = read_doubt(folder)
    assert doubt is not None
    assert doubt.pairs == len(to_review(store)) > 0
    assert doubt.sentence() in summary(forces.linked, store)
    persons = {person for pair in to_review(store) for person in (pair.left_person, pair.right_person)}
    rows = duckdb.sql(f"select finding_id, child_ref from '{folder / FINDINGS}'").fetchall()
    of_them = {finding_id for finding_id, child in rows if child in persons}
    told = doubts_of_findings(folder, [finding_id for finding_id, _ in rows])
    assert of_them
    assert set(told) == of_them
    assert len(told) == doubt.findings
    first = min(of_them)
    proof, _ = explain_finding(store, first, run_id=forces.linked.run_id, folder=forces.standards)
    assert told[first] in " ".join(as_text(proof).split())
