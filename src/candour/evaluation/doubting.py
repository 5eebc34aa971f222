"""How far undecided links could move what a run found: the same standards held against the chronology in which every possible pair is one person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from candour.findings.doubt import DOUBT, DOUBTFUL, Doubt, Moved, write_doubt
from candour.records.chronology import Chronology
from candour.records.identities import copy_privately
from candour.records.linkage.unions import Unions
from candour.records.linked_chronology import linked, write_events, write_persons
from candour.records.quoting import text
from candour.records.reviewing import Pair, read_pairs

Evaluate = Callable[[Chronology, Path], None]
"""Holds the run's standards against a chronology and writes the findings to a file."""
LookAgain = Callable[[Chronology, Path], bool]
"""The same, from the run's own findings and by rows by kind alone; false, with nothing written, where everything must be assessed."""


def keep_doubt(
    unlinked: Chronology, links_folder: Path, findings: Path, folder: Path, evaluate: Evaluate, look_again: LookAgain | None = None
) -> Doubt | None:
    """Assess once more with every possible pair joined, and keep in the run's `folder` how far each standard's counts move; None where no pair is possible.

    `findings` are the run's own, with none of them joined. With `look_again` only what the joins can touch is looked at again, where that can be
    told. `doubt.json` has, for each edition, the lower and the higher of the two counts of each
    outcome; `doubt.parquet` the findings that rest on a person with an undecided link (`finding_id`, `links`).
    """
    possible = read_pairs(unlinked.store, "possible", links_folder.name)
    if not possible:
        return None
    with TemporaryDirectory(dir=folder, prefix="doubt-") as work:
        place = Path(work)
        merged = _all_joined(links_folder, possible, place)
        (place / "chronology").mkdir()
        joined = linked(unlinked, place / "chronology")
        write_persons(unlinked, merged, place / "chronology")
        if look_again is None or not look_again(joined, place / "findings.parquet"):
            write_events(unlinked, place / "chronology")
            evaluate(joined, place / "findings.parquet")
        moved = _moved(findings, place / "findings.parquet")
    resting = _resting(findings, possible, folder / DOUBTFUL)
    persons = {person for pair in possible for person in (pair.left_person, pair.right_person)}
    doubt = Doubt(len(possible), len(persons), resting, moved)
    write_doubt(folder / DOUBT, doubt)
    return doubt


def _all_joined(links_folder: Path, possible: tuple[Pair, ...], out: Path) -> list[Path]:
    """The clusters of each kind with every possible pair joined as well."""
    made = []
    with duckdb.connect() as db:
        for file in sorted(links_folder.glob("*/clusters.parquet")):
            rows = db.execute("select record_ref, person_ref from read_parquet(?)", [str(file)]).fetchall()
            persons = sorted({person for _, person in rows})
            number = {person: place for place, person in enumerate(persons)}
            groups = Unions()
            for pair in possible:
                if pair.person_kind == file.parent.name:
                    groups.join(number[pair.left_person], number[pair.right_person])
            db.execute("create or replace table joined (record_ref varchar, person_ref varchar)")
            db.executemany("insert into joined values (?, ?)", [(ref, persons[groups.of(number[person])]) for ref, person in rows])
            copy_privately(db, "select * from joined", out / f"{file.parent.name}.parquet")
            made.append(out / f"{file.parent.name}.parquet")
    return made


def _moved(apart: Path, joined: Path) -> tuple[Moved, ...]:
    """Every edition and outcome whose count differs between the two, with both."""
    counts = "select standard, version, outcome, count(*) as number from read_parquet({}) group by all"
    with duckdb.connect() as db:
        rows = db.execute(
            f"select standard, version, outcome, coalesce(a.number, 0), coalesce(j.number, 0) from ({counts.format(text(str(apart)))}) a "
            f"full join ({counts.format(text(str(joined)))}) j using (standard, version, outcome) order by all"
        ).fetchall()
    return tuple(
        Moved(standard, version, outcome, min(one, two), max(one, two), one) for standard, version, outcome, one, two in rows if one != two
    )


def _resting(findings: Path, possible: tuple[Pair, ...], out: Path) -> int:
    links: dict[str, int] = {}
    for pair in possible:
        for person in {pair.left_person, pair.right_person}:
            links[person] = links.get(person, 0) + 1
    with duckdb.connect() as db:
        db.execute("create table doubtful (person varchar, links integer)")
        db.executemany("insert into doubtful values (?, ?)", list(links.items()))
        db.execute(
            f"copy (select finding_id, max(links) as links from (select finding_id, links from read_parquet({text(str(findings))}) join doubtful on person = child_ref "
            f"union all select finding_id, links from read_parquet({text(str(findings))}) join doubtful on person = scope_key) group by finding_id order by finding_id) to {text(str(out))} (format parquet)"
        )
        row = db.execute(f"select count(*) from read_parquet({text(str(out))})").fetchone()
    return int(row[0]) if row else 0
