"""How far a source was verified, in a sentence for each word that a file may use."""

from __future__ import annotations

from collections.abc import Mapping

from candour.standards.model import BASES

VERIFICATIONS: Mapping[str, str] = dict(
    zip(
        BASES,
        (
            "Someone has read the requirement, and its figure if it has one, in the source itself.",
            "Read in a text that quotes or sums up the source, not in the source itself.",
            "The principle was read in the source. The figure, or the form of the rule, is ours and was not found there.",
            "Written from knowledge. Nobody has read it in the source yet.",
        ),
        strict=True,
    )
)
"""What each word for how far a source was verified means."""
