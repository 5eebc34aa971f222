"""Reads the single values of a mapping's TOML: texts, lists, moments, time zones, formats and code tables; or refuses them with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from candour.records.mapping import CodeTable
from candour.records.refusals import InputRefused
from candour.records.times import check_format, parse_moment


class MappingValues:
    """The values of one mapping file. `at` says where in the file a value stands."""

    def __init__(self, file: str) -> None:
        self.file = file

    def refuse(self, key: str, problem: str) -> NoReturn:
        """Refuse the mapping: what stands at `key` is wrong in this way. Raises InputRefused, as do all below."""
        raise InputRefused(f"{self.file}: [{key}] {problem}")

    def known(self, at: str, raw: Mapping[str, object], keys: set[str]) -> None:
        """Refuse a table that has other keys than these."""
        unknown = sorted(set(raw) - keys)
        if unknown:
            self.refuse(at, f"does not know {unknown[0]!r}; it can have {', '.join(sorted(keys))}.")

    def table(self, parent: Mapping[str, object], key: str, at: str) -> dict[str, object]:
        """A table; empty where there is none."""
        value = parent.get(key, {})
        if not isinstance(value, dict):
            self.refuse(at, f"{key} must be a table; it is {value!r}.")
        return value

    def tables(self, parent: Mapping[str, object], key: str, at: str) -> list[dict[str, object]]:
        """A list of tables; one table alone is a list of one."""
        value = parent.get(key, [])
        rows = [value] if isinstance(value, dict) else value
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.refuse(at, f"{key} must be a list of tables; it is {value!r}.")
        return rows

    def text(self, raw: Mapping[str, object], key: str, at: str, among: Sequence[str] | None = None) -> str | None:
        """A text that is not empty, of those in `among` where given; None where there is none."""
        value = raw.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or value == "":
            self.refuse(at, f"{key} must be a text; it is {value!r}.")
        if among is not None and value not in among:
            self.refuse(at, f"{key} = {value!r} is not one of {', '.join(among)}.")
        return value

    def needed(self, raw: Mapping[str, object], key: str, at: str) -> str:
        """A text that must be there."""
        value = self.text(raw, key, at)
        if value is None:
            self.refuse(at, f"needs {key} = a text.")
        return value

    def texts(self, raw: Mapping[str, object], key: str, at: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = raw.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            self.refuse(at, f"{key} must be a list of texts; it is {value!r}.")
        return tuple(listed)

    def moment(self, raw: Mapping[str, object], key: str, at: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
        """A moment as it is stored (UTC without zone), local to `zone` without an offset; of a date its first second, with `end` its last."""
        value = raw.get(key)
        if isinstance(value, (datetime, date, time)):
            value = value.isoformat()
        if not isinstance(value, str):
            self.refuse(at, f"needs {key} = a date such as 2026-03-01; it has {value!r}.")
        try:
            return parse_moment(value, zone, end_of_day=end)
        except ValueError as error:
            self.refuse(at, f"{key}: {error}.")

    def code_table(self, name: str, raw: object) -> CodeTable:
        """A table of codes, whole or in dated editions."""
        at = f"codes.{name}"
        if not isinstance(raw, dict) or not raw:
            self.refuse(at, "must list source codes, each with a code or the word unmapped.")
        editions = raw.get("edition")
        if not isinstance(editions, list):
            return CodeTable(name, ((None, self.code_values(raw, at)),))
        self.known(at, raw, {"edition"})
        found: list[tuple[date | None, Mapping[str, str]]] = []
        for number, edition in enumerate(editions, start=1):
            place = f"{at}.edition {number}"
            if not isinstance(edition, dict):
                self.refuse(place, "must be a table with from and values.")
            self.known(place, edition, {"from", "values"})
            start = edition.get("from")
            if isinstance(start, str):
                try:
                    start = date.fromisoformat(start)
                except ValueError:
                    self.refuse(place, f"from = {start!r} is not a date such as 2026-03-01.")
            if start is not None and not isinstance(start, date):
                self.refuse(place, f"from = {start!r} is not a date such as 2026-03-01.")
            if found and (start is None or (found[-1][0] is not None and start <= found[-1][0])):
                self.refuse(place, "must begin after the edition before it: give each a later from.")
            found.append((start, self.code_values(self.table(edition, "values", place), place)))
        return CodeTable(name, tuple(found))

    def code_values(self, raw: Mapping[str, object], at: str) -> Mapping[str, str]:
        """The codes of a source, each with one of ours or the word unmapped."""
        for code, target in raw.items():
            if not isinstance(target, str) or not target:
                self.refuse(at, f"{code!r} must have a code of ours or the word unmapped; it has {target!r}.")
        return MappingProxyType({code.strip(): str(target) for code, target in raw.items()})

    def zone(self, name: str) -> ZoneInfo:
        """A time zone by its name."""
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            self.refuse("source", f"time_zone = {name!r} is not a time zone such as Europe/London.")

    def encoding(self, raw: Mapping[str, object], at: str) -> str | None:
        """An encoding that can be read; None where it is not said."""
        name = self.text(raw, "encoding", at)
        if name is not None:
            try:
                "".encode(name)
            except LookupError:
                self.refuse(at, f"encoding = {name!r} is not known; try utf-8, cp1252 or utf-16.")
        return name

    def dates(self, raw: Mapping[str, object], at: str) -> tuple[str, ...]:
        """Formats of times that can be read."""
        formats = self.texts(raw, "dates", at)
        for text in formats:
            problem = check_format(text)
            if problem:
                self.refuse(at, f"dates has {text!r}, which {problem}.")
        return formats
