"""The vocabulary holds what the standards ask for, and a vocabulary that cannot be meant is refused by name."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

from candour.records.vocabulary import COLUMN_TYPES, Field, Vocabulary, VocabularyRefused, find_catalogue, load_vocabulary

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE_DATA = Path(os.environ.get("CANDOUR_OUTSIDE_DATA", ROOT.parent / "shared" / "data"))
STANDARDS = OUTSIDE_DATA.parent / "domain" / "standards.csv"

OUR_NAMES = {
    # What the list of standards calls a field, and what the vocabulary calls it. A kind of its own is a fact held on another event.
    "contact.assessed.level": "contact.assessed.risk_level",
    "case.closed.kind": "case.closed.closure_kind",
    "case.closed.signed_off_by": "case.closed.signed_off_by_ref",
    "referral.sent.kind": "referral.sent.sending_kind",
    "referral.submitted.children": "referral.submitted.child_refs",
    "info.shared.recipient": "info.shared.recipient_kind",
    "child.school": "response.arrived.school_ref",
    "strategy.held.actions": "strategy.held.actions_owned",
    "strategy.held.recorded_at": "strategy.held.minutes_at",
    "conference.held.kind": "conference.held.conference_kind",
    "missing.assessed.level": "missing.assessed.risk_level",
    "missing.assessed.contact": "missing.assessed.info_contact",
    "missing.reviewed.rank": "missing.reviewed.reviewer_rank",
    "missing.located.place": "missing.located.place_ref",
    "suspect.actioned.kind": "suspect.actioned.suspect_action",
    "suspect.access_to_children": "suspect.identified.access_to_children",
    "device.submitted.child_risk_flag": "device.submitted.child_risk",
    "supervision.reviewed.kind": "supervision.reviewed.review_kind",
    "supervision.reviewed.reviewer_id": "supervision.reviewed.reviewer_ref",
    "action.due_at": "action.raised.due_at",
    "victim.enhanced": "victim.assessed.enhanced_rights",
    "victim.update_interval": "victim.assessed.update_interval_days",
    "bail.set.kind": "bail.set.bail_kind",
    "cps.submitted.kind": "cps.submitted.submission_kind",
    "pp.taken.initiating_officer": "pp.taken.initiating_officer_ref",
    "pp.designated.designated_officer": "pp.designated.designated_officer_ref",
    "custody.arrived.recorded": "custody.arrived.age_recorded",
    "custody.authorised.relevant_time": "custody.authorised.relevant_at",
    "custody.certified.circumstances": "custody.certified.circumstances_text",
    "custody.searched.urgency": "custody.searched.urgent",
    "rso.visited.next_due_at": "rso.visited.next_due_on",
    "mappa.met.next_due_at": "mappa.met.next_due_on",
    "investigation.allocated.oic_id": "investigation.allocated.oic_ref",
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def standards() -> list[dict[str, str]]:
    """The list of standards from the outside data; the test is skipped where it is absent."""
    if not STANDARDS.is_file():
        pytest.skip(f"The list of standards is not here ({STANDARDS.name}, beside the folder CANDOUR_OUTSIDE_DATA).")
    with STANDARDS.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def is_known(vocabulary: Vocabulary, name: str) -> bool:
    """Whether `kind.field` (or `kind` alone) is in the vocabulary, a column of the envelope included."""
    name = OUR_NAMES.get(name, name)
    if name in vocabulary.kinds:
        return True
    kind, _, field = name.rpartition(".")
    return kind in vocabulary.kinds and (field == "at" or field in vocabulary.kinds[kind].fields or field in vocabulary.envelope)


def every_field(vocabulary: Vocabulary) -> list[Field]:
    tables = [vocabulary.envelope, vocabulary.case, vocabulary.child, *(kind.fields for kind in vocabulary.kinds.values())]
    return [field for table in tables for field in table.values()]


def test_there_are_at_least_90_kinds_and_each_has_words(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.kinds) >= 90
    assert [kind.order for kind in vocabulary.kinds.values()] == list(range(len(vocabulary.kinds)))
    for text in [kind.meaning for kind in vocabulary.kinds.values()] + [field.meaning for field in every_field(vocabulary)]:
        assert text[0].isupper() and text.endswith("."), f"not a sentence: {text!r}"
    titles = [kind.title for kind in vocabulary.kinds.values()]
    assert len(set(titles)) == len(titles), "two kinds have one title"


def test_every_code_has_words_and_a_plain_name(vocabulary: Vocabulary) -> None:
    coded = [field for field in every_field(vocabulary) if field.type in ("code", "codes")]
    assert coded
    for field in coded:
        assert field.codes, f"{field.name} has no codes"
        for code, words in field.codes.items():
            assert re.fullmatch(r"[a-z0-9_]+", code), f"{field.name}: the code {code!r} is not plain"
            assert words.strip(), f"{field.name}: the code {code!r} has no words"


def test_every_code_list_is_used(vocabulary: Vocabulary) -> None:
    text = (find_catalogue() / "vocabulary.toml").read_text(encoding="utf-8")
    given = set(re.findall(r"^\[codes\.(\w+)\.values\]$", text, re.MULTILINE))
    named = set(re.findall(r'codes = "(\w+)"', text))
    assert given == named


def test_names_say_what_a_field_holds(vocabulary: Vocabulary) -> None:
    """`_at` is a moment, `_on` a day, `_ref` one key, `_refs` several, `_text` free text."""
    endings = {"_at": "moment", "_on": "day", "_ref": "ref", "_refs": "refs", "_text": "text"}
    for field in every_field(vocabulary):
        for ending, type_ in endings.items():
            if field.name.endswith(ending):
                assert field.type == type_, f"{field.name} is of type {field.type}"


def test_kinds_stand_in_the_order_of_a_case(vocabulary: Vocabulary) -> None:
    order = {name: kind.order for name, kind in vocabulary.kinds.items()}
    for earlier, later in [
        ("contact.received", "contact.graded"),
        ("missing.reported", "missing.located"),
        ("missing.located", "missing.interviewed"),
        ("suspect.identified", "suspect.actioned"),
        ("custody.arrived", "custody.authorised"),
        ("custody.aa_arrived", "interview.held"),
        ("custody.bed_requested", "custody.certified"),
        ("custody.charged", "custody.ended"),
        ("action.raised", "action.done"),
        ("supervision.reviewed", "case.closed"),
        ("decision.recorded", "case.closed"),
        ("case.closed", "case.reopened"),
    ]:
        assert order[earlier] < order[later], f"{earlier} must stand before {later}"


def test_ranks_and_levels_of_risk_are_in_order(vocabulary: Vocabulary) -> None:
    rank = vocabulary.envelope["actor_rank"]
    assert rank.ordered and rank.codes is not None
    assert next(iter(rank.codes)) == "staff" and list(rank.codes).index("inspector") > list(rank.codes).index("sergeant")
    for kind in ("missing.assessed", "missing.reviewed", "contact.assessed"):
        level = vocabulary.kinds[kind].fields["risk_level"]
        assert level.ordered and list(level.codes or ()) == ["very_low", "low", "medium", "high"]
    reviewer = vocabulary.kinds["custody.reviewed"].fields["reviewer_rank"]
    assert reviewer.codes == rank.codes and reviewer.ordered


def test_columns_are_those_of_the_page_that_describes_them(vocabulary: Vocabulary) -> None:
    """`docs/explanation/the-chronology.md` and the vocabulary give the same columns, in the same order, of the same types."""
    page = (ROOT / "docs" / "explanation" / "the-chronology.md").read_text(encoding="utf-8")
    envelope = page.partition("## Envelope")[2].partition("| vocabulary type")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ([A-Z]+) \|", envelope, re.MULTILINE)
    written = [(name, type_) for names, type_ in rows for name in re.findall(r"`(\w+)`", names)]
    assert written == [(field.name, field.column_type) for field in vocabulary.envelope.values()]
    assert list(vocabulary.event_columns())[: len(written)] == [name for name, _ in written]
    for table, fields in (("cases", vocabulary.case), ("children", vocabulary.child)):
        line = next(line for line in page.splitlines() if line.startswith(f"- `{table}.parquet`:"))
        named = [name for name in re.findall(r"`(\w+)`", line) if name not in ("female", "male", "other")]
        assert list(fields) == named


def test_every_trigger_of_the_listed_standards_exists(vocabulary: Vocabulary) -> None:
    rows = standards()
    assert len(rows) == 120
    unknown = {row["id"]: row["trigger_event"] for row in rows if not is_known(vocabulary, row["trigger_event"].strip())}
    assert unknown == {}


def test_every_field_the_listed_standards_ask_for_exists(vocabulary: Vocabulary) -> None:
    unknown: list[str] = []
    for row in standards():
        for column in ("required_event_or_field", "data_fields"):
            for kind, rest in re.findall(r"\b([a-z0-9_]+\.[a-z0-9_]+)((?:[./][a-z0-9_]+)*)", row[column]):
                names = [f"{kind}.{field}" for field in re.findall(r"[a-z0-9_]+", rest)] or [kind]
                unknown += [f"{row['id']}: {name}" for name in names if not is_known(vocabulary, name)]
    assert unknown == []


ENVELOPE = '[envelope]\nunit = { type = "ref", meaning = "The unit." }\n'


def refusal(folder: Path, body: str) -> str:
    """The message with which a vocabulary is refused; it must name the file."""
    file = folder / "words.toml"
    file.write_text(ENVELOPE + body, encoding="utf-8")
    with pytest.raises(VocabularyRefused) as refused:
        load_vocabulary(file)
    message = str(refused.value)
    assert message.startswith("words.toml: ")
    return message


def kind(name: str, fields: str) -> str:
    """One kind of event as TOML, with the fields given as lines."""
    return f'[kinds."{name}"]\ntitle = "T"\ngroup = "G"\nmeaning = "M."\n[kinds."{name}".fields]\n{fields}\n'


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, kind("a.b", 'seen = { type = "boolean", meaning = "M." }'))
    assert '[kinds."a.b".fields.seen]' in message and "'boolean'" in message
    assert all(type_ in message for type_ in COLUMN_TYPES)


def test_a_field_named_like_a_column_of_the_envelope_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, kind("a.b", 'unit = { type = "ref", meaning = "M." }'))
    assert '[kinds."a.b"]' in message and "'unit'" in message


def test_one_name_with_two_types_is_refused(tmp_path: Path) -> None:
    first = kind("a.b", 'seen = { type = "yes_no", meaning = "M." }')
    message = refusal(tmp_path, first + kind("a.c", 'seen = { type = "moment", meaning = "M." }'))
    assert '[kinds."a.c"]' in message and "a.b" in message and "'yes_no'" in message and "'moment'" in message


def test_one_name_with_two_code_lists_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    lists = '[codes.x.values]\none = "One"\n[codes.y.values]\ntwo = "Two"\n'
    fields = ['level = { type = "code", codes = "x", meaning = "M." }', 'level = { type = "code", codes = "y", meaning = "M." }']
    file.write_text(ENVELOPE + lists + kind("a.b", fields[0]) + kind("a.c", fields[1]), encoding="utf-8")
    found = load_vocabulary(file)
    assert found.kinds["a.b"].fields["level"].codes == {"one": "One"}
    assert found.kinds["a.c"].fields["level"].codes == {"two": "Two"}
    assert found.event_columns() == {"unit": "VARCHAR", "level": "VARCHAR"}


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ('level = { type = "code", codes = "levels", meaning = "M." }', "codes.levels"),
        ('level = { type = "codes", meaning = "M." }', "needs codes"),
        ('level = { type = "text" }', "needs meaning"),
        ('level = { type = "text", meaning = "  " }', "needs meaning"),
        ('level = { type = "text", meaning = "M.", unit = "days" }', "'unit'"),
        ('level = "text"', "must be a table"),
    ],
)
def test_a_field_that_is_not_whole_is_refused(tmp_path: Path, field: str, said: str) -> None:
    message = refusal(tmp_path, kind("a.b", field))
    assert '[kinds."a.b".fields.level]' in message and said in message


def test_a_kind_without_words_and_a_file_without_kinds_are_refused(tmp_path: Path) -> None:
    assert "needs title" in refusal(tmp_path, '[kinds."a.b"]\ngroup = "G"\nmeaning = "M."\n')
    assert "'colour'" in refusal(tmp_path, '[kinds."a.b"]\ntitle = "T"\ngroup = "G"\nmeaning = "M."\ncolour = "red"\n')
    assert "at least one kind" in refusal(tmp_path, "")


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    assert "not TOML" in refusal(tmp_path, "kinds = = 1")
