"""What Candour says when it cannot take what it was given: what is wrong, where, and how to mend it."""

from __future__ import annotations


class InputRefused(Exception):
    """The input was refused. The message names the file, row and value and says how to mend it; the command line ends with 1."""


class StoreBusy(InputRefused):
    """Another import is writing to the same store. Nothing was changed; wait for it and try again."""


class AccountsDiffer(RuntimeError):
    """Rows in is not rows kept plus rows refused: a fault in Candour, never in the input. The command line ends with 3."""
