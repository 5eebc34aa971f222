"""Link runs of a store: what two systems say of one child becomes one chronology, and an assessment uses it while it is of the present generation."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from candour.cli.assessing import summary, told
from candour.cli.linking import summary as link_summary
from candour.evaluation.assessing import Question, assess
from candour.findings.comparison import compare
from candour.findings.doubt import read_doubt
from candour.findings.explanation import as_text
from candour.findings.proofs import explain_finding
from candour.findings.reporting.gathering import gather
from candour.findings.reporting.summary import summary_of
from candour.findings.runs import FINDINGS, Run, run_folder
from candour.records.linkage.decisions import Decision
from candour.records.linkage.settings import LinkRefused
from candour.records.links import KindLinked, LinkRun, link_folder, link_ids, link_store, linked_kinds, read_links
from candour.records.refusals import InputRefused, StoreBusy
from candour.records.reviewing import decide
from candour.records.store import hold
from tests.support.two_systems import MADE_AT, exact, link, said_before_the_counts, take

EPISODES = [("M1", "01/03/2026 18:00"), ("M2", "08/03/2026 18:00"), ("M3", "15/03/2026 18:00"), ("M5", "22/03/2026 18:00")]


def lines(*rows: tuple[int, str, str], restricted: str = "N") -> list[tuple[str, str, str, str, str, dict[str, str]]]:
    return [
        (EPISODES[place][0], ref, given, "Quillfeather", restricted, {"reported_at": EPISODES[place][1], "created_at": EPISODES[place][1]})
        for place, ref, given in rows
    ]


def apart(base: Path, given: str = "Orla") -> Path:
    """The coast knows the child as K1, the dales as D9; another child of the dales has K1."""
    other = ("M4", "K1", "Else", "Whoever", "N", {"reported_at": "20/03/2026 18:00", "created_at": "20/03/2026 18:00"})
    return take(base, {"coast": lines((0, "K1", "Orla"), (2, "K1", "Orla")), "dales": [*lines((1, "D9", given)), other]})


@pytest.fixture
def standards(tmp_path: Path) -> Path:
    folder = tmp_path / "standards"
    folder.mkdir()
    source = Path(__file__).resolve().parents[2] / "catalogue" / "standards" / "missing" / "repeat-missing-strategy.toml"
    (folder / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def held(store: Path, standards: Path, *, unlinked: bool = False) -> Run:
    return assess(store, Question(standards=standards, unlinked=unlinked, nation="England"), made_at=MADE_AT)


def findings(store: Path, run: Run) -> list[tuple[object, ...]]:
    file = run_folder(store, run.run_id) / FINDINGS
    return duckdb.sql(
        f"select standard, split_part(trigger_event, ':', 2), outcome, reason, measured, triggered_at, due_at from '{file}' order by all"
    ).fetchall()


def test_the_linked_chronology_has_one_reference_for_a_child_and_loses_nothing(tmp_path: Path) -> None:
    store = apart(tmp_path)
    run = link(store)
    folder = link_folder(store, run.link_id)
    events = f"'{folder}/chronology/events.parquet'"
    assert duckdb.sql(f"select split_part(event_id, ':', 2), child_ref from {events} order by 1").fetchall() == [
        ("M1", "coast:child:K1"),
        ("M2", "coast:child:K1"),
        ("M3", "coast:child:K1"),
        ("M4", "dales:child:K1"),
    ]
    before = f"'{store}/chronology/1/events.parquet'"
    assert not duckdb.sql(f"select * exclude child_ref from {events} except select * exclude child_ref from {before}").fetchall()
    assert duckdb.sql(f"select position from {events}").fetchall() == [(0,), (1,), (2,), (3,)]
    assert run.kinds["child"] == KindLinked(3, 2, 1, 0)
    assert read_links(store) == run


def test_everything_of_it_is_its_owners_alone(tmp_path: Path) -> None:
    store = apart(tmp_path)
    link(store)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (store / "links").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in [store / "links", *(store / "links").rglob("*")]} == {0o600, 0o700}


def test_a_standard_about_a_child_often_missing_finds_after_linking_what_one_key_would_have_shown(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path / "apart")
    truth_lines = lines((0, "T1", "Orla"), (1, "T1", "Orla"), (2, "T1", "Orla"))
    other = ("M4", "T2", "Else", "Whoever", "N", {"reported_at": "20/03/2026 18:00", "created_at": "20/03/2026 18:00"})
    truth = take(tmp_path / "truth", {"coast": [*truth_lines, other]})
    expected = findings(truth, held(truth, standards))
    assert expected
    assert findings(store, held(store, standards)) != expected
    link(store)
    run = held(store, standards)
    assert run.links == "0001"
    assert findings(store, run) == expected
    assert told(run, store)["links"] == "0001"
    assert "links 0001" in summary(run, store)
    assert findings(store, held(store, standards, unlinked=True)) != expected


def test_records_that_nobody_linked_are_said_before_any_figure(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path)
    run = held(store, standards)
    words = "Nothing was linked across sources, though 2 sources say which children their records are about."
    (caution,) = run.cautions
    assert caution.startswith(words)
    assert caution.endswith("Use candour link first.")
    assert said_before_the_counts(f"  Note: {words}", summary(run, store))
    link(store)
    assert held(store, standards).cautions == ()
    alone = take(tmp_path / "alone", {"coast": lines((0, "K1", "Orla"))})
    assert held(alone, standards).cautions == (), "one source alone has nothing to be linked with"


def test_links_that_were_left_aside_are_not_said_to_be_wanting(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path)
    link(store)
    run = held(store, standards, unlinked=True)
    (caution,) = run.cautions
    words = "Links 0001 were left aside, as was asked (--unlinked), though 2 sources say which children their records are about."
    assert caution.startswith(words)
    assert caution.endswith("Leave --unlinked out to use them.")
    assert said_before_the_counts(f"  Note: {words}", summary(run, store))
    assert "Nothing was linked" not in summary(run, store)
    assert "candour link" not in caution


def of_both(store: Path, kind: str) -> None:
    """Say in the store's chronology that both systems know one of a kind, by other references."""
    file = store / "chronology" / (store / "chronology" / "CURRENT").read_text().strip() / "identities.parquet"
    more = " union all ".join(
        f"select * replace ('{source}:{kind}:{ref}' as record_ref, '{source}' as source_system, '{kind}' as person_kind, '{ref}' as ref) "
        f"from (select * from '{file}' order by record_ref limit 1)"
        for source, ref in (("coast", "S1"), ("dales", "S2"))
    )
    duckdb.sql(f"copy (select * from '{file}' union all {more} order by record_ref) to '{file}.new' (format parquet)")
    Path(f"{file}.new").rename(file)


def but_children(identities: Path, kind: str, out: Path, decided: Sequence[Decision]) -> KindLinked:
    if kind == "child":
        raise LinkRefused("No source has usable identifiers of a child.")
    return exact(identities, kind, out, decided)


def test_a_kind_that_could_not_be_linked_is_not_taken_for_linked_because_another_was(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path)
    of_both(store, "suspect")
    of_both(store, "place")
    made = link_store(store, but_children, made_at=MADE_AT)
    assert made.kinds["suspect"].linked == 1
    assert linked_kinds(store, made.link_id) == ("suspect", "place")
    run = held(store, standards)
    (caution,) = run.cautions
    words = "Links 0001 could not link children across sources, though 2 sources say which children their records are about. Two references were taken for two children"
    assert run.links == "0001"
    assert caution.startswith(words)
    assert said_before_the_counts(f"  Note: {words}", summary(run, store))
    assert "Suspects and places are linked across sources, as links 0001 have them" in summary(run, store)
    assert told(run, store)["cautions"] == [caution]
    (of_all,) = held(store, standards, unlinked=True).cautions
    assert "2 sources say which children their records are about, and 2 say which suspects, and 2 say which places." in of_all
    assert "taken for two children or suspects or places" in of_all
    link(store)
    assert held(store, standards).cautions == ()


def test_the_proof_of_a_linked_finding_shows_the_events_of_both_systems(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path)
    link(store)
    run = held(store, standards)
    finding = duckdb.sql(
        f"select finding_id from '{run_folder(store, run.run_id) / FINDINGS}' order by triggered_at desc limit 1"
    ).fetchall()
    explanation, _ = explain_finding(store, str(finding[0][0]), folder=standards)
    shown = str(explanation)
    assert "coast" in shown
    assert "dales" in shown
    assert "Quillfeather" not in shown


def test_links_older_than_the_chronology_are_refused_unless_left_aside(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path)
    link(store)
    take(tmp_path, {"coast": lines((0, "K1", "Orla"))}, datetime(2026, 6, 1))
    with pytest.raises(InputRefused, match="links 0001 are of chronology 1, and the present one is 2") as refused:
        held(store, standards)
    assert "--unlinked" in str(refused.value)
    assert "candour link" in str(refused.value)
    assert held(store, standards, unlinked=True).links is None
    link(store)
    assert held(store, standards).links == "0002"


def test_two_at_once_and_a_store_with_nobody_in_it_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="holds no chronology"):
        link(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    store = apart(tmp_path)
    with hold(store), pytest.raises(StoreBusy):
        link(store)
    number = (store / "chronology" / "CURRENT").read_text().strip()
    (store / "chronology" / number / "identities.parquet").unlink()
    with pytest.raises(LinkRefused, match="no source says who"):
        link(store)


def test_a_link_run_that_fails_leaves_nothing_and_what_was_killed_is_swept(tmp_path: Path) -> None:
    store = apart(tmp_path)

    def fails(*_: object) -> KindLinked:
        raise RuntimeError("broken off")

    with pytest.raises(RuntimeError):
        link_store(store, fails, made_at=MADE_AT)
    assert link_ids(store) == ()
    assert not [path for path in (store / "links").iterdir() if path.is_dir()]
    (store / "links" / ".0007").mkdir()
    link(store)
    assert not (store / "links" / ".0007").exists()


def test_a_kind_that_cannot_be_linked_is_refused_with_its_reason(tmp_path: Path) -> None:
    store = apart(tmp_path)

    def refuses(*_: object) -> KindLinked:
        raise LinkRefused("No source has usable identifiers.")

    with pytest.raises(LinkRefused, match="usable identifiers"):
        link_store(store, refuses, made_at=MADE_AT + timedelta(days=1))
    run = link_store(store, exact, made_at=MADE_AT)
    assert "Quillfeather" not in link_summary(run, store)


def test_what_undecided_links_could_change_is_kept_and_said(tmp_path: Path, standards: Path) -> None:
    """One episode is of a child whose given name is spelt otherwise: with it joined the child was missing four times, without it three."""
    store = take(tmp_path, {"coast": lines((0, "K1", "Orla"), (2, "K1", "Orla"), (3, "K1", "Orla")), "dales": lines((1, "D9", "Orlagh"))})
    link(store)
    run = held(store, standards)
    none = findings(store, run)
    folder = run_folder(store, run.run_id)
    doubt = read_doubt(folder)
    assert doubt
    assert (doubt.pairs, doubt.persons) == (1, 2)
    assert doubt.sentence() in summary(run, store)
    decide(store, "coast:child:K1,dales:child:D9", "join", by="A Reviewer", reason="a test", at=MADE_AT)
    link(store)
    joined_run = held(store, standards)
    every = findings(store, joined_run)
    assert every != none
    for outcome in {str(row[2]) for row in (*none, *every)}:
        counts = [sum(row[2] == outcome for row in rows) for rows in (none, every)]
        moved = [(one.lowest, one.highest, one.found) for one in doubt.moved if one.outcome == outcome]
        assert moved == ([(min(counts), max(counts), counts[0])] if counts[0] != counts[1] else [])
    assert read_doubt(run_folder(store, joined_run.run_id)) is None
    report = gather(store, run.run_id, standards)
    assert "1 possible link between 2 persons is not yet decided" in " ".join(summary_of(report))
    assert "between" in report.standards[0].doubt
    printed = told(run, store)["doubt"]
    assert isinstance(printed, dict)
    assert (printed["pairs"], printed["findings"], len(printed["moved"])) == (1, doubt.findings, len(doubt.moved))
    assert doubt.sentence() in summary(run, store)
    assert told(joined_run, store)["doubt"] is None
    assert "not yet decided" not in summary(joined_run, store)
    with_them = duckdb.sql(f"select finding_id from '{folder}/doubt.parquet' order by 1").fetchall()
    assert len(with_them) == doubt.findings == len(none) == 1
    for (finding_id,) in with_them:
        proof, _ = explain_finding(store, finding_id, run_id=run.run_id, folder=standards)
        assert "In doubt" in as_text(proof)
    assert not list(folder.glob("doubt-*"))


def test_a_difference_that_linking_made_has_that_as_its_cause(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path)
    of_a_case = Path(__file__).resolve().parents[2] / "catalogue" / "standards" / "missing" / "missing-recorded-as-missing.toml"
    (standards / of_a_case.name).write_text(of_a_case.read_text(encoding="utf-8"), encoding="utf-8")
    before = held(store, standards)
    link(store)
    after = held(store, standards)
    found = compare(store, before.run_id, after.run_id).differences
    assert "repeat-missing-strategy" in {one.standard for one in found}
    assert all("links changed: no links became links 0001" in one.sentence() for one in found)


def without(store: Path, condition: str) -> None:
    """Take the identities that meet a condition out of the store's chronology."""
    file = store / "chronology" / (store / "chronology" / "CURRENT").read_text().strip() / "identities.parquet"
    duckdb.sql(f"copy (select * from '{file}' where not ({condition})) to '{file}.new' (format parquet)")
    Path(f"{file}.new").rename(file)


def placed(store: Path) -> tuple[LinkRun, dict[str, str], list[str]]:
    """The link run, the reference of each episode's child, and the references of the children."""
    run = link(store)
    folder = link_folder(store, run.link_id) / "chronology"
    events = duckdb.sql(f"select split_part(event_id, ':', 2), child_ref from '{folder}/events.parquet'").fetchall()
    return run, dict(events), [row[0] for row in duckdb.sql(f"select child_ref from '{folder}/children.parquet' order by 1").fetchall()]


def test_a_source_that_says_who_its_records_are_about_never_takes_anothers_reference(tmp_path: Path) -> None:
    store = take(tmp_path, {"coast": lines((0, "K1", "Orla"), (2, "K2", "Una")), "dales": lines((1, "K1", "Else"), (3, "D9", "Una"))})
    without(store, "record_ref = 'dales:child:K1'")
    run, events, children = placed(store)
    assert events == {"M1": "coast:child:K1", "M2": "dales:child:K1", "M3": "coast:child:K2", "M5": "coast:child:K2"}
    assert (run.not_placed, run.borrowed) == (1, 0)
    assert set(children) <= set(events.values())
    assert "1 events name someone by a reference that could not be placed" in link_summary(run, store)


def test_a_source_that_says_nothing_of_anyone_is_placed_by_anothers_reference_and_counted(tmp_path: Path) -> None:
    store = take(tmp_path, {"coast": lines((0, "K1", "Orla"), (2, "K2", "Una")), "dales": lines((1, "K1", "Orla"), (3, "D9", "Else"))})
    without(store, "source_system = 'dales'")
    run, events, children = placed(store)
    assert events == {"M1": "coast:child:K1", "M2": "coast:child:K1", "M3": "coast:child:K2", "M5": "D9"}
    assert (run.not_placed, run.borrowed) == (0, 1)
    assert set(children) == set(events.values())
    assert "1 events were placed by another source's reference" in link_summary(run, store)


def test_a_proof_whose_links_are_gone_is_refused_and_not_shown_from_unlinked_records(tmp_path: Path, standards: Path) -> None:
    store = apart(tmp_path)
    link(store)
    run = held(store, standards)
    (finding_id,) = duckdb.sql(f"select finding_id from '{run_folder(store, run.run_id) / FINDINGS}' limit 1").fetchall()[0]
    shutil.rmtree(link_folder(store, "0001") / "chronology")
    with pytest.raises(InputRefused, match="links 0001, whose records are no longer there"):
        explain_finding(store, finding_id, folder=standards)
    with pytest.raises(InputRefused, match="has no events"):
        held(store, standards)
