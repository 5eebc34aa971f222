"""Reads the free texts of a chronology as they were known at a moment: one for each entry, however many children the entry is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from candour.prompts.definitions import Shown
from candour.records.quoting import quoted, text
from candour.records.vocabulary import Vocabulary

_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One free text of one entry. An entry about three children is one, with the first child by key; moments are UTC without zone.

    `quotes_others`: the record marks its text as another person's words. `eligible`: of how many entries of its unit it was drawn.
    """

    event_id: str
    event_kind: str
    case_ref: str | None
    child_ref: str | None
    children: int
    unit: str | None
    occurred_at: datetime | None
    source_system: str | None
    source_ref: str | None
    field: str
    text: str
    quotes_others: bool = False
    answered: bool = False
    length_alone: bool = False
    eligible: int = 1


@dataclass(frozen=True)
class Texts:
    """The events of a chronology known at one moment (None: everything) and not later than another."""

    events: Path
    vocabulary: Vocabulary
    as_of: datetime
    known_at: datetime | None

    def every(self, leave_out: Iterable[str] = ()) -> Iterator[Entry]:
        """Every free text of every kind, but for the fields left out, in the order of the chronology."""
        left = frozenset(leave_out)
        shown = [
            Shown(kind.name, fields)
            for kind in self.vocabulary.kinds.values()
            if (fields := tuple(one.name for one in kind.fields.values() if one.type == "text" and one.name not in left))
        ]
        yield from self._read(shown, None)

    def shown(self, shown: Sequence[Shown], each_unit: int | None = None) -> Iterator[Entry]:
        """The texts that a question shows, in the order of the chronology; `each_unit` draws so many of each unit, always the same ones."""
        yield from self._read(shown, each_unit)

    def _read(self, shown: Sequence[Shown], each_unit: int | None) -> Iterator[Entry]:
        asked = " union all ".join(self._select(one, field) for one in shown for field in one.fields)
        marks = self.vocabulary.payload()
        quotes = f"coalesce({quoted('quotes_others')}, false)" if "quotes_others" in marks else "false"
        drawn = (
            f"qualify row_number() over (partition by unit order by md5(event_id || field)) <= {int(each_unit)}"
            if each_unit is not None
            else ""
        )
        sql = f"""
            with known as (select *, {quotes} as quotes_said from read_parquet({text(str(self.events))}) where {self._known()}),
                 asked as ({asked}),
                 entries as (
                    select min(event_id) as event_id, arg_min(kind, position) as kind, min(case_ref) as case_ref, min(child_ref) as child_ref,
                           count(distinct child_ref) as children, min(unit) as unit, min(occurred_at) as occurred_at, source_system,
                           coalesce(source_ref, event_id) as row_ref, min(source_ref) as source_ref, arg_min(field, position) as field, words,
                           bool_or(quotes_said) as quotes_said, bool_or(answered) as answered, bool_and(length_alone) as length_alone,
                           min(position) as position
                    from asked group by source_system, row_ref, words)
            select event_id, kind, case_ref, child_ref, children, unit, occurred_at, source_system, source_ref, field, words, quotes_said,
                   answered, length_alone, count(*) over (partition by unit) as eligible
            from entries {drawn} order by position, field"""
        with duckdb.connect() as db:
            result = db.execute(sql)
            while rows := result.fetchmany(_BATCH):
                for row in rows:
                    yield Entry(*row)

    def _known(self) -> str:
        as_of = f"(occurred_at is null or occurred_at <= timestamp {text(self.as_of.isoformat(sep=' '))})"
        if self.known_at is None:
            return f"known_to is null and {as_of}"
        moment = f"timestamp {text(self.known_at.isoformat(sep=' '))}"
        return f"(known_from is null or known_from <= {moment}) and (known_to is null or known_to > {moment}) and {as_of}"

    def _select(self, one: Shown, field: str) -> str:
        conditions = [f"kind = {text(one.event)}", f"trim({quoted(field)}) <> ''"]
        fields = self.vocabulary.kinds[one.event].fields
        for name, codes in one.only.items():
            listed = ", ".join(text(code) for code in codes)
            value = f"if({quoted(name)}, 'yes', 'no')" if fields[name].type == "yes_no" else quoted(name)
            conditions.append(f"{value} in ({listed})")
        for kinds, wanted in ((one.beside, "in"), (one.without, "not in")):
            for kind in kinds:
                conditions.append(f"case_ref {wanted} (select case_ref from known where kind = {text(kind)} and case_ref is not null)")
        given = [
            f"coalesce({quoted(name)}, false)" if fields[name].type == "yes_no" else f"{quoted(name)} is not null"
            for name in one.unless_given
        ]
        answered = " or ".join(given) or "false"
        return (
            f"select event_id, kind, case_ref, child_ref, unit, occurred_at, source_system, source_ref, position, quotes_said, "
            f"{text(field)} as field, {quoted(field)} as words, ({answered}) as answered, {'true' if one.length_alone else 'false'} as length_alone "
            f"from known where {' and '.join(conditions)}"
        )
