"""A small vocabulary for random tests: seven kinds of event, and a field of every type."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from candour.records.vocabulary import Field, Kind, Vocabulary, load_vocabulary

LEVELS = {"low": "Low", "medium": "Medium", "high": "High"}
TAGS = {"red": "Red", "blue": "Blue"}

_FIELDS = {
    "flag": Field("flag", "yes_no", "A yes or no."),
    "level": Field("level", "code", "A level.", LEVELS, True),
    "tags": Field("tags", "codes", "Some tags.", TAGS),
    "number": Field("number", "whole", "A whole number."),
    "amount": Field("amount", "number", "A number."),
    "note": Field("note", "text", "Some words."),
    "due_on": Field("due_on", "day", "A day by which."),
    "due_at": Field("due_at", "moment", "A moment by which."),
    "owner_ref": Field("owner_ref", "ref", "An officer."),
    "stream": Field("stream", "ref", "A strand of work."),
    "agencies": Field("agencies", "refs", "Some agencies."),
}
_KINDS = {
    "made.opened": ("flag", "level", "number", "due_on", "due_at", "owner_ref", "stream", "tags", "note"),
    "made.asked": ("flag", "level", "number", "amount", "due_on", "due_at", "owner_ref", "stream"),
    "made.answered": ("flag", "level", "number", "due_at", "owner_ref", "stream", "note", "agencies"),
    "made.reviewed": ("flag", "level", "due_on", "owner_ref", "stream", "tags"),
    "made.closed": ("flag", "level", "stream", "owner_ref", "note"),
    "made.excused": ("flag", "level", "note", "due_at", "due_on"),
    "made.rare": ("flag", "level", "stream", "owner_ref"),
}


def made_vocabulary() -> Vocabulary:
    """The small vocabulary, with the envelope, case and child of the catalogue's."""
    kinds = {
        name: Kind(name, name, "Made", "Made up.", order, MappingProxyType({field: _FIELDS[field] for field in fields}))
        for order, (name, fields) in enumerate(_KINDS.items())
    }
    return replace(load_vocabulary(), kinds=MappingProxyType(kinds))


MADE = made_vocabulary()
STREAMED = tuple(name for name, kind in MADE.kinds.items() if "stream" in kind.fields)
EVERY = tuple(MADE.kinds)
