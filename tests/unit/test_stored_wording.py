"""Storing the sentences of rules and the fingerprints of published editions: what is kept, what is drafted anew, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from candour.cli.drafting import publish, store_sentences
from candour.manual.published import read_published, rule_fingerprint
from candour.manual.sentences import DRAFTED, Stored, read_sentences, write_sentences
from candour.standards.model import Edition, InForce, Standard
from candour.standards.refusals import StandardRefused
from candour.standards.wording import rule_sentence
from tests.support.small_store import INTERVIEW, VOCABULARY, standards_in

TODAY = date(2026, 3, 2)


def interview(folder: Path, *changes: tuple[str, str]) -> tuple[Standard, ...]:
    text = INTERVIEW
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return standards_in(folder, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("in person", "face to face"),
        ("College of Policing APP", "Another document"),
        ("verified = false", "verified = true"),
        ("from the moment", "counted from the moment"),
        ('severity = "critical"', 'severity = "high"'),
        ("where = \"face_to_face\"", "where = \" face_to_face \""),
        ('in_force = { from = "2017-01-01" }', 'in_force = { from = "2017-01-01", to = "2026-01-01" }'),
    ],
)  # fmt: skip
def test_words_may_be_mended_without_a_new_version(tmp_path: Path, old: str, new: str) -> None:
    changes = [(old, new)] + (
        [("principle verified; figure or rule form is ours, unverified", "verified")] if old == "verified = false" else []
    )
    (before,), (after,) = interview(tmp_path / "a"), interview(tmp_path / "b", *changes)
    assert rule_fingerprint(before) == rule_fingerprint(after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hours = 24", "hours = 25"),
        ("face_to_face", "not face_to_face"),
        ("'not_practicable'", "'not_shared'"),
        ('same = "episode"', ""),
        ("2017-01-01", "2018-01-01"),
        ('status = "professional practice"', 'status = "statute"'),
        ('severity = "critical"', 'severity = "critical"\nduty = "partner"'),
        ('"interview_hours"', '"other_hours"'),
        ("version = 1", 'version = 2\nedition = { changes = "Made up." }'),
    ],
)
def test_what_decides_a_finding_needs_one(tmp_path: Path, old: str, new: str) -> None:
    (before,), (after,) = interview(tmp_path / "a"), interview(tmp_path / "b", (old, new))
    assert rule_fingerprint(before) != rule_fingerprint(after)


def test_a_draft_is_stored_and_says_that_nobody_approved_it(tmp_path: Path) -> None:
    file = tmp_path / "sentences.toml"
    (one,) = interview(tmp_path / "a")
    store_sentences((one,), VOCABULARY, file=file)
    assert list(read_sentences(file).values()) == [Stored("interview", 1, rule_sentence(one, VOCABULARY), note=DRAFTED)]
    assert "No practice lead has read" in read_sentences(file)["interview", 1].standing()


def test_a_draft_that_nobody_approved_is_drafted_anew(tmp_path: Path) -> None:
    file = tmp_path / "sentences.toml"
    store_sentences(interview(tmp_path / "a"), VOCABULARY, file=file)
    changed = interview(tmp_path / "b", ("hours = 24", "hours = 48"))
    store_sentences(changed, VOCABULARY, file=file)
    assert "48 hours" in read_sentences(file)["interview", 1].sentence


def test_an_approved_sentence_is_never_overwritten_silently(tmp_path: Path) -> None:
    file = tmp_path / "sentences.toml"
    (one,) = interview(tmp_path / "a")
    approved = Stored("interview", 1, rule_sentence(one, VOCABULARY), True, "Practice lead of Northshire", TODAY, "")
    write_sentences([approved], file)
    assert read_sentences(file)["interview", 1] == approved
    assert approved.standing() == "This sentence was approved by Practice lead of Northshire on 2 March 2026."
    changed = interview(tmp_path / "b", ("hours = 24", "hours = 48"))
    with pytest.raises(StandardRefused, match="a person approved another sentence"):
        store_sentences(changed, VOCABULARY, file=file)
    assert read_sentences(file)["interview", 1] == approved
    store_sentences(changed, VOCABULARY, ("interview",), file)
    after = read_sentences(file)["interview", 1]
    assert ("48 hours" in after.sentence, after.approved, after.note) == (True, False, DRAFTED)


@pytest.mark.parametrize("line", ["approved = true", 'approved = false\napproved_by = "A lead"\napproved_on = 2026-03-01'])
def test_an_approval_has_its_person_and_its_day(tmp_path: Path, line: str) -> None:
    file = tmp_path / "sentences.toml"
    file.write_text(f'[[sentences]]\nid = "interview"\nversion = 1\nsentence = "One."\n{line}\n', encoding="utf-8")
    with pytest.raises(StandardRefused, match="approved_by"):
        read_sentences(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[sentences]]\nid = "interview"\nversion = 1\nsentence = "One."\napprover = "A lead"\n',
            "[approver] is not a key of sentence 1 (interview)",
        ),
        ('[[sentences]]\nid = "interview"\nsentence = "One."\n', "[version] is missing in sentence 1 (interview)"),
        ('[sentences]\nid = "interview"\n', "[sentences] the file holds [[sentences]]"),
        ('[[sentence]]\nid = "interview"\n', "[sentences] the file holds [[sentences]]"),
        ("[[sentences]\n", "not TOML that can be read"),
    ],
)
def test_a_file_of_sentences_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "sentences.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StandardRefused) as refused:
        read_sentences(file)
    assert said in str(refused.value) and "sentences.toml" in str(refused.value)


def test_a_sentence_survives_being_written(tmp_path: Path) -> None:
    odd = Stored("x", 1, 'He said "no" \\ é “quoted”')
    write_sentences([odd], tmp_path / "s.toml")
    assert read_sentences(tmp_path / "s.toml")["x", 1] == odd


def test_a_published_rule_that_changed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "published.toml"
    one, changed = interview(tmp_path / "a"), interview(tmp_path / "b", ("hours = 24", "hours = 48"))
    publish(one, (), "", TODAY, file)
    publish(one, (), "", TODAY, file)
    assert [(entry.id, entry.version, entry.change) for entry in read_published(file)] == [("interview", 1, "First published.")]
    with pytest.raises(StandardRefused, match="new version"):
        publish(changed, (), "", TODAY, file)
    with pytest.raises(StandardRefused, match="new version"):
        publish(changed, ("interview",), "", TODAY, file)
    publish(changed, ("interview",), "No force has used it: the figure was mistyped.", TODAY, file)
    assert [entry.mended for entry in read_published(file)] == ["", "No force has used it: the figure was mistyped."]
    assert read_published(file)[-1].fingerprint == rule_fingerprint(changed[0])


def test_a_new_edition_is_added_beside_the_old(tmp_path: Path) -> None:
    file = tmp_path / "published.toml"
    (one,) = interview(tmp_path / "a")
    publish((one,), (), "", TODAY, file)
    publish((one, replace(one, version=2)), (), "", date(2026, 4, 1), file)
    assert [(entry.version, entry.published_on) for entry in read_published(file)] == [(1, TODAY), (2, date(2026, 4, 1))]


def test_an_entry_says_for_which_occasions_a_new_edition_is(tmp_path: Path) -> None:
    file = tmp_path / "published.toml"
    (one,) = interview(tmp_path / "a")
    earlier = replace(one, version=2, in_force=InForce(None, date(2016, 12, 31)), edition=Edition(of=1, changes="Two days were allowed."))
    waiting = replace(one, version=3, edition=Edition(commenced=False, commencement="No date found."))
    publish((earlier, waiting), (), "", TODAY, file)
    assert [entry.change for entry in read_published(file)] == [
        "A new edition, for occasions up to 31 December 2016. Two days were allowed.",
        "A new edition, not confirmed as in force.",
    ]
