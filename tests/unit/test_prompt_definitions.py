"""The questions of catalogue/prompts: those there are, and what cannot be meant is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from candour.prompts.definitions import load_definitions
from candour.prompts.prompt import PROMPT_COLUMNS, Prompt, prompt_id
from candour.records.vocabulary import find_catalogue, load_vocabulary
from candour.standards.frameworks import load_frameworks
from candour.standards.refusals import StandardRefused
from candour.standards.verification import VERIFICATIONS

VOCABULARY = load_vocabulary()
FOLDER = find_catalogue() / "prompts"
JUDGED = {
    "child-demeanour-recorded", "child-views-recorded", "child-views-used-in-decisions", "child-voice-in-referral", "closure-rationale-recorded",
    "no-victim-blaming-language", "missing-recorded-as-missing", "supervision-sets-actions", "pp-child-told", "custody-certificate-complete-and-monitored",
}  # fmt: skip
OF_A_FAILING = {
    "changed-grade-reason", "child-not-seen-reason", "history-used-in-assessment", "incident-while-on-bail", "lines-of-enquiry-complete",
    "missing-enquiry-result", "missing-risk-level-reason", "possible-offence-in-words",
}  # fmt: skip


def test_every_standard_that_only_a_person_can_judge_has_a_question() -> None:
    assert {one.id for one in load_definitions(VOCABULARY)} == JUDGED | OF_A_FAILING | {"copied-text", "says-nothing"}


def test_a_prompt_asks_and_never_answers() -> None:
    for one in load_definitions(VOCABULARY):
        for words in filter(None, (one.question, one.quoted_question, one.stock_question)):
            assert words.endswith("?") and not {"breach", "failed", "poor", "inadequate", "met", "missed"} & set(
                words.casefold().split()
            ), one.id


def test_what_a_question_rests_on_is_said_in_plain_words() -> None:
    """How far it was verified is one sentence, and never "not verified: verified (secondary source)"."""
    known = {one.id: one for one in load_definitions(VOCABULARY)}
    for one in known.values():
        assert one.guidance.startswith(f"{one.document}. {VERIFICATIONS[one.basis]}") and one.note in one.guidance
        assert "verified:" not in one.guidance and one.basis not in one.guidance
    assert {one.basis for one in known.values()} == set(VERIFICATIONS) - {"from knowledge, unverified"}
    second_hand = next(one for one in known.values() if one.basis == "verified (secondary source)")
    assert "Read in a text that quotes or sums up the source, not in the source itself." in second_hand.guidance


def test_wording_is_a_question_and_no_standard_with_an_outcome() -> None:
    assert not list((FOLDER.parent / "standards").rglob("no-victim-blaming-language*"))


def test_every_failing_that_needs_text_or_judgement_is_asked_about() -> None:
    asked = {number for one in load_definitions(VOCABULARY) for number in one.informs.get("failings", ())}
    assert not {one.number for one in load_frameworks().failings.values() if {"T", "J"} & set(one.kind)} - asked


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("says-nothing.toml", 'check    = "empty"', 'check    = "grade"', "'grade' is not one of"),
        ("says-nothing.toml", 'reader   = "supervisor"', 'reader   = "machine"', "'machine' is not one of"),
        ("says-nothing.toml", "and by when?", "and by when.", "must be a question"),
        ("says-nothing.toml", '"supervision.reviewed"', '"supervision.review"', "is not a kind of event"),
        ("says-nothing.toml", 'fields = ["text"]', 'fields = ["actions_set"]', "is not a text field"),
        ("says-nothing.toml", '["actions_set", "next_review_at"]', '["actions"]', "is not a field of supervision.reviewed"),
        ("says-nothing.toml", "fewest_words = 8", "fewest_words = 0", "needs a number above nought"),
        ("says-nothing.toml", "fewest_words = 8", "fewest_words = 8\nother = 2", "is not a figure of this check"),
        ("says-nothing.toml", 'title    = "Entries', 'outcome = "missed"\ntitle    = "Entries', "[outcome] is not a key"),
        ("copied-text.toml", "stock_question =", "# stock_question =", "[stock_question] needs a text"),
        ("missing-recorded-as-missing.toml", '["missing.reported"]', '["missing.report"]', "is not a kind of event"),
        ("says-nothing.toml", "basis ", "bases ", "[source.basis] needs a text"),
        ("says-nothing.toml", 'basis    = "principle', 'basis    = "the principle', "is not one of: verified; verified (secondary source)"),
        ("says-nothing.toml", "verified = false", "verified = true", "is true, but basis says 'principle verified"),
        ("copied-text.toml", "failings = [14, 19]", "failings = 19", "[informs.failings] needs a list"),
        ("child-views-recorded.toml", "[source]", "[source", "not TOML that can be read"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    with pytest.raises(StandardRefused) as refused:
        load_definitions(VOCABULARY, edited(tmp_path, name, old, new))
    assert said in str(refused.value) and name in str(refused.value)


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandardRefused, match="holds no questions"):
        load_definitions(VOCABULARY, tmp_path)


def test_an_id_stays_while_the_passage_does() -> None:
    one = prompt_id("check", "E1", "text", "a lifestyle choice", "1")
    assert one == prompt_id("check", "E1", "text", "A  lifestyle choice", "1")
    others = {
        prompt_id("check", "E2", "text", "a lifestyle choice", "1"),
        prompt_id("check", "E1", "other", "a lifestyle choice", "1"),
        prompt_id("check", "E1", "text", "a lifestyle choice", "2"),
        prompt_id("other", "E1", "text", "a lifestyle choice", "1"),
    }
    assert len(others) == 4 and one not in others


def test_the_columns_are_those_of_a_prompt() -> None:
    assert list(PROMPT_COLUMNS) == list(Prompt.__dataclass_fields__)
