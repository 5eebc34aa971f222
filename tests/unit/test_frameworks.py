"""What a standard says it informs exists: areas of inspection, published failings, findings in North Yorkshire."""

from __future__ import annotations

import tomllib

import pytest

from candour.records.vocabulary import load_vocabulary
from candour.standards.frameworks import load_frameworks, read_informs
from candour.standards.loading import load_standards
from candour.standards.model import Informs
from candour.standards.reading_tables import Table
from candour.standards.refusals import StandardRefused


def informs(text: str) -> Informs:
    return read_informs(Table("made-up.toml", "informs", tomllib.loads(text)))


def test_what_is_named_is_kept() -> None:
    assert informs('criteria = ["ncpi-2014/leadership"]\nfailings = [1, 36]\nnorth_yorkshire = "voice"') == Informs(
        ("ncpi-2014/leadership",), (1, 36), ("voice",)
    )
    assert informs("failings = 2") == Informs((), (2,), ())
    assert informs("") == Informs()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('criteria = ["ncpi-2014/leadershp"]', "made-up.toml: [informs.criteria] 'ncpi-2014/leadershp' is not an area in inspection_criteria.toml. Near it: ncpi-2014/leadership, ncpi-2024/leadership, ncpi-2024/partnership-working."),
        ('criteria = ["ncpi-2014/overall"]', "made-up.toml: [informs.criteria] 'ncpi-2014/overall' speaks of the whole of a force's work, which no one standard informs. Name an area."),
        ("failings = [37]", "made-up.toml: [informs.failings] 37 is not the number of a row in failings.toml: 1 to 36."),
        ('failings = ["1"]', "made-up.toml: [informs.failings] '1' is not the number of a row in failings.toml: 1 to 36."),
        ("failings = [true]", "made-up.toml: [informs.failings] True is not the number of a row in failings.toml: 1 to 36."),
        ('north_yorkshire = ["voices"]', "made-up.toml: [informs.north_yorkshire] 'voices' is not a finding in north_yorkshire.toml. Near it: voice."),
        ("failing = [1]", "made-up.toml: [informs.failing] is not known here. Near it: failings. Known keys: criteria, failings, north_yorkshire."),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused_with_what_is_near(text: str, message: str) -> None:
    with pytest.raises(StandardRefused) as caught:
        informs(text)
    assert str(caught.value) == message


def test_the_frameworks_are_whole() -> None:
    known = load_frameworks()
    assert list(known.failings) == list(range(1, 37))
    assert sorted(one for one, area in known.areas.items() if not area.of_the_whole) == sorted(
        [f"ncpi-2014/{area}" for area in ("leadership", "initial-contact", "assessment-and-help", "investigation", "decision-making", "trusted-adult", "managing-risk", "police-detention")]
        + [f"ncpi-2024/{topic}" for topic in ("leadership", "partnership-working", "initial-response", "risk-assessment-and-referral", "investigation")]
    )  # fmt: skip
    assert len(known.north_yorkshire) == 15


def test_words_are_given_only_where_words_were_seen() -> None:
    for area in load_frameworks().areas.values():
        assert area.criteria
        for one in area.criteria:
            assert (one.words == "") == (one.read == "heading only"), (area.id, one.code)


def test_every_standard_of_the_catalogue_says_what_it_informs() -> None:
    assert not [one.id for one in load_standards(None, load_vocabulary(), examples=False) if not one.informs.criteria]


def test_a_finding_in_north_yorkshire_and_the_standards_on_its_list_name_each_other() -> None:
    standards = load_standards(None, load_vocabulary(), examples=False)
    for key, finding in load_frameworks().north_yorkshire.items():
        missing = [one.id for one in standards if one.id in finding.standards and key not in one.informs.north_yorkshire]
        assert not missing, key
