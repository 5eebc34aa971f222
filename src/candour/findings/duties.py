"""Whose duty a standard is: the police's, shared, or a partner's, by which the police are never measured."""

from __future__ import annotations

POLICE, JOINT, PARTNER = "police", "joint", "partner"

_TAGS = {JOINT: "shared duty", PARTNER: "a partner's duty"}
_SENTENCES = {
    POLICE: "The police's.",
    JOINT: "Shared: the police and their partners have it together, and a record does not say which of them fell short.",
    PARTNER: "A partner's: the police are not measured by it.",
}


def duty_tag(duty: str) -> str:
    """`a partner's duty` or `shared duty`, to stand beside a title; empty for a duty of the police."""
    return _TAGS.get(duty, "")


def duty_words(duty: str) -> str:
    """Whose duty it is, in a sentence."""
    return _SENTENCES.get(duty, duty)
