"""Imports a delivery: reads it by its mapping, accounts for every row, and joins it to the store's chronology.

Either everything is stored or nothing is. The current time is passed in, never read.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from candour.records.changes import write_changes
from candour.records.checking import run_checks
from candour.records.chronology import CHRONOLOGY, Chronology, current_number, open_generation, refuse_older_words
from candour.records.declaring import declare_source, read_sources
from candour.records.delivery import EXTRACTED_AT, DeliveredFile, Progress, delivery_key, find_files, take_in, unclaimed
from candour.records.identities import IDENTITIES, NOT_SHOWN, merge_identities, write_identities
from candour.records.known import merge_records
from candour.records.making import TableMaker
from candour.records.mapping import SourceMapping, TableRule
from candour.records.mapping_file import load_mappings
from candour.records.merging import Incoming, merge_events
from candour.records.moments import LIKELY_YEARS, iso, seconds_of, utc
from candour.records.noticing import Heard
from candour.records.prepared import Prepared, delivery_record, preview_of
from candour.records.quoting import text
from candour.records.readers import Rows, RowsWanted, open_rows
from candour.records.refusals import InputRefused
from candour.records.reporting.account import Assessable, FileAccount, ImportReport, Listed, SourceAccount, SourceState
from candour.records.reporting.writing import write_report
from candour.records.settling import impossible_spans, settle_rows, write_events, write_records
from candour.records.silences import find_silences
from candour.records.store import name_store, no_room_is_refused, publish, write_durably
from candour.records.times import parse_moment
from candour.records.vocabulary import Vocabulary, load_vocabulary, vocabulary_of
from candour.records.workroom import database, no_collection, work_folder

Coverage = Callable[[Chronology], Assessable]
"""Asked after an import is prepared: for each standard, how many occasions had every field it needs, and what would decide the rest."""


def import_delivery(
    folder: Path,
    source: str | Path,
    store: Path,
    *,
    received_at: datetime,
    extracted_at: datetime | None = None,
    dry_run: bool = False,
    strict: bool = False,
    vocabulary: Vocabulary | None = None,
    vocabulary_file: Path | None = None,
    progress: Progress | None = None,
    coverage: Coverage | None = None,
) -> ImportReport:
    """Import the files of `folder` by the mapping or set of mappings that `source` names, and give the report.

    `received_at` and `extracted_at` are moments (UTC when without zone). `dry_run` reads and reports and writes nothing to the
    store. `strict` stores nothing when anything was refused, could not be used or is suspicious. Raises InputRefused, with
    nothing changed, when a file as a whole, the mapping or the store cannot be used.
    """
    started = time.perf_counter()
    received_at = _plain(received_at)
    if not folder.is_dir():
        raise InputRefused(f"{folder}: is not a folder. Give the folder that holds the delivered files.")
    words = vocabulary or _words_of(store, vocabulary_file)
    mappings = load_mappings(source, words)
    with no_room_is_refused(store), work_folder(store, dry_run) as work:
        job = _Import(folder, store, received_at, _plain(extracted_at) if extracted_at else None, words, progress or (lambda *_: None))
        job.vocabulary_file = vocabulary_file
        report = job.run(mappings, work, dry_run=dry_run, strict=strict, coverage=coverage)
    report.seconds = round(time.perf_counter() - started, 3)
    return report


def _words_of(store: Path, given: Path | None) -> Vocabulary:
    """The vocabulary a store is written in, or for a new one the one given. A store keeps to its vocabulary."""
    if given is None:
        return vocabulary_of(store)
    words = load_vocabulary(given)
    if current_number(store) is not None and vocabulary_of(store).fingerprint != words.fingerprint:
        raise InputRefused(
            f"{given.name}: is another vocabulary than the one this store is written in. Import into a new store, or leave out --vocabulary."
        )
    return words


def _plain(moment: datetime) -> datetime:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)


class _Import:
    """One import under way, made when the store is held (a dry run holds nothing): what is current then is still so at its end."""

    def __init__(
        self, folder: Path, store: Path, received_at: datetime, extracted_at: datetime | None, words: Vocabulary, progress: Progress
    ) -> None:
        self.folder, self.store, self.received_at, self.words, self.progress = folder, store, received_at, words, progress
        self.extracted_at, self.extracted_from = extracted_at, "as given" if extracted_at else ""
        self.vocabulary_file: Path | None = None
        number = current_number(store)
        self.current = None if number is None else open_generation(store, number)
        if self.current is not None:
            refuse_older_words(self.current, words)
            if vocabulary_of(store).fingerprint != words.fingerprint:
                raise InputRefused(f"{store}: another import made this store, in another vocabulary, while this one began. Import again.")

    def run(self, mappings: list[SourceMapping], work: Path, *, dry_run: bool, strict: bool, coverage: Coverage | None) -> ImportReport:
        report = ImportReport(received_at=self.received_at, dry_run=dry_run, store=str(self.store))
        self._read_extracted_at(mappings[0])
        prepared = [item for mapping in mappings if (item := self._take_in(mapping, work, copy=not dry_run, report=report)) is not None]
        if not prepared:
            wanted = ", ".join(table.file for mapping in mappings for table in mapping.tables)
            raise InputRefused(f"{self.folder}: holds no file that the mapping names ({wanted}).")
        claimed = {path for mapping in mappings for _, path in find_files(self.folder, mapping)[0]}
        report.not_read = unclaimed(self.folder, claimed)
        fresh = [item for item in prepared if not item.account.already_stored]
        with database(work) as db:
            refusals: list[str] = []
            for item in fresh:
                self._read(db, item, refusals)
            if refusals:
                raise InputRefused("\n".join(refusals))
            report.check_accounts()
            report.nothing_new = not fresh
            if fresh:
                self._merge(db, fresh, report, work, coverage)
        report.states = self._states(fresh)
        report.preview = preview_of(fresh, self.words) if dry_run else []
        store_it = bool(fresh) and not dry_run and not (strict and report.wants_attention())
        if store_it:
            self._publish(fresh, report, work)
        return report

    def _read_extracted_at(self, mapping: SourceMapping) -> None:
        path = self.folder / EXTRACTED_AT
        if self.extracted_at is None and path.is_file():
            try:
                self.extracted_at = parse_moment(path.read_text(encoding="utf-8").strip(), mapping.zone)
            except (ValueError, UnicodeDecodeError) as error:
                raise InputRefused(f"{EXTRACTED_AT}: {error}. Write the moment of extraction on one line.") from error
            self.extracted_from = EXTRACTED_AT
        if self.extracted_at is not None and self.extracted_at > self.received_at:
            raise InputRefused(
                f"The extract is said to be of {iso(self.extracted_at)}, after it was received ({iso(self.received_at)}). Check --extracted-at or {EXTRACTED_AT}."
            )

    def _take_in(self, mapping: SourceMapping, work: Path, *, copy: bool, report: ImportReport) -> Prepared | None:
        found, missing = find_files(self.folder, mapping)
        folder = work / mapping.name
        folder.mkdir()
        account = SourceAccount(mapping.name, mapping.title, mapping.verified, mapping.file, "", missing=missing)
        report.sources.append(account)
        if not found:
            return None
        files = take_in(self.folder, mapping, found, folder / "delivery" / "files" if copy else None, self.progress)
        account.delivery_id = delivery_key(mapping, self.words.fingerprint, files)
        account.already_stored = self.current is not None and account.delivery_id in self.current.deliveries
        before = next((one for one in self.current.sources if one.source_system == mapping.name), None) if self.current else None
        if before is not None and not account.already_stored:
            self._check_order(mapping, before.delivered_to)
        item = Prepared(mapping, account, folder, files=files)
        account.midnight_unsaid = sorted({item.shown(file) for file in files if mapping.tables[file.table].midnight is None})
        return item

    def _check_order(self, mapping: SourceMapping, reach: datetime | None) -> None:
        if self.extracted_at is not None and reach is not None and self.extracted_at < reach:
            raise InputRefused(
                f"{mapping.name}: this extract is of {iso(self.extracted_at)}; the store already has one of {iso(reach)}. "
                "An older extract cannot correct a newer one. Import extracts in the order they were made."
            )

    def _read(self, db: duckdb.DuckDBPyConnection, item: Prepared, refusals: list[str]) -> None:
        mapping, account, folder = item.mapping, item.account, item.folder
        latest = self.extracted_at or self.received_at
        earliest = seconds_of(latest.replace(year=latest.year - LIKELY_YEARS, day=min(latest.day, 28)))
        heard = Heard()
        accounts: dict[int, FileAccount] = {}
        refused_keys: dict[int, frozenset[str]] = {}
        for number, table in enumerate(mapping.tables):
            maker = TableMaker(mapping, table, number, self.words, folder, heard, (earliest, seconds_of(latest)))
            for file in (file for file in item.files if file.table == number):
                file_no = len(accounts)
                accounts[file_no] = FileAccount(item.shown(file), table.file, file.sha256, file.size)
                try:
                    self._read_file(maker, table, file, accounts[file_no], file_no, heard)
                except InputRefused as refusal:
                    refusals.append(str(refusal))
            maker.close()
            refused_keys[number] = frozenset(maker.refused_keys)
        account.files = list(accounts.values())
        if refusals:
            return
        self._settle(db, item, heard, accounts, refused_keys)

    def _read_file(
        self, maker: TableMaker, table: TableRule, file: DeliveredFile, account: FileAccount, file_no: int, heard: Heard
    ) -> None:
        wanted = RowsWanted(
            shown=file.name,
            columns=tuple(dict.fromkeys((*table.used_columns(), *table.columns))),
            format=table.format,
            sheet=table.sheet,
            heading=table.heading,
            encoding=table.encoding,
            delimiter=table.delimiter,
            rows=table.rows,
            key=table.key,
        )
        rows: Rows = open_rows(file.path, wanted)
        read = 0
        with no_collection():
            for batch in rows.batches():
                maker.take(batch, account.file, file_no)
                read += len(batch.numbers)
                self.progress(f"reading {file.name}", read, 0)
        facts = rows.facts
        account.format, account.encoding, account.delimiter, account.sheet = facts.format, facts.encoding, facts.delimiter, facts.sheet
        account.rows_in = facts.rows_in
        said = [(heard.refused, Listed(account.file, *bad)) for bad in facts.bad]
        said += [(heard.doubtful, Listed(account.file, *doubt)) for doubt in facts.doubtful]
        for listed, one in said:
            listed.append(one._replace(value=NOT_SHOWN) if table.identities and one.value else one)
        if facts.lines is not None:
            heard.lines[account.file] = facts.lines

    def _settle(
        self,
        db: duckdb.DuckDBPyConnection,
        item: Prepared,
        heard: Heard,
        accounts: dict[int, FileAccount],
        refused_keys: dict[int, frozenset[str]],
    ) -> None:
        mapping, account, folder = item.mapping, item.account, item.folder
        out = folder / "delivery"
        out.mkdir(exist_ok=True)
        settle_rows(db, mapping, folder, accounts, heard)
        for file_no, row_no, opened, closed in impossible_spans(db, folder):
            heard.problems.append(
                Listed(
                    accounts[file_no].file,
                    row_no,
                    "opened_on + closed_on",
                    f"{opened} to {closed}",
                    "the case closed before it opened; neither date is used",
                )
            )
        events = write_events(
            db, mapping, self.words, folder, folder / "events.parquet", (account.delivery_id, iso(self.received_at).rstrip("Z"))
        )
        for file_no, number in events.items():
            accounts[file_no].events = number
        for what, fields in (("case", self.words.case), ("child", self.words.child)):
            name = "cases.parquet" if what == "case" else "children.parquet"
            for key, column, values, file_number, row_no in write_records(db, mapping, fields, what, folder, out / name):
                reason = f"rows of this delivery give {what} {key} different values; the last is used"
                heard.doubtful.append(Listed(accounts[file_number].file, row_no, column, values, reason))
        account.identities = write_identities(db, mapping.name, folder, out / IDENTITIES)
        shown = "* exclude (row_key, event_name)" if not events else "* exclude (row_key, event_name, file_no)"
        db.execute(
            f"copy (select {shown} from read_parquet({text(str(folder / 'events.parquet'))})) to {text(str(out / 'events.parquet'))} (format parquet, compression zstd)"
        )
        dropped = db.execute(
            "select distinct table_no, row_key from ledger semi join (select * from dropped where why = 'refused') using (file_no, row_no)"
        ).fetchall()
        for number, key in dropped:
            refused_keys[number] = refused_keys[number] | {key}
        delivered = frozenset(file.table for file in item.files)
        item.incoming = Incoming(mapping, account.delivery_id, folder / "events.parquet", delivered, refused_keys)
        item.extracted_at, account.extracted_at_from = self._extraction(heard)
        account.extracted_at = item.extracted_at
        account.refused = sorted(heard.placed(heard.refused))
        account.problems = heard.placed(heard.problems)
        account.doubtful = heard.placed(heard.doubtful)
        account.unmapped, account.fields, account.counted = heard.unmapped(), heard.fields(), heard.counted()
        account.silent = find_silences(db, mapping, folder / "events.parquet", item.extracted_at)
        self._check_order_of(item)

    def _check_order_of(self, item: Prepared) -> None:
        before = next((one for one in self.current.sources if one.source_system == item.mapping.name), None) if self.current else None
        if before is not None and self.extracted_at is None and before.delivered_to is not None and item.extracted_at is not None:
            item.extracted_at = item.account.extracted_at = max(item.extracted_at, before.delivered_to)

    def _extraction(self, heard: Heard) -> tuple[datetime, str]:
        if self.extracted_at is not None:
            return self.extracted_at, self.extracted_from
        if heard.newest is not None:
            return utc(heard.newest), "the newest time in the data"
        return self.received_at, "the time of receipt, as the data hold no time"

    def _merge(
        self, db: duckdb.DuckDBPyConnection, fresh: list[Prepared], report: ImportReport, work: Path, coverage: Coverage | None
    ) -> None:
        generation = work / "generation"
        generation.mkdir()
        columns = work / "columns"
        columns.mkdir()
        incoming = [item.incoming for item in fresh if item.incoming is not None]
        self.progress("joining to the chronology", 0, 0)
        old = self.current
        received = iso(self.received_at).rstrip("Z")
        changes, order = merge_events(
            db, self.words, old.events if old else None, incoming, received, generation / "events.parquet", columns
        )
        shutil.rmtree(columns)
        for item in fresh:
            item.account.changes = changes[item.mapping.name]
        for key, name in (("case_ref", "cases"), ("child_ref", "children")):
            files = (f"{name}_by_source.parquet", f"{name}.parquet")
            before = (old.folder / files[0], old.folder / files[1]) if old else None
            new = [item.folder / "delivery" / files[1] for item in fresh]
            merge_records(db, before, new, key, (generation / files[0], generation / files[1]), received)
        merge_identities(
            db, old.identities if old else None, [item.folder / "delivery" / IDENTITIES for item in fresh], generation / IDENTITIES
        )
        write_changes(db, old.folder if old else None, generation, old.number + 1 if old else 1, order)
        sources = read_sources(old.folder / "sources.json") if old else []
        for item in fresh:
            delivered = item.incoming.tables_delivered if item.incoming else frozenset()
            sources = declare_source(sources, item.mapping, delivered, item.extracted_at or self.received_at)
        _write_json(generation / "sources.json", sources)
        deliveries: list[object] = json.loads((old.folder / "deliveries.json").read_text(encoding="utf-8")) if old else []
        deliveries += [
            {"delivery_id": item.account.delivery_id, "source_system": item.mapping.name, "received_at": iso(self.received_at)}
            for item in fresh
        ]
        _write_json(generation / "deliveries.json", deliveries)
        self.progress("checking the chronology", 0, 0)
        report.checks = run_checks(db, generation, [item.mapping.name for item in fresh], self.words)
        report.events_stored = int(
            (db.execute(f"select count(*) from read_parquet({text(str(generation / 'events.parquet'))})").fetchone() or (0,))[0]
        )
        if coverage is not None:
            link = work / CHRONOLOGY
            link.mkdir()
            generation.rename(link / "0")
            report.coverage = coverage(open_generation(work, 0))
            (link / "0").rename(generation)

    def _states(self, fresh: list[Prepared]) -> list[SourceState]:
        reach: dict[str, tuple[str, datetime | None, int]] = {}
        for source in self.current.sources if self.current else ():
            reach[source.source_system] = (source.title, source.delivered_to, source.due_every_days or 7)
        for item in fresh:
            reach[item.mapping.name] = (item.mapping.title, item.extracted_at, item.mapping.due_every_days)
        states = []
        for name, (title, moment, due) in sorted(reach.items()):
            behind = None if moment is None else (self.received_at - moment).days
            states.append(SourceState(name, title, moment, behind, behind is not None and behind > due))
        return states

    def _publish(self, fresh: list[Prepared], report: ImportReport, work: Path) -> None:
        report.generation = (self.current.number if self.current else 0) + 1
        report.stored = True
        for item in fresh:
            out = item.folder / "delivery"
            _write_json(out / "delivery.json", delivery_record(item, self.words, self.received_at))
        write_report(report, [item.folder / "delivery" for item in fresh])
        name_store(self.store, next((item.mapping.force for item in fresh if item.mapping.force), ""))
        if self.vocabulary_file is not None:
            write_durably(self.store / "vocabulary.toml", self.vocabulary_file.read_text(encoding="utf-8"))
        publish(self.store, {item.account.delivery_id: item.folder / "delivery" for item in fresh}, work / "generation", report.generation)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
