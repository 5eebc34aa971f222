"""Takes a rule apart: which events it reads, which limits it sets, and which of them a force may set for itself."""

from __future__ import annotations

from candour.standards.limits import Adjustable, ByField, Limit, LookUp
from candour.standards.model import (
    Absence,
    Content,
    Count,
    Held,
    Invariant,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Selector,
    Sequence,
)


def triggers_of(rule: Rule) -> tuple[Selector, ...]:
    """The selectors whose events make an occasion; for a recurrence the opening and the answers, each of which is an anchor."""
    if isinstance(rule, Response | Absence):
        return (rule.after,)
    if isinstance(rule, Recurrence):
        return (rule.after, *rule.expect)
    if isinstance(rule, Precedence):
        return (rule.before,)
    if isinstance(rule, Sequence):
        return tuple(stage.before for stage in rule.stages)
    if isinstance(rule, Content):
        return (rule.of,)
    if isinstance(rule, Count):
        return (rule.trigger,)
    return (rule.at,) if isinstance(rule, Invariant) else (rule.count,)


def answers_of(rule: Rule, stage: int = 0) -> tuple[Selector, ...]:
    """The selectors of what is expected, or must not happen, or is compared with; of the given stage of a sequence."""
    if isinstance(rule, Response | Recurrence | Precedence | Count):
        return rule.expect
    if isinstance(rule, Sequence):
        return tuple(one for part in rule.stages if stage in (0, part.stage) for one in part.expect)
    if isinstance(rule, Absence):
        return rule.never
    if isinstance(rule, Invariant):
        return (rule.other,) if rule.other else ()
    return ()


def ends_of(rule: Rule) -> tuple[Selector, ...]:
    """The selectors of what ends a state, a window or a holding, and of what a look-back starts from."""
    if isinstance(rule, Recurrence | Absence | Held):
        return rule.until
    return (rule.since,) if isinstance(rule, Precedence) and rule.since else ()


def counted_of(rule: Rule) -> tuple[Selector, ...]:
    """The selector of what is counted before a trigger of another kind."""
    return (rule.count,) if isinstance(rule, Count) and rule.after is not None else ()


def excuses_of(rule: Rule) -> tuple[Selector, ...]:
    """The selectors of the recorded excuses."""
    return tuple(excuse.selector for excuse in rule.unless if excuse.selector is not None)


def extensions_of(rule: Rule) -> tuple[Selector, ...]:
    """The selectors of what extends the limit."""
    return tuple(rung.selector for rung in rule.extend) if isinstance(rule, Response) else ()


def selectors_of(rule: Rule) -> tuple[Selector, ...]:
    """Every selector of a rule, its triggers first; with those by which a limit is looked up."""
    looked_up = tuple(limit.of for limit in limits_of(rule) if isinstance(limit, LookUp) and limit.of is not None)
    return triggers_of(rule) + counted_of(rule) + answers_of(rule) + ends_of(rule) + excuses_of(rule) + extensions_of(rule) + looked_up


def limits_of(rule: Rule) -> tuple[Limit, ...]:
    """Every limit of a rule as written, and those inside a look-up, an alternative or a force's own figures."""
    found: list[Limit] = []
    if isinstance(rule, Response | Absence | Content | Count | Precedence) and rule.within is not None:
        found.append(rule.within)
    if isinstance(rule, Recurrence):
        found.extend(rule.steps)
    if isinstance(rule, Response):
        found.extend(rung.limit for rung in rule.extend)
    return tuple(part for limit in found for part in inside(limit))


def inside(limit: Limit) -> tuple[Limit, ...]:
    """A limit and those inside it: what a code leads to, an alternative, a force's own figures."""
    inner: list[Limit] = []
    if isinstance(limit, Adjustable):
        inner = [limit.default, *(local.limit for local in limit.local)]
    elif isinstance(limit, ByField) and limit.otherwise is not None:
        inner = [limit.otherwise]
    elif isinstance(limit, LookUp):
        inner = [value for _, value in limit.values] + [one for one in (limit.otherwise, limit.unknown) if one is not None]
    return (limit, *(part for one in inner for part in inside(one)))


def parameters_of(rule: Rule) -> tuple[str, ...]:
    """The names under which a force may set its own figures in this rule, each once."""
    looks_back = [excuse.look_back for excuse in rule.unless]
    if isinstance(rule, Response):
        looks_back.append(rule.early)
    if isinstance(rule, Count):
        looks_back.append(rule.window)
    names = [limit.parameter for limit in (*limits_of(rule), *looks_back) if isinstance(limit, Adjustable)]
    if isinstance(rule, Held) and rule.parameter:
        names.append(rule.parameter)
    return tuple(dict.fromkeys(names))
