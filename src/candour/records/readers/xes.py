"""Reads event logs in XES (IEEE 1849), plain or gzipped: one row an event, with the attributes of its case beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from candour.records.readers.guarded import GuardedBytes
from candour.records.readers.rows import BATCH_ROWS, SEPARATOR, Batch, Cell, Facts, RowsWanted, check_columns
from candour.records.refusals import InputRefused

CASE = "case:"
INDEX = "event:index"
"""A column made here: the place of the event in its case, counted from 1, because XES events have no id of their own."""
_VALUES = ("string", "date", "int", "float", "boolean", "id")


class XesRows:
    """The events of one log. Columns: `case:<key>` for attributes of the case, `<key>` for those of the event, and INDEX."""

    def __init__(self, path: Path, wanted: RowsWanted) -> None:
        self.path = path
        self.wanted = wanted
        self.columns: list[str] = []
        self.facts = Facts("xes", encoding="utf-8")

    def batches(self) -> Iterator[Batch]:
        """The events in order of the file, in batches; a row's number is its place in the file."""
        seen: dict[str, None] = {}
        rows: list[dict[str, str]] = []
        start = 1
        for row in self._events():
            rows.append(row)
            seen.update(dict.fromkeys(row))
            if len(rows) >= BATCH_ROWS:
                yield self._batch(start, rows, seen)
                start += len(rows)
                rows = []
        self.columns = list(seen)
        self.facts.rows_in = start - 1 + len(rows)
        if not self.facts.rows_in:
            raise InputRefused(f"{self.wanted.shown}: holds no events. Export it again.")
        check_columns(self.wanted.shown, self.columns, self.wanted.columns)
        if rows:
            yield self._batch(start, rows, seen)

    def _events(self) -> Iterator[dict[str, str]]:
        source = GuardedBytes(self.path, self.wanted.shown)
        last = 0
        try:
            found = etree.iterparse(source, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            events: list[dict[str, str]] = []
            for _, element in found:
                name = etree.QName(element).localname if isinstance(element.tag, str) else ""
                if name == "event":
                    events.append(self._attributes(element))
                    element.clear()
                elif name == "trace":
                    case = {CASE + key: value for key, value in self._attributes(element).items()}
                    for place, event in enumerate(events, start=1):
                        last += 1
                        yield {**event, **case, INDEX: str(place)}
                    events = []
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise InputRefused(f"{self.wanted.shown}: is not whole XML after event {last} ({error}). Export it again.") from error
        finally:
            source.close()

    def _attributes(self, element: etree._Element) -> dict[str, str]:
        found = {}
        for child in element:
            if isinstance(child.tag, str) and etree.QName(child).localname in _VALUES:
                key, value = child.get("key"), child.get("value")
                if key is not None and value is not None:
                    found[str(key)] = str(value)
        return found

    def _batch(self, start: int, rows: list[dict[str, str]], seen: dict[str, None]) -> Batch:
        names = self.wanted.columns or tuple(seen)
        cells: dict[str, list[Cell]] = {name: [row.get(name) for row in rows] for name in names}
        whole = [SEPARATOR.join(f"{key}={value}" for key, value in sorted(row.items())) for row in rows]
        return Batch(range(start, start + len(rows)), dict(cells), whole)
