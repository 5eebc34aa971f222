"""Says of an edition from when to when it holds, for which nation, what it changed, and whether it is confirmed as in force."""

from __future__ import annotations

from candour.standards.model import ENGLAND_AND_WALES, Standard


def span_words(standard: Standard) -> str:
    """`from 2022-10-28 to now`: the London days of the occasions that it is for, both counted."""
    return f"from {standard.in_force.begins or 'the beginning'} to {standard.in_force.ends or 'now'}"


def edition_words(standard: Standard) -> tuple[str, ...]:
    """What there is to say of it as an edition, the weightiest first: nothing for a first edition that is in force in both nations."""
    edition = standard.edition
    said = []
    if not edition.commenced:
        said.append(f"Not confirmed as in force, and switched off unless a run switches it on by name. {edition.commencement}")
    if standard.jurisdiction != ENGLAND_AND_WALES:
        said.append(f"For {standard.jurisdiction} only.")
    if edition.changes:
        beside = f" What is not said anew is as in version {edition.of}." if edition.of else ""
        said.append(f"What changed: {edition.changes}{beside}")
    return tuple(said)
