"""Conditions on an event, as a practice lead writes them and as the evaluators read them.

A condition is written in a few words of Python's own grammar (`risk_level == 'high' and age < 18`), parsed once, and
checked against the vocabulary: a comparison of things that do not belong together is refused when it is loaded.
The nodes below carry no way of evaluating themselves: each evaluator has its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from dataclasses import fields as dataclass_fields
from datetime import date
from typing import Literal as OneOf

Owner = OneOf["this", "other", "child", "case"]


@dataclass(frozen=True)
class Constant:
    """A value written in the standard. `type` is text, whole, number, yes_no or day."""

    value: bool | int | float | str | date
    type: str


@dataclass(frozen=True)
class FieldOf:
    """A field of this event, of the other event, of the child of this event, or of its case."""

    owner: Owner
    name: str
    type: str

    @property
    def label(self) -> str:
        """How the field is named in `missing` and in proofs: `other.x`, `child.x`, `case.x`, or `x` alone."""
        return self.name if self.owner == "this" else f"{self.owner}.{self.name}"


@dataclass(frozen=True)
class Age:
    """Completed years of age of the child of an event on its London date, by calendar.

    A birthday on 29 February is reached on 1 March in other years. Unknown without a date of birth or a date; negative ages
    (unborn) count down from -1.
    """

    owner: OneOf["this", "other"]
    type: str = "whole"


@dataclass(frozen=True)
class DaysBetween:
    """Whole days from `start` to `end`, by London dates (negative when `end` is earlier)."""

    start: Operand
    end: Operand
    type: str = "whole"


@dataclass(frozen=True)
class SecondsBetween:
    """Real seconds from `start` to `end`, both moments (negative when `end` is earlier)."""

    start: Operand
    end: Operand
    type: str = "whole"


@dataclass(frozen=True)
class DateOf:
    """The London date of a moment."""

    moment: Operand
    type: str = "day"


@dataclass(frozen=True)
class Shifted:
    """A day moved by whole days, months or years (months and years clamp to the end of the month)."""

    day: Operand
    unit: OneOf["days", "months", "years"]
    number: int
    type: str = "day"


@dataclass(frozen=True)
class PartOf:
    """The ISO weekday (Monday 1 to Sunday 7), month or year of a day."""

    part: OneOf["weekday", "month", "year"]
    day: Operand
    type: str = "whole"


@dataclass(frozen=True)
class YearsBetween:
    """Completed years from `start` to `end` by calendar, both days; reckoned as an age is."""

    start: Operand
    end: Operand
    type: str = "whole"


@dataclass(frozen=True)
class LengthOf:
    """How many characters (code points) a text has."""

    text: FieldOf
    type: str = "whole"


Operand = Constant | FieldOf | Age | DaysBetween | SecondsBetween | DateOf | Shifted | PartOf | YearsBetween | LengthOf


@dataclass(frozen=True)
class Is:
    """A yes_no field read as a condition."""

    field: FieldOf


@dataclass(frozen=True)
class Compare:
    """`left op right`; op is ==, !=, <, <=, > or >=. Unknown when either side is."""

    op: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class OneOfThese:
    """The field's value is one of the options. Unknown when there is no value."""

    item: Operand
    options: tuple[str | int, ...]


@dataclass(frozen=True)
class Holds:
    """The list in the field has this entry. Unknown when there is no list."""

    field: FieldOf
    value: str


@dataclass(frozen=True)
class Recorded:
    """Whether the field has a value: see section 1 of `how-a-finding-is-reached.md`."""

    field: FieldOf


@dataclass(frozen=True)
class Not:
    """Kleene not."""

    part: Condition


@dataclass(frozen=True)
class All:
    """Kleene and."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """Kleene or."""

    parts: tuple[Condition, ...]


Condition = Is | Compare | OneOfThese | Holds | Recorded | Not | All | Any
Node = Condition | Operand


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order in which it was written."""
    yield node
    for part in dataclass_fields(node):
        value = getattr(node, part.name)
        for child in value if isinstance(value, tuple) else (value,):
            if is_dataclass(child) and not isinstance(child, type):
                yield from walk(child)  # type: ignore[arg-type]  # every dataclass inside a node is a node


def fields_used(node: Node | None) -> tuple[FieldOf, ...]:
    """The fields a condition rests on, each once, in the order of first mention; an age rests on `child.born_on`.

    The birth date of the other event's child is given as the owner `other` with the name `child.born_on`.
    """
    found: dict[FieldOf, None] = {}
    for part in walk(node) if node is not None else ():
        if isinstance(part, FieldOf):
            found.setdefault(part)
        elif isinstance(part, Age):
            owner: Owner = "child" if part.owner == "this" else "other"
            found.setdefault(FieldOf(owner, "born_on" if part.owner == "this" else "child.born_on", "day"))
    return tuple(found)
