"""Link runs of a store: which records of children, suspects and places are of one person, and the chronology in which they are one.

`STORE/links/NNNN/` holds a folder for each kind linked, `chronology/` and `link.json`. A link run is written into a folder whose name begins with a
dot and is renamed when it is whole. Everything is its owner's alone to read.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from candour.records.abandoned import claim, swept
from candour.records.chronology import Chronology, open_chronology
from candour.records.followed import followed, on_one_word
from candour.records.identities import PERSON_KINDS, make_private
from candour.records.link_decisions import Standing, read_decisions, standing
from candour.records.linkage.decisions import Decision, DecisionsContradict
from candour.records.linkage.settings import LinkRefused
from candour.records.linked_chronology import write_linked
from candour.records.quoting import text
from candour.records.store import hold, no_room_is_refused

LINKS = "links"
RECORD = "link.json"
FORMAT = 1
ROOM = "Make room (about twice the size of the store's chronology folder) and link again."


@dataclass(frozen=True)
class KindLinked:
    """What came of one kind: how many records and persons, how many pairs are linked and possible, and what was raised, in words."""

    records: int
    persons: int
    linked: int
    possible: int
    raised: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkRun:
    """One link run. `made_at` is UTC without zone; `chronology` the generation it is of; `decisions` how many of reviewers' it followed;
    `not_placed` how many events have a reference that no record could be found for; `borrowed` how many were placed by another source's reference;
    `not_followed` the pairs whose joins by reviewers stand and were not followed, for want of a second person or because the records have changed."""

    link_id: str
    made_at: datetime
    chronology: str
    kinds: Mapping[str, KindLinked]
    decisions: int = 0
    not_placed: int = 0
    borrowed: int = 0
    not_followed: tuple[tuple[str, str], ...] = ()


Linker = Callable[[Path, str, Path, Sequence[Decision]], KindLinked]
"""Links one kind of an identities file into a folder, as reviewers decided."""


def link_ids(store: Path) -> tuple[str, ...]:
    """The ids of the whole link runs of a store, in the order in which they were made."""
    folder = store / LINKS
    if not folder.is_dir():
        return ()
    return tuple(sorted(one.name for one in folder.iterdir() if one.name.isdecimal() and (one / RECORD).is_file()))


def link_folder(store: Path, link_id: str) -> Path:
    """The folder of a link run."""
    return store / LINKS / link_id


def read_links(store: Path, link_id: str | None = None) -> LinkRun | None:
    """A link run by its id, or the last one; None where there is none. Raises LinkRefused where it cannot be read."""
    chosen = link_id or next(reversed(link_ids(store)), None)
    if chosen is None:
        return None
    file = link_folder(store, chosen) / RECORD
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        kinds = {kind: KindLinked(**{**said, "raised": tuple(said["raised"])}) for kind, said in content["kinds"].items()}
        return LinkRun(
            chosen,
            datetime.fromisoformat(content["made_at"]),
            str(content["chronology"]),
            kinds,
            content["decisions"],
            content["not_placed"],
            content.get("borrowed", 0),
            tuple((one, two) for one, two in content.get("not_followed", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LinkRefused(
            f"{file}: this is not the record of a link run that can be read. Link again: candour link --store {store}"
        ) from error


def linked_kinds(store: Path, link_id: str) -> tuple[str, ...]:
    """The kinds that a link run linked: one that could not be linked has no clusters."""
    return tuple(kind for kind in PERSON_KINDS if _clusters(link_folder(store, link_id), kind).is_file())


def _clusters(folder: Path, kind: str) -> Path:
    return folder / kind / "clusters.parquet"


def link_store(store: Path, linker: Linker, *, made_at: datetime) -> LinkRun:
    """Link the store's current chronology and keep the link run. `made_at` is the present moment, UTC without zone.

    Raises InputRefused where there is nothing to link, where decisions contradict one another, and where the disk is full; StoreBusy while another
    writes to the store. A kind that cannot be linked, and of which nothing was decided, is left out, and its reason is among what was raised; where none can be, that is refused.
    """
    open_chronology(store)
    with hold(store), no_room_is_refused(store, ROOM):
        chronology = open_chronology(store)
        if not chronology.identities.is_file():
            raise LinkRefused(f"{store}: no source says who its records are about. Give a mapping [[table.identities]], and import again.")
        decided = standing(read_decisions(store))
        with _new_folder(store) as (link_id, folder):
            kinds, used, left_out = _link_kinds(chronology, folder, linker, decided)
            out = folder / "chronology"
            out.mkdir(mode=0o700)
            clusters = [_clusters(folder, kind) for kind in kinds if _clusters(folder, kind).is_file()]
            placing = write_linked(chronology, clusters, out)
            run = LinkRun(
                link_id, made_at.replace(microsecond=0), str(chronology.number), kinds, used, placing.not_placed, placing.borrowed, left_out
            )
            content = {"format": FORMAT, **asdict(run), "made_at": run.made_at.isoformat()}
            make_private(folder / RECORD).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return run


def _link_kinds(
    chronology: Chronology, folder: Path, linker: Linker, decided: Standing
) -> tuple[dict[str, KindLinked], int, tuple[tuple[str, str], ...]]:
    with duckdb.connect() as db:
        there = {
            row[0] for row in db.execute(f"select distinct person_kind from read_parquet({text(str(chronology.identities))})").fetchall()
        }
    kinds: dict[str, KindLinked] = {}
    refusals = []
    used, left_out = 0, []
    for kind in (kind for kind in PERSON_KINDS if kind in there):
        out = folder / kind
        out.mkdir(mode=0o700)
        try:
            chosen = followed(decided, kind, chronology.identities)
            said = linker(chronology.identities, kind, out, chosen.decisions)
            while alone := on_one_word(chosen, _clusters(folder, kind), chronology.identities):
                chosen = chosen.without(alone)
                shutil.rmtree(out)
                out.mkdir(mode=0o700)
                said = linker(chronology.identities, kind, out, chosen.decisions)
            kinds[kind] = replace(said, raised=(*chosen.left_out.values(), *said.raised))
            used += len(chosen.decisions)
            left_out += list(chosen.left_out)
        except DecisionsContradict:
            raise
        except LinkRefused as refusal:
            if number := len(decided.of_kind(kind)):
                raise LinkRefused(
                    f"{kind}: cannot be linked, and {number} decisions of reviewers stand that would be lost. {refusal}"
                ) from refusal
            shutil.rmtree(out)
            refusals.append(str(refusal))
            kinds[kind] = KindLinked(0, 0, 0, 0, (str(refusal),))
        for path in out.iterdir() if out.is_dir() else ():
            path.chmod(0o600)
    if len(refusals) == len(kinds):
        raise LinkRefused(" ".join(refusals))
    return kinds, used, tuple(left_out)


@contextmanager
def _new_folder(store: Path) -> Iterator[tuple[str, Path]]:
    """A new link run's id and the folder to write it into, which is renamed when `link.json` is written and the block ends well."""
    parent = store / LINKS
    parent.mkdir(mode=0o700, exist_ok=True)
    with swept(parent):
        link_id = f"{max((int(one) for one in link_ids(store)), default=0) + 1:04d}"
        draft = parent / f".{link_id}"
        held = claim(draft)
    draft.chmod(0o700)
    try:
        yield link_id, draft
        draft.rename(parent / link_id)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        os.close(held)
