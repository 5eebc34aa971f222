"""Reads text tables (CSV and its kin) row by row, in any common encoding and delimiter, without ever holding the whole file."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from candour.records.readers.rows import BATCH_ROWS, LONGEST_LINE, SEPARATOR, BadRow, Batch, Facts, RowsWanted, check_columns
from candour.records.refusals import InputRefused

DELIMITERS = (",", ";", "\t", "|")
CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def chunks_of_lines(path: Path, shown: str, longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """Bytes of a file in pieces that end at a line end. Refuses a line longer than `longest` bytes without holding it."""
    kept = b""
    lines = 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            end = piece.rfind(b"\n") + 1
            if end == 0:
                kept += piece
                if len(kept) > longest:
                    raise InputRefused(
                        f"{shown}: line {lines + 1} is longer than {longest // 1_000_000} MB. Check how the file was exported."
                    )
                continue
            whole, kept = kept + piece[:end], piece[end:]
            lines += whole.count(b"\n")
            if len(whole) > longest and max(map(len, whole.split(b"\n"))) > longest:
                raise InputRefused(
                    f"{shown}: a line before line {lines} is longer than {longest // 1_000_000} MB. Check how the file was exported."
                )
            yield whole
    if kept:
        yield kept


def marked_encoding(path: Path) -> str | None:
    """The encoding that the first bytes of a file declare, if they do."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in _MARKS if start.startswith(mark)), None)


class TextLines:
    """The lines of a file as text. Lines that are not UTF-8 are read as Windows-1252 unless the mapping names an encoding."""

    def __init__(self, path: Path, shown: str, encoding: str | None) -> None:
        self.path = path
        self.shown = shown
        self.declared = encoding
        self.marked = marked_encoding(path)
        self.saw_utf8 = False
        self.saw_other = False
        self.as_other: list[int] = []
        """Marks, since last emptied, that a line was read as Windows-1252."""
        self.undecoded: list[str] = []
        """Reasons, since last emptied, why a line could not be read at all."""

    @property
    def encoding(self) -> str:
        """The encoding as found, for the report."""
        if self.marked or self.declared:
            return self.marked or self.declared or ""
        if self.saw_other:
            return "mixed utf-8 and cp1252" if self.saw_utf8 else "cp1252"
        return "utf-8"

    def __iter__(self) -> Iterator[str]:
        if (self.marked or self.declared or "").lower().replace("_", "-").startswith("utf-16"):
            yield from self._wide()
            return
        encoding = "utf-8" if self.marked == "utf-8-sig" else self.declared or "utf-8"
        for number, chunk in enumerate(chunks_of_lines(self.path, self.shown)):
            if number == 0 and chunk.startswith(codecs.BOM_UTF8):
                chunk = chunk[len(codecs.BOM_UTF8) :]
            if b"\x00" in chunk:
                raise InputRefused(f"{self.shown}: holds NUL bytes, so it is not plain text. Check the encoding, or export it again.")
            try:
                text = chunk.decode(encoding)
            except UnicodeDecodeError:
                yield from self._by_line(chunk, encoding)
                continue
            self.saw_utf8 = self.saw_utf8 or not chunk.isascii()
            yield from io.StringIO(text, newline="")

    def _by_line(self, chunk: bytes, encoding: str) -> Iterator[str]:
        for line in chunk.splitlines(keepends=True):
            try:
                text = line.decode(encoding)
                self.saw_utf8 = self.saw_utf8 or not line.isascii()
            except UnicodeDecodeError as error:
                text = self._other(line, error)
            yield text

    def _other(self, line: bytes, error: UnicodeDecodeError) -> str:
        try:
            if self.declared or self.marked:
                raise error
            text = line.decode("cp1252")
        except UnicodeDecodeError as problem:
            byte = problem.object[problem.start]
            self.undecoded.append(f"holds the byte {byte:#04x}, which is not {problem.encoding}")
            return line.decode("ascii", errors="replace")
        self.saw_other = True
        self.as_other.append(1)
        return text

    def _wide(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.marked or self.declared or "utf-16")()
        kept = ""
        with self.path.open("rb") as file:
            while piece := file.read(CHUNK):
                try:
                    kept += decoder.decode(piece, final=len(piece) < CHUNK and not file.peek(1))
                except UnicodeDecodeError as error:
                    raise InputRefused(
                        f"{self.shown}: is not whole UTF-16 text ({error.reason}). The file may be cut short; export it again."
                    ) from error
                end = kept.rfind("\n") + 1
                if end == 0 and len(kept) > LONGEST_LINE:
                    raise InputRefused(
                        f"{self.shown}: a line is longer than {LONGEST_LINE // 1_000_000} MB. Check how the file was exported."
                    )
                yield from io.StringIO(kept[:end], newline="")
                kept = kept[end:]
        if kept:
            yield kept


class DelimitedRows:
    """The rows of one delimited text file. A quote that never closes in the middle of the file refuses the file."""

    def __init__(self, path: Path, wanted: RowsWanted) -> None:
        self.wanted = wanted
        self.lines = TextLines(path, wanted.shown, wanted.encoding)
        self.delimiter = wanted.delimiter or self._detect()
        csv.field_size_limit(LONGEST_LINE)
        self.reader = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
        self.columns = self._heading()
        hint = ""
        other = next((mark for mark in DELIMITERS if mark != self.delimiter and len(self.columns) == 1 and mark in self.columns[0]), None)
        if other is not None:
            hint = f" The columns seem to be divided by {other!r}, not by {self.delimiter!r}."
        check_columns(wanted.shown, self.columns, wanted.columns, hint)
        self.facts = Facts("csv", delimiter=self.delimiter)

    def _heading(self) -> list[str]:
        try:
            heading = next(row for number, row in enumerate(self.reader, start=1) if number >= self.wanted.heading and row)
        except StopIteration:
            raise InputRefused(f"{self.wanted.shown}: has no heading line with column names. Export it again.") from None
        except csv.Error as error:
            raise InputRefused(f"{self.wanted.shown}: the heading cannot be read ({error}).") from error
        self.lines.as_other.clear()
        return [name.strip() for name in heading]

    def _detect(self) -> str:
        first = ""
        for number, line in enumerate(TextLines(self.lines.path, self.wanted.shown, self.wanted.encoding), start=1):
            first = line
            if number >= self.wanted.heading:
                break

        def columns(delimiter: str) -> tuple[int, int]:
            found = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
            return sum(name in found for name in self.wanted.columns), len(found)

        return max(DELIMITERS, key=columns)

    def batches(self) -> Iterator[Batch]:
        """The rows in order, in batches."""
        width = len(self.columns)
        facts, lines = self.facts, self.lines
        number = 0
        mixed: list[int] = []
        more = True
        while more:
            rows: list[list[str]] = []
            start = number + 1
            skipped: list[int] = []
            more = False
            line_before = self.reader.line_num
            try:
                for row in self.reader:
                    number += 1
                    if lines.as_other:
                        lines.as_other.clear()
                        mixed.append(number)
                    if len(row) != width or lines.undecoded:
                        skipped.append(number)
                        self._refuse(number, row)
                    else:
                        rows.append(row)
                    line_before = self.reader.line_num
                    if len(rows) >= BATCH_ROWS:
                        more = True
                        break
            except csv.Error as error:
                number += 1
                skipped.append(number)
                self._broken(number, line_before, error)
                more = True
            if rows:
                yield self._batch(start, number, set(skipped), rows)
        facts.encoding = lines.encoding
        facts.rows_in = number - self._blank_lines
        if lines.saw_other and lines.saw_utf8 and not (lines.declared or lines.marked):
            reason = "this row is not UTF-8 as others of the file are; it is read as Windows-1252"
            facts.doubtful.extend(BadRow(row, "", "", reason) for row in mixed)

    _blank_lines = 0

    def _refuse(self, number: int, row: list[str]) -> None:
        if not row:
            self._blank_lines += 1
            return
        if self.lines.undecoded:
            reason = self.lines.undecoded[0]
            self.lines.undecoded.clear()
        else:
            short = " The file may be cut short here." if len(row) < len(self.columns) else ""
            reason = f"has {len(row)} cells where the heading has {len(self.columns)}.{short}"
        self.facts.bad.append(BadRow(number, self.columns[0], row[0][:80], reason))

    def _broken(self, number: int, line_before: int, error: csv.Error) -> None:
        hidden = self.reader.line_num - line_before
        if "limit" in str(error):
            raise InputRefused(
                f"{self.wanted.shown}: row {number} has a value longer than {LONGEST_LINE // 1_000_000} MB. A quote may never be closed."
            )
        if "end of data" in str(error):
            if hidden > 1:
                where = f"{self.wanted.shown}: row {number} (line {line_before + 1})"
                raise InputRefused(
                    f"{where} opens a quote that is never closed, so {hidden - 1} lines after it cannot be told apart. Mend the quote, or export it again."
                )
            reason = "opens a quote that is never closed. The file may be cut short here."
        else:
            reason = f"has quotes that do not match ({error})"
        self.facts.bad.append(BadRow(number, "", "", reason))

    def _batch(self, start: int, end: int, skipped: set[int], rows: list[list[str]]) -> Batch:
        numbers = [number for number in range(start, end + 1) if number not in skipped] if skipped else range(start, end + 1)
        cells = list(zip(*rows, strict=True))
        places = {name: place for place, name in enumerate(self.columns)}
        wanted = self.wanted.columns or self.columns
        return Batch(numbers, {name: cells[places[name]] for name in wanted}, [SEPARATOR.join(row) for row in rows])
