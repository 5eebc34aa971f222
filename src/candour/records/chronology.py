"""Opens the current chronology of a store: its files, what its sources declare, and the moment it speaks of.

The columns and their meanings are in `docs/explanation/the-chronology.md`; their types come from the vocabulary.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from candour.records.identities import IDENTITIES
from candour.records.refusals import InputRefused
from candour.records.scene import Completeness, SourceTold
from candour.records.vocabulary import Vocabulary

CURRENT = "CURRENT"
CHRONOLOGY = "chronology"
DELIVERIES = "deliveries"
VERSIONS = ("delivery_id", "supersedes", "known_from", "known_to")
"""Columns that tell versions of one event apart; the others (but for `position` and `source_ref`) are its contents."""


@dataclass(frozen=True)
class Source:
    """One source of a chronology: what it is called, whether its mapping was checked, how far it reaches, what it declares; `nation` is
    empty where the mapping declares none."""

    title: str
    verified: bool
    delivered_to: datetime | None
    due_every_days: int | None
    told: SourceTold
    nation: str = ""

    @property
    def source_system(self) -> str:
        """The key of the source, as in the events' column of that name."""
        return self.told.source_system


@dataclass(frozen=True)
class Chronology:
    """One generation of a store's chronology. All moments are UTC without zone. `files` is the folder of a linked chronology, whose events, cases and
    children are then read instead of the generation's own."""

    store: Path
    number: int
    sources: tuple[Source, ...]
    deliveries: tuple[str, ...]
    files: Path | None = None

    @property
    def folder(self) -> Path:
        """Where this generation's files are."""
        return self.store / CHRONOLOGY / str(self.number)

    @property
    def events(self) -> Path:
        """All versions of all events, sorted."""
        return (self.files or self.folder) / "events.parquet"

    @property
    def cases(self) -> Path:
        """One row a case."""
        return (self.files or self.folder) / "cases.parquet"

    @property
    def children(self) -> Path:
        """One row a child."""
        return (self.files or self.folder) / "children.parquet"

    @property
    def identities(self) -> Path:
        """Who the records are about, one row a record; not there where no mapping has identities."""
        return self.folder / IDENTITIES

    @property
    def as_of(self) -> datetime | None:
        """The latest moment any source reaches: the moment at which the chronology is assessed unless another is asked for."""
        return max((source.delivered_to for source in self.sources if source.delivered_to is not None), default=None)

    @property
    def nations(self) -> tuple[str, ...]:
        """The nations that the sources declare, each once: none where no mapping says, and more than one where they disagree."""
        return tuple(sorted({source.nation for source in self.sources if source.nation}))


def current_number(store: Path) -> int | None:
    """The number of the store's current generation; None when nothing was imported yet."""
    try:
        text = (store / CHRONOLOGY / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    if not text.isdecimal():
        raise InputRefused(
            f"{store / CHRONOLOGY / CURRENT}: should hold the number of a chronology; it holds {text[:40]!r}. Restore the store from a backup."
        )
    return int(text)


def open_chronology(store: Path) -> Chronology:
    """The current chronology of a store. Raises InputRefused when there is none, or when it cannot be read."""
    number = current_number(store)
    if number is None:
        raise InputRefused(f"{store}: holds no chronology yet. Import a delivery first: candour import DIR --source NAME --store {store}")
    return open_generation(store, number)


def refuse_older_words(chronology: Chronology, vocabulary: Vocabulary) -> None:
    """Raises InputRefused where the vocabulary has a column that the chronology was written without: it is of an older edition of Candour; and where the
    chronology is no longer there."""
    import pyarrow.parquet as pq

    asked = {"events": vocabulary.event_columns(), "cases": vocabulary.case, "children": vocabulary.child}
    try:
        written = {table: set(pq.read_schema(getattr(chronology, table)).names) for table in asked}
    except FileNotFoundError as error:
        raise InputRefused(
            f"{chronology.folder}: is not whole. If an import ended meanwhile, run the same command again; if not, restore the store from a backup."
        ) from error
    lacking = [f"{table}: {', '.join(missing)}" for table, columns in asked.items() if (missing := sorted(columns.keys() - written[table]))]
    if lacking:
        raise InputRefused(
            f"{chronology.store}: was written with an older vocabulary, which lacks {'; '.join(lacking)}. Import its deliveries again into a new store "
            f"(their files are kept in {chronology.store / DELIVERIES})."
        )


def open_generation(store: Path, number: int) -> Chronology:
    """One generation of a store's chronology by its number."""
    folder = store / CHRONOLOGY / str(number)
    try:
        sources = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
        deliveries = json.loads((folder / "deliveries.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputRefused(f"{folder}: the chronology cannot be read ({error}). Restore the store from a backup.") from error
    return Chronology(store, number, tuple(source_from_json(item) for item in sources), tuple(item["delivery_id"] for item in deliveries))


def stored_moment(text: str) -> datetime:
    """A moment of a JSON file of the store, as UTC without zone."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def source_from_json(item: Mapping[str, object]) -> Source:
    """One entry of `sources.json`."""
    complete = item.get("complete")
    holds = item.get("holds")
    reach = item.get("delivered_to")
    due = item.get("due_every_days")
    spans = complete if isinstance(complete, list) else []
    held = holds if isinstance(holds, dict) else {}
    return Source(
        title=str(item.get("title", "")),
        verified=item.get("verified") is True,
        delivered_to=stored_moment(reach) if isinstance(reach, str) else None,
        due_every_days=due if isinstance(due, int) else None,
        told=SourceTold(
            str(item["source_system"]),
            tuple(Completeness(tuple(span["kinds"]), stored_moment(span["from"]), stored_moment(span["to"])) for span in spans),
            MappingProxyType({kind: frozenset(fields) for kind, fields in held.items()}),
        ),
        nation=str(item.get("nation") or ""),
    )


def content_columns(vocabulary: Vocabulary) -> list[str]:
    """The columns that make two versions of an event differ."""
    return [name for name in vocabulary.event_columns() if name not in (*VERSIONS, "position", "source_ref")]
