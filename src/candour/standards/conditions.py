"""Reads a condition as written in a standard into its parsed form, or says why it cannot be meant."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from candour.records.vocabulary import Field, Vocabulary
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
    Owner,
    PartOf,
    Recorded,
    SecondsBetween,
    Shifted,
    YearsBetween,
)
from candour.standards.refusals import near

_COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_ALIKE = {
    "text": "text",
    "code": "text",
    "ref": "text",
    "whole": "number",
    "number": "number",
    "moment": "moment",
    "day": "day",
    "yes_no": "yes_no",
}
_ORDERED = {"number", "moment", "day"}
_HOURS = 3600


class ConditionRefused(ValueError):
    """The condition cannot be meant; the message says which word of it and why."""


@dataclass(frozen=True)
class Names:
    """What the words in a condition may stand for: fields of this event, and of the other event where there is one."""

    this: Mapping[str, Field]
    child: Mapping[str, Field]
    case: Mapping[str, Field]
    other: Mapping[str, Field] | None = None

    @classmethod
    def of(cls, vocabulary: Vocabulary, kinds: tuple[str, ...], other: tuple[str, ...] | None = None) -> Names:
        """The names open to a selector over `kinds` (a field must belong to all of them), and to its `other` event."""
        return cls(_common(vocabulary, kinds), vocabulary.child, vocabulary.case, None if other is None else _common(vocabulary, other))


def _common(vocabulary: Vocabulary, kinds: tuple[str, ...]) -> dict[str, Field]:
    shared = dict(vocabulary.kinds[kinds[0]].fields)
    for kind in kinds[1:]:
        fields = vocabulary.kinds[kind].fields
        shared = {name: _merged(field, fields[name]) for name, field in shared.items() if name in fields}
    return {**vocabulary.envelope, **shared}


def _merged(one: Field, two: Field) -> Field:
    """One field of two kinds: its codes are those of either, and in order only where both list the same."""
    if one.codes is None or two.codes is None or list(one.codes) == list(two.codes):
        return one
    return Field(one.name, one.type, one.meaning, {**one.codes, **two.codes}, ordered=False)


def parse_condition(text: str, names: Names) -> Condition:
    """Parse one condition, over one line or several. Raises ConditionRefused naming the word at fault and what could stand there."""
    text = " ".join(line.strip() for line in text.splitlines())
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConditionRefused(
            f"{text!r} is not a condition that can be read ({getattr(error, 'msg', error)}). One is written: seen and risk_level == 'high'."
        ) from error
    return _Parser(text, names).condition(tree.body)


class _Parser:
    """One pass over the syntax tree of one condition."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.calls: dict[str, Callable[[list[ast.expr], ast.Call], Operand]] = {
            "days_between": lambda a, c: DaysBetween(*self._pair(a, c, ("day", "moment"))),
            "years_between": lambda a, c: YearsBetween(*self._pair(a, c, ("day",))),
            "date_of": lambda a, c: DateOf(self._typed(self._only(a, c), c, ("moment",))),
            "length": self._length,
            "date": self._date,
            "plus_days": lambda a, c: self._shifted(a, c, "days"),
            "plus_months": lambda a, c: self._shifted(a, c, "months"),
            "plus_years": lambda a, c: self._shifted(a, c, "years"),
            "weekday": lambda a, c: PartOf("weekday", self._typed(self._only(a, c), c, ("day",))),
            "month": lambda a, c: PartOf("month", self._typed(self._only(a, c), c, ("day",))),
            "year": lambda a, c: PartOf("year", self._typed(self._only(a, c), c, ("day",))),
        }

    def refuse(self, node: ast.AST, problem: str) -> ConditionRefused:
        words = ast.get_source_segment(self.text.strip(), node) if isinstance(node, ast.expr) else None
        return ConditionRefused(f"in {self.text!r}: {words or '?'} {problem}")

    # Conditions

    def condition(self, node: ast.expr) -> Condition:
        if isinstance(node, ast.BoolOp):
            parts = tuple(self.condition(value) for value in node.values)
            return All(parts) if isinstance(node.op, ast.And) else Any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Not(self.condition(node.operand))
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("recorded", "blank"):
            field = self._field(self._only(node.args, node))
            return Recorded(field) if node.func.id == "recorded" else Not(Recorded(field))
        if isinstance(node, ast.Name | ast.Attribute):
            field = self._field(node)
            if field.type != "yes_no":
                raise self.refuse(
                    node,
                    f"is of type {field.type}; alone it would have to be yes_no. Compare it with something, or ask recorded({field.label}).",
                )
            return Is(field)
        raise self.refuse(
            node, "is not a condition. Conditions are made of fields, comparisons, in, recorded(...), blank(...), and, or, not."
        )

    def _comparison(self, node: ast.Compare) -> Condition:
        if len(node.ops) != 1:
            parts = []
            left = node.left
            for op, right in zip(node.ops, node.comparators, strict=True):
                parts.append(self._one(node, left, op, right))
                left = right
            return All(tuple(parts))
        return self._one(node, node.left, node.ops[0], node.comparators[0])

    def _one(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._membership(node, left, right)
            return found if isinstance(op, ast.In) else Not(found)
        sign = _COMPARISONS.get(type(op))
        if sign is None:
            raise self.refuse(node, "uses a comparison that is not known; use ==, !=, <, <=, >, >= or in.")
        scaled = self._hours(node, left, sign, right)
        if scaled is not None:
            return scaled
        first, second = self.operand(left), self.operand(right)
        if isinstance(first, Constant) and isinstance(second, Constant):
            raise self.refuse(node, "compares two fixed values: it would always be the same.")
        kinds = _ALIKE.get(first.type), _ALIKE.get(second.type)
        if kinds[0] is None or kinds[0] != kinds[1]:
            raise self.refuse(node, f"compares {first.type} with {second.type}, which do not belong together.")
        for one, another in ((first, second), (second, first)):
            if isinstance(one, FieldOf) and isinstance(another, Constant):
                self._check_code(node, one, another.value)
        if sign not in ("==", "!=") and kinds[0] not in _ORDERED:
            return self._ranked(node, first, sign, second)
        return Compare(sign, first, second)

    def _ranked(self, node: ast.expr, first: Operand, sign: str, second: Operand) -> Condition:
        """`rank >= 'inspector'`: the codes of an ordered list at, above or below the one named."""
        field = self._declared(first) if isinstance(first, FieldOf) else None
        if not (isinstance(first, FieldOf) and isinstance(second, Constant) and field is not None and field.ordered and field.codes):
            raise self.refuse(
                node,
                f"uses {sign} on a value that has no order. Only numbers, dates and codes declared as ordered (field on the left) have one.",
            )
        codes = list(field.codes)
        at = codes.index(str(second.value))
        chosen = {"<": codes[:at], "<=": codes[: at + 1], ">": codes[at + 1 :], ">=": codes[at:]}[sign]
        return OneOfThese(first, tuple(chosen))

    def _hours(self, node: ast.expr, left: ast.expr, sign: str, right: ast.expr) -> Condition | None:
        """`hours_between(a, b) <= 4` and `minutes_between`: compared in whole seconds, so that `2.3` hours are exactly 8,280 of them."""
        if not (isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id in ("hours_between", "minutes_between")):
            return None
        start, end = self._pair(left.args, left, ("moment",))
        number = self.operand(right)
        if not isinstance(number, Constant) or number.type not in ("whole", "number"):
            raise self.refuse(node, "must be compared with a number.")
        written = str(number.value)
        seconds = Fraction(written) * (_HOURS if left.func.id == "hours_between" else 60) if written not in ("inf", "-inf") else None
        if seconds is None or seconds.denominator != 1:
            raise self.refuse(
                right, "is no whole number of seconds, and times are kept to the second. Write the length in minutes or hours that are."
            )
        return Compare(sign, SecondsBetween(start, end), Constant(int(seconds), "whole"))

    def _membership(self, node: ast.expr, left: ast.expr, right: ast.expr) -> Condition:
        if isinstance(right, ast.List | ast.Tuple):
            item = self.operand(left)
            options = []
            for element in right.elts:
                value = self.operand(element)
                if (
                    not isinstance(value, Constant)
                    or not isinstance(value.value, str | int)
                    or _ALIKE.get(value.type) != _ALIKE.get(item.type)
                ):
                    raise self.refuse(element, f"cannot be one of the values of a {item.type}.")
                if isinstance(item, FieldOf):
                    self._check_code(element, item, value.value)
                options.append(value.value)
            if not options:
                raise self.refuse(node, "has an empty list: it could never be true.")
            return OneOfThese(item, tuple(options))
        value, field = self.operand(left), self._field(right)
        if field.type not in ("codes", "refs") or not isinstance(value, Constant) or not isinstance(value.value, str):
            raise self.refuse(node, "needs a list: either written out, field in ['a', 'b'], or 'a' in a field that holds a list.")
        self._check_code(node, field, value.value)
        return Holds(field, value.value)

    def _check_code(self, node: ast.AST, field: FieldOf, value: object) -> None:
        declared = self._declared(field)
        if declared is not None and declared.codes is not None and value not in declared.codes:
            raise self.refuse(node, f"names {value!r}, which is not a code of {field.label}: {', '.join(declared.codes)}.")

    # Operands

    def operand(self, node: ast.expr) -> Operand:
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            if isinstance(value, int | float) and not isinstance(value, bool):
                return Constant(-value, "whole" if isinstance(value, int) else "number")
        if isinstance(node, ast.Name) and node.id in ("yes", "no"):
            return Constant(node.id == "yes", "yes_no")
        if isinstance(node, ast.Name) and node.id == "age":
            return Age("this")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) == ("other", "age"):
            if self.names.other is None:
                raise self.refuse(node, "speaks of another event, and this rule has none here.")
            return Age("other")
        if isinstance(node, ast.Name | ast.Attribute):
            return self._field(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.calls:
            if node.keywords:
                raise self.refuse(node, "takes no named arguments.")
            return self.calls[node.func.id](node.args, node)
        raise self.refuse(
            node, f"is not a value that is known here. Functions are: {', '.join(sorted(self.calls))}, hours_between, minutes_between."
        )

    def _constant(self, node: ast.Constant) -> Constant:
        value = node.value
        if isinstance(value, bool):
            return Constant(value, "yes_no")
        if isinstance(value, int):
            return Constant(value, "whole")
        if isinstance(value, float):
            return Constant(value, "number")
        if isinstance(value, str):
            return Constant(value, "text")
        raise self.refuse(node, "is not a kind of value that can be compared.")

    def _declared(self, field: FieldOf) -> Field | None:
        tables: dict[str, Mapping[str, Field] | None] = {
            "this": self.names.this, "other": self.names.other, "child": self.names.child, "case": self.names.case,
        }  # fmt: skip
        table = tables[field.owner]
        return table.get(field.name) if table is not None else None

    def _field(self, node: ast.expr) -> FieldOf:
        owner: Owner = "this"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("other", "child", "case"):
            owner, name = node.value.id, node.attr  # type: ignore[assignment]  # one of the three words just tested
        elif isinstance(node, ast.Name):
            name = node.id
        else:
            raise self.refuse(node, "is not the name of a field.")
        if owner == "other" and self.names.other is None:
            raise self.refuse(node, "speaks of another event, and this rule has none here.")
        field = self._declared(FieldOf(owner, name, ""))
        if field is None:
            tables = {"this": self.names.this, "other": self.names.other or {}, "child": self.names.child, "case": self.names.case}
            raise self.refuse(node, f"is not a field here.{near(name, sorted(tables[owner]))} Known: {', '.join(sorted(tables[owner]))}.")
        return FieldOf(owner, name, field.type)

    def _only(self, arguments: list[ast.expr], node: ast.Call) -> ast.expr:
        if len(arguments) != 1:
            raise self.refuse(node, "takes exactly one argument.")
        return arguments[0]

    def _typed(self, argument: ast.expr, node: ast.Call, types: tuple[str, ...]) -> Operand:
        value = self.operand(argument)
        if value.type not in types:
            raise self.refuse(node, f"needs a {' or '.join(types)}; {ast.unparse(argument)} is {value.type}.")
        return value

    def _pair(self, arguments: list[ast.expr], node: ast.Call, types: tuple[str, ...]) -> tuple[Operand, Operand]:
        if len(arguments) != 2:
            raise self.refuse(node, "takes exactly two arguments: from, to.")
        return self._typed(arguments[0], node, types), self._typed(arguments[1], node, types)

    def _length(self, arguments: list[ast.expr], node: ast.Call) -> Operand:
        field = self._field(self._only(arguments, node))
        if field.type != "text":
            raise self.refuse(node, f"needs a text; {field.label} is {field.type}.")
        return LengthOf(field)

    def _date(self, arguments: list[ast.expr], node: ast.Call) -> Operand:
        argument = self._only(arguments, node)
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            try:
                return Constant(date.fromisoformat(argument.value), "day")
            except ValueError:
                pass
        raise self.refuse(node, "needs a date written as date('2026-03-01').")

    def _shifted(self, arguments: list[ast.expr], node: ast.Call, unit: str) -> Operand:
        if len(arguments) != 2:
            raise self.refuse(node, "takes a day and a whole number.")
        number = self.operand(arguments[1])
        if not isinstance(number, Constant) or number.type != "whole":
            raise self.refuse(node, "takes a whole number as its second argument.")
        return Shifted(self._typed(arguments[0], node, ("day",)), unit, int(number.value))  # type: ignore[arg-type]  # unit is one of three words; the number is whole
