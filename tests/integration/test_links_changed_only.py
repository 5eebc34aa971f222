"""`candour assess --changed-only` on a store whose records are linked: what a decision, its undoing and another link run changed is looked at again, and
what is kept of undecided links is that of assessing everything."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from candour.evaluation import joined_records, refreshing
from candour.evaluation.assessing import Question, assess
from candour.findings.doubt import DOUBT, DOUBTFUL
from candour.findings.runs import FINDINGS, Run, run_folder
from candour.records.chronology import Chronology
from candour.records.links import link_folder, read_links
from candour.records.reviewing import decide, undo
from tests.support.two_systems import MADE_AT, Line, link, take

REPEATED = Path(__file__).resolve().parents[2] / "catalogue" / "standards" / "missing" / "repeat-missing-strategy.toml"
LEFT, RIGHT = "coast:child:K0", "dales:child:D0"
AS_OF = datetime(2026, 4, 30)


def lines(system: str, *numbers: int, given: str = "Orla") -> list[Line]:
    """Two episodes of each of these children, whose family names tell them apart; the same child's episodes in both systems lie within 90 days."""
    first = 1 if system == "coast" else 8
    return [
        (
            f"M{number}-{system}-{day}", f"{'K' if system == 'coast' else 'D'}{number}", given, f"Quillfeather{number}", "N",
            dict.fromkeys(("reported_at", "created_at"), f"{day:02}/03/2026 18:00") | {"located_at": f"{day:02}/03/2026 20:00"},
        )
        for number in numbers
        for day in (first, first + 2)
    ]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Forty children of the coast, of whom the dales know two: one by the same name, and one as Orlagh, so that it is undecided."""
    (tmp_path / "standards").mkdir()
    shutil.copyfile(REPEATED, tmp_path / "standards" / REPEATED.name)
    store = take(tmp_path, {"coast": lines("coast", *range(40)), "dales": [*lines("dales", 0, given="Orlagh"), *lines("dales", 1)]})
    link(store)
    return store


def held(store: Path, *, changed_only: bool = True, unlinked: bool = False) -> Run:
    question = Question(AS_OF, standards=store.parent / "standards", nation="England", changed_only=changed_only, unlinked=unlinked)
    return assess(store, question, made_at=MADE_AT)


def looked_at_again(store: Path) -> Run:
    """A run that looked again at what changed, of which everything kept is that of assessing everything; and of which the next is made."""
    run = held(store)
    assert run.refreshed is not None and run.refreshed.whole_because == ""
    folder = run_folder(store, run.run_id)
    same_as(folder, run_folder(store, held(store, changed_only=False).run_id))
    return run


def same_as(one: Path, other: Path) -> None:
    assert pq.read_table(one / FINDINGS).equals(pq.read_table(other / FINDINGS))
    assert (one / DOUBT).exists() == (other / DOUBT).exists()
    if (one / DOUBT).exists():
        assert (one / DOUBT).read_text() == (other / DOUBT).read_text()
        assert pq.read_table(one / DOUBTFUL).equals(pq.read_table(other / DOUBTFUL))


def often_missing(store: Path, run: Run) -> set[str]:
    return {row[0] for row in duckdb.sql(f"select scope_key from '{run_folder(store, run.run_id) / FINDINGS}'").fetchall()}


def test_a_decision_its_undoing_and_a_delivery_are_looked_at_again(store: Path) -> None:
    first = held(store)
    assert first.refreshed is not None and "no run yet" in first.refreshed.whole_because
    assert often_missing(store, first) == {"coast:child:K1"}
    number = decide(store, f"{LEFT},{RIGHT}", "join", by="A Reviewer", reason="a test", at=MADE_AT).number
    link(store)
    joined = looked_at_again(store)
    assert joined.refreshed is not None and (joined.refreshed.since, joined.refreshed.records) == ("0001", 4)
    assert often_missing(store, joined) == {LEFT, "coast:child:K1"}
    assert not (run_folder(store, joined.run_id) / DOUBT).exists()
    undo(store, number, by="A Reviewer", reason="a slip", at=MADE_AT)
    decide(store, "coast:child:K1,dales:child:D1", "apart", by="A Reviewer", reason="a test", at=MADE_AT)
    link(store)
    assert often_missing(store, looked_at_again(store)) == set()
    take(store.parent, {"coast": lines("coast", 0, 2), "dales": lines("dales", 0, 2)}, datetime(2026, 6, 1))
    link(store)
    assert often_missing(store, looked_at_again(store)) == {LEFT, "coast:child:K2"}


def test_what_undecided_links_could_move_is_told_without_assessing_everything_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held(store)
    asked: list[bool] = []
    own = joined_records.look_again_if_joined

    def watched(run: Run, folder: Path, now: refreshing.Present, joined: Chronology, out: Path) -> bool:
        asked.append(own(run, folder, now, joined, out))
        return asked[-1]

    monkeypatch.setattr(joined_records, "look_again_if_joined", watched)
    assert (run_folder(store, looked_at_again(store).run_id) / DOUBT).exists()
    assert asked == [True]
    monkeypatch.setattr(refreshing, "MOST", 0.0)
    run = held(store)
    assert run.refreshed is not None and run.refreshed.whole_because == "" and asked == [True, False]
    same_as(run_folder(store, run.run_id), run_folder(store, held(store, changed_only=False).run_id))


def whole_because(run: Run) -> str:
    assert run.refreshed is not None
    return run.refreshed.whole_because


def test_a_run_of_linked_records_is_not_made_from_one_of_the_sources_own_nor_the_other_way_round(store: Path) -> None:
    held(store)
    assert "linked across sources in the last run, and are not now" in whole_because(held(store, unlinked=True))
    assert "not linked across sources in the last run, and are now" in whole_because(held(store))
    assert whole_because(held(store)) == ""


@pytest.mark.parametrize(
    ("name", "harm", "why"),
    [
        ("chronology/references.parquet", "gone", "It is not kept to whom links 0001 refer"),
        ("chronology/children.parquet", "gone", "It is not kept to whom links 0001 refer"),
        ("link.json", "gone", "The record of links 0001 cannot be read"),
        ("chronology/references.parquet", "truncated", "links/0001/chronology/references.parquet is not whole, so that it cannot be told"),
        ("chronology/children.parquet", "truncated", "links/0001/chronology/children.parquet is not whole, so that it cannot be told"),
        ("link.json", "truncated", "The record of links 0001 cannot be read"),
    ],
)
def test_where_the_links_of_the_last_run_are_no_longer_whole_everything_is_assessed(store: Path, name: str, harm: str, why: str) -> None:
    held(store)
    link(store)
    file = link_folder(store, "0001") / name
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-20])
    assert why in whole_because(held(store))
    assert whole_because(held(store)) == "", "the next run is made from one that rests on whole links"


def test_links_made_anew_under_the_same_number_are_not_taken_for_those_of_the_last_run(store: Path) -> None:
    held(store)
    shutil.rmtree(link_folder(store, "0001"))
    assert link(store, MADE_AT + timedelta(hours=1)) == read_links(store, "0001")
    assert "made after the last run" in whole_because(held(store))
