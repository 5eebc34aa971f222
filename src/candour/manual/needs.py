"""What a standard needs of the records before it can be decided: kinds of event, their fields, complete sources, and the force's own figures."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass

from candour.findings.shown_events import fields_looked_at
from candour.records.vocabulary import Field, Vocabulary
from candour.standards.condition_wording import name_words
from candour.standards.expressions import FieldOf
from candour.standards.limits import Adjustable
from candour.standards.model import SCOPES, Absence, Content, Held, Invariant, Recurrence, Rule, Selector, Standard
from candour.standards.rule_parts import answers_of, counted_of, ends_of, excuses_of, extensions_of, limits_of, triggers_of
from candour.standards.wording import limit_phrase

_PARTS = {
    "starts it": triggers_of,
    "counted before it": counted_of,
    "answers it": answers_of,
    "ends it": ends_of,
    "excuses": excuses_of,
    "extends the limit": extensions_of,
}


@dataclass(frozen=True)
class KindNeeded:
    """One kind of event that a rule reads: what it is to the rule, and which of its fields decide, name and meaning."""

    kind: str
    title: str
    parts: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Needs:
    """Everything a rule rests on. `complete` are the kinds whose absence counts only where a source is complete for them; `about` are
    the details of the child, the case and the envelope."""

    kinds: tuple[KindNeeded, ...]
    about: tuple[tuple[str, str], ...]
    complete: tuple[str, ...]
    joined_by: str


def needs_of(standard: Standard, vocabulary: Vocabulary) -> Needs:
    """What the rule of a standard needs, in the order in which it reads it."""
    rule = standard.rule
    parts: dict[str, dict[str, None]] = {}
    for part, find in _PARTS.items():
        for selector in find(rule):
            for kind in selector.kinds:
                parts.setdefault(kind, {}).setdefault(_part(part, rule))
    for limit in limits_of(rule):
        for kind in getattr(getattr(limit, "of", None), "kinds", ()):
            parts.setdefault(kind, {}).setdefault("sets the limit")
    wanted = fields_looked_at(standard)
    kinds = tuple(
        KindNeeded(
            kind, vocabulary.kinds[kind].title, tuple(said),
            tuple(vocabulary.kinds[kind].fields[name] for name in wanted.get(kind, ()) if name in vocabulary.kinds[kind].fields),
        )
        for kind, said in parts.items()
    )  # fmt: skip
    return Needs(kinds, _about(standard, vocabulary), complete_for(rule), _joined_by(rule))


def _part(part: str, rule: Rule) -> str:
    if part == "answers it" and isinstance(rule, Absence):
        return "must not happen"
    return "is held against it" if part == "answers it" and isinstance(rule, Invariant) else part


def complete_for(rule: Rule) -> tuple[str, ...]:
    """The kinds for which a source must be declared complete before a missing record counts; none where only what is recorded is looked at."""
    selectors: tuple[Selector, ...] = answers_of(rule)
    if isinstance(rule, Content) or (isinstance(rule, Invariant) and rule.pick in ("last_before", "first_after") and rule.absent in ("no occasion", "cannot_tell")):  # fmt: skip
        return ()
    if isinstance(rule, Held):
        selectors = rule.until
    if isinstance(rule, Recurrence):
        selectors = (*selectors, *rule.until)
    return tuple(dict.fromkeys(kind for one in selectors for kind in one.kinds))


def _about(standard: Standard, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """The details of the child and the case, and the columns of every event, that the rule reads beside the fields of a kind."""
    found: dict[tuple[str, str], None] = {}
    for one in _inside(standard.rule):
        if isinstance(one, FieldOf):
            details = {"child": vocabulary.child, "case": vocabulary.case}.get(one.owner, vocabulary.envelope)
            if one.name in details:
                owner = {"child": "the child", "case": "the case"}.get(one.owner, "the record")
                found.setdefault((f"“{name_words(one.name)}” of {owner}", details[one.name].meaning))
    ages = any(type(one).__name__ == "Age" for one in _inside(standard.rule))
    if ages and "born_on" in vocabulary.child:
        found.setdefault(("“born on” of the child", vocabulary.child["born_on"].meaning))
    return tuple(found)


def _inside(value: object) -> list[object]:
    if isinstance(value, tuple):
        return [part for item in value for part in _inside(item)]
    if is_dataclass(value) and not isinstance(value, type):
        return [value, *(part for one in fields(value) for part in _inside(getattr(value, one.name)))]
    return []


def _joined_by(rule: Rule) -> str:
    """The references that hold the records of one occasion together."""
    columns = dict.fromkeys((SCOPES[rule.scope], *rule.same))
    if isinstance(rule, Held):
        columns = dict.fromkeys((rule.held_by, "case_ref"))
    return ", ".join(f"“{name_words(column)}”" for column in columns)


def own_figures(rule: Rule) -> tuple[tuple[str, str], ...]:
    """The figures that a force may set for itself: the name to give, and the catalogue's own figure in words. Each name once."""
    found: dict[str, str] = {}
    for one in _inside(rule):
        if isinstance(one, Adjustable):
            found.setdefault(one.parameter, limit_phrase(one.default))
        if isinstance(one, Held) and one.parameter:
            found.setdefault(one.parameter, f"at most {one.at_most} at once")
    return tuple(found.items())
