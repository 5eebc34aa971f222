"""What a run says of links that nobody has decided: which findings rest on one, and how far each count could move."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from candour.findings.outcome_words import OUTCOME_TITLES
from candour.findings.outcomes import Outcome
from candour.standards.spoken import counted, listed

DOUBT = "doubt.json"
DOUBTFUL = "doubt.parquet"


@dataclass(frozen=True)
class Moved:
    """How often one edition has one outcome: at least `lowest` and at most `highest` of the two counts with none and with all possible pairs joined; the
    run's own count is `found`. With some joined and others not, it could be lower or higher than both."""

    standard: str
    version: int
    outcome: str
    lowest: int
    highest: int
    found: int


@dataclass(frozen=True)
class Doubt:
    """How many pairs are possible and undecided, of how many persons; how many findings rest on one of these; and what would move."""

    pairs: int
    persons: int
    findings: int
    moved: tuple[Moved, ...]

    def of(self, standard: str) -> str:
        """How far the counts of a standard could move, in a sentence; empty where they would not."""
        spans: dict[str, list[int]] = {}
        for one in self.moved:
            if one.standard == standard:
                span = spans.setdefault(one.outcome, [0, 0, 0])
                span[0], span[1], span[2] = span[0] + one.lowest, span[1] + one.highest, span[2] + one.found
        if not spans:
            return ""
        parts = [
            f"{OUTCOME_TITLES[Outcome(outcome)].lower()} between {lowest:,} and {highest:,} (here {found:,})"
            if lowest != highest
            else f"{OUTCOME_TITLES[Outcome(outcome)].lower()} {found:,}"
            for outcome, (lowest, highest, found) in sorted(spans.items())
        ]
        return (
            f"Records that may be of one child, suspect or place are not yet decided. With none and with all of them joined, occasions move: {listed(parts)}, "
            "and others are unchanged. If some were joined and others not, the count could be lower or higher than both."
        )

    def sentence(self) -> str:
        """What is in doubt altogether."""
        moved = len({one.standard for one in self.moved})
        rest = f"{counted(self.findings, 'finding')} {'rests' if self.findings == 1 else 'rest'} on them"
        how = (
            f"the counts of {counted(moved, 'standard')} would move if all were joined, and each says how far"
            if moved
            else "no count would move if all were joined"
        )
        return f"{counted(self.pairs, 'possible link')} between {counted(self.persons, 'person')} {'is' if self.pairs == 1 else 'are'} not yet decided (candour review next): {rest}; {how}."


def write_doubt(file: Path, doubt: Doubt) -> None:
    """Write the doubt of a run as JSON."""
    file.write_text(json.dumps(asdict(doubt), indent=1) + "\n", encoding="utf-8")


def read_doubt(folder: Path) -> Doubt | None:
    """The doubt of a run by its folder; None where nothing is in doubt."""
    file = folder / DOUBT
    if not file.is_file():
        return None
    content = json.loads(file.read_text(encoding="utf-8"))
    return Doubt(**{**content, "moved": tuple(Moved(**one) for one in content["moved"])})


def doubts_of_findings(folder: Path, finding_ids: Sequence[str]) -> dict[str, str]:
    """A sentence for each of these findings of a run that rests on a person with an undecided link."""
    file = folder / DOUBTFUL
    if not file.is_file():
        return {}
    with duckdb.connect() as db:
        rows = db.execute(
            "select finding_id, links from read_parquet(?) where list_contains(?, finding_id)", [str(file), list(finding_ids)]
        ).fetchall()
    return {finding_id: doubt_words(links) for finding_id, links in rows}


def doubt_words(links: int) -> str:
    """What is in doubt of a finding that rests on this many undecided links; empty for none."""
    if not links:
        return ""
    return f"{counted(links, 'possible link')} of this child, suspect or place to other records {'is' if links == 1 else 'are'} not yet decided; the finding could change."
