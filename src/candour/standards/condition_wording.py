"""Puts a condition of a standard into words: "“risk level” is “High” and the child is under 18"."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from candour.records.vocabulary import Field, Vocabulary, load_vocabulary
from candour.standards.expressions import (
    Age,
    All,
    Any,
    Compare,
    Condition,
    Constant,
    DateOf,
    DaysBetween,
    FieldOf,
    Holds,
    Is,
    LengthOf,
    Not,
    OneOfThese,
    Operand,
    PartOf,
    Recorded,
    SecondsBetween,
    Shifted,
    YearsBetween,
)
from candour.standards.spoken import counted, day_words, duration_words, listed

ENVELOPE_WORDS = {
    "occurred_at": "when it happened",
    "occurred_to": "when it happened",
    "occurred_on": "the day it happened",
    "recorded_at": "when it was written down",
    "tour_ends_at": "when the tour of duty ended",
    "actor_ref": "the person who did it",
    "actor_role": "the role of the person who did it",
    "actor_rank": "the rank of the person who did it",
    "org": "the organisation",
}
_SIGNS = {"==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"}
_TIME_SIGNS = {"==": "is", "!=": "is not", "<": "is before", "<=": "is at or before", ">": "is after", ">=": "is at or after"}
_AGES = {"==": "{0}", "!=": "not {0}", "<": "under {0}", "<=": "{0} or under", ">": "over {0}", ">=": "{0} or over"}


def name_words(name: str) -> str:
    """`risk_level` as `risk level`; `child.born_on` as `child's born on`."""
    owner, dot, field = name.rpartition(".")
    plain = field.removesuffix("_ref").removesuffix("_refs").replace("_", " ") or field
    return f"{owner.replace('.', ' ')}'s {plain}" if dot else plain


@lru_cache(maxsize=1)
def _catalogue_vocabulary() -> Vocabulary:
    return load_vocabulary()


def condition_words(
    condition: Condition, kinds: tuple[str, ...] = (), other: tuple[str, ...] = (), vocabulary: Vocabulary | None = None
) -> str:
    """A condition over an event of `kinds` (and the `other` event) in words; codes are spoken as the vocabulary puts them."""
    return ConditionWords(vocabulary or _catalogue_vocabulary(), kinds, other).of(condition)


def _without_repeats(condition: All) -> tuple[Condition, ...]:
    """The parts of an `and` without "x is recorded" where another part says what x is: in words it goes without saying."""
    said = {_field_said(part) for part in condition.parts}
    kept = tuple(part for part in condition.parts if not (isinstance(part, Recorded) and part.field in said))
    return kept or condition.parts


def _field_said(part: Condition) -> FieldOf | None:
    """The field that a part says has a certain value, or one of a few; None for any other part."""
    if isinstance(part, Is | Holds):
        return part.field
    if isinstance(part, OneOfThese):
        return part.item if isinstance(part.item, FieldOf) else None
    if isinstance(part, Compare) and part.op == "==" and isinstance(part.right, Constant):
        return part.left if isinstance(part.left, FieldOf) else None
    return None


class ConditionWords:
    """Says conditions in the words of one vocabulary, for events of certain kinds."""

    def __init__(self, vocabulary: Vocabulary, kinds: tuple[str, ...], other: tuple[str, ...] = ()) -> None:
        self.vocabulary = vocabulary
        self.kinds = kinds
        self.other = other

    def of(self, condition: Condition, *, inside: bool = False) -> str:
        """The words of a condition; `inside` puts several parts in brackets."""
        if isinstance(condition, All | Any):
            joiner = "and" if isinstance(condition, All) else "or"
            parts = _without_repeats(condition) if isinstance(condition, All) else condition.parts
            said = f" {joiner} ".join(self.of(part, inside=True) for part in parts)
            return f"({said})" if inside and len(parts) > 1 else said
        if isinstance(condition, Not):
            return self._not(condition.part)
        if isinstance(condition, Is):
            return f"{self.operand(condition.field)} is yes"
        if isinstance(condition, Recorded):
            return f"{self.operand(condition.field)} is recorded"
        if isinstance(condition, Holds):
            return f"{self.operand(condition.field)} includes {self._code(condition.field, condition.value)}"
        if isinstance(condition, OneOfThese):
            return self._one_of(condition, "is")
        return self._compare(condition)

    def _not(self, part: Condition) -> str:
        if isinstance(part, All):
            parts = _without_repeats(part)
            if len(parts) == 1 and isinstance(parts[0], Is):
                return f"{self.operand(parts[0].field)} is not yes"
        if isinstance(part, Is):
            return f"{self.operand(part.field)} is no"
        if isinstance(part, Recorded):
            return f"{self.operand(part.field)} is blank"
        if isinstance(part, Holds):
            return f"{self.operand(part.field)} does not include {self._code(part.field, part.value)}"
        if isinstance(part, OneOfThese):
            return self._one_of(part, "is not")
        return f"it is not so that {self.of(part, inside=True)}"

    def _one_of(self, condition: OneOfThese, verb: str) -> str:
        options = [self._code(condition.item, value) for value in condition.options]
        return f"{self.operand(condition.item)} {verb} {listed(options, 'or')}"

    def _compare(self, condition: Compare) -> str:
        left, right, sign = condition.left, condition.right, condition.op
        if isinstance(left, Constant):
            left, right, sign = right, left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
        if isinstance(left, Age) and isinstance(right, Constant):
            return f"{self._child(left)} is {_AGES[sign].format(right.value)}"
        if isinstance(left, SecondsBetween) and isinstance(right, Constant):
            seconds = int(right.value)  # type: ignore[arg-type]  # seconds
            return f"{self.operand(left)} {_SIGNS[sign]} {'minus ' if seconds < 0 else ''}{duration_words(seconds, exact=True)}"
        if isinstance(left, DaysBetween) and isinstance(right, Constant):
            return f"{self.operand(left)} {_SIGNS[sign]} {counted(int(right.value), 'day')}"  # type: ignore[arg-type]  # days
        if isinstance(right, Constant):
            value = right.value
            if isinstance(value, bool):
                return f"{self.operand(left)} {_SIGNS[sign]} {'yes' if value else 'no'}"
            return f"{self.operand(left)} {(_TIME_SIGNS if isinstance(value, date) else _SIGNS)[sign]} {self._code(left, value)}"
        signs = _TIME_SIGNS if left.type in ("moment", "day") else _SIGNS
        return f"{self.operand(left)} {signs[sign]} {self.operand(right)}"

    def _child(self, age: Age) -> str:
        return "the child" if age.owner == "this" else "the child of the other record"

    def operand(self, operand: Operand) -> str:
        """The words of a value in a condition."""
        if isinstance(operand, FieldOf):
            return self._field(operand)
        if isinstance(operand, Constant):
            return self._plain(operand.value)
        if isinstance(operand, Age):
            return f"the age of {self._child(operand)}"
        if isinstance(operand, DaysBetween | SecondsBetween | YearsBetween):
            unit = {DaysBetween: "number of days", SecondsBetween: "time", YearsBetween: "number of whole years"}[type(operand)]
            return f"the {unit} from {self.operand(operand.start)} to {self.operand(operand.end)}"
        if isinstance(operand, DateOf):
            return f"the date of {self.operand(operand.moment)}"
        if isinstance(operand, LengthOf):
            return f"the number of characters in {self.operand(operand.text)}"
        if isinstance(operand, PartOf):
            return f"the {operand.part} of {self.operand(operand.day)}"
        return self._shifted(operand)

    def _shifted(self, operand: Shifted) -> str:
        way = "after" if operand.number >= 0 else "before"
        return f"{counted(abs(operand.number), operand.unit.removesuffix('s'))} {way} {self.operand(operand.day)}"

    def _field(self, field: FieldOf) -> str:
        if field.owner == "child":
            return f"the child's “{name_words(field.name)}”"
        if field.owner == "case":
            return f"the case's “{name_words(field.name)}”"
        said = ENVELOPE_WORDS.get(field.name) or f"“{name_words(field.name)}”"
        return f"the other record's {said.removeprefix('the ')}" if field.owner == "other" else said

    def _code(self, item: Operand, value: object) -> str:
        field = self._declared(item) if isinstance(item, FieldOf) else None
        if field is not None and field.codes is not None and str(value) in field.codes:
            return f"“{field.codes[str(value)]}”"
        return self._plain(value)

    def _declared(self, field: FieldOf) -> Field | None:
        if field.owner in ("child", "case"):
            return (self.vocabulary.child if field.owner == "child" else self.vocabulary.case).get(field.name)
        for kind in self.other if field.owner == "other" else self.kinds:
            if field.name in self.vocabulary.kinds[kind].fields:
                return self.vocabulary.kinds[kind].fields[field.name]
        return self.vocabulary.envelope.get(field.name) or self.vocabulary.payload().get(field.name)

    def _plain(self, value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, date):
            return day_words(value)
        return f"“{value}”" if isinstance(value, str) else str(value)
