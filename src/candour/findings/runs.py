"""A run: one assessment of one store at one moment, kept in a folder with its findings and everything needed to repeat it.

`STORE/runs/<run_id>/` holds `findings.parquet` and `run.json`. A run is written into a folder whose name begins with a dot and is renamed
when it is whole, so an interrupted run is never taken for a run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from candour.findings.looking_back import CutShort, Stretch
from candour.findings.outcomes import Outcome
from candour.findings.writing import LONG_AFTER
from candour.records.abandoned import claim, swept
from candour.records.refusals import InputRefused
from candour.standards.choosing import LeftOut
from candour.standards.limits import Adjustable, BeforeSchool, ByField, Limit, LookUp, WorkingDays
from candour.standards.model import Held, Standard
from candour.standards.rule_parts import limits_of, parameters_of, selectors_of

FINDINGS = "findings.parquet"
RECORD = "run.json"
FORMAT = 1


class RunRefused(InputRefused):
    """A run that is not there or cannot be read; the message names the store, the run and how to mend it."""


@dataclass(frozen=True)
class DeliveryUsed:
    """A delivery whose records took part: its id, its source and the SHA-256 of each of its files by name."""

    delivery_id: str
    source_system: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StandardUsed:
    """A standard as it was at the run. `kinds` and `columns` are the kinds of event it reads and the columns that bind them,
    `same` those that must be equal as well; `parameters` the names a force may set; `calendar` whether it counts working or school days,
    `held_by` the column of the holder where it is about how much one person holds, `duty` whose duty it is (police, joint, partner);
    `commencement` is filled where it is not confirmed as in force and was switched on for the run; `dates` are the days from and to which it was held, both counted,
    with a stroke between (another edition that is switched on takes its place from its first day; None: a run made before this was kept)."""

    id: str
    version: int
    fingerprint: str
    title: str = ""
    area: str = ""
    kinds: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    calendar: bool = False
    held_by: str = ""
    duty: str = "police"
    commencement: str = ""
    dates: str | None = None


@dataclass(frozen=True)
class NotApplied:
    """An edition that a run left out: for which reason, and that in a sentence."""

    id: str
    version: int
    title: str
    jurisdiction: str
    why: str
    sentence: str


@dataclass(frozen=True)
class Refreshed:
    """What a run looked at again that was asked for what changed alone: the run `since` which, how many versions of `records` came, were closed, were linked to another person or
    took part for the first time, in how many `standards` something was touched, how many `findings` were reached again, and which editions (`ID@VERSION`)
    `in_full`. Where everything was assessed after all, `whole_because` is the sentence that says why, and the rest is empty."""

    since: str = ""
    records: int = 0
    standards: int = 0
    findings: int = 0
    in_full: tuple[str, ...] = ()
    whole_because: str = ""


@dataclass(frozen=True)
class Run:
    """What one run rested on. All moments are UTC without zone. `parameters` are the force's own values by name, in words, and
    `notes` a sentence for each that is looser than the standard's own or cannot be compared with it. `nation` is the force's; None: nobody
    said. `not_applied` are the editions that were left out, and `cautions` a sentence for each that was switched on, and of what could
    not be checked for want of a nation. `long_after` are the seconds after which an entry is called written long after.
    `occasions_may_be_missing` are the counts that look back to before the records, by the windows and editions that were held; None: a run made before
    this was kept. `refreshed` says what was looked at again where only what changed was asked for; None: everything was.
    `code` is the fingerprint of the code that made it (empty: a run made before this was kept). `links` is the link run whose chronology was assessed; None: the sources' own, unlinked.

    `sources` is the content of the chronology's `sources.json`. `counts` are findings by outcome. `known_at` None: everything known.
    """

    run_id: str
    made_at: datetime
    as_of: datetime
    known_at: datetime | None
    engine: str
    candour_version: str
    vocabulary: str
    chronology: str
    deliveries: tuple[DeliveryUsed, ...] = ()
    standards: tuple[StandardUsed, ...] = ()
    parameters_fingerprint: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    calendar: str | None = None
    sources: tuple[Mapping[str, Any], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    events: int = 0
    seconds: float = 0.0
    nation: str | None = None
    not_applied: tuple[NotApplied, ...] = ()
    cautions: tuple[str, ...] = ()
    long_after: int = LONG_AFTER
    occasions_may_be_missing: tuple[CutShort, ...] | None = None
    refreshed: Refreshed | None = None
    code: str = ""
    links: str | None = None

    @property
    def findings(self) -> int:
        """How many findings the run has."""
        return sum(self.counts.values())


def standard_used(standard: Standard) -> StandardUsed:
    """What a run keeps of a standard, so that two runs can be compared when the standard's file has long changed."""
    selectors = selectors_of(standard.rule)
    kinds = dict.fromkeys(kind for selector in selectors for kind in selector.kinds)
    columns = dict.fromkeys(selector.by for selector in selectors)
    if isinstance(standard.rule, Held):
        columns[standard.rule.held_by] = None
    return StandardUsed(
        id=standard.id,
        version=standard.version,
        fingerprint=standard.fingerprint,
        title=standard.title,
        area=standard.area,
        kinds=tuple(kinds),
        columns=tuple(columns),
        same=standard.rule.same,
        parameters=parameters_of(standard.rule),
        calendar=any(_counts_days(limit) for limit in limits_of(standard.rule)),
        held_by=standard.rule.held_by if isinstance(standard.rule, Held) else "",
        duty=standard.duty,
        commencement=standard.edition.commencement,
        dates=f"{standard.in_force.begins or ''}/{standard.in_force.ends or ''}",
    )


def not_applied(left_out: LeftOut) -> NotApplied:
    """What a run keeps of an edition that it left out."""
    one = left_out.standard
    return NotApplied(one.id, one.version, one.title, one.jurisdiction, str(left_out.why), left_out.sentence)


def _counts_days(limit: Limit | None) -> bool:
    if isinstance(limit, Adjustable):
        return _counts_days(limit.default) or any(_counts_days(local.limit) for local in limit.local)
    if isinstance(limit, ByField):
        return _counts_days(limit.otherwise)
    if isinstance(limit, LookUp):
        return any(_counts_days(one) for one in (*(value for _, value in limit.values), limit.otherwise, limit.unknown))
    return isinstance(limit, WorkingDays | BeforeSchool)


# Where runs are kept


def runs_folder(store: Path) -> Path:
    """`STORE/runs`."""
    return store / "runs"


def run_ids(store: Path) -> tuple[str, ...]:
    """The ids of the whole runs of a store, in the order in which they were made."""
    folder = runs_folder(store)
    if not folder.is_dir():
        return ()
    return tuple(sorted(one.name for one in folder.iterdir() if not one.name.startswith(".") and (one / RECORD).is_file()))


def latest_run(store: Path) -> str:
    """The id of the last run. Raises RunRefused when the store has none."""
    found = run_ids(store)
    if not found:
        raise RunRefused(f"{store}: this store has no run yet. Make one with: candour assess --store {store}")
    return found[-1]


def run_folder(store: Path, run_id: str | None = None) -> Path:
    """The folder of a run: the last one, or the one named (`0007`, `7` or `latest`). Raises RunRefused naming the runs there are."""
    if run_id is None or run_id == "latest":
        return runs_folder(store) / latest_run(store)
    for name in (run_id, run_id.zfill(4)):
        if name in run_ids(store):
            return runs_folder(store) / name
    there = ", ".join(run_ids(store)[-5:]) or "none"
    raise RunRefused(f"{store}: there is no run {run_id!r}. The last runs are: {there}.")


@contextmanager
def new_run(store: Path) -> Iterator[tuple[str, Path]]:
    """A new run's id and the folder in which to write `findings.parquet` and `run.json`.

    When the block ends well, and `run.json` was written, the folder is renamed to its place; when it does not, the folder is removed and
    the store is as it was. What a killed run left is taken away first. Ids are numbers of at least four digits, one more than the highest
    there is; two runs at once get two ids.
    """
    folder = runs_folder(store)
    folder.mkdir(parents=True, exist_ok=True)
    run_id, draft, held = _claim(folder)
    try:
        yield run_id, draft
        if not (draft / RECORD).is_file():
            raise RunRefused(f"run {run_id}: nothing was written to {RECORD}; the run is not kept.")
        draft.rename(folder / run_id)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        os.close(held)


def _claim(folder: Path) -> tuple[str, Path, int]:
    with swept(folder):
        while True:
            numbers = [int(one.name.lstrip(".")) for one in folder.iterdir() if one.name.lstrip(".").isdecimal()]
            run_id = f"{max(numbers, default=0) + 1:04d}"
            draft = folder / f".{run_id}"
            try:
                return run_id, draft, claim(draft)
            except FileExistsError:
                continue


# Reading and writing


def write_run(folder: Path, run: Run) -> None:
    """Write `run.json` into a folder, whole or not at all."""
    content = {"format": FORMAT, **_plain(asdict(run))}
    draft = folder / f".{RECORD}"
    draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.rename(folder / RECORD)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def read_run(folder: Path) -> Run:
    """Read the `run.json` of a run's folder. Raises RunRefused when it is not there, is broken or is of a later format."""
    file = folder / RECORD
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] > FORMAT:
            raise RunRefused(f"{file}: was written by a later Candour (format {content['format']}). Read it with that one.")
        return _run(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, RunRefused):
            raise
        raise RunRefused(f"{file}: this is not the record of a run that can be read ({error}). Assess the store again.") from error


def _run(content: Mapping[str, Any]) -> Run:
    known_at = content["known_at"]
    return Run(
        run_id=str(content["run_id"]),
        made_at=datetime.fromisoformat(content["made_at"]),
        as_of=datetime.fromisoformat(content["as_of"]),
        known_at=datetime.fromisoformat(known_at) if known_at else None,
        engine=str(content["engine"]),
        candour_version=str(content["candour_version"]),
        vocabulary=str(content["vocabulary"]),
        chronology=str(content["chronology"]),
        deliveries=tuple(DeliveryUsed(**one) for one in content["deliveries"]),
        standards=tuple(_standard_used(one) for one in content["standards"]),
        parameters_fingerprint=content["parameters_fingerprint"],
        parameters=dict(content["parameters"]),
        notes=tuple(str(one) for one in content.get("notes", ())),
        calendar=content["calendar"],
        sources=tuple(content["sources"]),
        counts={str(key): int(number) for key, number in content["counts"].items()},
        events=int(content["events"]),
        seconds=float(content["seconds"]),
        nation=content.get("nation"),
        not_applied=tuple(NotApplied(**one) for one in content.get("not_applied", ())),
        cautions=tuple(str(one) for one in content.get("cautions", ())),
        long_after=int(content.get("long_after", LONG_AFTER)),
        occasions_may_be_missing=_cut_short(content.get("occasions_may_be_missing")),
        refreshed=_refreshed(content.get("refreshed")),
        code=str(content.get("code", "")),
        links=content.get("links"),
    )


def _refreshed(content: Mapping[str, Any] | None) -> Refreshed | None:
    return None if content is None else Refreshed(**{**content, "in_full": tuple(content["in_full"])})


def _cut_short(content: Sequence[Mapping[str, Any]] | None) -> tuple[CutShort, ...] | None:
    if content is None:
        return None
    return tuple(CutShort(str(one["standard"]), tuple(_stretch(stretch) for stretch in one["stretches"])) for one in content)


def _stretch(content: Mapping[str, Any]) -> Stretch:
    begins, first, before = (date.fromisoformat(content[key]) if content[key] else None for key in ("begins", "first", "before"))
    return Stretch(tuple(content["kinds"]), str(content["window"]), begins, first, before)


def _standard_used(content: Mapping[str, Any]) -> StandardUsed:
    lists = {key: tuple(content.get(key, ())) for key in ("kinds", "columns", "same", "parameters")}
    return StandardUsed(**{**content, **lists})


def count_outcomes(findings: Path, standards: Sequence[StandardUsed] | None = None) -> dict[str, int]:
    """How many findings of each outcome a findings file has, every outcome named; of these editions alone where they are given."""
    wanted = None if standards is None else [f"{one.id}@{one.version}" for one in standards]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select outcome, count(*) from read_parquet($file) where $wanted is null or list_contains($wanted, standard || '@' || version) group by all",
            {"file": str(findings), "wanted": wanted},
        ).fetchall()
    counted = {str(outcome): int(number) for outcome, number in rows}
    return {str(outcome): counted.get(outcome, 0) for outcome in Outcome}
