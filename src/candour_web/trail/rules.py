"""What an entry of the trail says, when it may be written, and how entries are chained.

The kinds are those of section 62(1) of the Data Protection Act 2018, which asks for a log of them in law-enforcement processing, and
`access`: signing in and out, and what was refused. Entries are chained so that nothing can be changed, taken out or put in between unseen:
each link is the SHA-256 of the link before it and of the entry's fields, every field written as its number of bytes in UTF-8, a colon and
its text, so that anybody can reckon the chain again from an export.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

KINDS = ("collection", "alteration", "consultation", "disclosure", "combination", "erasure", "access")
NEEDS_A_REASON = frozenset({"consultation", "disclosure", "combination", "erasure"})
"""Section 62(2) asks for the justification of a consultation or disclosure; for the others of these it is our own rule."""

FIRST = b"\0" * 32
"""What stands before the first link."""


def why_not_write(kind: str, *, what: str, why: str, recipients: str) -> str | None:
    """Why such an entry may not be written, in words; None where it may."""
    if kind not in KINDS:
        return f"There is no kind of entry {kind!r}. The kinds are: {', '.join(KINDS)}."
    if not what.strip():
        return "An entry says what was done."
    if kind in NEEDS_A_REASON and not why.strip():
        return f"A {kind} needs its reason."
    if kind == "disclosure" and not recipients.strip():
        return "A disclosure names who received what was disclosed."
    return None


def next_link(before: bytes, fields: Iterable[str]) -> bytes:
    """The link of an entry with these fields that follows the link `before`: 32 bytes. The database reckons it in the same way."""
    written = [word.encode() for word in fields]
    return hashlib.sha256(before + b"".join(b"%d:%s" % (len(word), word) for word in written)).digest()


@dataclass(frozen=True)
class Anchor:
    """The chain up to one position. Kept outside, it shows later that nothing before it was changed."""

    position: int
    link: str

    def __str__(self) -> str:
        return f"{self.position}:{self.link}"

    @classmethod
    def read(cls, words: str) -> Anchor:
        """An anchor as it was printed. Raises ValueError where it is none."""
        position, _, link = words.strip().partition(":")
        if not position.isascii() or not position.isdigit() or len(link) != 64 or set(link) - set("0123456789abcdef"):
            raise ValueError(
                f"{words!r} is not an anchor. One is a position, a colon and 64 hexadecimal digits, as `candour doctor --trail` prints it."
            )
        return cls(int(position), link)


@dataclass(frozen=True)
class Linked:
    """One row of the chain as it is stored: its position, its link, and the fields of its entry (None where the entry is gone)."""

    position: int
    link: bytes
    fields: tuple[str, ...] | None


@dataclass
class Verdict:
    """What was found when the chain was reckoned again."""

    entries: int = 0
    faults: list[str] = field(default_factory=list)
    anchor: Anchor = field(default_factory=lambda: Anchor(0, FIRST.hex()))


def verify(chain: Iterable[Linked], *, unlinked: int = 0, kept: Anchor | None = None) -> Verdict:
    """Reckon the chain again, in the order of position; `unlinked` entries stand in no chain, `kept` is an anchor from outside.

    A changed entry is named once and the reckoning goes on from the stored link, so that one change is not told as thousands.
    """
    found = Verdict()
    before, at_anchor = FIRST, FIRST.hex() if kept and kept.position == 0 else None
    for row in chain:
        expected = found.anchor.position + 1
        if row.position != expected:
            found.faults.append(f"Positions {expected} to {row.position - 1} are missing.")
        if row.fields is None:
            found.faults.append(f"The entry at position {row.position} is gone.")
        elif next_link(before, row.fields) != row.link:
            found.faults.append(f"The entry at position {row.position}, or its link, is not what was written.")
        before = row.link
        found.entries += 1
        found.anchor = Anchor(row.position, row.link.hex())
        if kept and kept.position == row.position:
            at_anchor = row.link.hex()
    if unlinked:
        found.faults.append(f"{unlinked} entries stand outside the chain.")
    if kept and at_anchor is None:
        found.faults.append(f"The chain ends at position {found.anchor.position}, before the anchor at {kept.position}.")
    elif kept and at_anchor != kept.link:
        found.faults.append(f"The chain at position {kept.position} is not the one that the anchor was taken of.")
    return found
