"""A standard edited by hand into nonsense of every kind is refused with one clear sentence: the file, the key, the value, and how to mend it.

The sentences are kept here whole, so that they are read when they change. `candour standards check` tells all that are in a file at once.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from candour.cli.main import program
from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.loading import check_standards, load_standard
from candour.standards.refusals import StandardRefused
from tests.support.made_standard import GOOD

NONSENSE = [
    # what stood in the file, what was written in its place, and what is said of it
    ('id = "made-up"', 'id = "Made Up!"',
     "[id] 'Made Up!' must be lower-case words joined by hyphens, such as child-seen."),
    ('id = "made-up"', "",
     "[id] is missing: a text is needed here."),
    ("version = 1", "version = 0",
     "[version] must be a whole number of at least 1; it is 0."),
    ("version = 1", 'version = "one"',
     "[version] must be a whole number of at least 1; it is 'one'."),
    ('status = "local default"', 'status = "law"',
     "[status] 'law' is not one of: statute, statutory guidance, professional practice, inspection expectation, local default."),
    ('severity = "high"', 'severity = "dire"',
     "[severity] 'dire' is not one of: critical, high, medium, low."),
    ("verified = false", 'verified = "yes"',
     "[source.verified] must be true or false, without quotation marks; it is 'yes'."),
    ("verified = false", 'verified = true\nbasis = "from knowledge, unverified"',
     "[source.verified] is true, but basis says 'from knowledge, unverified'. Only a figure that someone has read in a source is verified."),
    ('text = "Made up."', 'text = "  "',
     "[reading.text] is blank: write it, or take the line out."),
    ('shape = "response"', 'shape = "reply"',
     "[rule.shape] 'reply' is not one of: response, recurrence, precedence, absence, content, count, invariant."),
    ('event = "missing.located"', 'event = "missing.found"',
     "[rule.after.event] 'missing.found' is not a kind of event in the vocabulary. Near it: missing.located, missing.reported, missing.enquiry."),
    ('event = "missing.interviewed"', 'event = "missing.interview"',
     "[rule.expect.event] 'missing.interview' is not a kind of event in the vocabulary. Near it: missing.interviewed, missing.reviewed, missing.located."),
    ('where = "face_to_face"', 'where = "face_to_fac"',
     "[rule.expect.where] in 'face_to_fac': face_to_fac is not a field here. Near it: face_to_face, actor_ref. Known: actor_rank, actor_ref, actor_role, alone, case_ref, child_declined, child_ref, delivery_id, disclosures, episode_ref, event_id, face_to_face, household_ref, kind, known_from, known_to, occurred_at, occurred_on, occurred_text, occurred_to, org, place_ref, position, precision, reason, recorded_at, seen_by_agency, source_ref, source_system, supersedes, third_party_sighting, tour_ends_at, unit."),
    ('where = "face_to_face"', 'where = "face_to_face =="',
     "[rule.expect.where] 'face_to_face ==' is not a condition that can be read (invalid syntax). One is written: seen and risk_level == 'high'."),
    ('where = "face_to_face"', 'where = "face_to_face == 3"',
     "[rule.expect.where] in 'face_to_face == 3': face_to_face == 3 compares yes_no with whole, which do not belong together."),
    ('where = "face_to_face"', "where = \"org == 'fire brigade'\"",
     "[rule.expect.where] in \"org == 'fire brigade'\": org == 'fire brigade' names 'fire brigade', which is not a code of org: police, local_authority, health, school, provider, other."),
    ('where = "face_to_face"', 'where = "1 == 1"',
     "[rule.expect.where] in '1 == 1': 1 == 1 compares two fixed values: it would always be the same."),
    ('where = "face_to_face"', "where = \"case_ref > 'A'\"",
     "[rule.expect.where] in \"case_ref > 'A'\": case_ref > 'A' uses > on a value that has no order. Only numbers, dates and codes declared as ordered (field on the left) have one."),
    ('where = "face_to_face"', 'where = "case_ref"',
     "[rule.expect.where] in 'case_ref': case_ref is of type ref; alone it would have to be yes_no. Compare it with something, or ask recorded(case_ref)."),
    ('where = "face_to_face"', "where = \"open('x')\"",
     "[rule.expect.where] in \"open('x')\": open('x') is not a condition. Conditions are made of fields, comparisons, in, recorded(...), blank(...), and, or, not."),
    ('where = "face_to_face"', "where = \"__import__('os').system('x') == 1\"",
     "[rule.expect.where] in \"__import__('os').system('x') == 1\": __import__('os').system('x') is not a value that is known here. Functions are: date, date_of, days_between, length, month, plus_days, plus_months, plus_years, weekday, year, years_between, hours_between, minutes_between."),
    ('where = "face_to_face"', 'where = "other.face_to_face"',
     "[rule.expect.where] in 'other.face_to_face': other.face_to_face speaks of another event, and this rule has none here."),
    ('where = "face_to_face"', 'where = "org in []"',
     "[rule.expect.where] in 'org in []': org in [] has an empty list: it could never be true."),
    ("within = { hours = 24 }", "",
     "[rule.within] is missing: a table is needed here."),
    ("within = { hours = 24 }", "within = { hours = 0 }",
     "[rule.within.hours] must be a whole number of at least 1; it is 0."),
    ("within = { hours = 24 }", "within = { hours = 24, days = 1 }",
     "[rule.within] needs exactly one of minutes, hours, days, weeks, months, working_days (or by, look_up, before_next); it has hours, days."),
    ("within = { hours = 24 }", "within = { fortnights = 2 }",
     "[rule.within.fortnights] is not known here. Known keys: minutes, hours, days, weeks, months, working_days, counting, parameter."),
    ("within = { hours = 24 }", 'within = { hours = 1, counting = "same" }',
     "[rule.within.counting] belongs to working_days. Take it out, or count in working_days."),
    ("within = { hours = 24 }", 'within = { by = "circumstances" }',
     "[rule.within.by] 'circumstances' is not a field of missing.located."),
    ("within = { hours = 24 }", 'within = { before_next = "school_day", at = "25:00" }',
     "[rule.within.at] '25:00' is not a time of day such as 09:00."),
    ("within = { hours = 24 }", 'within = { look_up = "org", values = { fire = { hours = 1 } } }',
     "[rule.within.values.fire] is not a code of org: police, local_authority, health, school, provider, other."),
    ('same = "episode"', 'same = "suspect_ref"',
     "[rule.same] 'suspect_ref' is neither one of case, child, episode, household, place, officer nor a field of missing.located."),
    ('same = "episode"', 'scope = "street"',
     "[rule.scope] 'street' is not one of: case, child, episode, household, place, officer."),
    ('same = "episode"', 'unles = { event = "missing.located" }',
     "[rule.unles] is not known here. Near it: unless. Known keys: shape, scope, same, unless, grain, after, expect, within, extend, early."),
    ('same = "episode"', "early = { working_days = 1 }",
     "[rule.early.working_days] cannot be counted backwards; use days, weeks, months, hours or minutes."),
    ('finding = "missed"', 'finding = "failed"',
     "[examples.finding] 'failed' is not an outcome: met, late, missed, pending, excused, cannot_tell, or none where there is no occasion."),
    ('finding = "missed"', 'finding = ["none", "met"]',
     "[examples.finding] none stands alone: it says that there is no occasion."),
    ("[reading]", "[reading",
     "this is not TOML that can be read (Expected ']' at the end of a table declaration (at line 11, column 9)). Texts stand between quotation marks, every bracket and quotation mark is closed, and no key is there twice."),
    ('severity = "high"', 'severity = "high"\nsevrity = "low"',
     "[sevrity] is not known here. Near it: severity. Known keys: id, title, area, version, statement, in_force, status, severity, duty, jurisdiction, themes, source, reading, rule, examples, informs, edition."),
    ('title = "A made-up standard"', "title = 3",
     "[title] must be a text, between quotation marks; it is 3."),
    ('title = "A made-up standard"', 'title = ""',
     "[title] is blank: write it, or take the line out."),
    ('area = "missing"', 'area = ["missing"]',
     "[area] must be a text, between quotation marks; it is ['missing']."),
    ('severity = "high"', 'severity = "high"\nduty = "polices"',
     "[duty] 'polices' is not one of: police, partner, joint. Near it: police."),
    ('severity = "high"', 'severity = "high"\nthemes = [1]',
     "[themes] must be a text or a list of texts, each between quotation marks and not blank; it has 1."),
    ('severity = "high"', 'severity = "high"\nin_force = { from = "last year" }',
     "[in_force.from] must be a date such as 2026-03-01; it is 'last year'."),
    ('severity = "high"', 'severity = "high"\nin_force = { from = 2026-02-01, to = 2026-01-01 }',
     "[in_force.to] 2026-01-01 is before from = 2026-02-01."),
    ('severity = "high"', 'severity = "high"\nin_force = { since = 2026-02-01 }',
     "[in_force.since] is not known here. Known keys: from, to."),
    ('severity = "high"', 'severity = "high"\nin_force = "2026"',
     "[in_force] must be a table; it is '2026'."),
    ('[source]\ndocument = "Made up for a test"\nverified = false', "",
     "[source] is missing: a table is needed here."),
    ("verified = false", 'verified = false\nurl = ""',
     "[source.url] must be a text or a list of texts, each between quotation marks and not blank; it has ''."),
    ("verified = false", 'verified = false\nurl = "javascript:alert(1)"',
     "[source.url] 'javascript:alert(1)' is not an address: one begins with https:// or http://."),
    ("verified = false", 'verified = false\nbasis = "hearsay"',
     "[source.basis] 'hearsay' is not one of: verified, verified (secondary source), principle verified; figure or rule form is ours, unverified, from knowledge, unverified."),
    ("verified = false", "",
     "[source.verified] is missing: write true or false."),
    ('document = "Made up for a test"', 'documnt = "Made up for a test"\ndocument = "x"',
     "[source.documnt] is not known here. Near it: document. Known keys: document, paragraph, url, urls, verified, basis, note."),
    ('[reading]\ntext = "Made up."', "",
     "[reading] is missing: a table is needed here."),
    ('text = "Made up."', 'text = "Made up."\ninfers = "perhaps"',
     "[reading.infers] must be true or false, without quotation marks; it is 'perhaps'."),
    ("[rule]", '[informs]\ncriteria = ["ncpi-2024/inital-response"]\n[rule]',
     "[informs.criteria] 'ncpi-2024/inital-response' is not an area in inspection_criteria.toml. Near it: ncpi-2024/initial-response, ncpi-2014/initial-contact, ncpi-2024/investigation."),
    ("[rule]", "[informs]\nfailings = [0]\n[rule]",
     "[informs.failings] 0 is not the number of a row in failings.toml: 1 to 36."),
    ("[rule]", '[informs]\nnorth_yorkshire = ["drift"]\n[rule]',
     "[informs.north_yorkshire] 'drift' is not a finding in north_yorkshire.toml. Known: voice, missing-first-response, missing-supervision, supervision-and-drift, investigator-training, information-sharing, online-referrals, strategy, forensics, school-notification, known-location, victim-blaming, sex-offender-risk, custody-vulnerability, control-room-review."),
    ('after = { event = "missing.located" }', "",
     "[rule.after] is missing: a table is needed here."),
    ('after = { event = "missing.located" }', 'after = "missing.located"',
     "[rule.after] must be a table; it is 'missing.located'."),
    ('after = { event = "missing.located" }', 'after = { where = "returned" }',
     "[rule.after.event] is missing: name the kind of event that is meant."),
    ('after = { event = "missing.located" }', 'after = { event = "missing.located", take = "last" }',
     "[rule.after.take] 'last' is not one of: each, first."),
    ('after = { event = "missing.located" }', 'after = { event = "missing.located", by = "returned" }',
     "[rule.after.by] 'returned' is not a reference that missing.located has."),
    ('after = { event = "missing.located" }', 'after = { event = "missing.located", when = "returned" }',
     "[rule.after.when] is not known here. Near it: where. Known keys: event, where, by, take."),
    ("within = { hours = 24 }", "within = { hours = 1.5 }",
     "[rule.within.hours] must be a whole number of at least 1; it is 1.5."),
    ("within = { hours = 24 }", "within = 24",
     "[rule.within] must be a table; it is 24."),
    ("within = { hours = 24 }", "within = { days = -1 }",
     "[rule.within.days] must be a whole number of at least 0; it is -1."),
    ("within = { hours = 24 }", 'within = { look_up = "returned", values = { yes = { hours = 1 } } }',
     "[rule.within.look_up] 'returned' is yes_no; a limit can only be looked up by a code."),
    ("within = { hours = 24 }", 'within = { look_up = "found_by", values = {} }',
     "[rule.within.values] is empty: give a limit for each code."),
    ("within = { hours = 24 }", 'within = { hours = 24, parameter = "" }',
     "[rule.within.parameter] is blank: write it, or take the line out."),
    ("within = { hours = 24 }", 'within = { by = "found_at", hours = 2 }',
     "[rule.within.hours] is not known here. Known keys: by, else, parameter."),
    ('same = "episode"', 'same = "episode"\nextend = { event = "missing.reviewed" }',
     "[rule.extend.limit] is missing: a table is needed here."),
    ('same = "episode"', 'same = "episode"\nunless = { where = "" }',
     "[rule.unless.where] is blank: write it, or take the line out."),
    ('same = "episode"', 'same = "episode"\nunless = {}',
     "[rule.unless.where] is missing: say what must be true."),
    ('same = "episode"', 'same = "episode"\ngrain = "week"',
     "[rule.grain] 'week' is not one of: time, day."),
    ('where = "face_to_face"', 'where = "face_to_face and"',
     "[rule.expect.where] 'face_to_face and' is not a condition that can be read (invalid syntax). One is written: seen and risk_level == 'high'."),
    ('where = "face_to_face"', "where = \"hours_between(occurred_at, recorded_at) > '4'\"",
     "[rule.expect.where] in \"hours_between(occurred_at, recorded_at) > '4'\": hours_between(occurred_at, recorded_at) > '4' must be compared with a number."),
    ('where = "face_to_face"', 'where = "length(face_to_face) > 4"',
     "[rule.expect.where] in 'length(face_to_face) > 4': length(face_to_face) needs a text; face_to_face is yes_no."),
    ('where = "face_to_face"', "where = \"date('soon') < occurred_on\"",
     "[rule.expect.where] in \"date('soon') < occurred_on\": date('soon') needs a date written as date('2026-03-01')."),
    ('name = "one"', "",
     "[examples.name] is missing: a text is needed here."),
    ('because = "Never seen."', 'becuse = "Never seen."\nbecause = "x"',
     "[examples.becuse] is not known here. Near it: because. Known keys: name, chronology, finding, because, due, reason, as_of, known_at, children, cases, not_held, not_complete, complete_from, complete_to, born_on, sex."),
    ('chronology = "2026-03-01 18:00 | missing.located | episode=M1"', 'chronology = ""',
     "[examples.chronology] is blank: write it, or take the line out."),
    ('| missing.located | episode=M1"', '| missing.loacted | episode=M1"',
     "[examples: one] line 1: 'missing.loacted' is not a kind of event in the vocabulary. Near it: missing.located, missing.reported, missing.assessed."),
    ('| missing.located | episode=M1"', '| missing.located | epsode=M1"',
     "[examples: one] line 1: missing.located has no field 'epsode'. Near it: episode. It has: found_by, found_at, returned, circumstances_text, harm_indicators, harm_text."),
    ('| missing.located | episode=M1"', '| missing.located | returned=perhaps"',
     "[examples: one] line 1: returned='perhaps' is not yes or no."),
    ('| missing.located | episode=M1"', '| missing.located | found_by=aunt"',
     "[examples: one] line 1: found_by='aunt' is not one of its codes: police, returned, parent_or_carer, partner, public, other."),
    ('| missing.located | episode=M1"', '| missing.located | episode"',
     "[examples: one] line 1: 'episode' needs the form field=value."),
    ('| missing.located | episode=M1"', "| missing.located | found_by='police\"",
     "[examples: one] line 1: a quotation mark is not closed."),
    ('| missing.located | episode=M1"', '"',
     "[examples: one] line 1: '2026-03-01 18:00' needs `when | kind | fields`."),
    ('"2026-03-01 18:00 |', '"1 March 2026 |',
     "[examples: one] line 1: '1 March 2026' is not a time such as 2026-03-01 18:00, a date, or ?."),
    ('finding = "missed"', "finding = []",
     "[examples.finding] is missing: say what the standard finds."),
    ('finding = "missed"', 'finding = "missed"\nas_of = "later"',
     "[examples: one] as_of = 'later' is not a time such as 2026-03-01 18:00."),
    ('finding = "missed"', 'finding = "missed"\nnot_held = ["missing.located"]',
     "[examples: one] not_held: 'missing.located' is not a kind and field such as child.contact.seen."),
    ('finding = "missed"', 'finding = "missed"\nnot_complete = ["missing.lost"]',
     "[examples: one] not_complete: 'missing.lost' is not a kind of event in the vocabulary."),
    ('finding = "missed"', 'finding = "missed"\nchildren = { CHILD-1 = { age = 4 } }',
     "[examples: one] children.CHILD-1: 'age' is not known. Known: child_ref, born_on, sex, ethnicity, disability, care_status, care_basis, school_ref, in_education, home_force, source_system."),
    ('because = "Never seen."', 'because = "Never seen."\n[[examples]]\nname = "one"\nchronology = "?|missing.located"\nfinding = "cannot_tell"\nbecause = "x"',
     "[examples: one] is the name of two examples. Give each a name of its own."),
    ("version = 1", "version = 1\nversion = 2",
     "this is not TOML that can be read (Cannot overwrite a value (at line 6, column 12)). Texts stand between quotation marks, every bracket and quotation mark is closed, and no key is there twice."),
    ('id = "made-up"', "id = made-up",
     "this is not TOML that can be read (Invalid value (at line 2, column 6)). Texts stand between quotation marks, every bracket and quotation mark is closed, and no key is there twice."),
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def told(text: str | bytes, tmp_path: Path, vocabulary: Vocabulary) -> list[str]:
    """Every fault of a file with this text, without the name of the file."""
    file = tmp_path / "made-up.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    loaded, faults = check_standards(file, vocabulary)
    assert {fault.file for fault in faults} <= {"made-up.toml"}
    assert bool(loaded) == (not faults or all(fault.key.startswith("examples: ") for fault in faults))
    return [str(fault).removeprefix("made-up.toml: ") for fault in faults]


@pytest.mark.parametrize(("before", "after", "said"), NONSENSE, ids=[f"{number}-{row[1][:40]}" for number, row in enumerate(NONSENSE)])
def test_nonsense_is_refused_in_one_clear_sentence(before: str, after: str, said: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert before in GOOD
    assert told(GOOD.replace(before, after, 1), tmp_path, vocabulary) == [said]


def test_there_are_at_least_thirty_kinds_of_nonsense() -> None:
    assert len({said for _, _, said in NONSENSE}) >= 30


def test_sense_is_not_refused(tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert told(GOOD, tmp_path, vocabulary) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id = " + "[" * 5000, "this is not TOML that can be read (brackets within brackets without end)."),
        (
            GOOD.encode("utf-16"),
            "this is not TOML that can be read ('utf-8' codec can't decode byte 0xff in position 0: invalid start byte).",
        ),
    ],
)
def test_what_is_no_such_file_is_refused(content: str | bytes, said: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    (only,) = told(content, tmp_path, vocabulary)
    assert only.startswith(said)


def test_a_folder_named_like_a_standard_is_refused(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "made-up.toml").mkdir()
    assert [str(fault) for fault in check_standards(tmp_path, vocabulary)[1]] == ["made-up.toml: cannot be opened (Is a directory)."]


# All at once

MANY = """
id = "Made Up!"
title = ""
area = "missing"
version = 0
status = "law"
severity = "dire"
sevrity = "high"
in_force = { from = "soon", to = "later" }
[source]
document = ""
verified = "yes"
basis = "hearsay"
urls = [1]
[reading]
text = " "
words = "x"
[informs]
criteria = ["ncpi"]
failings = [99]
[rule]
shape = "response"
after = { event = "missing.located", where = "nope" }
expect = [{ event = "missing.interviewed" }, { event = "missing.interviewed", where = "face_to_face ==" }]
within = { hours = 0 }
sme = "x"
[[examples]]
name = "one"
chronology = "2026-03-01 18:00 | missing.located | episode=M1"
finding = "failed"
becuse = "Never seen."
[[examples]]
chronology = "2026-03-01 18:00 | missing.located | episode=M1"
finding = "missed"
because = "Never seen."
[[examples]]
name = "three"
chronology = "2026-13-01 18:00 | missing.located | episode=M1"
finding = "missed"
because = "Never seen."
"""
KEYS = [
    "sevrity", "source.verified", "source.basis", "reading.words", "id", "title", "version", "in_force.from", "in_force.to", "status", "severity", "source.document",
    "source.urls", "reading.text", "rule.sme", "rule.after.where", "rule.expect[1].where", "rule.within.hours", "examples[0].becuse", "examples[0].finding",
    "examples[0].because", "examples[1].name", "informs.criteria", "informs.failings", "examples: three",
]  # fmt: skip


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = tmp_path / "many.toml"
    file.write_text(MANY, encoding="utf-8")
    loaded, faults = check_standards(file, vocabulary)
    assert (sorted(fault.key for fault in faults), loaded) == (sorted(KEYS), ())


def test_loading_stops_at_the_first(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = tmp_path / "many.toml"
    file.write_text(MANY, encoding="utf-8")
    with pytest.raises(StandardRefused) as caught:
        load_standard(file, vocabulary)
    assert str(caught.value) == str(check_standards(file, vocabulary)[1][0])


def test_check_tells_the_faults_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "many.toml").write_text(MANY, encoding="utf-8")
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.toml").write_text("not a standard", encoding="utf-8")
    result = CliRunner().invoke(program, ["standards", "check", "--standards", str(tmp_path)])
    assert str(result.exception) == f"standards: {len(KEYS) + 1} faults in 2 files; 1 standard in 1 edition can be read."
    assert len(result.output.splitlines()) == len(KEYS) + 1


def test_one_fault_does_not_make_another(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Two edits that have nothing to do with each other are told as two, whichever they are."""
    singles = [(before, after, said) for before, after, said in NONSENSE if "TOML" not in said and not said.startswith("[examples: ")]
    heads = [row for row in singles if not row[2].startswith(("[rule", "[examples"))]
    rules = [row for row in singles if row[2].startswith("[rule")]
    for (one, first, said), (two, second, also) in zip(heads * 3, rules, strict=False):
        if one != "[rule]":
            text = GOOD.replace(two, second, 1).replace(one, first, 1)
            assert sorted(told(text, tmp_path, vocabulary)) == sorted([said, also])
