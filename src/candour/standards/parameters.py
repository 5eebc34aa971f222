"""A force's own limits: read from a file, with who approved each, and put beside the figures of the standards that allow it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any as Anything

from candour.records.vocabulary import Vocabulary
from candour.standards.limits import Adjustable, BeforeSchool, CalendarDays, CalendarMonths, Elapsed, Limit, LocalLimit, LookUp, WorkingDays
from candour.standards.model import Absence, Count, Excuse, Held, Precedence, Response, Standard
from candour.standards.reading_rules import RuleReader
from candour.standards.reading_tables import Table
from candour.standards.refusals import StandardRefused, near

WRITTEN_LONG_AFTER = "written_long_after_hours"
OF_MEASURES: dict[str, Limit] = {WRITTEN_LONG_AFTER: Elapsed(86_400, "24 hours")}
"""Figures of the measures, not of any standard, that a force may set too, with our own."""
_KEYS = ("name", "value", "from", "approved_by", "approved_on", "reason")
_LOOKING_BACK = {(Response, "early"), (Precedence, "within"), (Count, "window"), (Excuse, "look_back")}
_LESS_IS_LOOSER = {
    (Count, "window"): "a shorter window asks less",
    (Absence, "within"): "a shorter time forbids less",
}
_MORE_IS_LOOSER = {
    (Response, "early"): "a longer look-back lets more count as done",
    (Precedence, "within"): "a longer look-back lets more count as done",
    (Excuse, "look_back"): "a longer look-back excuses more",
}
"""Why a figure that is no plain limit is looser; of all others more time, or a greater number, is looser."""
_ByCode = tuple[tuple[str, Limit], ...]
Place = tuple[type, str]
"""The part of a rule in which a figure stands: the class of the part and the name of the field."""


@dataclass(frozen=True)
class Parameter:
    """One local figure: a length, a start of the school day, a whole number, or lengths by code; from which London date of the trigger it holds, and who approved it."""

    name: str
    value: Limit | int | _ByCode
    begins: date
    approved_by: str
    approved_on: date
    reason: str

    @property
    def value_words(self) -> str:
        """The figure in words."""
        if isinstance(self.value, int):
            return str(self.value)
        if isinstance(self.value, tuple):
            return "; ".join(f"{code}: {limit.words}" for code, limit in self.value)
        return self.value.words

    @property
    def approved(self) -> str:
        """Who approved it, when and why, in words."""
        return f"approved by {self.approved_by} on {self.approved_on}: {self.reason}"


@dataclass(frozen=True)
class Parameters:
    """The local figures of one file, in order of name and date."""

    file: str
    entries: tuple[Parameter, ...]

    def in_words(self) -> dict[str, str]:
        """Every name with its figures, their dates and approval, for the account of a run."""
        told: dict[str, list[str]] = {}
        for one in self.entries:
            told.setdefault(one.name, []).append(f"{one.value_words} from {one.begins} ({one.approved})")
        return {name: "; then ".join(texts) for name, texts in told.items()}

    def notes(self, standards: Sequence[Standard]) -> tuple[str, ...]:
        """A sentence for every local figure that is looser than the standard's own, or that cannot be compared with it."""
        found: list[str] = []
        for standard in standards:
            for name, default, place in limits_that_can_be_set(standard.rule):
                for one in self.entries:
                    if one.name == name:
                        found.extend(_note(standard.id, one, default, place))
        for one in self.entries:
            if one.name in OF_MEASURES:
                found.extend(_note("the measures", one, OF_MEASURES[one.name], None))
        return tuple(dict.fromkeys(found))

    def seconds_of(self, name: str, on: date) -> int | None:
        """The figure of a measure that holds on a London day, in seconds; None where the force has set none by then."""
        held = [one.value for one in self.entries if one.name == name and one.begins <= on]
        return held[-1].seconds if held and isinstance(held[-1], Elapsed) else None


def load_parameters(file: Path, vocabulary: Vocabulary) -> Parameters:
    """Read a file of `[[parameter]]` tables.

    Each has `name`, `value` (a length such as {hours = 12}, {before_next = "school_day", at = "08:30"}, a whole number, or lengths by code, of
    which `else` and `unknown` are the look-up's own), `from`, `approved_by`, `approved_on` and `reason`, all of which must be there. Raises StandardRefused naming the key at fault, also for two figures of one name from one date.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StandardRefused(file.name, "", f"this is not TOML that can be read ({error}).") from error
    table = Table(file.name, "", content)
    table.only(("parameter",))
    reader = RuleReader(vocabulary)
    entries = sorted((read_parameter(one, reader) for one in table.tables("parameter")), key=lambda one: (one.name, one.begins))
    seen: set[tuple[str, date]] = set()
    for one in entries:
        if (one.name, one.begins) in seen:
            raise table.refuse("parameter", f"{one.name} has two values from {one.begins}. Keep one of them.")
        seen.add((one.name, one.begins))
    return Parameters(file.name, tuple(entries))


def read_parameter(table: Table, reader: RuleReader) -> Parameter:
    """One `[[parameter]]` table. Raises StandardRefused naming the key at fault."""
    table.only(_KEYS)
    return Parameter(
        name=table.text("name"),
        value=_value(table, reader),
        begins=_day(table, "from"),
        approved_by=table.text("approved_by"),
        approved_on=_day(table, "approved_on"),
        reason=table.text("reason"),
    )


def _day(table: Table, key: str) -> date:
    found = table.day(key)
    if found is None:
        raise table.refuse(key, "is missing: give a date such as 2026-03-01. A local figure needs its date and its approval.")
    return found


def _value(table: Table, reader: RuleReader) -> Limit | int | _ByCode:
    raw = table.content.get("value")
    if not isinstance(raw, dict):
        return table.whole("value", least=1)
    given = table.table("value")
    if any(isinstance(item, dict) for item in raw.values()):
        return tuple((code, _length(given.table(code), reader)) for code in raw)
    return _length(given, reader)


def _length(table: Table, reader: RuleReader) -> Limit:
    if table.has("parameter"):
        raise table.refuse("parameter", "belongs to a standard; a local figure is a plain length.")
    return reader.limits.before_school(table) if table.has("before_next") else reader.limits.length(table)


def apply_parameters(standards: Sequence[Standard], parameters: Parameters, left_out: Sequence[Standard] = ()) -> tuple[Standard, ...]:
    """The same standards with the force's own figures beside theirs (`Adjustable.local`, `Held.local`).

    Raises StandardRefused for a name that no standard has (those `left_out` of the run may have it), and for a value of another sort or
    grain than the standard's.
    """
    names = {name for standard in (*standards, *left_out) for name, _, _ in limits_that_can_be_set(standard.rule)}
    for one in parameters.entries:
        if one.name in OF_MEASURES and not isinstance(one.value, Elapsed):
            raise StandardRefused(parameters.file, one.name, f"must be a length such as {{ hours = 24 }}; it is {one.value_words}.")
        if one.name not in names and one.name not in OF_MEASURES:
            hint = near(one.name, sorted(names)) or f" Known: {', '.join(sorted(names)) or 'none'}."
            raise StandardRefused(parameters.file, "parameter", f"no standard has a limit named {one.name!r}.{hint}")
    by_name: dict[str, tuple[Parameter, ...]] = {name: tuple(one for one in parameters.entries if one.name == name) for name in names}
    return tuple(replace(standard, rule=_filled(standard.rule, by_name, parameters.file, looking_back=False)) for standard in standards)


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield part.name, getattr(value, part.name)


def limits_that_can_be_set(value: object, place: Place | None = None) -> Iterator[tuple[str, Limit | int, Place | None]]:
    """Every parameter's name below a part of a rule, with the standard's own figure and the part of the rule in which it stands."""
    if isinstance(value, Adjustable):
        yield value.parameter, value.default, place
    if isinstance(value, Held) and value.parameter is not None:
        yield value.parameter, value.at_most, (Held, "at_most")
    parts = [(place, item) for item in value] if isinstance(value, tuple) else [((type(value), name), part) for name, part in _parts(value)]
    for where, part in parts:
        yield from limits_that_can_be_set(part, where)


def _filled(value: Anything, by_name: dict[str, tuple[Parameter, ...]], file: str, *, looking_back: bool) -> Anything:
    """The same part of a rule with local figures filled in."""
    if isinstance(value, tuple):
        return tuple(_filled(item, by_name, file, looking_back=looking_back) for item in value)
    if isinstance(value, Adjustable):
        local = tuple(_local(one, value.default, file, looking_back=looking_back) for one in by_name.get(value.parameter, ()))
        return replace(value, local=local)
    changed = {
        name: _filled(part, by_name, file, looking_back=(type(value), name) in _LOOKING_BACK)
        for name, part in _parts(value)
        if name != "local"
    }
    if isinstance(value, Held) and value.parameter is not None:
        changed["local"] = tuple((one.begins, _number(one, file), one.approved) for one in by_name.get(value.parameter, ()))
    return replace(value, **changed) if changed else value


def _number(one: Parameter, file: str) -> int:
    if not isinstance(one.value, int):
        raise StandardRefused(file, one.name, f"must be a whole number, as in the standard; it is {one.value_words}.")
    return one.value


def _local(one: Parameter, default: Limit, file: str, *, looking_back: bool) -> LocalLimit:
    limit = _by_code(one, default, file) if isinstance(default, LookUp) else _plain(one, default, file)
    if limit.grain != default.grain:
        raise StandardRefused(
            file, one.name, f"is {one.value_words}, and the standard's own is {default.words}: both must be hours, or both days."
        )
    if looking_back and isinstance(limit, WorkingDays):
        raise StandardRefused(file, one.name, "is in working days, which cannot be counted backwards; use days, weeks or months.")
    return LocalLimit(one.begins, limit, one.approved)


def _plain(one: Parameter, default: Limit, file: str) -> Limit:
    if isinstance(one.value, int | tuple):
        raise StandardRefused(
            file, one.name, f"must be a length such as {{ hours = 12 }}, in place of {default.words}; it is {one.value_words}."
        )
    if isinstance(default, BeforeSchool) != isinstance(one.value, BeforeSchool):
        raise StandardRefused(
            file,
            one.name,
            f"is {one.value_words}, and the standard's own is {default.words}: both must be a start of the school day, or neither.",
        )
    return one.value


def _by_code(one: Parameter, default: LookUp, file: str) -> LookUp:
    """The standard's look-up with the limits of some codes replaced; the others stay as they are."""
    if not isinstance(one.value, tuple):
        raise StandardRefused(file, one.name, f"must give lengths by code, in place of {default.words}; it is {one.value_words}.")
    own, given = _of_look_up(default), dict(one.value)
    for code in given:
        if code not in own:
            raise StandardRefused(file, f"{one.name}.{code}", f"is not a code to which the standard gives a limit: {', '.join(own)}.")
    values = tuple((code, given.get(code, limit)) for code, limit in default.values)
    words = f"by {default.field}: " + "; ".join(f"{code}: {limit.words}" for code, limit in values)
    otherwise, unknown = given.get("else", default.otherwise), given.get("unknown", default.unknown)
    return replace(default, values=values, otherwise=otherwise, unknown=unknown, words=words)


def _of_look_up(limit: LookUp) -> dict[str, Limit]:
    """The limits of a look-up by code, `else` and `unknown` among them where it has them."""
    more = (("else", limit.otherwise), ("unknown", limit.unknown))
    return dict(limit.values) | {name: one for name, one in more if one is not None}


def _note(standard: str, one: Parameter, default: Limit | int, place: Place | None) -> Iterator[str]:
    """A sentence where a local figure asks less than the standard's own, or cannot be compared with it."""
    asks_less = looser(one.value, default, less=place in _LESS_IS_LOOSER)
    if asks_less is False:
        return
    own = str(default) if isinstance(default, int) else default.words
    said = f"{standard}: the local {one.name} of {one.value_words} from {one.begins} is {'looser than' if asks_less else 'in another unit than'} the standard's own {own}"
    why = why_looser(place)
    yield f"{said} ({why})." if why else f"{said}."


def why_looser(place: Place | None, *, less: bool = False) -> str:
    """Why a figure in that part of a rule is looser than another, where more time is not plainly it; blank elsewhere. With `less`, only where a shorter time is looser."""
    known = _LESS_IS_LOOSER if less else _LESS_IS_LOOSER | _MORE_IS_LOOSER
    return known.get(place, "") if place else ""


def looser(value: Limit | int | _ByCode, default: Limit | int, *, less: bool = False) -> bool | None:
    """Whether a local figure asks less than the standard's: more time or a greater number, or with `less` a shorter time; None where the
    two cannot be compared."""
    if isinstance(value, int) and isinstance(default, int):
        return value < default if less else value > default
    if isinstance(value, tuple) and isinstance(default, LookUp):
        own = _of_look_up(default)
        each = [looser(limit, own[code], less=less) for code, limit in value if code in own]
        return True if True in each else None if None in each else False
    for kind, size in (
        (Elapsed, "seconds"),
        (CalendarDays, "days"),
        (CalendarMonths, "months"),
        (WorkingDays, "days"),
        (BeforeSchool, "at_seconds"),
    ):
        if isinstance(value, kind) and isinstance(default, kind):
            mine, theirs = getattr(value, size), getattr(default, size)
            if isinstance(value, WorkingDays) and isinstance(default, WorkingDays) and value.counting != default.counting:
                return None
            return bool(mine < theirs if less else mine > theirs)
    return None
