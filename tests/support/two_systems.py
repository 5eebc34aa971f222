"""Two made-up missing-persons systems that key the same children each in its own way, and a linker that joins equal names and births."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from candour.findings.outcome_words import OUTCOME_TITLES
from candour.records.importing import import_delivery
from candour.records.linkage.decisions import Decision
from candour.records.linkage.unions import Unions
from candour.records.links import KindLinked, LinkRun, link_store
from tests.support.deliveries import HEADING, MAPPING, RECEIVED, row

MADE_AT = datetime(2026, 5, 2, 9, 0)
WHO = """
[[table.identities]]
person_kind = "child"
ref = "NOMINAL"
given_names = "FORENAME"
family_name = "SURNAME"
born_on = "BORN"
restricted = { column = "RESTRICTED", codes = "yes_no" }
[[table.event]]
"""
MAPPINGS = {
    name: MAPPING.replace('"northshire-missing"', f'"{name}"').replace("missing*.csv", f"{name}*.csv").replace("[[table.event]]\n", WHO, 1)
    for name in ("coast", "dales")
}
Line = tuple[str, str, str, str, str, dict[str, str]]
"""Episode, reference of the child, given name, family name, 'Y' where restricted, and other cells of the row."""


def take(base: Path, systems: dict[str, Sequence[Line]], received_at: datetime = RECEIVED) -> Path:
    """Import one delivery of the two systems into `base`/store, and give the store."""
    folder, mappings = base / f"in-{received_at:%m%d}", base / "mappings"
    folder.mkdir(parents=True)
    mappings.mkdir(exist_ok=True)
    for name, lines in systems.items():
        (mappings / f"{name}.toml").write_text(MAPPINGS[name], encoding="utf-8")
        rows = [
            row(episode, nominal=ref, occ_no=f"C-{episode}", **cells) + f",{given},{family},12/03/2012,{restricted}"
            for episode, ref, given, family, restricted, cells in lines
        ]
        (folder / f"{name}.csv").write_text("\n".join([f"{HEADING},FORENAME,SURNAME,BORN,RESTRICTED", *rows]) + "\n", encoding="utf-8")
    import_delivery(folder, mappings, base / "store", received_at=received_at)
    return base / "store"


def exact(identities: Path, kind: str, out: Path, decided: Sequence[Decision]) -> KindLinked:
    """Link records of equal names and births; an equal family name and birth alone make them possible. Decisions stand above both."""
    rows = duckdb.sql(
        f"select record_ref, given_names, family_name, born_on from '{identities}' where person_kind = '{kind}' order by record_ref"
    ).fetchall()
    said = {(min(one.left_ref, one.right_ref), max(one.left_ref, one.right_ref)): one.joined for one in decided}
    pairs, groups = [], Unions()
    for place, one in enumerate(rows):
        for other_place, other in enumerate(rows[place + 1 :], start=place + 1):
            joined = said.get((one[0], other[0]))
            outcome = "linked" if one[1:] == other[1:] else "possible" if one[2:] == other[2:] else None
            outcome = outcome if joined is None else "linked" if joined else None
            if outcome is not None:
                pairs.append((one[0], other[0], 10.0 if outcome == "linked" else 1.0, 0.9, outcome))
            if outcome == "linked":
                groups.join(place, other_place)
    columns = ("left_ref", "right_ref", "weight", "probability", "outcome")
    types = (pa.string(), pa.string(), pa.float64(), pa.float64(), pa.string())
    table = {name: pa.array([pair[at] for pair in pairs], types[at]) for at, name in enumerate(columns)}
    pq.write_table(pa.table(table), out / "pairs.parquet")
    heads = {place: min(rows[other][0] for other in range(len(rows)) if groups.of(other) == groups.of(place)) for place in range(len(rows))}
    pq.write_table(pa.table({"record_ref": [one[0] for one in rows], "person_ref": list(heads.values())}), out / "clusters.parquet")
    outcomes = [pair[4] for pair in pairs]
    return KindLinked(len(rows), len(set(heads.values())), outcomes.count("linked"), outcomes.count("possible"))


def said_before_the_counts(words: str, printed: str) -> bool:
    """Whether words stand above all counts by outcome of what `candour assess` prints. Raises ValueError where they, or a count, are not there."""
    return printed.index(words) < min(printed.index(f"\n  {title} ") for title in OUTCOME_TITLES.values())


def link(store: Path, made_at: datetime = MADE_AT) -> LinkRun:
    """Link a store with `exact`."""
    return link_store(store, exact, made_at=made_at)
