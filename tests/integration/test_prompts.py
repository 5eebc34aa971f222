"""`candour prompts` over small stores: what is asked of whom, that ids stay, and that no word of a record leaves the file and the page."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from lxml import html

from candour.cli.main import run as candour
from candour.evaluation.assessing import Question
from candour.evaluation.assessing import assess as assess_store
from candour.findings.runs import run_folder
from candour.prompts.asking import gather_prompts
from candour.prompts.definitions import load_definitions
from candour.prompts.prompt import Prompt
from candour.prompts.wording_list import load_wording
from candour.prompts.writing import PROMPTS, read_prompts
from candour.records.importing import import_delivery
from candour.records.vocabulary import find_catalogue, load_vocabulary
from candour.simulation.run import simulate
from tests.support.small_store import INTERVIEW, assess, assess_by_hand, scene_from, standards_in, write_generation

SAME = "The phone from the hostel was examined and shows the uncle near the harbour on Tuesday night; aunt to be seen"
LINES = f"""
2026-03-01 18:00 | child.contact | seen=yes demeanour_text="Streetwise girl & <b>puts herself at risk</b>" views_text="Wants to stay with her nan" unit=North
2026-03-02 18:00 | child.contact | seen=yes demeanour_text="Mother said it is a lifestyle choice" unit=North
2026-03-02 19:00 | child.contact | seen=yes views_text="It was my own fault" unit=North
2026-03-03 18:00 | child.contact | seen=yes demeanour_text="She did not put herself at risk"
2026-03-04 09:00 | supervision.reviewed | text="{SAME}" actions_set=yes
2026-03-05 09:00 | supervision.reviewed | case=CASE-2 child=CHILD-2 text="{SAME}" actions_set=yes
2026-03-06 09:00 | supervision.reviewed | text="Noted."
2026-03-06 10:00 | supervision.reviewed | text="Noted." actions_set=yes
2026-03-07 09:00 | contact.received | whereabouts_unknown=yes text="Not at home and not answering" case=CASE-2 child=CHILD-2
2026-03-31 09:00 | supervision.reviewed | text="A lifestyle choice, after the moment of the run"
"""
SECRETS = ("Streetwise", "lifestyle", "hostel", "Noted", "CHILD-1", "CASE-2", "nan")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from(LINES, standards[0], cases=(("CASE-2", {}),), children=(("CHILD-2", {}),))
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-20 06:40")
    return tmp_path / "store"


def asked(store: Path, *more: str) -> list[Prompt]:
    assert candour(["prompts", "--store", str(store), "--quiet", *more]) == 0
    return list(read_prompts(run_folder(store)))


def of(prompts: list[Prompt], kind: str, asks: str | None = None) -> list[Prompt]:
    return [one for one in prompts if one.kind == kind and asks in (None, one.asks)]


def test_what_is_asked_of_what(store: Path) -> None:
    prompts = asked(store)
    assert [one.passage for one in of(prompts, "wording")] == ["Streetwise", "puts herself at risk"]
    assert [one.passage for one in of(prompts, "wording_quoted")] == ["lifestyle choice", "my own fault"]
    assert [(one.case_ref, one.other_case_ref, one.relation, one.likeness) for one in of(prompts, "copied")] == [
        ("CASE-2", "CASE-1", "another_case", 1.0)
    ]
    assert [one.text for one in of(prompts, "empty")] == ["Noted."]
    assert [one.text for one in of(prompts, "reading", "missing-recorded-as-missing")] == ["Not at home and not answering"]
    assert [one.text for one in of(prompts, "reading", "child-views-recorded")] == ["Wants to stay with her nan", "It was my own fault"]
    assert not of(prompts, "reading", "pp-child-told"), "no child of these was taken into police protection"
    assert all(one.question.endswith("?") and one.source_ref and one.guidance for one in prompts)


def test_only_so_many_of_each_unit_are_drawn_unless_every_one_is_wanted(store: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions"
    questions.mkdir()
    text = (find_catalogue() / "prompts" / "child-demeanour-recorded.toml").read_text(encoding="utf-8")
    (questions / "one.toml").write_text(text.replace("each_unit = 5", "each_unit = 1"), encoding="utf-8")
    drawn = asked(store, "--questions", str(questions))
    assert Counter(one.unit for one in drawn) == {"North": 1, None: 1}
    assert drawn == asked(store, "--questions", str(questions)), "always the same ones"
    assert len(asked(store, "--questions", str(questions), "--every")) == 3


def test_ids_stay_from_run_to_run(store: Path) -> None:
    before = asked(store)
    assess_by_hand(store, (), (), datetime(2026, 3, 25))
    after = asked(store)
    assert run_folder(store).name == "0002"
    assert [one.prompt_id for one in before] == [one.prompt_id for one in after]
    assert len({one.prompt_id for one in before}) == len(before)


def test_only_what_was_known_then_is_read(store: Path) -> None:
    with duckdb.connect() as db:
        file = store / "chronology" / "1" / "events.parquet"
        db.execute(f"create table e as select * from '{file}'")
        db.execute("update e set known_from = timestamp '2026-03-10' where demeanour_text like 'Streetwise%'")
        db.execute(f"copy e to '{file}' (format parquet)")
    assess_by_hand(store, (), (), datetime(2026, 3, 20), known_at=datetime(2026, 3, 9))
    assert not of(asked(store), "wording")
    assess_by_hand(store, (), (), datetime(2026, 3, 20), known_at=datetime(2026, 3, 10))
    assert len(of(asked(store), "wording")) == 2


def test_no_word_of_a_record_reaches_the_terminal_or_a_log(
    store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for more in (
        (),
        ("--json",),
        ("--html", str(tmp_path / "page.html")),
        ("--out", str(tmp_path / "p.csv")),
        ("--html", str(tmp_path / "p.txt")),
    ):
        candour(["prompts", "--store", str(store), *more])
    told = "".join(capfd.readouterr()) + caplog.text
    assert "A question is not a finding" in told
    assert not [word for word in SECRETS if word in told]


def test_the_terminal_counts(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert candour(["prompts", "--store", str(store), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["prompts"] == len(read_prompts(run_folder(store)))
    wording = next(one for one in said["questions"] if one["id"] == "no-victim-blaming-language")
    assert wording["prompts"] == {"wording": 2, "wording_quoted": 2} and wording["texts"] == 10


def test_the_page_escapes_marks_and_says_what_a_prompt_is(store: Path, tmp_path: Path) -> None:
    asked(store, "--html", str(tmp_path / "page.html"))
    page = html.fromstring((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "A prompt is a question and not a finding" in page.text_content()
    assert not page.xpath("//b") and not page.xpath("//script") and not page.xpath("//*[@src]")
    marks = [mark.text for mark in page.xpath("//section[@aria-labelledby='no-victim-blaming-language-wording']//mark")]
    assert sorted(marks) == ["Streetwise", "puts herself at risk"]
    sides = page.xpath("//div[@class='sides']/div")
    assert len(sides) == 2 and all(SAME in one.text_content() for one in sides)
    assert "<b>puts herself at risk</b>" in page.text_content()


def test_a_store_with_nothing_to_ask_says_so(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from("", standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-20 06:40")
    assert asked(tmp_path / "store", "--html", str(tmp_path / "page.html")) == []
    assert "No prompt was raised" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--html", "page.txt"), "is written as .html"),
        (("--out", "prompts.xlsx"), "prompts can be written as"),
        (("--run", "9"), "there is no run '9'"),
        (("--questions", "nowhere"), "holds no questions"),
    ],
)
def test_what_cannot_be_done_is_refused(store: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str) -> None:
    assert candour(["prompts", "--store", str(store), *more]) == 1
    assert said in capsys.readouterr().err


def test_prompts_that_were_never_made_cannot_be_read(store: Path) -> None:
    with pytest.raises(Exception, match="no prompts were written"):
        read_prompts(run_folder(store))


def test_what_the_made_up_force_planted_is_found(tmp_path: Path) -> None:
    """Every copied entry and every one that says nothing, and all wording but that which no list holds."""
    simulate(tmp_path / "made", 120, 4)
    store, when = tmp_path / "store", datetime(2026, 4, 1, 8, tzinfo=UTC)
    import_delivery(tmp_path / "made" / "exports", "northshire", store, received_at=when)
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    run = assess_store(store, Question(standards=tmp_path / "standards"), made_at=datetime(2026, 4, 1))
    vocabulary = load_vocabulary()
    wording = {"no-victim-blaming-language": load_wording(find_catalogue() / "wording" / "victim_blaming.toml")}
    found = gather_prompts(store, run, vocabulary, load_definitions(vocabulary), wording).prompts
    assert standards and (tmp_path / "made" / "truth" / PROMPTS).is_file()
    with duckdb.connect() as db:
        planted = db.execute("select event_id, field, kind from read_parquet(?)", [str(tmp_path / "made" / "truth" / PROMPTS)]).fetchall()
    raised = {(one.event_id, one.field, one.kind) for one in found}
    for kind in ("copied", "empty"):
        there = {one for one in planted if one[2] == kind}
        assert there and there <= raised, kind
    assert {one for one in raised if one[2].startswith("wording")} <= set(planted)
    assert {one for one in raised if one[2] == "empty"} <= set(planted)
