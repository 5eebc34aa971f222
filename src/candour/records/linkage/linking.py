"""Links the records of one kind across sources: the one way in.

`link_records` reads identities, trains or takes a model, and writes `pairs.parquet`, `clusters.parquet`, `model.json` and `raised.json`. The same input,
settings and decisions give the same bytes, in whatever order the rows come.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from candour.records.linkage.clusters import Clustered, Raised, cluster
from candour.records.linkage.decisions import Decision, in_order
from candour.records.linkage.judging import judge, settle_share, weigh
from candour.records.linkage.model import Model, read_model, versions_now, write_model
from candour.records.linkage.name_lists import load_lists
from candour.records.linkage.pairing import find_pairs
from candour.records.linkage.preparing import prepare
from candour.records.linkage.settings import LinkSettings, load_settings
from candour.records.linkage.training import train
from candour.records.linkage.usable import drop_crowded_numbers, find_unusable, open_identities, usable_comparisons
from candour.records.quoting import text

PAIRS, CLUSTERS, MODEL, RAISED = "pairs.parquet", "clusters.parquet", "model.json", "raised.json"
LEAST_WEIGHED = -12.0
"""Pairs below this weight are not kept even to settle the share of true pairs: each adds less than a four-thousandth of a pair."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class LinkResult:
    """What was written into `folder`: counts of records, of persons (clusters), of pairs linked and possible, and what was raised."""

    folder: Path
    records: int
    persons: int
    linked: int
    possible: int
    raised: tuple[Raised, ...]
    model: Model


def link_records(
    identities: Path,
    person_kind: str,
    out: Path,
    settings: LinkSettings | None = None,
    *,
    model: Path | None = None,
    decisions: Iterable[Decision] = (),
    unique_sources: Sequence[str] = (),
    progress: Say | None = None,
    memory: str | None = None,
) -> LinkResult:
    """Link the records of one kind (child, suspect or place) in `identities`, and write the results into the folder `out`, which is made if need be.

    With `model` (a model.json) nothing is trained: its comparisons and shares are used, with the thresholds of `settings` where these are given and its own
    where not. `decisions` stand above the weights. A source in `unique_sources` holds each person once: two of its records are never joined. `progress` is
    told what is being done; `memory` limits DuckDB's memory (as '4GB'), beyond which it writes to disk in `out`.

    `pairs.parquet`: left_ref < right_ref, weight (log2), probability, outcome (linked or possible), held_back (the rule that held the pair back from being
    linked, 'cluster' where its link was not followed, or NULL), decision ('joined' or NULL), then level_ and weight_ for each comparison; a pair that
    reviewers keep apart is not in it. `clusters.parquet`: record_ref, person_ref, one row a record. Both are sorted, and readable by their owner alone.

    Raises LinkRefused (an InputRefused) where nothing can be linked, or where decisions contradict each other.
    """
    say = progress or (lambda _: None)
    decided = in_order(decisions)
    kept = read_model(model, person_kind) if model is not None else None
    chosen = settings or (kept.settings if kept is not None else load_settings(person_kind))
    out.mkdir(parents=True, exist_ok=True)
    spill = out / ".spill"
    connection = duckdb.connect()
    try:
        connection.execute(f"SET temp_directory = {text(str(spill))}")
        if memory is not None:
            connection.execute(f"SET memory_limit = {text(memory)}")
        say("reading the identities")
        records = open_identities(connection, str(identities), identities.name, person_kind)
        unusable = find_unusable(connection, chosen)
        prepare(connection, load_lists(), unusable.blanked)
        raised = [*unusable.raised, *drop_crowded_numbers(connection, chosen.identifiers)]
        if kept is None:
            names, left_out = usable_comparisons(connection, chosen)
            raised += left_out
            splink, unlearned, failed = train(connection, "place" if person_kind == "place" else "person", names, chosen.training, say)
            raised += [
                Raised("comparison", f"{name}: too few records to learn its weights from; defaults were used.") for name in unlearned
            ]
            raised += [
                Raised(
                    "training",
                    f"Records with the same {agreed}: nothing could be learned from them, and the weights rest on the other training rules.",
                )
                for agreed in failed
            ]
        else:
            names, splink = kept.comparisons, dict(kept.splink)
        say("finding pairs")
        joined, apart = _by_number(connection, decided, raised)
        values_left_out = find_pairs(connection, person_kind, chosen.identifiers, joined)
        say("weighing pairs")
        weigh(connection, splink, names, LEAST_WEIGHED, joined)
        share = settle_share(connection, splink["probability_two_random_records_match"], person_kind, names)
        judge(connection, chosen, names)
        _decide(connection, joined, apart)
        say("following links")
        clustered = cluster(connection, chosen, names, apart, unique_sources)
        raised += clustered.raised
        trained = Model(chosen, tuple(names), splink, share, values_left_out, versions_now())
        counts = _write(connection, out, names, clustered)
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
    write_model(trained, out / MODEL)
    (out / RAISED).write_text(json.dumps([one.as_dict() for one in raised], indent=1) + "\n", encoding="utf-8")
    return LinkResult(out, records, *counts, tuple(raised), trained)


Pairs = list[tuple[int, int]]


def _by_number(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision], raised: list[Raised]) -> tuple[Pairs, Pairs]:
    """The pairs joined and those kept apart, by the numbers of their records. A decision about a record that is no longer there is raised."""
    asked = sorted({ref for one in decisions for ref in (one.left_ref, one.right_ref)})
    connection.register("refs_asked", pa.table({"record_ref": pa.array(asked, pa.string())}))
    numbers = dict(connection.execute("SELECT record_ref, record FROM prepared JOIN refs_asked USING (record_ref)").fetchall())
    connection.unregister("refs_asked")
    joined: Pairs = []
    apart: Pairs = []
    for one in decisions:
        gone = [ref for ref in (one.left_ref, one.right_ref) if ref not in numbers]
        if gone:
            what = "joined" if one.joined else "kept apart"
            raised.append(
                Raised(
                    "decision",
                    f"{one.left_ref} and {one.right_ref} are {what} by a reviewer, but {gone[0]} is not among the records.",
                    (one.left_ref, one.right_ref),
                )
            )
            continue
        (joined if one.joined else apart).append((numbers[one.left_ref], numbers[one.right_ref]))
    return joined, apart


def _decide(connection: duckdb.DuckDBPyConnection, joined: Pairs, apart: Pairs) -> None:
    """Let the reviewers' decisions stand: `judged` gets the column decided, its joined pairs are linked, and those kept apart are no pairs."""
    schema = pa.schema([("record_l", pa.int64()), ("record_r", pa.int64()), ("joined", pa.bool_())])
    rows = [(left, right, True) for left, right in joined] + [(left, right, False) for left, right in apart]
    columns = dict(zip(schema.names, zip(*rows, strict=True), strict=True)) if rows else {name: [] for name in schema.names}
    connection.register("decided_pairs", pa.table({name: list(columns[name]) for name in schema.names}, schema=schema))
    connection.execute(
        "CREATE OR REPLACE TABLE judged AS SELECT judged.* REPLACE (CASE WHEN joined THEN 'linked' WHEN NOT joined THEN 'not' ELSE outcome END AS outcome,"
        " CASE WHEN joined IS NULL THEN held_back END AS held_back), coalesce(joined, FALSE) AS decided"
        " FROM judged LEFT JOIN decided_pairs USING (record_l, record_r)"
    )
    connection.unregister("decided_pairs")


def _write(connection: duckdb.DuckDBPyConnection, out: Path, names: Sequence[str], clustered: Clustered) -> tuple[int, int, int]:
    """Write pairs and clusters, and return how many persons there are and how many pairs are linked and possible."""
    not_followed = sorted(clustered.not_followed)
    table = pa.table(
        {"record_l": [one for one, _ in not_followed], "record_r": [two for _, two in not_followed]},
        schema=pa.schema([("record_l", pa.int64()), ("record_r", pa.int64())]),
    )
    connection.register("not_followed", table)
    columns = ", ".join([*(f"CAST(level_{name} AS INTEGER) AS level_{name}" for name in names), *(f"weight_{name}" for name in names)])
    stopped = "not_followed.record_l IS NOT NULL"
    connection.execute(
        f"CREATE OR REPLACE TABLE pairs AS SELECT l.record_ref AS left_ref, r.record_ref AS right_ref, weight, probability,"
        f" CASE WHEN {stopped} THEN 'possible' ELSE outcome END AS outcome, CASE WHEN {stopped} THEN 'cluster' ELSE held_back END AS held_back,"
        f" CASE WHEN decided THEN 'joined' END AS decision, {columns} FROM judged LEFT JOIN not_followed USING (record_l, record_r)"
        " JOIN prepared AS l ON l.record = record_l JOIN prepared AS r ON r.record = record_r WHERE outcome <> 'not' ORDER BY left_ref, right_ref"
    )
    connection.unregister("not_followed")
    moved = [(one, clustered.person.of(one)) for one in clustered.person.members()]
    heads = pa.table(
        {"record": [one for one, _ in moved], "head": [head for _, head in moved]},
        schema=pa.schema([("record", pa.int64()), ("head", pa.int64())]),
    )
    connection.register("heads", heads)
    connection.execute(
        "CREATE OR REPLACE TABLE clusters AS SELECT prepared.record_ref AS record_ref, coalesce(own.record_ref, prepared.record_ref) AS person_ref"
        " FROM prepared LEFT JOIN heads USING (record) LEFT JOIN prepared AS own ON own.record = heads.head ORDER BY prepared.record_ref"
    )
    connection.unregister("heads")
    for table_name, file in (("pairs", PAIRS), ("clusters", CLUSTERS)):
        path = out / file
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        connection.execute(f"COPY (FROM {table_name}) TO {text(str(path))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)")
    (persons,) = connection.execute("SELECT count(DISTINCT person_ref) FROM clusters").fetchone() or (0,)
    linked, possible = connection.execute(
        "SELECT count(*) FILTER (WHERE outcome = 'linked'), count(*) FILTER (WHERE outcome = 'possible') FROM pairs"
    ).fetchone() or (0, 0)
    return persons, linked, possible
