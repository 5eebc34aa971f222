"""Makes identities of Northshire as a linker takes them, and keeps the truth apart.

The same kind, size and seed give the same rows. The columns are those of `identities.parquet`; the truth is one row a record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from candour.simulation.identities.households import Person, make_home, make_people
from candour.simulation.identities.systems import (
    SYSTEMS,
    System,
    address_written,
    birth_written,
    home_written,
    names_written,
    postcode_written,
)

BATCH = 50_000


class Identity(NamedTuple):
    """One record of a person in one system, in the columns of `identities.parquet`; `person` is who it truly is and is written apart."""

    record_ref: str
    source_system: str
    person_kind: str
    ref: str
    given_names: str | None
    family_name: str | None
    other_names: str | None
    born_on: date | None
    sex: str | None
    address: str | None
    postcode: str | None
    school: str | None
    phone: str | None
    shared_id: str | None
    restricted: bool | None
    high_risk: bool | None
    person: str


SCHEMA = pa.schema(
    [
        (name, pa.date32() if name == "born_on" else pa.bool_() if name in ("restricted", "high_risk") else pa.string())
        for name in Identity._fields
        if name != "person"
    ]
)
"""The columns of `identities.parquet` (contract of the linker): all but the first four may be empty."""

TRUTH = pa.schema([("record_ref", pa.string()), ("person", pa.string())])
"""Who each record truly is of."""


def make_identities(records: int, seed: int, kind: str = "child") -> Iterator[Identity]:
    """So many records, in the order of the people they are of. `kind` is 'child', 'suspect' or 'place'. Raises ValueError for another kind."""
    if kind not in ("child", "suspect", "place"):
        raise ValueError(f"kind is {kind!r}; it is 'child', 'suspect' or 'place'.")
    random = Random(f"{seed} {kind}")  # noqa: S311  # the dice of a made-up force
    return islice(_places(random) if kind == "place" else _people(random, kind), records)


def write_identities(folder: Path, records: int, seed: int, kind: str = "child") -> Path:
    """Write `identities.parquet` and, beside it, `truth.parquet` (`record_ref`, `person`); return the path of the first. The folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "identities.parquet"
    rows = make_identities(records, seed, kind)
    with pq.ParquetWriter(path, SCHEMA) as kept, pq.ParquetWriter(folder / "truth.parquet", TRUTH) as true:
        while batch := list(islice(rows, BATCH)):
            columns = dict(zip(Identity._fields, zip(*batch, strict=True), strict=True))
            true.write_table(pa.table({name: list(columns[name]) for name in TRUTH.names}, schema=TRUTH))
            kept.write_table(pa.table({name: list(columns[name]) for name in SCHEMA.names}, schema=SCHEMA))
    return path


def _people(random: Random, kind: str) -> Iterator[Identity]:
    counts = dict.fromkeys((system.name for system in SYSTEMS), 0)
    for person in make_people(random, kind):
        for system in SYSTEMS:
            if random.random() >= system.covers:
                continue
            for _ in range(2 if random.random() < system.twice else 1):
                counts[system.name] += 1
                yield identity_of(random, system, person, kind, f"{system.name[0].upper()}{counts[system.name]:07d}")


def identity_of(random: Random, system: System, person: Person, kind: str, ref: str) -> Identity:
    """What a system holds of a person under a reference, slips included."""
    given, family, others = names_written(random, system, person)
    address, postcode, home = home_written(random, system, person)
    return Identity(
        record_ref=f"{system.name}:{kind}:{ref}",
        source_system=system.name,
        person_kind=kind,
        ref=ref,
        given_names=given,
        family_name=family,
        other_names=others,
        born_on=birth_written(random, system, person.born),
        sex=None if random.random() < system.no_sex else person.sex,
        address=address,
        postcode=postcode,
        school=None if not person.schools or random.random() < system.no_school else random.choice(person.schools),
        phone=None if random.random() < system.no_phone else home.phone,
        shared_id=None if random.random() < system.no_shared else person.shared_id,
        restricted=person.restricted,
        high_risk=person.high_risk,
        person=person.id,
    )


def _places(random: Random) -> Iterator[Identity]:
    number = 0
    counts = dict.fromkeys((system.name for system in SYSTEMS), 0)
    while True:
        home = make_home(random)
        for system in SYSTEMS:
            if random.random() >= system.covers:
                continue
            counts[system.name] += 1
            ref = f"L{counts[system.name]:07d}"
            address = address_written(random, home.address, short=system.short_streets, typo=system.typo)
            postcode = None if random.random() < 0.06 else postcode_written(random, home.postcode, typo=system.typo)
            empty = dict.fromkeys(
                ("given_names", "family_name", "other_names", "born_on", "sex", "school", "shared_id", "restricted", "high_risk")
            )
            yield Identity(
                record_ref=f"{system.name}:place:{ref}",
                source_system=system.name,
                person_kind="place",
                ref=ref,
                address=address,
                postcode=postcode,
                phone=home.phone if random.random() < 0.2 else None,
                person=f"A{number:07d}",
                **empty,
            )
        number += 1
