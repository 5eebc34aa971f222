"""Small changes to the rule of a standard: every one that its worked examples ought to notice."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any as Anything

from mutated_parts import TRUE, Meant, conditions, limits

from candour.records.vocabulary import Vocabulary
from candour.standards.expressions import Condition
from candour.standards.limits import Adjustable, ByField, Limit, LookUp
from candour.standards.model import (
    SCOPES,
    Bound,
    Content,
    Count,
    Excuse,
    Extension,
    Held,
    Invariant,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Selector,
    Sequence,
    Standard,
)

_PICKS = {
    "last_before": ("first_after", "some"),
    "first_after": ("last_before", "some"),
    "some": ("every", "last_before"),
    "every": ("some", "none"),
    "none": ("some",),
}
_ABSENT = ("no occasion", "cannot_tell", "missed", "met")
_SCOPE_SWAPS = {"case": "child"}
Change = tuple[str, Anything]


@dataclass(frozen=True)
class Mutant:
    """A standard with one small change, and the change in words."""

    change: str
    standard: Standard


def mutants(standard: Standard, vocabulary: Vocabulary) -> tuple[Mutant, ...]:
    """Every mutant of a standard, each once, in a fixed order; a change that changes nothing is left out.

    Of an edition with the rule of its base only the dates are changed: the base's examples are asked of the rule.
    """
    seen: set[object] = {(standard.rule, standard.in_force)}
    found: list[Mutant] = []
    names: dict[str, int] = {}
    of_rule = () if standard.edition.same_rule else _rules(standard, vocabulary)
    for change, changed in itertools.chain(of_rule, _dates(standard)):
        key = (changed.rule, changed.in_force)
        if key in seen:
            continue
        seen.add(key)
        names[change] = names.get(change, 0) + 1
        found.append(Mutant(change if names[change] == 1 else f"{change} ({names[change]})", changed))
    return tuple(found)


def _dates(standard: Standard) -> Iterator[tuple[str, Standard]]:
    for end in ("begins", "ends"):
        day = getattr(standard.in_force, end)
        for step in (-1, 1) if day else ():
            words = f"in_force.{'from' if end == 'begins' else 'to'}: a day {'later' if step > 0 else 'earlier'}"
            yield words, replace(standard, in_force=replace(standard.in_force, **{end: day + timedelta(days=step)}))


def _rules(standard: Standard, vocabulary: Vocabulary) -> Iterator[tuple[str, Standard]]:
    rule = standard.rule
    found = _sequence(rule, vocabulary) if isinstance(rule, Sequence) else _shape(rule, vocabulary)
    for change, changed in found:
        yield change, replace(standard, rule=changed)


def _shape(rule: Rule, vocabulary: Vocabulary) -> Iterator[tuple[str, Rule]]:
    """Every change to a rule of any shape but an order of stages."""
    yield from _bound(rule, vocabulary)
    for part in fields(rule):
        if part.name in ("scope", "same", "unless", "grain", "stage"):
            continue
        for change, value in _part(rule, part.name, vocabulary):
            yield change, replace(rule, **{part.name: value})
    for number, change, changed in _look_up_selectors(rule, vocabulary):
        yield f"look_up[{number}].of {change}", changed


def _bound(rule: Rule, vocabulary: Vocabulary) -> Iterator[tuple[str, Rule]]:
    """Changes to what every shape has: scope, same, unless and the grain of before and after."""
    swapped = _SCOPE_SWAPS.get(rule.scope, "case")
    if not isinstance(rule, Held):
        yield f"scope {rule.scope} swapped for {swapped}", _rescoped(rule, rule.scope, swapped)
    for selector in dict.fromkeys(_selectors(rule)):
        if selector.by != SCOPES[rule.scope] and not isinstance(rule, Held):
            yield f"by {selector.by} dropped", _with_by(rule, selector, SCOPES[rule.scope])
    for column in rule.same:
        yield f"same {column} dropped", replace(rule, same=tuple(one for one in rule.same if one != column))
    for change, value in _listed("unless", rule.unless, lambda one: _excuse(one, _trigger_kinds(rule), vocabulary), may_be_empty=True):
        yield change, replace(rule, unless=value)
    if _grain_matters(rule):
        yield "grain swapped", replace(rule, grain="calendar" if rule.grain == "elapsed" else "elapsed")


def _grain_matters(rule: Rule) -> bool:
    """Before and after are asked of all shapes but these, which ask only of excuses that are events (and of extensions)."""
    if isinstance(rule, Response) and rule.early is not None:
        return bool(rule.extend) or any(one.selector is not None and one.look_back is None for one in rule.unless)
    if isinstance(rule, Content | Recurrence | Held | Invariant):
        return any(
            one.selector is not None and (one.look_back is None or not isinstance(rule, Content | Recurrence)) for one in rule.unless
        )
    return True


def _part(rule: Rule, name: str, vocabulary: Vocabulary) -> Iterator[Change]:
    """Changes to one part of a rule, by what kind of thing it is."""
    value = getattr(rule, name)
    if isinstance(value, Selector):
        if name == "since":
            yield "since dropped", None
        takes = name in ("after", "before", "of", "at") and not isinstance(rule, Recurrence | Count)
        for change, changed in _selector(value, vocabulary) if takes else _answers(value, vocabulary):
            yield f"{name} {change}", changed
    elif name in ("expect", "until", "never"):
        yield from _listed(name, value, lambda one: _answers(one, vocabulary), may_be_empty=name == "until")
    elif name == "extend":
        yield from _listed(name, value, lambda one: _extension(one, vocabulary), may_be_empty=True)
    elif name == "steps":
        yield from _listed(name, value, limits, may_be_empty=False)
        for place in range(len(value) - 1):
            yield f"steps {place + 1} and {place + 2} swapped", (*value[:place], value[place + 1], value[place], *value[place + 2 :])
    elif name == "check":
        yield "check dropped", TRUE
        meant = Meant(vocabulary, _trigger_kinds(rule), rule.other.kinds if isinstance(rule, Invariant) and rule.other else ())
        for change, changed in conditions(value, meant):
            yield f"check {change}", changed
    elif name in ("within", "early", "window") and value is not None:
        if name == "early" or (name == "within" and not isinstance(rule, Count) and _may_drop_within(rule)):
            yield f"{name} dropped", None
        for change, changed in limits(value):
            yield f"{name} {change}", changed
    elif name == "pick" and isinstance(rule, Invariant) and rule.other is not None:
        yield from ((f"pick {pick}", pick) for pick in _PICKS[rule.pick])
    elif name == "absent" and isinstance(rule, Invariant) and rule.other is not None and rule.pick in ("last_before", "first_after"):
        yield from ((f"absent {absent}", absent) for absent in _ABSENT if absent != rule.absent)
    elif name in ("at_least", "at_most"):
        yield from ((f"{name} {value + step}", value + step) for step in (-1, 1))


def _may_drop_within(rule: Rule) -> bool:
    return isinstance(rule, Precedence | Content) or bool(getattr(rule, "never", ()) and getattr(rule, "until", ()))


def _listed(
    name: str, values: tuple[Anything, ...], change_one: Callable[[Anything], Iterator[Change]], *, may_be_empty: bool
) -> Iterator[Change]:
    """Changes to a list: one of its entries dropped, or changed."""
    for place, value in enumerate(values):
        label = f"{name}[{place}]" if len(values) > 1 else name
        before, after = values[:place], values[place + 1 :]
        if may_be_empty or len(values) > 1:
            yield f"{label} dropped", before + after
        for change, changed in change_one(value):
            yield f"{label} {change}", (*before, changed, *after)


def _selector(selector: Selector, vocabulary: Vocabulary) -> Iterator[Change]:
    if len(selector.kinds) > 1:
        for kind in selector.kinds:
            yield f"kind {kind} dropped", replace(selector, kinds=tuple(one for one in selector.kinds if one != kind))
    if selector.take == "first":
        yield "take each", replace(selector, take="each")
    else:
        yield "take first", replace(selector, take="first")
    if selector.where is not None:
        yield "where dropped", replace(selector, where=None)
        for change, changed in conditions(selector.where, Meant(vocabulary, selector.kinds)):
            yield f"where {change}", replace(selector, where=changed)


def _excuse(excuse: Excuse, kinds: tuple[str, ...], vocabulary: Vocabulary) -> Iterator[Change]:
    if excuse.where is not None:
        yield "where dropped", replace(excuse, where=TRUE)
        for change, changed in conditions(excuse.where, Meant(vocabulary, kinds)):
            yield f"where {change}", replace(excuse, where=changed)
    if excuse.selector is None:
        return
    for change, changed_selector in _answers(excuse.selector, vocabulary):
        yield change, replace(excuse, selector=changed_selector)
    yield f"before {'any' if excuse.by == 'limit' else 'limit'}", replace(excuse, by="any" if excuse.by == "limit" else "limit")
    if excuse.look_back is not None:
        yield "look_back dropped", replace(excuse, look_back=None)
        for change, limit in limits(excuse.look_back) if excuse.look_back != "any" else ():
            yield f"look_back {change}", replace(excuse, look_back=limit)


def _answers(selector: Selector, vocabulary: Vocabulary) -> Iterator[Change]:
    """Changes to a selector that is no trigger: `take` means nothing there."""
    return ((change, value) for change, value in _selector(selector, vocabulary) if not change.startswith("take "))


def _extension(extension: Extension, vocabulary: Vocabulary) -> Iterator[Change]:
    for change, changed in _answers(extension.selector, vocabulary):
        yield change, replace(extension, selector=changed)
    for change, limit in limits(extension.limit):
        yield f"limit {change}", replace(extension, limit=limit)
    if isinstance(extension.limit, ByField) and extension.limit.otherwise is None:
        return  # the date is read from the extension itself, so that nothing is reckoned from anywhere
    if extension.reckoned_from == "event":
        yield "reckoned_from trigger", replace(extension, reckoned_from="trigger")
    else:
        yield "reckoned_from event", replace(extension, reckoned_from="event")


def _sequence(rule: Sequence, vocabulary: Vocabulary) -> Iterator[tuple[str, Rule]]:
    """Changes to an order of stages: a stage dropped, two swapped, one selected otherwise, and what all the stages share."""
    selected = (rule.stages[0].expect[0], *(stage.before for stage in rule.stages))
    for place, selector in enumerate(selected):
        before, after = selected[:place], selected[place + 1 :]
        yield f"order[{place}] dropped", _chain(rule, before + after)
        if after:
            yield f"order[{place}] and order[{place + 1}] swapped", _chain(rule, (*before, after[0], selector, *after[1:]))
        for change, changed in _selector(selector, vocabulary):
            if place or not change.startswith("take "):
                yield f"order[{place}] {change}", _chain(rule, (*before, changed, *after))
    for change, shared in _bound(rule.stages[0], vocabulary):
        if change.startswith("scope "):
            yield change, _rescoped(rule, rule.scope, shared.scope)
            continue
        stages = tuple(replace(stage, same=shared.same, unless=shared.unless, grain=shared.grain) for stage in rule.stages)
        yield change, replace(rule, same=shared.same, unless=shared.unless, grain=shared.grain, stages=stages)


def _chain(rule: Sequence, selected: tuple[Selector, ...]) -> Sequence:
    stages = tuple(
        replace(rule.stages[0], before=one, expect=(earlier,), stage=number)
        for number, (earlier, one) in enumerate(itertools.pairwise(selected), start=1)
    )
    return replace(rule, stages=stages)


def _trigger_kinds(rule: Rule) -> tuple[str, ...]:
    for name in ("after", "before", "of", "at", "count"):
        selector = getattr(rule, name, None)
        if isinstance(selector, Selector):
            return selector.kinds
    return rule.stages[0].before.kinds if isinstance(rule, Sequence) else ()


def _selectors(node: object) -> Iterator[Selector]:
    """Every selector in a rule, those inside look-ups included."""
    if isinstance(node, Selector):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from _selectors(part)
    elif is_dataclass(node) and not isinstance(node, type | Condition):
        for part in fields(node):
            yield from _selectors(getattr(node, part.name))


def _mapped(node: Anything, change: Callable[[Selector], Selector]) -> Anything:
    """The same rule with every selector exchanged for what `change` makes of it."""
    if isinstance(node, Selector):
        return change(node)
    if isinstance(node, tuple):
        return tuple(_mapped(part, change) for part in node)
    if is_dataclass(node) and not isinstance(node, type | Condition):
        return replace(node, **{part.name: _mapped(getattr(node, part.name), change) for part in fields(node)})
    return node


def _rescoped(rule: Rule, old: str, new: str) -> Rule:
    column, other = SCOPES[old], SCOPES[new]
    changed: Rule = _mapped(rule, lambda one: replace(one, by=other) if one.by == column else one)
    if isinstance(changed, Sequence):
        changed = replace(changed, stages=tuple(replace(stage, scope=new) for stage in changed.stages))
    return replace(changed, scope=new)


def _with_by(rule: Rule, selector: Selector, by: str) -> Rule:
    changed: Rule = _mapped(rule, lambda one: replace(one, by=by) if one == selector else one)
    return changed


def _look_up_selectors(rule: Bound, vocabulary: Vocabulary) -> Iterator[tuple[int, str, Rule]]:
    """Changes to the selectors by which look-ups find their code."""
    for number, look_up in enumerate(one for one in _limits_within(rule) if isinstance(one, LookUp) and one.of is not None):
        assert look_up.of is not None
        for change, of in _answers(look_up.of, vocabulary):
            yield number, change, _exchanged(rule, look_up, replace(look_up, of=of))


def _limits_within(node: object) -> Iterator[Limit]:
    if isinstance(node, LookUp | ByField | Adjustable):
        yield node
    if isinstance(node, tuple):
        for part in node:
            yield from _limits_within(part)
    elif is_dataclass(node) and not isinstance(node, type | Condition | Selector):
        for part in fields(node):
            yield from _limits_within(getattr(node, part.name))


def _exchanged(node: Anything, old: LookUp, new: LookUp) -> Anything:
    if node == old:
        return new
    if isinstance(node, tuple):
        return tuple(_exchanged(part, old, new) for part in node)
    if is_dataclass(node) and not isinstance(node, type | Condition | Selector):
        return replace(node, **{part.name: _exchanged(getattr(node, part.name), old, new) for part in fields(node)})
    return node
