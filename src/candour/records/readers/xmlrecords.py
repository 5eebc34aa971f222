"""Reads records from XML: one row for each element at a path, with columns from below it, from around it and from the top of the file.

The largest element that the rows and their columns need together is held, and forgotten before the next: a file of any length is read in
bounded memory. Names are compared without their namespace, and attributes are not read.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from lxml import etree

from candour.records.readers.guarded import GuardedBytes, no_document_type
from candour.records.readers.rows import BATCH_ROWS, SEPARATOR, BadRow, Batch, Cell, Facts, RowsWanted
from candour.records.readers.xmlpaths import MOST_STEPS, column_path, why_not_column, why_not_rows
from candour.records.refusals import InputRefused

LARGEST_RECORD = 10_000_000
"""No record may be longer than this many bytes, as no line of text may: nothing that is held of one child is. A local default."""
MOST_PATHS = 1_000
"""A file with more different paths of elements than this holds no records that repeat: no draft is made from it. A local default."""

Row = tuple[int, dict[str, Cell], str, str]
"""A row's line, its columns, the whole of it as one text, and why it cannot be used (empty where it can)."""


class XmlRows:
    """The rows of one file. A column is text; a list where several elements stand at its path; None where none does or it is empty.

    Where no columns are wanted (for a draft), every value below the row is one, by its path.
    """

    def __init__(self, path: Path, wanted: RowsWanted) -> None:
        self.path, self.wanted = path, wanted
        if wanted.rows is None:
            raise InputRefused(
                f"{wanted.shown}: say which elements are the rows with rows = in its [[table]], such as Message/Children/Child."
            )
        problems = [why_not_rows(wanted.rows), *(why_not_column(column, wanted.rows) for column in wanted.columns)]
        problem = next(filter(None, problems), "")
        if problem:
            raise InputRefused(f"{wanted.shown}: {problem}.")
        self.steps = tuple(wanted.rows.split("/"))
        self.paths = {column: column_path(column) for column in wanted.columns}
        self.tops = {path.down: column for column, path in self.paths.items() if path.top}
        self.record_depth = len(self.steps) - max((path.up for path in self.paths.values()), default=0)
        self.columns = list(wanted.columns)
        self.lines = array("q")
        self.facts = Facts("xml", lines=self.lines)

    def batches(self) -> Iterator[Batch]:
        """The rows in order of the file, in batches; a row's number is its place among the rows of the file."""
        numbers: list[int] = []
        rows: list[dict[str, Cell]] = []
        whole: list[str] = []
        for line, cells, text, problem in self._rows():
            self.lines.append(line)
            number = self.facts.rows_in = self.facts.rows_in + 1
            if problem:
                self.facts.bad.append(BadRow(number, "", "", problem))
                continue
            numbers.append(number)
            rows.append(cells)
            whole.append(text)
            if len(rows) >= BATCH_ROWS:
                yield self._batch(numbers, rows, whole)
                numbers, rows, whole = [], [], []
        if rows:
            yield self._batch(numbers, rows, whole)

    def _batch(self, numbers: list[int], rows: list[dict[str, Cell]], whole: list[str]) -> Batch:
        names = self.wanted.columns or tuple(dict.fromkeys(name for row in rows for name in row))
        self.columns = list(names)
        return Batch(numbers, {name: [row.get(name) for row in rows] for name in names}, whole)

    def _rows(self) -> Iterator[Row]:
        source = GuardedBytes(self.path, self.wanted.shown)
        try:
            yield from self._parsed(source)
        except etree.XMLSyntaxError as error:
            raise InputRefused(
                f"{self.wanted.shown}: is not whole XML after row {len(self.lines)} ({error}). It may be cut short, or not be written in the "
                "encoding that it says (UTF-8 where it says none). Export it again."
            ) from error
        finally:
            source.close()

    def _parsed(self, source: GuardedBytes) -> Iterator[Row]:
        names: list[str] = []
        top: dict[str, Cell] = {}
        began: int | None = None
        met = False
        for event, element in _events(source, self.wanted.encoding):
            if event == "start":
                names.append(etree.QName(element).localname)
                if len(names) == 1:
                    self._check_root(element, names[0])
                if len(names) > MOST_STEPS:
                    raise InputRefused(
                        f"{self.wanted.shown}: goes more than {MOST_STEPS} elements deep, which no record does. Line {element.sourceline}."
                    )
                if len(names) == self.record_depth and tuple(names) == self.steps[: self.record_depth]:
                    began, met = source.read_so_far, True
                if began is not None and source.read_so_far - began > LARGEST_RECORD:
                    raise InputRefused(
                        f"{self.wanted.shown}: the {self.steps[self.record_depth - 1]} that ends after line {element.sourceline} is longer than "
                        f"{LARGEST_RECORD // 1_000_000} MB. Check how the file was exported."
                    )
                continue
            here = tuple(names)
            names.pop()
            if began is not None and len(here) > self.record_depth:
                continue
            if began is not None:
                yield from self._of_record(element, top)
                began = None
            elif here in self.tops:
                self._note_top(self.tops[here], _text(element), top)
            _forget(element)
        if not met:
            path = "/".join(self.steps[: self.record_depth])
            raise InputRefused(
                f"{self.wanted.shown}: holds no {path}. Check that this is the right file, and the path of rows in the mapping."
            )

    def _check_root(self, element: etree._Element, name: str) -> None:
        about = element.getroottree().docinfo
        if about.internalDTD is not None or about.doctype:
            raise no_document_type(self.wanted.shown)
        self.facts.encoding = (about.encoding or "utf-8").lower()
        if name != self.steps[0]:
            raise InputRefused(f"{self.wanted.shown}: is a {name[:60]!r} and not a {self.steps[0]!r}. Check that this is the right file.")

    def _note_top(self, column: str, value: str | None, top: dict[str, Cell]) -> None:
        if top.setdefault(column, value) != value:
            raise InputRefused(f"{self.wanted.shown}: says {column} more than once, and not the same. Mend the file.")

    def _of_record(self, record: etree._Element, top: dict[str, Cell]) -> Iterator[Row]:
        """The rows in a record; the record itself where nothing around a row is needed."""
        for element in _below(record, self.steps[self.record_depth :]):
            around = [element, *element.iterancestors()]
            cells = dict(top)
            doubts: list[tuple[str, str, str]] = []
            for column, path in self.paths.items():
                if not path.top:
                    cells[column] = self._cell(around[path.up], column, path.down, doubts)
            if not self.paths:
                cells = _flat(element)
            several = next((name for name in self.wanted.key if isinstance(cells.get(name), list)), None)
            problem = f"has more than one {several}, which is to name the row" if several else ""
            self._doubt(element, doubts)
            outer = [f"{column}={value}" for column, value in cells.items() if column.startswith(("/", ".."))]
            inner = [f"{name}={value}" for name, value in _flat(element).items()]
            yield _line(element), cells, SEPARATOR.join([*outer, *inner]), problem

    def _cell(self, start: etree._Element, column: str, down: tuple[str, ...], doubts: list[tuple[str, str, str]]) -> Cell:
        values: list[str] = []
        for element in _below(start, down):
            if any(isinstance(child.tag, str) for child in element):
                doubts.append((column, "", "holds elements where a value belongs; they are not read"))
            elif (text := _text(element)) is not None:
                values.append(text)
        return values[0] if len(values) == 1 else values or None

    def _doubt(self, row: etree._Element, doubts: list[tuple[str, str, str]]) -> None:
        """List what of a row is not read: elements in place of a value, and text beside elements."""
        for element in row.iter():
            if len(element) and (stray := _beside(element)):
                doubts.append((etree.QName(element).localname, stray[:40], "is text beside elements; it is not read"))
        self.facts.doubtful.extend(BadRow(len(self.lines) + 1, *doubt) for doubt in doubts)


def _events(source: GuardedBytes, encoding: str | None) -> Iterator[tuple[str, etree._Element]]:
    found: Iterator[tuple[str, etree._Element]] = etree.iterparse(
        source, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding=encoding,
    )  # fmt: skip
    return found


def _line(element: etree._Element) -> int:
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def row_paths(path: Path) -> list[str | None]:
    """Paths of elements that repeat inside the same element and hold others, in order of the file, for a draft; one None where the file cannot be read."""
    names: list[str] = []
    inside: list[Counter[str]] = [Counter()]
    seen: dict[tuple[str, ...], None] = {}
    holding: set[tuple[str, ...]] = set()
    repeated: set[tuple[str, ...]] = set()
    try:
        source = GuardedBytes(path, path.name)
        with closing(source):
            for event, element in _events(source, None):
                if event == "start":
                    names.append(etree.QName(element).localname)
                    if len(names) > MOST_STEPS or len(seen) > MOST_PATHS:
                        return [None]
                    seen[tuple(names)] = None
                    holding.add(tuple(names[:-1]))
                    inside[-1][names[-1]] += 1
                    if inside[-1][names[-1]] > 1:
                        repeated.add(tuple(names))
                    inside.append(Counter())
                else:
                    names.pop()
                    inside.pop()
                    _forget(element)
    except (InputRefused, etree.XMLSyntaxError):
        return [None]
    return ["/".join(one) for one in seen if one in holding and one in repeated] or [None]


def _below(start: etree._Element, steps: tuple[str, ...]) -> list[etree._Element]:
    """The elements that the steps lead to, in order of the file."""
    found = [start]
    for step in steps:
        found = [child for element in found for child in element if isinstance(child.tag, str) and etree.QName(child).localname == step]
    return found


def _text(element: etree._Element) -> str | None:
    return (element.text or "").strip() or None


def _beside(element: etree._Element) -> str:
    parts = [element.text, *(child.tail for child in element)]
    return " ".join(text for part in parts if part and (text := part.strip()))


def _flat(element: etree._Element) -> dict[str, Cell]:
    """Every value below an element by its path; a list where several stand at one path."""
    found: dict[str, list[str | None]] = {}
    _gather(element, "", found)
    return {path: _one_or_several(values) for path, values in found.items()}


def _gather(element: etree._Element, before: str, found: dict[str, list[str | None]]) -> None:
    for child in element:
        name = f"{before}{etree.QName(child).localname}"
        if len(child):
            _gather(child, f"{name}/", found)
        else:
            found.setdefault(name, []).append(_text(child))


def _one_or_several(values: list[str | None]) -> Cell:
    there = [value for value in values if value is not None]
    return there if len(there) > 1 else there[0] if there else None


def _forget(element: etree._Element) -> None:
    """Let go of an element that ended and of those before it, so that memory does not grow with the file."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
