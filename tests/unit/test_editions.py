"""Editions of one standard: what is shared, what is refused, and which of them a run is held to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from candour.records.vocabulary import load_vocabulary
from candour.standards.choosing import Choice, LeftOutFor, choose, in_force_on
from candour.standards.edition_wording import edition_words, span_words
from candour.standards.limits import CalendarDays, Elapsed
from candour.standards.loading import check_standards, load_standard, load_standards
from candour.standards.model import InForce, Response, Standard
from candour.standards.refusals import StandardRefused
from tests.support.made_standard import SEEN_WITHIN_A_DAY

VOCABULARY = load_vocabulary()
FIRST = (
    """
id = "seen"
title = "Seen within a day"
area = "missing"
version = 1
in_force = { to = 2023-12-14 }
status = "statute"
severity = "high"
themes = ["missing"]
[source]
document = "The first Act (made up)"
paragraph = "section 1"
verified = true
[reading]
text = "Twenty-four hours."
"""
    + SEEN_WITHIN_A_DAY
)
SECOND = """
id = "seen"
version = 2
in_force = { from = 2023-12-15 }
[edition]
of = 1
changes = "Two days instead of one."
"""
TWO_DAYS = "[rule]\nwithin = { days = 2 }\n"


def folder_of(root: Path, *texts: str) -> Path:
    """A folder with these files: the first is seen.toml, the others seen.v2.toml and so on."""
    for number, text in enumerate(texts, start=1):
        (root / ("seen.toml" if number == 1 else f"seen.v{number}.toml")).write_text(text, encoding="utf-8")
    return root


def editions(root: Path, *texts: str) -> tuple[Standard, ...]:
    return load_standards(folder_of(root, *texts), VOCABULARY)


def within(standard: Standard) -> object:
    assert isinstance(standard.rule, Response)
    return standard.rule.within


# What is shared


def test_what_an_edition_does_not_say_is_as_in_its_base(tmp_path: Path) -> None:
    first, second = editions(tmp_path, FIRST, SECOND + TWO_DAYS)
    for name in ("title", "area", "statement", "status", "severity", "duty", "themes", "source", "reading"):
        assert getattr(second, name) == getattr(first, name), name
    assert isinstance(second.rule, Response) and isinstance(first.rule, Response)
    assert (second.rule.after, second.rule.expect, second.rule.same) == (first.rule.after, first.rule.expect, first.rule.same)
    assert (within(first), within(second)) == (Elapsed(86400, "24 hours"), CalendarDays(2, "2 calendar days"))
    assert (second.edition.of, second.edition.changes, second.edition.same_rule) == (1, "Two days instead of one.", False)


def test_dates_and_examples_are_never_shared(tmp_path: Path) -> None:
    _, second = editions(tmp_path, FIRST, SECOND)
    assert second.in_force == InForce(date(2023, 12, 15), None)
    assert (second.examples, second.edition.same_rule) == ((), True)


def test_a_table_is_replaced_whole_and_the_rule_key_by_key_unless_it_names_its_shape(tmp_path: Path) -> None:
    source = '[source]\ndocument = "The second Act (made up)"\nverified = false\n'
    _, second = editions(tmp_path, FIRST, SECOND + source)
    assert (second.source.document, second.source.paragraph, second.source.verified) == ("The second Act (made up)", "", False)
    whole = '[rule]\nshape = "response"\nafter = { event = "missing.located" }\nexpect = { event = "missing.reviewed" }\nwithin = { days = 1 }\n'
    _, second = editions(tmp_path, FIRST, SECOND + whole)
    assert isinstance(second.rule, Response)
    assert (second.rule.expect[0].kinds, second.rule.same) == (("missing.reviewed",), ())


def test_the_fingerprint_covers_base_and_edition(tmp_path: Path) -> None:
    before = editions(tmp_path, FIRST, SECOND)
    base_changed = editions(tmp_path, FIRST.replace("Twenty-four hours.", "A day."), SECOND)
    assert all(one.fingerprint != two.fingerprint for one, two in zip(before, base_changed, strict=True))
    own_changed = editions(tmp_path, FIRST, SECOND + "\n")
    assert own_changed[0].fingerprint == before[0].fingerprint and own_changed[1].fingerprint != before[1].fingerprint


def test_a_whole_second_edition_says_what_changed_and_needs_no_base(tmp_path: Path) -> None:
    whole = FIRST.replace("version = 1", "version = 2").replace("{ to = 2023-12-14 }", "{ from = 2023-12-15 }")
    _, second = editions(tmp_path, FIRST, whole + '[edition]\nchanges = "All of it."\n')
    assert (second.edition.of, second.edition.changes) == (None, "All of it.")


def test_one_file_alone_finds_its_base_beside_it(tmp_path: Path) -> None:
    folder_of(tmp_path, FIRST, SECOND)
    assert load_standard(tmp_path / "seen.v2.toml", VOCABULARY).title == "Seen within a day"
    assert (
        load_standard(tmp_path / "seen.v2.toml", VOCABULARY, examples=False).rule == load_standard(tmp_path / "seen.toml", VOCABULARY).rule
    )


# What is refused

REFUSED = [
    ("of = 1", "of = 2", "edition.of", "has to be that of an earlier version"),
    ("of = 1", "of = 3", "edition.of", "has to be that of an earlier version"),
    ("of = 1", 'of = "first"', "edition.of", "must be a whole number"),
    ('changes = "Two days instead of one."', "", "edition.changes", "says what changed and why"),
    ("of = 1", "off = 1", "edition.off", "not known"),
    ("of = 1", "of = 1\ncommenced = false", "edition.commencement", "what is known, and what is not"),
    ("of = 1", 'of = 1\ncommencement = "Not yet."', "edition.commencement", "commenced = false"),
    ("of = 1", "of = 1\ncommenced = 2027-01-01", "edition.commenced", "true or false"),
    ("[edition]", 'jurisdiction = "Scotland"\n[edition]', "jurisdiction", "England, Wales, England and Wales"),
    ("from = 2023-12-15", "from = 2023-12-14", "in_force", "overlaps version 1"),
]


@pytest.mark.parametrize(("before", "after", "key", "words"), REFUSED, ids=[f"{row[2]}-{number}" for number, row in enumerate(REFUSED)])
def test_an_edition_that_cannot_be_meant_is_refused(before: str, after: str, key: str, words: str, tmp_path: Path) -> None:
    assert before in SECOND
    _, faults = check_standards(folder_of(tmp_path, FIRST, SECOND.replace(before, after)), VOCABULARY)
    assert [(fault.file, fault.key, words in fault.problem) for fault in faults] == [("seen.v2.toml", key, True)], faults


def test_a_base_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "seen.v2.toml").write_text(SECOND, encoding="utf-8")
    _, (fault,) = check_standards(tmp_path, VOCABULARY)
    assert (fault.key, fault.problem) == (
        "edition.of",
        "is 1, and beside this file there is no seen.toml or seen.v1.toml with version 1 of seen.",
    )
    (tmp_path / "seen.toml").write_text(FIRST.replace('id = "seen"', 'id = "heard"'), encoding="utf-8")
    _, (fault,) = check_standards(tmp_path, VOCABULARY)
    assert fault.problem == "is 1, and seen.toml holds version 1 of heard."


def test_a_chain_of_bases_is_refused(tmp_path: Path) -> None:
    third = SECOND.replace("version = 2", "version = 3").replace("of = 1", "of = 2").replace("from = 2023-12-15", "from = 2026-03-19")
    _, (fault,) = check_standards(folder_of(tmp_path, FIRST, SECOND.replace("15 }", "15, to = 2026-03-18 }"), third), VOCABULARY)
    assert (fault.file, fault.key) == ("seen.v3.toml", "edition.of") and "itself shares with another version" in fault.problem


def test_version_1_changes_nothing_and_two_files_may_not_hold_one_version(tmp_path: Path) -> None:
    _, faults = check_standards(folder_of(tmp_path, FIRST + '[edition]\nchanges = "Made up."\n'), VOCABULARY)
    assert [fault.key for fault in faults] == ["edition.changes"]
    _, faults = check_standards(folder_of(tmp_path, FIRST, FIRST), VOCABULARY)
    assert [fault.key for fault in faults] == ["version"]


# England and Wales

WALES = SECOND.replace("[edition]", 'jurisdiction = "Wales"\n[edition]').replace("in_force = { from = 2023-12-15 }", "")
ENGLAND = FIRST.replace("[source]", 'jurisdiction = "England"\n[source]', 1).replace("in_force = { to = 2023-12-14 }", "")


def held(choice: Choice) -> list[int]:
    return [one.version for one in choice.held]


def left(choice: Choice) -> list[tuple[int, str]]:
    return [(one.standard.version, one.why) for one in choice.left_out]


def test_editions_of_two_nations_may_be_in_force_at_once(tmp_path: Path) -> None:
    every = editions(tmp_path, ENGLAND, WALES)
    assert (held(choose(every, "England")), left(choose(every, "England"))) == ([1], [(2, "of another nation")])
    assert held(choose(every, "Wales")) == [2]
    both = WALES.replace('"Wales"', '"England and Wales"')
    assert [fault.key for fault in check_standards(folder_of(tmp_path, ENGLAND, both), VOCABULARY)[1]] == ["in_force"]


def test_where_no_nation_is_declared_what_is_of_one_nation_is_left_out_and_said_to_be_unchecked(tmp_path: Path) -> None:
    choice = choose(editions(tmp_path, ENGLAND, WALES))
    assert (held(choice), {one.why for one in choice.left_out}) == ([], {LeftOutFor.NATION_NOT_DECLARED})
    assert "could not be checked" in choice.left_out[0].sentence
    assert choice.cautions() == (
        "No nation is declared, so what is for England or for Wales alone was not checked: seen. "
        "Say nation in the mapping's [source], or assess with --nation.",
    )  # fmt: skip
    assert choose(editions(tmp_path, FIRST, SECOND)).cautions() == ()


# Not confirmed as in force

WAITING = (
    SECOND.replace("of = 1", 'of = 1\ncommenced = false\ncommencement = "Royal Assent seen; no date of commencement found."') + TWO_DAYS
)
OPEN = FIRST.replace("in_force = { to = 2023-12-14 }", "in_force = { from = 2020-01-01 }")


def test_what_is_not_confirmed_as_in_force_is_in_nobodys_way_and_switched_off(tmp_path: Path) -> None:
    every = editions(tmp_path, OPEN, WAITING)
    choice = choose(every, "England")
    assert (held(choice), left(choice), choice.switched_on) == ([1], [(2, "not confirmed as in force")], ())
    assert choice.left_out[0].sentence.endswith("switched off. Royal Assent seen; no date of commencement found.")
    assert choice.held[0].in_force == InForce(date(2020, 1, 1), None)


def test_switched_on_it_takes_the_place_of_the_other_from_its_first_day(tmp_path: Path) -> None:
    every = editions(tmp_path, OPEN, WAITING)
    choice = choose(every, "England", ["seen"])
    assert held(choice) == [1, 2]
    assert choice.held[0].in_force == InForce(date(2020, 1, 1), date(2023, 12, 14))
    assert choice.cautions() == (
        "seen version 2 was switched on for this run. It is not confirmed as in force: Royal Assent seen; no date of commencement found.",
    )
    always = editions(tmp_path, OPEN, WAITING.replace("from = 2023-12-15", ""))
    choice = choose(always, "England", ["seen"])
    assert (held(choice), left(choice)) == ([2], [(1, LeftOutFor.SWITCHED)])


def test_it_can_never_be_breached(tmp_path: Path) -> None:
    first, second = editions(tmp_path, OPEN, WAITING)
    assert (first.may_be_breached, second.may_be_breached) == (True, False)


@pytest.mark.parametrize(
    ("asked", "nation", "words"),
    [
        ("seen", "Wales", "is for one nation, and not for the one that is declared"),
        ("sen", None, "Near it: seen"),
        ("nonsense", None, "Not confirmed as in force: seen"),
    ],
)
def test_switching_on_what_cannot_be_is_refused(asked: str, nation: str | None, words: str, tmp_path: Path) -> None:
    every = editions(tmp_path, ENGLAND, WAITING.replace("[edition]", 'jurisdiction = "England"\n[edition]'))
    with pytest.raises(StandardRefused, match=words):
        choose(every, nation or "England", [asked])


ALSO_WAITING = WAITING.replace("version = 2", "version = 3").replace("days = 2", "days = 3")
"""A second edition of one id that is not confirmed as in force: no standard of the catalogue has one."""


def test_of_two_that_are_not_confirmed_for_the_same_days_one_has_to_be_named(tmp_path: Path) -> None:
    every = editions(tmp_path, OPEN, WAITING, ALSO_WAITING)
    with pytest.raises(StandardRefused, match=r"judged twice\. Name the one you mean: --with seen@2 or --with seen@3\.$"):
        choose(every, "England", ["seen"])
    with pytest.raises(StandardRefused, match="Name the one you mean"):
        choose(every, "England", ["seen@2", "seen@3"])
    for version, other in ((2, 3), (3, 2)):
        choice = choose(every, "England", [f"seen@{version}"])
        assert (held(choice), left(choice)) == ([1, version], [(other, LeftOutFor.NOT_COMMENCED)])


def test_editions_of_one_place_have_one_duty(tmp_path: Path) -> None:
    """A run counts them together under one title: half of a rate cannot be a partner's."""
    other = SECOND.replace("[edition]", "duty = 'partner'\n[edition]")
    with pytest.raises(StandardRefused, match=r"seen\.v2\.toml: \[duty\] is partner, and that of version 1 in seen\.toml is police"):
        editions(tmp_path, FIRST, other)


def test_editions_of_two_nations_may_differ_in_duty_for_no_run_holds_both(tmp_path: Path) -> None:
    england = FIRST.replace("status =", "jurisdiction = 'England'\nstatus =")
    wales = SECOND.replace("[edition]", "duty = 'partner'\njurisdiction = 'Wales'\n[edition]")
    assert [one.duty for one in editions(tmp_path, england, wales)] == ["police", "partner"]


def test_two_that_are_not_confirmed_may_be_switched_on_together_where_they_share_no_day(tmp_path: Path) -> None:
    earlier = WAITING.replace("from = 2023-12-15 }", "from = 2023-12-15, to = 2024-12-31 }")
    later = ALSO_WAITING.replace("from = 2023-12-15", "from = 2025-01-01")
    assert held(choose(editions(tmp_path, OPEN, earlier, later), "England", ["seen"])) == [1, 2, 3]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("seen@1", "this edition is in force by its dates"),
        ("seen@4", "is no version of it: there is 1 and 2"),
        ("seen@", "has no version after the @"),
        ("heard@", "has no version after the @"),
        ("heard@2", "is not a standard"),
    ],
)
def test_a_version_that_cannot_be_switched_on_is_refused(asked: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(StandardRefused, match=words):
        choose(editions(tmp_path, OPEN, WAITING), "England", [asked])


def test_switching_on_what_is_in_force_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandardRefused, match="needs no switching on"):
        choose(editions(tmp_path, FIRST, SECOND), None, ["seen"])


# On a day


@pytest.mark.parametrize(("on", "version"), [(date(2023, 12, 14), 1), (date(2023, 12, 15), 2), (date(1999, 1, 1), 1)])
def test_on_any_day_one_edition_is_in_force(on: date, version: int, tmp_path: Path) -> None:
    assert [one.version for one in in_force_on(editions(tmp_path, FIRST, SECOND), on)] == [version]


def test_what_is_not_confirmed_is_in_force_on_no_day(tmp_path: Path) -> None:
    assert [one.version for one in in_force_on(editions(tmp_path, OPEN, WAITING), date(2026, 1, 1))] == [1]


def test_an_edition_is_put_into_words(tmp_path: Path) -> None:
    first, second = editions(tmp_path, OPEN, WAITING.replace("[edition]", 'jurisdiction = "Wales"\n[edition]'))
    assert (span_words(first), edition_words(first)) == ("from 2020-01-01 to now", ())
    assert edition_words(second) == (
        "Not confirmed as in force, and switched off unless a run switches it on by name. Royal Assent seen; no date of commencement found.",
        "For Wales only.",
        "What changed: Two days instead of one. What is not said anew is as in version 1.",
    )
