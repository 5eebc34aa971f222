"""Assesses a store: holds every case against the standards and keeps the findings as a run that can be repeated."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import duckdb

from candour.evaluation.dividing import Asked
from candour.evaluation.doubting import keep_doubt
from candour.evaluation.kept_parts import kept, key_of, sweep_others
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.findings.looking_back import cut_short
from candour.findings.runs import FINDINGS, DeliveryUsed, Refreshed, Run, count_outcomes, new_run, not_applied, standard_used, write_run
from candour.findings.writing import LONG_AFTER
from candour.records.calendars import Calendar, load_calendar
from candour.records.chronology import DELIVERIES, Chronology, open_chronology, refuse_older_words
from candour.records.linked_chronology import linked
from candour.records.links import link_folder, read_links
from candour.records.own_code import code_fingerprint
from candour.records.quoting import text
from candour.records.refusals import InputRefused
from candour.records.scene import Scene, SourceTold, london_date
from candour.records.store import no_room_is_refused
from candour.records.unlinked import unlinked_words
from candour.records.vocabulary import Vocabulary, find_catalogue, vocabulary_of
from candour.standards.choosing import Choice, choose
from candour.standards.loading import load_standards
from candour.standards.model import Standard
from candour.standards.parameters import WRITTEN_LONG_AFTER, apply_parameters, load_parameters

if TYPE_CHECKING:
    from candour.evaluation.refreshing import Present

ENGINES = ("duckdb", "spark", "reference")
EVERYTHING_KNOWN = datetime(9999, 1, 1)
LATEST = datetime(2100, 1, 1)
"""No assessment is made as of this moment or later: both evaluators reckon with seconds that fit it."""
ASSESS_AGAIN = "Make room (about twice the size of the store's chronology folder) and assess again."
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Question:
    """What an assessment is asked: `as_of` and `known_at` are UTC without zone; None is the latest moment any source reaches, and everything known.

    `nation` is the force's where its mappings do not say it; `switched_on` are ids of standards not confirmed as in force. `events_at_once`: a larger
    chronology is divided into parts of about so many events (None: as `candour.evaluation.in_parts` does it, and only above its DIVIDE_ABOVE; on Spark, the
    events of a task). `master` is the address of the Spark cluster, for the engine `spark`.
    `changed_only`: look again only at what can have changed since the last run, where that can be told. `unlinked`: the last link run is left aside.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None
    standards: Path | None = None
    parameters: Path | None = None
    engine: str = "duckdb"
    memory_limit: str | None = None
    nation: str | None = None
    switched_on: tuple[str, ...] = ()
    events_at_once: int | None = None
    changed_only: bool = False
    unlinked: bool = False
    master: str | None = None


def assess(store: Path, question: Question, *, made_at: datetime, progress: Progress | None = None) -> Run:
    """Assess the store's current chronology and keep the run in STORE/runs. `made_at` is the present moment, UTC without zone.

    Raises InputRefused (a full disk is one) and StandardRefused; a fault in an evaluator is raised as it is and leaves no run.
    """
    started = perf_counter()
    unlinked = open_chronology(store)
    chronology, links, not_linked = _linked(store, unlinked, question)
    vocabulary = vocabulary_of(store)
    refuse_older_words(chronology, vocabulary)
    nation = nation_of(chronology, question.nation)
    choice = _choice(question, vocabulary, nation)
    standards, parameters, notes = _with_parameters(choice, question, vocabulary)
    as_of = question.as_of or chronology.as_of
    if as_of is None:
        raise InputRefused(f"{store}: no source says up to when it was delivered. Give the moment with --as-of, such as 2026-03-31T23:59.")
    if as_of >= LATEST:
        raise InputRefused(
            f"--as-of {as_of:%Y-%m-%d}: findings can be made as of a moment before {LATEST:%Y-%m-%d}. Give the day the records reach."
        )
    calendar = load_calendar()
    fingerprint = hashlib.sha256(question.parameters.read_bytes()).hexdigest() if question.parameters else None
    with no_room_is_refused(store, ASSESS_AGAIN), new_run(store) as (run_id, folder):
        out = folder / FINDINGS
        under_way = UnderWay(chronology, standards, vocabulary, calendar, as_of, question, progress)
        refreshed = _only_what_changed(under_way, fingerprint, links, out) if question.changed_only else None
        if refreshed is None or refreshed.whole_because:
            _evaluate(under_way, standards, out)
        short = cut_short(standards, _told(chronology), chronology.events, london_date(as_of), question.known_at)
        run = Run(
            run_id=run_id,
            made_at=made_at.replace(microsecond=0),
            as_of=as_of,
            known_at=question.known_at,
            engine=question.engine,
            candour_version=version("candour"),
            vocabulary=vocabulary.fingerprint,
            chronology=str(chronology.number),
            deliveries=tuple(_delivery(chronology, one) for one in chronology.deliveries),
            standards=tuple(standard_used(standard) for standard in standards),
            parameters_fingerprint=fingerprint,
            parameters=parameters,
            notes=notes,
            calendar=_fingerprint_of_calendar(calendar),
            sources=tuple(json.loads((chronology.folder / "sources.json").read_text(encoding="utf-8"))),
            counts=count_outcomes(out),
            events=_rows(chronology.events),
            nation=nation,
            not_applied=tuple(not_applied(one) for one in choice.left_out),
            cautions=(*choice.cautions(), *([not_linked] if not_linked else [])),
            long_after=_long_after(question, vocabulary, as_of),
            occasions_may_be_missing=short,
            refreshed=refreshed,
            code=code_fingerprint(),
            links=links,
        )
        if links is not None:
            _keep_doubt(under_way, unlinked, run, folder)
        run = replace(run, seconds=round(perf_counter() - started, 3))
        write_run(folder, run)
    return run


def _linked(store: Path, chronology: Chronology, question: Question) -> tuple[Chronology, str | None, str]:
    """The chronology as the last link run has it, and its id; the sources' own where nothing was linked, or it is asked for. And what is to be said of what is not linked.

    Raises InputRefused where the links are of an older chronology, or their files are gone: unlinked, what reviewers kept apart would be one again.
    """
    links = read_links(store)
    if links is None or question.unlinked:
        return chronology, None, unlinked_words(chronology, None, links)
    if links.chronology != str(chronology.number):
        raise InputRefused(
            f"{store}: links {links.link_id} are of chronology {links.chronology}, and the present one is {chronology.number}. "
            f"Link again: candour link --store {store}. To assess the sources' own references, give --unlinked."
        )
    folder = link_folder(store, links.link_id) / "chronology"
    if not (folder / "events.parquet").is_file():
        raise InputRefused(f"{folder}: has no events.parquet. Link again: candour link --store {store}")
    return linked(chronology, folder), links.link_id, unlinked_words(chronology, links, None)


def nation_of(chronology: Chronology, asked: str | None) -> str | None:
    """The nation that a store's sources declare, or the one that is asked where they are silent; None where nobody says.

    Raises InputRefused where they differ.
    """
    if len(chronology.nations) > 1:
        raise InputRefused(
            f"{chronology.store}: its mappings declare {' and '.join(chronology.nations)}. A store is of one force in one nation: keep two stores."
        )
    declared = chronology.nations[0] if chronology.nations else None
    if declared and asked and declared != asked:
        raise InputRefused(f"--nation {asked}: the mappings of this store declare {declared}. Leave --nation out, or mend the mappings.")
    return declared or asked


def _choice(question: Question, vocabulary: Vocabulary, nation: str | None) -> Choice:
    standards = load_standards(question.standards, vocabulary, examples=False)
    if not standards:
        raise InputRefused(f"{question.standards}: holds no standards. Give the folder of their TOML files with --standards.")
    choice = choose(standards, nation, question.switched_on)
    if not choice.held:
        reasons = " ".join(dict.fromkeys(one.sentence for one in choice.left_out))
        raise InputRefused(f"None of the {len(standards)} standards can be held against these records. {reasons}")
    return choice


def _with_parameters(
    choice: Choice, question: Question, vocabulary: Vocabulary
) -> tuple[tuple[Standard, ...], dict[str, str], tuple[str, ...]]:
    if question.parameters is None:
        return choice.held, {}, ()
    local = load_parameters(question.parameters, vocabulary)
    held = apply_parameters(choice.held, local, [one.standard for one in choice.left_out])
    return held, local.in_words(), local.notes(held)


def _long_after(question: Question, vocabulary: Vocabulary, as_of: datetime) -> int:
    """The seconds after which an entry is called written long after: the force's figure on the day of the assessment, or ours."""
    local = load_parameters(question.parameters, vocabulary) if question.parameters else None
    return (local and local.seconds_of(WRITTEN_LONG_AFTER, london_date(as_of))) or LONG_AFTER


@dataclass(frozen=True)
class UnderWay:
    """One assessment under way: the chronology, the standards as they are held, and the rest of what decides."""

    chronology: Chronology
    standards: tuple[Standard, ...]
    vocabulary: Vocabulary
    calendar: Calendar
    as_of: datetime
    question: Question
    progress: Progress | None


def _evaluate(under_way: UnderWay, standards: Sequence[Standard], out: Path) -> None:
    """Hold some of the standards against the whole chronology."""
    chronology, question = under_way.chronology, under_way.question
    told = _told(chronology)
    known_at = question.known_at or EVERYTHING_KNOWN
    if question.engine == "reference":
        from candour.evaluation.reference import evaluate

        write_findings(
            evaluate(read_scene(chronology), standards, under_way.vocabulary, under_way.calendar, under_way.as_of, known_at), out
        )
        return
    from candour.evaluation.in_parts import DIVIDE_ABOVE, EVENTS_AT_ONCE, MEMORY_LIMIT, Means, evaluate_in_parts, evaluate_whole

    whole = Asked(
        chronology.events, chronology.cases, chronology.children, told, tuple(standards), under_way.vocabulary, under_way.calendar,
        under_way.as_of, known_at,
    )  # fmt: skip
    if question.engine == "spark":
        _on_spark(whole, question, out, under_way.progress)
        return
    store, events = chronology.store, _rows(chronology.events)
    if events <= (question.events_at_once or DIVIDE_ABOVE):
        sweep_others(store)
        evaluate_whole(whole, out, Means(question.memory_limit, spill=out.parent), under_way.progress)
        return
    at_once = question.events_at_once or EVENTS_AT_ONCE
    key = key_of(whole, at_once, question.parameters and question.parameters.read_text(encoding="utf-8"))
    sweep_others(store, key)
    with kept(store, key) as folder:
        means = Means(question.memory_limit or MEMORY_LIMIT, spill=folder / "spill")
        evaluate_in_parts(whole, out, folder=folder, events_at_once=at_once, means=means, progress=under_way.progress)


def _only_what_changed(under_way: UnderWay, parameters: str | None, links: str | None, out: Path) -> Refreshed:
    """Look again at what changed since the last run; or say why everything must be assessed."""
    from candour.evaluation.refreshing import plan, refresh

    now = _present(under_way, parameters, links)
    planned = plan(under_way.chronology.store, now, under_way.question.known_at)
    if isinstance(planned, str):
        return Refreshed(whole_because=planned)

    def in_full(standards: Sequence[Standard]) -> Path:
        file = out.with_name("in-full.parquet")
        _evaluate(under_way, standards, file)
        return file

    refreshed = refresh(planned, now, out, in_full)
    out.with_name("in-full.parquet").unlink(missing_ok=True)
    return refreshed


def _present(under_way: UnderWay, parameters: str | None, links: str | None) -> Present:
    from candour.evaluation.looking_again import Setting
    from candour.evaluation.refreshing import Present

    setting = Setting(under_way.vocabulary, under_way.calendar, _told(under_way.chronology), under_way.as_of)
    return Present(
        under_way.chronology, under_way.standards, setting, version("candour"), _fingerprint_of_calendar(under_way.calendar), parameters, links,
    )  # fmt: skip


def _keep_doubt(under_way: UnderWay, unlinked: Chronology, run: Run, folder: Path) -> None:
    """Keep how far undecided links could move what a run found: by looking again where the run itself looked again at what changed alone."""

    def again(other: Chronology, findings: Path) -> None:
        _evaluate(replace(under_way, chronology=other), under_way.standards, findings)

    def at_what_is_joined(other: Chronology, findings: Path) -> bool:
        from candour.evaluation.joined_records import look_again_if_joined

        return look_again_if_joined(run, folder, _present(under_way, run.parameters_fingerprint, run.links), other, findings)

    look_again = at_what_is_joined if run.refreshed is not None and not run.refreshed.whole_because else None
    keep_doubt(unlinked, link_folder(unlinked.store, str(run.links)), folder / FINDINGS, folder, again, look_again)


def _on_spark(asked: Asked, question: Question, out: Path, progress: Progress | None) -> None:
    from candour.evaluation.in_parts import Means
    from candour.evaluation.on_spark import EVENTS_A_TASK, TASK_MEMORY, Job, evaluate_on_spark, session

    if not question.master:
        raise InputRefused("--engine spark: give the address of the Spark cluster with --master, such as spark://host:7077 or local[2].")
    parts = out.parent / "parts"
    job = Job(replace(asked, **{name: getattr(asked, name).resolve() for name in ("events", "cases", "children")}), out, parts.resolve())
    with session(question.master) as spark:
        means = Means(question.memory_limit or TASK_MEMORY, threads=1)
        evaluate_on_spark(spark, [job], events_a_task=question.events_at_once or EVENTS_A_TASK, means=means, progress=progress)
    shutil.rmtree(parts)


def _told(chronology: Chronology) -> tuple[SourceTold, ...]:
    return tuple(source.told for source in chronology.sources)


def read_scene(chronology: Chronology) -> Scene:
    """A whole chronology in memory, for the reference evaluator: every column of every event, case and child."""
    with duckdb.connect() as connection:
        tables = []
        for file, order in ((chronology.events, "position"), (chronology.cases, "case_ref"), (chronology.children, "child_ref")):
            result = connection.execute(f"select * from read_parquet(?) order by {order}", [str(file)])  # noqa: S608  # three fixed words
            names = [column[0] for column in result.description or ()]
            tables.append(tuple(dict(zip(names, row, strict=True)) for row in result.fetchall()))
    events, cases, children = tables
    return Scene(events, cases, children, _told(chronology))


def write_findings(findings: Sequence[Finding], out: Path) -> None:
    """Write findings to a Parquet file with FINDING_COLUMNS, in the order given."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in FINDING_COLUMNS.items())
    with duckdb.connect() as connection:
        connection.execute(f"create table findings ({columns})")
        if findings:
            rows = [[getattr(finding, name) for name in FINDING_COLUMNS] for finding in findings]
            connection.executemany(f"insert into findings values ({', '.join('?' * len(FINDING_COLUMNS))})", rows)  # noqa: S608  # only question marks
        connection.execute(f"copy findings to {text(str(out))} (format parquet, compression zstd)")


def export_findings(run_findings: Path, file: Path, of: str = "findings") -> None:
    """Copy a run's findings (or what else it keeps as Parquet: `of` names it) to a file whose ending says its form: .parquet, .csv or .jsonl. Raises InputRefused for another ending."""
    form = {".parquet": "", ".csv": "(format csv, header true)", ".jsonl": "(format json)"}.get(file.suffix.lower())
    if form is None:
        raise InputRefused(f"{file.name}: {of} can be written as .parquet, .csv or .jsonl. Give the file one of these endings.")
    draft = file.with_name(f".{file.name}.part")
    try:
        if form:
            with duckdb.connect() as connection:
                connection.execute(f"copy (select * from read_parquet({text(str(run_findings))})) to {text(str(draft))} {form}")  # noqa: S608  # paths, quoted
        else:
            shutil.copyfile(run_findings, draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _rows(file: Path) -> int:
    with duckdb.connect() as connection:
        row = connection.execute("select count(*) from read_parquet(?)", [str(file)]).fetchone()
    return int(row[0]) if row else 0


def _delivery(chronology: Chronology, delivery_id: str) -> DeliveryUsed:
    content = json.loads((chronology.store / DELIVERIES / delivery_id / "delivery.json").read_text(encoding="utf-8"))
    hashes = {str(file["file"]): str(file["sha256"]) for file in content.get("files", [])}
    return DeliveryUsed(delivery_id, str(content["source_system"]), hashes)


def _fingerprint_of_calendar(calendar: Calendar) -> str:
    words = [*sorted(day.isoformat() for day in calendar.bank_holidays), *(f"{first}/{last}" for first, last in calendar.terms)]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def default_parameters() -> Path | None:
    """The catalogue's `parameters/local.toml`, where a force has written one."""
    file = find_catalogue() / "parameters" / "local.toml"
    return file if file.is_file() else None
