"""What reviewers decide is kept for good, stands above the linker, can be taken back, and never contradicts itself; names stay out of every message."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from candour.cli import main
from candour.cli.linking import summary
from candour.cli.reviewing import estimate_words
from candour.findings.link_queue import estimates, queue, to_check
from candour.records.link_decisions import DECISIONS, read_decisions, standing
from candour.records.linkage.settings import LinkRefused
from candour.records.links import KindLinked, link_folder, link_store, read_links
from candour.records.refusals import StoreBusy
from candour.records.reviewing import decide, pair_id, to_review, undo
from candour.records.store import hold
from candour.statistics.intervals import wilson_interval
from tests.support.two_systems import Line, link, take

AT = datetime(2026, 5, 3, 10, 0)
A, B, C = "coast:child:K1", "dales:child:D1", "dales:child:D2"


def line(episode: str, ref: str, given: str, family: str = "Quillfeather", restricted: str = "N") -> Line:
    return (episode, ref, given, family, restricted, {})


def possible(base: Path, restricted: str = "N") -> Path:
    """Three records that share a family name and a birth, and no given name: three possible pairs; and one pair that is linked."""
    store = take(
        base,
        {
            "coast": [line("M1", "K1", "Orla"), line("M5", "K9", "Same", "Other")],
            "dales": [
                line("M2", "D1", "Orlagh", restricted=restricted),
                line("M3", "D2", "O"),
                line("M4", "D2", "O"),
                line("M6", "D9", "Same", "Other"),
            ],
        },
    )
    link(store)
    return store


def say(store: Path, pair: str, what: str, by: str = "A Reviewer", reason: str = "the same phone was rung") -> int:
    return decide(store, pair, what, by=by, reason=reason, at=AT).number


def persons(store: Path) -> dict[str, str]:
    links = read_links(store)
    assert links
    return dict(duckdb.sql(f"select record_ref, person_ref from '{link_folder(store, links.link_id)}/child/clusters.parquet'").fetchall())


def test_a_join_is_honoured_by_the_next_links_and_can_be_taken_back(tmp_path: Path) -> None:
    store = possible(tmp_path)
    assert persons(store)[A] != persons(store)[B]
    number = say(store, pair_id(A, B), "join")
    link(store)
    assert persons(store)[A] == persons(store)[B] == A
    undo(store, number, by="Another", reason="the phone was a neighbour's", at=AT)
    link(store)
    assert persons(store)[A] != persons(store)[B]
    assert [one.what for one in read_decisions(store)] == ["join", "undo"]


def test_what_was_linked_can_be_split_and_joined_again(tmp_path: Path) -> None:
    store = possible(tmp_path)
    one, other = "coast:child:K9", "dales:child:D9"
    assert persons(store)[one] == persons(store)[other]
    number = say(store, f"{one},{other}", "apart")
    link(store)
    assert persons(store)[one] != persons(store)[other]
    undo(store, number, by="A Reviewer", reason="a slip", at=AT)
    link(store)
    assert persons(store)[one] == persons(store)[other]


def test_a_decision_that_contradicts_others_is_refused_and_names_them(tmp_path: Path) -> None:
    store = possible(tmp_path)
    say(store, f"{A},{B}", "join")
    say(store, f"{B},{C}", "join")
    before = (store / "links" / DECISIONS).read_bytes()
    with pytest.raises(LinkRefused) as refused:
        say(store, f"{A},{C}", "apart")
    words = str(refused.value)
    assert all(part in words for part in (A, B, C, "decision 1", "decision 2"))
    with pytest.raises(LinkRefused, match="decision 1 says join"):
        say(store, f"{B},{A}", "apart", by="Somebody Else")
    with pytest.raises(LinkRefused, match="decision 1 by A Reviewer says so already"):
        say(store, f"{A},{B}", "join")
    assert (store / "links" / DECISIONS).read_bytes() == before


def test_the_same_contradiction_is_refused_in_the_other_order(tmp_path: Path) -> None:
    store = possible(tmp_path)
    say(store, f"{A},{C}", "apart")
    say(store, f"{A},{B}", "join")
    with pytest.raises(LinkRefused, match="decision 1"):
        say(store, f"{B},{C}", "join")


def test_a_join_that_touches_a_restricted_record_wants_two_different_people(tmp_path: Path) -> None:
    store = possible(tmp_path, restricted="Y")
    say(store, f"{A},{B}", "join", by="First Person")
    assert standing(read_decisions(store)).number == 0
    assert pair_id(A, B) in {one.id for one in to_review(store)}
    assert pair_id(A, B) not in {one.id for one in to_review(store, by="first  person")}
    with pytest.raises(LinkRefused, match="second person is wanted"):
        say(store, f"{A},{B}", "join", by="first person")
    link(store)
    assert persons(store)[A] != persons(store)[B]
    say(store, f"{A},{B}", "join", by="Second Person")
    link(store)
    assert persons(store)[A] == persons(store)[B]
    say(store, f"{A},{C}", "join", by="First Person")  # A is of one person with what is restricted
    assert read_decisions(store)[-1].needs == 2


def test_keeping_apart_what_is_restricted_takes_one_person(tmp_path: Path) -> None:
    store = possible(tmp_path, restricted="Y")
    say(store, f"{A},{B}", "apart")
    assert standing(read_decisions(store)).number == 1


def test_the_file_is_append_only_private_and_holds_evidence_and_no_names(tmp_path: Path) -> None:
    store = possible(tmp_path)
    say(store, f"{A},{B}", "join")
    file = store / "links" / DECISIONS
    first = file.read_bytes()
    say(store, f"{A},{C}", "join", by="Another")
    assert file.read_bytes().startswith(first)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(first)
    assert (kept["at"], kept["by"], kept["what"], kept["needs"], kept["shown_as"]) == (AT.isoformat(), "A Reviewer", "join", 1, "possible")
    assert set(kept["evidence"]) == {A, B}
    assert all(len(sha) == 64 for sha in kept["evidence"].values())
    assert "Quillfeather" not in file.read_text()


def test_a_decision_needs_a_name_a_reason_a_pair_that_is_there_and_the_store_to_itself(tmp_path: Path) -> None:
    store = possible(tmp_path)
    for change, words in (({"by": " "}, "--by"), ({"reason": ""}, "--reason")):
        with pytest.raises(LinkRefused, match=words):
            say(store, f"{A},{B}", "join", **change)
    for pair in ("0123456789ab", f"{A},{A}", f"{A},coast:place:K1"):
        with pytest.raises(LinkRefused, match="is no pair"):
            say(store, pair, "join")
    with pytest.raises(LinkRefused, match="not among the records"):
        say(store, f"{A},coast:child:nobody", "join")
    with hold(store), pytest.raises(StoreBusy):
        say(store, f"{A},{B}", "join")
    with pytest.raises(LinkRefused, match="no decision 7"):
        undo(store, 7, by="A Reviewer", reason="none", at=AT)
    assert read_decisions(store) == ()


def test_a_line_that_was_taken_out_is_noticed(tmp_path: Path) -> None:
    store = possible(tmp_path)
    say(store, f"{A},{B}", "join")
    say(store, f"{A},{C}", "join")
    file = store / "links" / DECISIONS
    file.write_text(file.read_text().splitlines()[1] + "\n")
    with pytest.raises(LinkRefused, match="line 1: is numbered 2"):
        link(store)


def test_the_queue_puts_first_what_most_hangs_on_and_shows_no_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = possible(tmp_path)
    assert main.run(["assess", "--store", str(store), "--quiet", "--nation", "England"]) == 0
    waiting = queue(store, {})
    assert [one.findings for one in waiting] == sorted((one.findings for one in waiting), reverse=True)
    assert waiting[0].findings > 0
    assert C in (waiting[0].pair.left_ref, waiting[0].pair.right_ref)  # it has two episodes
    guarded = possible(tmp_path / "restricted", restricted="Y")
    assert B in (queue(guarded, {})[0].pair.left_ref, queue(guarded, {})[0].pair.right_ref)
    capsys.readouterr()
    for form in ([], ["--json"]):
        assert main.run(["review", "next", "--store", str(store), *form]) == 0
        shown = capsys.readouterr().out
        assert waiting[0].pair.id in shown
        assert "Quillfeather" in shown
        assert not [word for word in ("weight", "probab", "possible", "linked", "score", "0.9") if word in shown]


def test_before_an_assessment_and_a_review_no_figure_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = possible(tmp_path)
    assert main.run(["review", "next", "--store", str(store)]) == 0
    shown = capsys.readouterr().out
    assert "Nothing was assessed yet" in shown
    assert "Findings about" not in shown
    assert main.run(["review", "next", "--store", str(store), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["findings"], told["serious"]) == (None, None)
    assert main.run(["review", "list", "--store", str(store)]) == 0
    assert capsys.readouterr().out.startswith("No pair was reviewed yet")
    run = read_links(store)
    assert run is not None
    assert summary(run, store).endswith("and then candour review next: it puts first the pair on which most hangs")


def test_how_often_links_are_right_comes_with_an_interval_from_what_was_reviewed(tmp_path: Path) -> None:
    store = possible(tmp_path)
    assert estimates(store).precision is None
    say(store, f"{A},{C}", "apart")
    assert "No linked pair was reviewed (candour review check draws one)" in estimate_words(estimates(store))
    pair = to_check(store)
    assert pair
    say(store, pair.id, "join")
    say(store, f"{A},{B}", "join")
    told = estimates(store)
    assert (told.linked_reviewed, told.linked_right, told.possible_reviewed, told.possible_right) == (1, 1, 2, 1)
    assert "With 95 % confidence between 20.7 and 100.0 % of linked pairs are right; between " in estimate_words(told)
    assert told.precision == wilson_interval(1, 1)
    share = wilson_interval(1, 2)
    assert told.precision
    assert told.recall
    assert share
    assert told.recall.lower == pytest.approx(told.precision.lower / (told.precision.lower + 3 * share.upper))
    assert told.recall.upper == pytest.approx(1 / (1 + 3 * share.lower))


def test_the_commands_say_what_was_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(possible(tmp_path))
    options = ["--store", store, "--by", "A Reviewer", "--reason", "rang"]
    assert main.run(["review", "decide", f"{A},{B}", "join", *options]) == 0
    assert main.run(["review", "undo", "1", *options]) == 0
    assert main.run(["review", "list", "--store", store]) == 0
    assert main.run(["review", "check", "--store", store]) == 0
    said = capsys.readouterr().out
    assert "Decision 1 is kept." in said
    assert "undo 1" in said
    assert main.run(["review", "undo", "1", *options]) == 1
    assert "was taken back before" in capsys.readouterr().err


def test_a_join_made_before_a_record_was_restricted_wants_a_second_person_at_the_next_links(tmp_path: Path) -> None:
    store = possible(tmp_path)
    say(store, f"{A},{B}", "join", by="First Person")
    take(tmp_path, {"dales": [line("M2", "D1", "Orlagh", restricted="Y")]}, datetime(2026, 6, 1))
    run = link(store)
    assert persons(store)[A] != persons(store)[B]
    assert run.not_followed == ((A, B),)
    assert run.decisions == 0
    assert "two people must decide" in " ".join(run.kinds["child"].raised)
    assert pair_id(A, B) in {one.id for one in to_review(store)}
    for name in ("first  PERSON", "First\u200b Person", "Ｆirst Person"):
        with pytest.raises(LinkRefused, match="says so already"):
            say(store, f"{A},{B}", "join", by=name)
    say(store, f"{A},{B}", "join", by="Second Person")
    assert link(store).not_followed == ()
    assert persons(store)[A] == persons(store)[B]


def test_a_join_whose_records_have_changed_is_not_followed_until_it_is_decided_again(tmp_path: Path) -> None:
    store = possible(tmp_path)
    say(store, f"{A},{B}", "join")
    take(tmp_path, {"dales": [line("M2", "D1", "Somebody")]}, datetime(2026, 6, 1))
    run = link(store)
    assert persons(store)[A] != persons(store)[B]
    assert "has changed since" in " ".join(run.kinds["child"].raised)
    assert pair_id(A, B) in {one.id for one in to_review(store)}
    say(store, f"{A},{B}", "join")
    assert link(store).decisions == 1
    assert persons(store)[A] == persons(store)[B]


def test_two_people_take_back_what_keeps_somebody_restricted_apart(tmp_path: Path) -> None:
    store = possible(tmp_path, restricted="Y")
    number = say(store, f"{A},{B}", "apart")
    undo(store, number, by="First Person", reason="a slip", at=AT)
    assert standing(read_decisions(store)).number == 1
    with pytest.raises(LinkRefused, match="a second person is wanted"):
        undo(store, number, by="first person", reason="a slip", at=AT)
    undo(store, number, by="Second Person", reason="a slip", at=AT)
    assert standing(read_decisions(store)).number == 0


def test_a_kind_with_decisions_that_cannot_be_linked_refuses_the_run(tmp_path: Path) -> None:
    store = possible(tmp_path)
    say(store, f"{A},{B}", "apart")

    def refuses(*_: object) -> KindLinked:
        raise LinkRefused("No source has usable identifiers.")

    with pytest.raises(LinkRefused, match="1 decisions of reviewers stand that would be lost"):
        link_store(store, refuses, made_at=AT)
