"""Which limits were used, and whose they are: of statute, of guidance, a local default of this catalogue, not verified, seen second hand, or the force's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from candour.findings.outcome_words import figure_is_ours, figure_is_second_hand
from candour.findings.runs import Run
from candour.standards.model import Standard
from candour.standards.spoken import counted, listed
from candour.standards.wording import fields_named


@dataclass(frozen=True)
class LimitUsed:
    """One limit as it was used in a run: in which standard, how often, and whose it is."""

    standard: str
    title: str
    limit: str
    findings: int
    whose: str
    note: str


@dataclass(frozen=True)
class LocalFigure:
    """One name for which the force has a figure of its own: the figures with their dates and approval, in words, and the standards that use it."""

    name: str
    figures: str
    standards: tuple[str, ...]


def local_figures(run: Run) -> tuple[LocalFigure, ...]:
    """Every figure of the force's own in a run, limits or not (look-backs, windows and numbers too), whether or not a finding rests on it."""
    titles = [(one.title or one.id, one.parameters) for one in run.standards]
    return tuple(
        LocalFigure(name, words, tuple(dict.fromkeys(title for title, names in titles if name in names)))
        for name, words in run.parameters.items()
    )


def limits_words(limits: Sequence[LimitUsed]) -> str:
    """`75 limits were used: 61 are a local default, 10 of statutory guidance.`"""
    whose = Counter(one.whose for one in limits)
    return f"{counted(len(limits), 'limit')} {'was' if len(limits) == 1 else 'were'} used: {listed([f'{number:,} {name}' for name, number in whose.most_common()])}."


def read_limits(findings: Path, standards: Sequence[Standard], parameters: Mapping[str, str]) -> tuple[LimitUsed, ...]:
    """The limits used, those that are a force's own or ours first."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select standard, version, limit_text, limit_whose, count(*) from read_parquet(?) where limit_text is not null group by all order by all",
            [str(findings)],
        ).fetchall()
    by_id = {(one.id, one.version): one for one in standards}
    found = []
    for standard_id, version, text, whose, number in rows:
        standard = by_id.get((standard_id, version))
        said, note = whose_words(standard, str(whose or "standard"), parameters)
        found.append(LimitUsed(standard_id, standard.title if standard else standard_id, fields_named(text), int(number), said, note))
    order = ("the force's own", "local default", "not verified", "seen second hand")
    return tuple(sorted(found, key=lambda one: (order.index(one.whose) if one.whose in order else len(order), one.title, one.limit)))


def whose_words(standard: Standard | None, whose: str, parameters: Mapping[str, str]) -> tuple[str, str]:
    """Whose a limit is, in two or three words, and the source or the approval. `whose` is a finding's `limit_whose`."""
    if whose.startswith("local"):
        name = whose.partition(":")[2].strip()
        return "the force's own", parameters.get(name, name.replace("_", " "))
    if standard is None:
        return "not known", "the standard is no longer in the catalogue"
    if figure_is_ours(standard):
        return "local default", "chosen for this catalogue; not national policy"
    if figure_is_second_hand(standard) and standard.source.verified:
        return "seen second hand", f"read only in a text that quotes or sums up: {standard.source.document}"
    if figure_is_second_hand(standard):
        return "not verified", f"seen only second hand, not confirmed in: {standard.source.document}"
    return standard.status, standard.source.document
