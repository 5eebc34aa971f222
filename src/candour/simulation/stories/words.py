"""Sentences that the made-up force writes in its records: plain, short, and about nobody."""

from __future__ import annotations

from random import Random

DEMEANOUR = (
    "Calm, playing on the floor.",
    "Quiet and would not look up.",
    "Tearful, held on to a toy.",
    "Chatty and at ease.",
    "Tired, hungry, thin clothes.",
)
VIEWS = (
    "Said he wants it to stop.",
    "Wants to stay with her nan.",
    "Says school is the safe place.",
    "Does not want mum to be in trouble.",
    "Frightened of going home.",
)
BLAMING = ("This is a lifestyle choice.", "She is streetwise and puts herself at risk.", "He is missing through choice.")
REASONS = (
    "Considered with the supervisor; risk lower than first thought.",
    "Checked against history and agreed.",
    "Parent spoken to and account consistent.",
)
CLOSING = (
    "Evidence reviewed against the threshold; child safe with grandmother; partner agencies told.",
    "No further lines of enquiry; child's wishes considered.",
)
EMPTY = ("NFA", "Filed", "As above")
NOTES = ("Call to address.", "Statement taken.", "House to house done.", "Footage viewed.", "Reply from school.", "Messages read.")


def pick(random: Random, words: tuple[str, ...]) -> str:
    """One of the sentences."""
    return words[int(random.random() * len(words))]
