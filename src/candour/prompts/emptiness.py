"""Tells entries that may say nothing: short, with no word for an action and no date or time."""

from __future__ import annotations

from candour.prompts.definitions import Definition
from candour.prompts.stock import Stock
from candour.prompts.texts import Entry

DATED = frozenset(
    (
        "today", "tonight", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april",
        "may", "june", "july", "august", "september", "october", "november", "december", "hour", "hours", "day", "days", "week", "weeks", "month", "noon",
    )
)  # fmt: skip
"""Words that give a date or a time, beside any figure."""


def says_nothing(entry: Entry, definition: Definition, stock: Stock) -> bool:
    """Whether an entry may say nothing.

    One whose other fields answer (`answered`) is never taken for empty, nor is one that is a stock sentence and nothing else: of that sentence
    one question is asked for all who wrote it. Blank texts are not entries at all: the standards on content ask about them.
    """
    if entry.answered:
        return False
    words = stock.own_words(entry)
    if not words and stock.has_sentence(entry):
        return False
    if entry.length_alone:
        return len(words) < definition.figures["fewest_words_alone"]
    if len(words) >= definition.figures["fewest_words"]:
        return False
    return not any(word in definition.action_words or word in DATED or "#" in word for word in words)
