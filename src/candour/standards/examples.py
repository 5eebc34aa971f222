"""Turns the few lines of a worked example into a chronology, in the columns of a store.

A line is `when | kind | field=value field="more words"`. `when` is `2026-03-01 18:00` (London), `2026-03-01` (no time of day given)
or `?` (no date). Beside the fields of the kind: case=, child=, episode=, place=, household=, actor=, role=, rank=, unit=, org=, recorded=, tour_ends=, known_from=, known_to=.
Where nothing else is said, everything belongs to CASE-1 and CHILD-1 and was written down as it happened, by one source that is complete and holds every field.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from candour.records.scene import Completeness, Row, Scene, SourceTold, first_second, from_london, last_second, ordered
from candour.records.vocabulary import Field, Vocabulary
from candour.standards.model import Example, Standard
from candour.standards.refusals import StandardRefused, near

_SHORT = {
    "case": "case_ref", "child": "child_ref", "episode": "episode_ref", "place": "place_ref", "household": "household_ref", "actor": "actor_ref",
    "role": "actor_role", "rank": "actor_rank", "unit": "unit", "org": "org", "recorded": "recorded_at", "tour_ends": "tour_ends_at",
    "known_from": "known_from", "known_to": "known_to", "source": "source_system",
}  # fmt: skip
_WRITTEN = {
    "yes_no": "yes or no", "whole": "a whole number", "number": "a number", "day": "a date such as 2026-03-01", "moment": "a time such as 2026-03-01T18:00",
}  # fmt: skip
"""How a value of a type is written, for the types of which a text may not be one."""
_FIRST, _LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)
_SOURCE = "example"


def read_moment(text: str) -> datetime:
    """A London time such as `2026-03-01 18:00` (seconds allowed) or a date (its first second), in UTC without zone. Raises ValueError."""
    if len(text) <= 10:
        return first_second(date.fromisoformat(text))
    return from_london(datetime.fromisoformat(text))


def scene_of(example: Example, standard: Standard, vocabulary: Vocabulary) -> tuple[Scene, datetime, datetime]:
    """The chronology of an example, with its moments `as of` and `known at` (UTC).

    Where no `as_of` is given it is a year after the last thing in the chronology. Raises StandardRefused naming the line at fault.
    """
    reader = _Lines(example, standard.file, vocabulary)
    events = ordered([reader.event(number, line) for number, line in reader.lines()], vocabulary)
    times = [value for row in events for value in (row["occurred_to"],) if isinstance(value, datetime)]
    as_of = reader.moment("as_of", example.as_of) or (max(times, default=datetime(2026, 1, 1)) + timedelta(days=365))
    known_at = reader.moment("known_at", example.known_at) or _LAST
    scene = Scene(
        events,
        reader.table("cases", "case_ref", vocabulary.case),
        reader.table("children", "child_ref", vocabulary.child),
        (reader.told(),),
    )
    return scene, as_of, known_at


class _Lines:
    """Reads the lines of one example."""

    def __init__(self, example: Example, file: str, vocabulary: Vocabulary) -> None:
        self.example = example
        self.file = file
        self.vocabulary = vocabulary
        self.payload = vocabulary.payload()

    def refuse(self, problem: str) -> StandardRefused:
        return StandardRefused(self.file, f"examples: {self.example.name}", problem)

    def moment(self, key: str, text: str | None) -> datetime | None:
        if text is None:
            return None
        try:
            return read_moment(text)
        except ValueError as error:
            raise self.refuse(f"{key} = {text!r} is not a time such as 2026-03-01 18:00.") from error

    def lines(self) -> list[tuple[int, str]]:
        found = [(number, line.strip()) for number, line in enumerate(self.example.chronology.splitlines(), start=1)]
        return [(number, line) for number, line in found if line and not line.startswith("#")]

    def event(self, number: int, line: str) -> Row:
        parts = [part.strip() for part in line.split("|", 2)]
        if len(parts) < 2:
            raise self.refuse(f"line {number}: {line!r} needs `when | kind | fields`.")
        when, kind = parts[0], parts[1]
        if kind not in self.vocabulary.kinds:
            raise self.refuse(f"line {number}: {kind!r} is not a kind of event in the vocabulary.{near(kind, self.vocabulary.kinds)}")
        row: dict[str, object] = dict.fromkeys(self.vocabulary.event_columns())
        row.update(self._when(number, when))
        row.update(
            event_id=f"E{number}", kind=kind, case_ref="CASE-1", child_ref="CHILD-1", source_system=_SOURCE, source_ref=f"example#{number}",
            delivery_id=_SOURCE, known_from=_FIRST, recorded_at=row["occurred_at"] if row["precision"] == "minute" else None,
        )  # fmt: skip
        try:
            words = shlex.split(parts[2]) if len(parts) > 2 else []
        except ValueError as error:
            raise self.refuse(f"line {number}: a quotation mark is not closed.") from error
        for word in words:
            name, sign, text = word.partition("=")
            if not sign:
                raise self.refuse(f"line {number}: {word!r} needs the form field=value.")
            column, field = self._field(number, kind, name)
            row[column] = self._value(number, name, field, text)
        return row

    def _when(self, number: int, when: str) -> dict[str, object]:
        if when == "?":
            return {"precision": "unknown", "occurred_text": when}
        try:
            at = read_moment(when)
        except ValueError as error:
            raise self.refuse(f"line {number}: {when!r} is not a time such as 2026-03-01 18:00, a date, or ?.") from error
        day = date.fromisoformat(when[:10])
        exact = len(when) > 10
        return {
            "precision": "minute" if exact else "day", "occurred_text": when, "occurred_on": day, "occurred_at": at,
            "occurred_to": at if exact else last_second(day),
        }  # fmt: skip

    def _field(self, number: int, kind: str, name: str) -> tuple[str, Field]:
        if name in _SHORT:
            return _SHORT[name], self.vocabulary.envelope[_SHORT[name]]
        field = self.vocabulary.kinds[kind].fields.get(name)
        if field is None:
            raise self.refuse(
                f"line {number}: {kind} has no field {name!r}.{near(name, (*_SHORT, *self.vocabulary.kinds[kind].fields))} It has: {', '.join(self.vocabulary.kinds[kind].fields)}."
            )
        return name, field

    def _value(self, number: int, name: str, field: Field, text: str) -> object:
        if text == "":
            return None
        try:
            value = _read(field, text)
        except ValueError as error:
            raise self.refuse(f"line {number}: {name}={text!r} is not {_WRITTEN[field.type]}.") from error
        for code in value if isinstance(value, list) else [value]:
            if field.codes is not None and code not in field.codes:
                raise self.refuse(f"line {number}: {name}={code!r} is not one of its codes: {', '.join(field.codes)}.")
        return value

    def table(self, name: str, key: str, declared: Mapping[str, Field]) -> tuple[Row, ...]:
        given: dict[str, dict[str, object]] = {ref: dict(row) for ref, row in getattr(self.example, name)}
        rows = []
        for ref, values in given.items():
            row: dict[str, object] = {**dict.fromkeys(declared), key: ref}
            for column, value in values.items():
                if column not in declared:
                    raise self.refuse(f"{name}.{ref}: {column!r} is not known. Known: {', '.join(declared)}.")
                row[column] = self._value(0, column, declared[column], value) if isinstance(value, str) else value
            rows.append(row)
        return tuple(rows)

    def told(self) -> SourceTold:
        begins = self.moment("complete_from", self.example.complete_from) or _FIRST
        ends = self.moment("complete_to", self.example.complete_to) or _LAST
        for kind in self.example.not_complete:
            if kind not in self.vocabulary.kinds:
                raise self.refuse(f"not_complete: {kind!r} is not a kind of event in the vocabulary.")
        complete = tuple(kind for kind in self.vocabulary.kinds if kind not in self.example.not_complete)
        absent: dict[str, set[str]] = {}
        for named in self.example.not_held:
            kind, _, name = named.rpartition(".")
            if kind not in self.vocabulary.kinds or name not in self.vocabulary.kinds[kind].fields:
                raise self.refuse(f"not_held: {named!r} is not a kind and field such as child.contact.seen.")
            absent.setdefault(kind, set()).add(name)
        holds = {name: frozenset(kind.fields) - absent.get(name, set()) for name, kind in self.vocabulary.kinds.items()}
        return SourceTold(_SOURCE, (Completeness(complete, begins, ends),), holds)


def _read(field: Field, text: str) -> object:
    if field.type == "yes_no":
        if text not in ("yes", "no"):
            raise ValueError(text)
        return text == "yes"
    if field.type in ("codes", "refs"):
        return text.split(",")
    if field.type == "whole":
        return int(text)
    if field.type == "number":
        return float(text)
    if field.type == "day":
        return date.fromisoformat(text)
    if field.type == "moment":
        return read_moment(text)
    return text
