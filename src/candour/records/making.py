"""Makes events, cases, children and identities from the rows of one table, as its mapping says, a batch of rows at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from candour.records.filling import Filled, RowsUnderWay, gather, written
from candour.records.identities import IDENTITY_FIELDS, NOT_SHOWN
from candour.records.mapping import Condition, EventRule, RecordRule, SourceMapping, TableRule
from candour.records.moments import DOUBTS, LISTED, MIDNIGHT, SHORT_YEAR, SKIPPED, TWICE, Moment, Unreadable
from candour.records.noticing import Heard
from candour.records.readers import Batch
from candour.records.reporting.account import Listed
from candour.records.staging import LEDGER, STAGED, StagingFile
from candour.records.times import TimeReader
from candour.records.values import Unusable, clean, text_of
from candour.records.vocabulary import Vocabulary

FORMULA = "\x1f="
"""Where the cells of a batch are laid end to end, this is how a cell that begins with = shows."""


class TableMaker:
    """Takes the batches of one table's files and writes staged events, cases, children, identities and a ledger of the rows kept."""

    def __init__(
        self,
        source: SourceMapping,
        table: TableRule,
        number: int,
        vocabulary: Vocabulary,
        folder: Path,
        heard: Heard,
        limits: tuple[int, int],
    ) -> None:
        self.source, self.table, self.heard, self.limits = source, table, heard, limits
        self.readers: dict[tuple[str, ...], TimeReader] = {}
        self.times = self.reader(None)
        self.refused_keys: set[str] = set()
        self.private = table.private_columns()
        envelope = vocabulary.envelope
        self.events: list[tuple[EventRule, Filled, StagingFile]] = []
        for event in table.events:
            at = f"table {table.file}.event {event.name}"
            uses = {name: (envelope[name], use) for name, use in event.envelope.items() if not (name == "child_ref" and event.split_child)}
            uses |= {name: (vocabulary.kinds[event.kind].fields[name], use) for name, use in event.fields.items()}
            filled = Filled(uses, self, at)
            schema = pa.schema(
                {
                    **STAGED,
                    **({"child_ref": pa.string()} if event.split_child else {}),
                    **{name: value.arrow for name, value in filled.values.items()},
                }
            )
            self.events.append((event, filled, StagingFile(folder / f"event-{event.name}.parquet", schema)))
        self.records: list[tuple[str, RecordRule, Filled, StagingFile]] = []
        for what, rules, fields in (
            ("case", table.cases, vocabulary.case),
            ("child", table.children, vocabulary.child),
            ("identity", table.identities, IDENTITY_FIELDS),
        ):
            for place, rule in enumerate(rules):
                filled = Filled(
                    {name: (fields[name], use) for name, use in rule.values.items()},
                    self,
                    f"table {table.file}.{what}",
                    private=what == "identity",
                )
                schema = pa.schema(
                    {"file_no": pa.int32(), "row_no": pa.int32(), **{name: value.arrow for name, value in filled.values.items()}}
                )
                path = folder / f"{what}-{number}-{place}.parquet"
                self.records.append((what, rule, filled, StagingFile(path, schema, private=what == "identity")))
        self.ledger = StagingFile(folder / f"rows-{number}.parquet", LEDGER)

    def reader(self, dates: tuple[str, ...] | None) -> TimeReader:
        """The reader of times for these formats (None: the table's own), shared by the columns that use them."""
        formats = dates or self.table.dates
        if formats not in self.readers:
            earliest, latest = self.limits
            midnight = self.table.midnight != "minute"
            self.readers[formats] = TimeReader(formats, self.source.zone, midnight_is_day=midnight, earliest=earliest, latest=latest)
        return self.readers[formats]

    def close(self) -> None:
        """Finish the staging files."""
        for writer in (*(writer for *_, writer in self.events), *(writer for *_, writer in self.records), self.ledger):
            writer.close()

    def take(self, batch: Batch, file: str, file_no: int) -> None:
        """Make what one batch of rows of a file makes."""
        rows = self._clean(batch, file, file_no)
        versions = self._versions(rows)
        taken = bytearray(len(rows.numbers))
        timeless = bytearray(len(rows.numbers))
        selected = [self._selected(rows, event.when) for event, _, _ in self.events]
        moments = self._moments_by_columns(rows, selected)
        event_places: list[list[int]] = []
        for (event, _, _), places in zip(self.events, selected, strict=True):
            kept = places
            if event.blank_time == "skip":
                cells = rows.joined(event.at)
                kept = [place for place in places if cells[place] is not None]
                for place in places:
                    timeless[place] = 1
            for place in kept:
                taken[place] = 1
            event_places.append(kept)
        record_places = [self._selected(rows, rule.when) for _, rule, _, _ in self.records]
        for places in record_places:
            for place in places:
                taken[place] = 1
        aside = self._untaken(rows, taken, timeless)
        self.refused_keys.update(key for place in rows.bad if (key := rows.keys[place]) is not None)
        for place, reasons in rows.bad.items():
            self.heard.refused.extend(Listed(file, rows.numbers[place], *reason) for reason in reasons)
        out = rows.bad.keys() | aside
        self._write_ledger(rows, batch.whole, versions, out)
        for (event, filled, writer), places in zip(self.events, event_places, strict=True):
            kept = [place for place in places if place not in out] if out else places
            if kept:
                self._write_event(rows, event, filled, writer, kept, moments[event.at])
        for (_, _, filled, writer), places in zip(self.records, record_places, strict=True):
            kept = [place for place in places if place not in out] if out else places
            if kept:
                self._write_record(rows, filled, writer, kept)
        for reader in self.readers.values():
            reader.trim()

    def _clean(self, batch: Batch, file: str, file_no: int) -> RowsUnderWay:
        columns = {name: clean(cells, self.table.blank) for name, cells in batch.columns.items()}
        for name, cells in columns.items():
            blank, zero = cells.count(None), cells.count("0")
            counts = self.heard.filled.setdefault((file, name), [0, 0, 0])
            for place, more in enumerate((len(cells) - blank, blank, zero)):
                counts[place] += more
        if self.table.key:
            keys: list[str | None] = [text_of(cell) for cell in columns[self.table.key[0]]]
            for name in self.table.key[1:]:
                keys = [
                    None if a is None and b is None else f"{a or ''}|{text_of(b) or ''}" for a, b in zip(keys, columns[name], strict=True)
                ]
        else:
            keys = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in batch.whole]
        rows = RowsUnderWay(file, file_no, batch.numbers, columns, keys)
        for place, key in enumerate(keys) if None in keys else ():
            if key is None:
                rows.refuse(place, " + ".join(self.table.key), "", "is blank, so the row cannot be told from others")
        if FORMULA in "\x1f" + "\x1f".join(batch.whole):
            self._note_formulas(rows)
        return rows

    def _note_formulas(self, rows: RowsUnderWay) -> None:
        for name, cells in rows.columns.items():
            for place, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("="):
                    shown = self.shown(name, cell) or ""
                    self.heard.doubtful.append(
                        Listed(rows.file, rows.numbers[place], name, shown, "begins with = as a formula does; it is kept as text")
                    )

    def _versions(self, rows: RowsUnderWay) -> list[int | None]:
        if self.table.version is None:
            return [None] * len(rows.numbers)
        found: list[int | None] = []
        for place, cell in enumerate(rows.columns[self.table.version]):
            text = text_of(cell)
            moment = self.times[at] if (at := written(cell)) is not None else None
            number = (
                int(text) if text is not None and text.isdecimal() and len(text) < 18 else moment.at if isinstance(moment, Moment) else None
            )
            if number is None:
                rows.refuse(
                    place, self.table.version, text or "", "is neither a whole number nor a time, so the newest version cannot be told"
                )
            found.append(number)
        return found

    def _selected(self, rows: RowsUnderWay, when: Iterable[Condition]) -> list[int]:
        places = list(range(len(rows.numbers)))
        for condition in when:
            texts = rows.texts(condition.column)
            if condition.among is not None:
                places = [place for place in places if texts[place] in condition.among]
            if condition.not_among is not None:
                places = [place for place in places if texts[place] not in condition.not_among]
            if condition.not_blank:
                places = [place for place in places if texts[place] is not None]
        return places

    def _moments_by_columns(self, rows: RowsUnderWay, selected: Sequence[Sequence[int]]) -> dict[tuple[str, ...], list[Moment | None]]:
        """The times of the rows that some event takes, read once for each time column. A row whose time is impossible is refused."""
        among: dict[tuple[str, ...], set[int]] = {}
        for (event, _, _), places in zip(self.events, selected, strict=True):
            among.setdefault(event.at, set()).update(places)
        return {columns: self._moments(rows, columns, sorted(places)) for columns, places in among.items()}

    def _moments(self, rows: RowsUnderWay, columns: Sequence[str], among: Sequence[int]) -> list[Moment | None]:
        cells = rows.joined(columns)
        found: list[Moment | None] = [None] * len(cells)
        for place in among:
            cell = written(cells[place])
            if cell is None:
                continue
            moment = self.times[cell]
            if isinstance(moment, Moment):
                found[place] = moment
            else:
                rows.refuse(place, " + ".join(columns), text_of(cell) or "", moment.reason)
        return found

    def _untaken(self, rows: RowsUnderWay, taken: bytearray, timeless: bytearray) -> set[int]:
        """Rows that make nothing: set aside when the mapping says so, otherwise refused."""
        aside: set[int] = set()
        if all(taken):
            return aside
        deciding = list(dict.fromkeys(condition.column for event in self.table.events for condition in event.when))
        for place in range(len(rows.numbers)):
            if taken[place] or place in rows.bad:
                continue
            if any(rows.texts(name)[place] in values or "*" in values for name, values in self.table.set_aside.items()):
                aside.add(place)
                continue
            if timeless[place]:
                columns = ", ".join(dict.fromkeys(name for event in self.table.events for name in event.at))
                rows.refuse(place, columns, "", "no time is given, so the row makes no event")
                continue
            values = [(name, self.shown(name, rows.texts(name)[place])) for name in deciding]
            shown = ", ".join(f"{name} = {value if value is not None else 'blank'}" for name, value in values)
            rows.refuse(
                place,
                deciding[0] if deciding else "",
                values[0][1] or "" if values else "",
                f"no event of the mapping takes a row with {shown}; list it under set_aside if it should make none",
            )
            if values and values[0][1] is not None and values[0][0] not in self.private:
                self.heard.code(rows.file, values[0][0], values[0][1], False, rows.numbers[place])
        self.heard.set_aside[rows.file] = self.heard.set_aside.get(rows.file, 0) + len(aside)
        return aside

    def _write_ledger(self, rows: RowsUnderWay, whole: Sequence[str], versions: Sequence[int | None], out: set[int]) -> None:
        places = [place for place in range(len(rows.numbers)) if place not in out] if out else range(len(rows.numbers))
        if places:
            self.ledger.write(
                {
                    "file_no": [rows.file_no] * len(places),
                    "row_no": [rows.numbers[place] for place in places],
                    "row_key": [rows.keys[place] for place in places],
                    "contents": [hash(whole[place]) for place in places],
                    "version": [versions[place] for place in places],
                }
            )

    def _write_event(
        self, rows: RowsUnderWay, event: EventRule, filled: Filled, writer: StagingFile, places: list[int], moments: list[Moment | None]
    ) -> None:
        children: list[str | None] = []
        if event.split_child:
            places, children = self._split(rows, event, places)
        found = [moments[place] for place in places]
        texts = gather(rows.joined(event.at), places)
        self.doubts(rows, places, event.at, found, self.times, own=True)
        head = f"{self.source.name}:"
        ids = [f"{head}{rows.keys[place]}:{event.name}" for place in places]
        if event.split_child:
            ids = [f"{text}:{child}" if child is not None else text for text, child in zip(ids, children, strict=True)]
        self.heard.hear(max((moment.at for moment in found if moment is not None and moment.at <= self.limits[1]), default=None))
        columns: dict[str, object] = {
            "file_no": [rows.file_no] * len(places),
            "row_no": [rows.numbers[place] for place in places],
            "row_key": [rows.keys[place] for place in places],
            "event_name": [event.name] * len(places),
            "event_id": ids,
            "kind": [event.kind] * len(places),
            "occurred_at": [None if moment is None else moment.at * 1_000_000 for moment in found],
            "occurred_to": [None if moment is None else moment.to * 1_000_000 for moment in found],
            "occurred_on": [None if moment is None else moment.on for moment in found],
            "precision": ["unknown" if moment is None else moment.precision for moment in found],
            "occurred_text": [text_of(cell) for cell in texts],
            "source_ref": [f"{rows.file}#{rows.numbers[place]}" for place in places],
        }
        if event.split_child:
            columns["child_ref"] = children
        columns |= filled.columns(rows, places, [None if moment is None else moment.on for moment in found])
        writer.write(columns)

    def _split(self, rows: RowsUnderWay, event: EventRule, places: Sequence[int]) -> tuple[list[int], list[str | None]]:
        """One place for each child that a row names, each child once; a row that names none keeps one place."""
        cells = rows.joined(event.envelope["child_ref"].columns)
        out: list[int] = []
        children: list[str | None] = []
        for place in places:
            cell = cells[place]
            parts = cell if isinstance(cell, tuple) else (text_of(cell) or "").split(event.split_child)
            named: list[str | None] = list(dict.fromkeys(part.strip() for part in parts if part.strip() not in self.table.blank))
            named = named or [None]
            out.extend([place] * len(named))
            children.extend(named)
        return out, children

    def _write_record(self, rows: RowsUnderWay, filled: Filled, writer: StagingFile, places: list[int]) -> None:
        days: list[int | None] = [None] * len(places)
        writer.write(
            {
                "file_no": [rows.file_no] * len(places),
                "row_no": [rows.numbers[place] for place in places],
                **filled.columns(rows, places, days),
            }
        )

    def unusable(self, rows: RowsUnderWay, row: int, column: str, found: Unusable) -> None:
        """Report a value that could not be used."""
        for one in (found, *found.others):
            if one.kind == "value":
                self.heard.problems.append(Listed(rows.file, row, column, one.text, one.reason))
            else:
                self.heard.code(rows.file, column, one.text, one.kind == "listed", row)

    def unusable_privately(self, rows: RowsUnderWay, row: int, column: str, found: Unusable) -> None:
        """Report that a value of an identity could not be used, without the value. A code that the mapping itself calls unmapped is no fault."""
        if found.kind == "listed":
            return
        reason = (
            "has no code of ours in the mapping"
            if found.kind in ("listed", "unlisted")
            else "cannot be read as what the mapping says it is"
        )
        self.heard.problems.append(Listed(rows.file, row, column, NOT_SHOWN, f"{reason}; it is left blank"))

    def shown(self, column: str, value: str | None) -> str | None:
        """A value as a report shows it."""
        return NOT_SHOWN if value is not None and column in self.private else value

    def doubts(
        self,
        rows: RowsUnderWay,
        places: Sequence[int],
        columns: Sequence[str],
        found: Sequence[Moment | Unreadable | None],
        reader: TimeReader,
        *,
        own: bool,
    ) -> None:
        """Report times that can be used but may not be what was meant. `own`: when it happened or was recorded, not one of its fields."""
        if not reader.seen_doubts:
            return
        column = " + ".join(columns)
        listed = LISTED if own else TWICE | SKIPPED
        counted: dict[int, list[int]] = {}
        for place, moment in zip(places, found, strict=True):
            if not isinstance(moment, Moment) or not moment.doubts:
                continue
            for bit, words in DOUBTS.items():
                if not moment.doubts & bit:
                    continue
                if bit & listed:
                    text = " ".join(text_of(rows.columns[name][place]) or "" for name in columns)
                    self.heard.doubtful.append(Listed(rows.file, rows.numbers[place], column, text, words))
                elif bit in (MIDNIGHT, SHORT_YEAR):
                    counted.setdefault(bit, []).append(place)
        for bit, which in counted.items():
            value = " ".join(text_of(rows.columns[name][which[0]]) or "" for name in columns)
            self.heard.count(rows.file, column, DOUBTS[bit], [rows.numbers[place] for place in which], value)
