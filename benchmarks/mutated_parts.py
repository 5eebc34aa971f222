"""Small changes to the parts of a standard: its conditions and its limits, each change with the words that name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from candour.records.vocabulary import Field, Vocabulary
from candour.standards.expressions import (
    All,
    Any,
    Compare,
    Condition,
    Constant,
    FieldOf,
    Holds,
    Is,
    Not,
    OneOfThese,
    Operand,
    Recorded,
    SecondsBetween,
    Shifted,
)
from candour.standards.limits import Adjustable, BeforeSchool, ByField, CalendarDays, CalendarMonths, Elapsed, Limit, LookUp, WorkingDays

TRUE: Condition = Compare("!=", FieldOf("this", "kind", "ref"), Constant("", "text"))
"""A condition that holds of every event: what is left when a condition that must be there is dropped."""

_NEAR_SIGNS = {"==": (), "!=": (), "<": ("<=",), "<=": ("<",), ">": (">=",), ">=": (">",)}


def shown(node: object) -> str:
    """A condition or a value in a few words, for the name of a change."""
    if isinstance(node, All | Any):
        return "(" + (" and " if isinstance(node, All) else " or ").join(shown(part) for part in node.parts) + ")"
    if isinstance(node, Not):
        return f"not {shown(node.part)}"
    if isinstance(node, Is | Recorded):
        return node.field.label if isinstance(node, Is) else f"recorded({node.field.label})"
    if isinstance(node, Compare):
        return f"{shown(node.left)} {node.op} {shown(node.right)}"
    if isinstance(node, OneOfThese):
        return f"{shown(node.item)} in [{', '.join(map(str, node.options))}]"
    if isinstance(node, Holds):
        return f"{node.value} in {node.field.label}"
    if isinstance(node, FieldOf):
        return node.label
    if isinstance(node, Constant):
        return str(node.value)
    name = type(node).__name__
    inner = [getattr(node, part) for part in getattr(node, "__dataclass_fields__", {}) if part != "type"]
    return f"{name}({', '.join(shown(part) if hasattr(part, '__dataclass_fields__') else str(part) for part in inner)})"


@dataclass(frozen=True)
class Meant:
    """What the fields in a condition stand for, so that a code can be exchanged for its neighbours."""

    vocabulary: Vocabulary
    kinds: tuple[str, ...]
    other: tuple[str, ...] = ()

    def codes(self, node: Operand) -> tuple[str, ...]:
        """The codes of a field, in order; none where it has no codes."""
        if not isinstance(node, FieldOf):
            return ()
        tables: list[Mapping[str, Field]] = {"child": [self.vocabulary.child], "case": [self.vocabulary.case]}.get(node.owner, [])
        for kind in self.other if node.owner == "other" else self.kinds:
            tables = [*tables, self.vocabulary.kinds[kind].fields] if node.owner in ("this", "other") else tables
        fields = [table[node.name] for table in [*tables, self.vocabulary.envelope] if node.name in table]
        return tuple(dict.fromkeys(code for field in fields for code in field.codes or ()))

    def near(self, node: Operand, code: object) -> tuple[str, ...]:
        """The codes before and after one in its list."""
        codes = self.codes(node)
        if code not in codes:
            return ()
        at = codes.index(str(code))
        return codes[max(at - 1, 0) : at] + codes[at + 1 : at + 2]


def conditions(node: Condition, meant: Meant) -> Iterator[tuple[str, Condition]]:
    """Every small change to a condition, but for dropping the whole of it."""
    yield f"negated {shown(node)}", node.part if isinstance(node, Not) else Not(node)
    if isinstance(node, All | Any):
        yield from _joined(node, meant)
    elif isinstance(node, Not):
        for words, part in conditions(node.part, meant):
            if words != f"negated {shown(node.part)}":
                yield words, Not(part)
    elif isinstance(node, Compare):
        yield from _compared(node, meant)
    elif isinstance(node, OneOfThese):
        yield from _chosen(node, meant)
    elif isinstance(node, Holds):
        for code in meant.near(node.field, node.value):
            yield f"{shown(node)}: {code}", Holds(node.field, code)
    elif isinstance(node, Recorded):
        yield f"{shown(node)} taken as true", TRUE


def _joined(node: All | Any, meant: Meant) -> Iterator[tuple[str, Condition]]:
    here, there = (All, Any) if isinstance(node, All) else (Any, All)
    yield f"{shown(node)} with {'or' if here is All else 'and'}", there(node.parts)
    for place, part in enumerate(node.parts):
        before, after = node.parts[:place], node.parts[place + 1 :]
        rest = before + after
        yield f"dropped {shown(part)}", rest[0] if len(rest) == 1 else here(rest)
        for words, changed in conditions(part, meant):
            yield words, here((*before, changed, *after))


def _compared(node: Compare, meant: Meant) -> Iterator[tuple[str, Condition]]:
    for sign in _NEAR_SIGNS[node.op]:
        yield f"{shown(node)} with {sign}", replace(node, op=sign)
    for words, changed in _values(node.left, node.right, meant):
        yield f"{shown(node)}: {words}", replace(node, left=changed)
    for words, changed in _values(node.right, node.left, meant):
        yield f"{shown(node)}: {words}", replace(node, right=changed)


def _values(value: Operand, other: Operand, meant: Meant) -> Iterator[tuple[str, Operand]]:
    """A written value a little changed: the next code, one more or less, a minute, a day."""
    if isinstance(value, Shifted):
        for step in (-1, 1):
            yield f"{value.number + step} {value.unit}", replace(value, number=value.number + step)
    if not isinstance(value, Constant):
        return
    if isinstance(value.value, bool):
        yield str(not value.value), replace(value, value=not value.value)
    elif isinstance(value.value, int | float):
        step = 60 if isinstance(other, SecondsBetween) else 1
        for changed in (value.value - step, value.value + step):
            yield str(changed), replace(value, value=changed)
    elif isinstance(value.value, date):
        for days in (-1, 1):
            yield str(value.value + timedelta(days=days)), replace(value, value=value.value + timedelta(days=days))
    else:
        for code in meant.near(other, value.value):
            yield code, replace(value, value=code)


def _chosen(node: OneOfThese, meant: Meant) -> Iterator[tuple[str, Condition]]:
    for place, option in enumerate(node.options):
        rest = node.options[:place] + node.options[place + 1 :]
        if rest:
            yield f"{shown(node)} without {option}", replace(node, options=rest)
        for code in meant.near(node.item, option):
            if code not in node.options:
                yield f"{shown(node)}: {code} for {option}", replace(node, options=(*rest, code))


def limits(limit: Limit) -> Iterator[tuple[str, Limit]]:
    """Every small change to a limit, those inside a look-up included (its selector is changed with the rule's)."""
    if isinstance(limit, Elapsed):
        for seconds, words in ((-60, "a minute less"), (-1, "the end not counted"), (60, "a minute more")):
            yield f"{limit.words}: {words}", replace(limit, seconds=limit.seconds + seconds)
    elif isinstance(limit, CalendarDays | WorkingDays):
        for step in (-1, 1):
            if limit.days + step >= (0 if isinstance(limit, CalendarDays) else 1):
                yield f"{limit.words}: a day {'more' if step > 0 else 'less'}", replace(limit, days=limit.days + step)
        if isinstance(limit, WorkingDays):
            yield f"{limit.words}: counting swapped", replace(limit, counting="same" if limit.counting == "next" else "next")
    elif isinstance(limit, CalendarMonths):
        for step in (-1, 1):
            if limit.months + step >= 0:
                yield f"{limit.words}: a month {'more' if step > 0 else 'less'}", replace(limit, months=limit.months + step)
    elif isinstance(limit, BeforeSchool):
        for step in (-60, 60):
            yield f"{limit.words}: a minute {'more' if step > 0 else 'less'}", replace(limit, at_seconds=limit.at_seconds + step)
    elif isinstance(limit, ByField):
        yield from _by_field(limit)
    elif isinstance(limit, LookUp):
        yield from _look_up(limit)
    elif isinstance(limit, Adjustable):
        for words, changed in limits(limit.default):
            yield words, replace(limit, default=changed)


def _by_field(limit: ByField) -> Iterator[tuple[str, Limit]]:
    if limit.otherwise is not None:
        yield f"by {limit.field}: else dropped", replace(limit, otherwise=None)
        yield f"by {limit.field}: the field dropped, else always", limit.otherwise
        for words, changed in limits(limit.otherwise):
            yield f"by {limit.field}: else {words}", replace(limit, otherwise=changed)


def _look_up(limit: LookUp) -> Iterator[tuple[str, Limit]]:
    name = f"look_up {limit.field}"
    for place, (code, value) in enumerate(limit.values):
        before, after = limit.values[:place], limit.values[place + 1 :]
        if before or after:
            yield f"{name}: {code} dropped", replace(limit, values=before + after)
        for words, changed in limits(value):
            yield f"{name}: {code} {words}", replace(limit, values=(*before, (code, changed), *after))
        if after:
            (next_code, next_value), rest = after[0], after[1:]
            yield f"{name}: {code} and {next_code} swapped", replace(limit, values=(*before, (code, next_value), (next_code, value), *rest))
    if limit.otherwise is not None:
        yield f"{name}: else dropped", replace(limit, otherwise=None)
        for words, changed in limits(limit.otherwise):
            yield f"{name}: else {words}", replace(limit, otherwise=changed)
    if limit.unknown is not None:
        yield f"{name}: unknown dropped", replace(limit, unknown=None)
        for words, changed in limits(limit.unknown):
            yield f"{name}: unknown {words}", replace(limit, unknown=changed)
