"""The word breach is said only of a verified requirement of statute, of what is on record, and never of a figure of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from candour.findings.explanation import whose_limit
from candour.findings.finding import Finding
from candour.findings.outcome_words import force_of_limit
from candour.findings.reporting.limits_used import whose_words
from candour.records.vocabulary import load_vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import Standard

CATALOGUE = {(one.id, one.version): one for one in load_standards(None, load_vocabulary())}


def said(standard: Standard, outcome: str, reason: str, limit_whose: str | None = "standard") -> str:
    return force_of_limit(finding_of(standard, outcome, reason, limit_whose), standard)


def finding_of(standard: Standard, outcome: str = "late", reason: str = "answered_late", limit_whose: str | None = "standard") -> Finding:
    at = datetime(2026, 3, 1, 12)
    return Finding(
        "x@E1",
        standard.id,
        1,
        "case",
        "C",
        "C",
        None,
        None,
        "E1",
        0,
        0,
        at,
        at,
        outcome,
        reason,
        limit_text="a limit",
        limit_whose=limit_whose,
    )


def test_a_late_review_of_detention_is_a_breach() -> None:
    assert said(CATALOGUE["custody-pace-reviews-6-9-9", 1], "late", "answered_late") == "breach of statute"


def test_a_missing_entry_is_not() -> None:
    assert said(CATALOGUE["custody-pace-reviews-6-9-9", 1], "missed", "not_answered") == ""


def test_nor_is_a_limit_that_may_be_extended_by_rungs() -> None:
    assert said(CATALOGUE["precharge-bail-within-3-months", 2], "late", "answered_late") == ""


@pytest.mark.parametrize("key", [("custody-no-night-cell-without-certificate", 1), ("bail-victim-views-sought", 1)])
def test_nor_is_what_is_inferred_from_other_records(key: tuple[str, int]) -> None:
    standard = CATALOGUE[key]
    assert standard.infers
    assert said(standard, "missed", "happened") == ""
    assert said(replace(standard, infers=False), "missed", "happened") == "breach of statute"


def test_a_local_default_and_a_force_s_own_limit_have_their_own_words() -> None:
    assert said(CATALOGUE["supervisor-periodic-review", 1], "late", "answered_late") == "outside local default"
    assert said(CATALOGUE["custody-pace-reviews-6-9-9", 1], "late", "answered_late", "local: hours") == "outside the force's own limit"


def test_what_was_seen_only_second_hand_may_not_be_breached() -> None:
    assert any(one.may_be_breached for one in CATALOGUE.values())
    assert all(one.source.basis == "verified" for one in CATALOGUE.values() if one.may_be_breached)


def test_no_standard_of_guidance_may_be_breached() -> None:
    assert all(one.status == "statute" for one in CATALOGUE.values() if one.may_be_breached)


SECOND_HAND = [("encompass-before-next-school-day", 2), ("closure-victim-told", 1), ("rso-home-visit-on-schedule", 1)]


@pytest.mark.parametrize("key", SECOND_HAND)
def test_a_figure_seen_second_hand_is_not_called_the_source_s(key: tuple[str, int]) -> None:
    standard = CATALOGUE[key]
    assert not standard.source.verified
    words = whose_limit(finding_of(standard), standard, {})
    assert words.endswith("It is a figure seen only second hand, not confirmed in the source named above.")
    whose, note = whose_words(standard, "standard", {})
    assert whose == "not verified" and note == f"seen only second hand, not confirmed in: {standard.source.document}"
    assert said(standard, "late", "answered_late") == ""


@pytest.mark.parametrize("key", [("encompass-before-next-school-day", 1), ("icpc-within-15-working-days", 1), ("custody-24h-cap", 1)])
def test_a_figure_verified_in_a_text_that_quotes_the_source_is_not_called_the_source_s(key: tuple[str, int]) -> None:
    standard = CATALOGUE[key]
    assert (standard.source.verified, standard.source.basis) == (True, "verified (secondary source)")
    words = whose_limit(finding_of(standard), standard, {})
    assert words.endswith("It is a figure read only in a text that quotes or sums up the source named above, not in that source itself.")
    whose, note = whose_words(standard, "standard", {})
    assert whose == "seen second hand" and note == f"read only in a text that quotes or sums up: {standard.source.document}"


def test_a_verified_figure_is_the_source_s() -> None:
    standard = CATALOGUE["custody-pace-reviews-6-9-9", 1]
    assert whose_limit(finding_of(standard), standard, {}).endswith("It is the figure of the source named above.")
    assert whose_words(standard, "standard", {}) == ("statute", standard.source.document)


def test_only_a_figure_read_in_the_source_itself_is_ever_called_the_source_s() -> None:
    for standard in CATALOGUE.values():
        of_the_source = "figure of the source" in whose_limit(finding_of(standard), standard, {})
        assert of_the_source <= (standard.source.verified and standard.source.basis == "verified"), standard.id
        if not standard.source.verified:
            assert whose_words(standard, "standard", {})[0] in ("local default", "not verified"), standard.id


def test_a_force_s_own_figure_is_the_force_s() -> None:
    standard = CATALOGUE["closure-victim-told", 1]
    assert "the force's own figure for hours: 12 hours" in whose_limit(
        finding_of(standard, limit_whose="local: hours"), standard, {"hours": "12 hours"}
    )
    assert whose_words(standard, "local: hours", {"hours": "12 hours"}) == ("the force's own", "12 hours")
