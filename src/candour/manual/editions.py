"""The editions of a standard: to which occasions each applies, and what changed from the one before."""

from __future__ import annotations

from datetime import date

from candour.standards.edition_wording import edition_words
from candour.standards.model import Standard
from candour.standards.spoken import day_words, listed


def days_in_words(standard: Standard) -> str:
    """`from 7 November 2025 on`: the occasions to which an edition applies, by their London date, both days counted."""
    begins, ends = standard.in_force.begins, standard.in_force.ends
    if begins is None and ends is None:
        return "of any date"
    start = f"from {day_words(begins, weekday=False)}" if begins else ""
    end = f"to {day_words(ends, weekday=False)}" if ends else "on"
    return f"{start} {end}".strip() if start else f"up to {end.removeprefix('to ')}"


def latest_first(standard: Standard) -> tuple[bool, bool, int, int, int]:
    """The place of an edition among those of its standard: in force before what is not confirmed as in force, for Wales alone after the others, then
    the latest in time first. Versions are numbered as they were written, which need not be the order in time."""
    begins, ends = standard.in_force.begins or date.min, standard.in_force.ends or date.max
    return not standard.edition.commenced, standard.jurisdiction == "Wales", -ends.toordinal(), -begins.toordinal(), -standard.version


def changes_of(standard: Standard, before: Standard | None) -> tuple[str, ...]:
    """What there is to say of an edition, and in what it differs from the one `before` it, in sentences; empty for a first edition of which there is nothing to say."""
    told = list(edition_words(standard))
    if before is not None:
        names = {
            "title": "title", "statement": "what is asked", "status": "status", "duty": "whose duty it is", "severity": "severity", "rule": "rule",
        }  # fmt: skip
        other = [words for name, words in names.items() if getattr(standard, name) != getattr(before, name)]
        told.append(
            f"It differs from version {before.version} in its {listed(other)}."
            if other
            else f"In all but its source and its dates it is as version {before.version}."
        )
    return tuple(told)
