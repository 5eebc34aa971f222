"""How two sets of standards differ in what they mean: which were added or removed, which have other editions, and the words that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from candour.standards.limits import Adjustable
from candour.standards.model import Held, Standard
from candour.standards.rule_parts import inside, limits_of, parameters_of
from candour.standards.wording import limit_phrase, rule_sentence


@dataclass(frozen=True)
class Change:
    """One thing that is said otherwise: what it is, how it was put before and how after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One standard that differs. `editions` are the versions added and removed; `changes` are by version, for those that both sets have in other words."""

    id: str
    title: str
    added: tuple[int, ...]
    removed: tuple[int, ...]
    changes: Mapping[int, tuple[Change, ...]]


@dataclass(frozen=True)
class Differences:
    """Standards only in the second set, only in the first, and those in both that differ; and how many are the same."""

    added: tuple[Standard, ...]
    removed: tuple[Standard, ...]
    changed: tuple[Difference, ...]
    same: int


def compare_standards(before: Sequence[Standard], after: Sequence[Standard]) -> Differences:
    """What changes when the first set gives way to the second. All is in order of id and version."""
    first, second = _by_id(before), _by_id(after)
    both = [one for one in first if one in second]
    changed = [found for one in sorted(both) if (found := _difference(first[one], second[one])) is not None]
    return Differences(
        tuple(one for name in sorted(second.keys() - first.keys()) for one in second[name].values()),
        tuple(one for name in sorted(first.keys() - second.keys()) for one in first[name].values()),
        tuple(changed),
        len(both) - len(changed),
    )


def _by_id(standards: Sequence[Standard]) -> dict[str, dict[int, Standard]]:
    found: dict[str, dict[int, Standard]] = {}
    for one in sorted(standards, key=lambda one: (one.id, one.version)):
        found.setdefault(one.id, {})[one.version] = one
    return found


def _difference(before: Mapping[int, Standard], after: Mapping[int, Standard]) -> Difference | None:
    changes = {
        version: _changes(before[version], after[version])
        for version in before
        if version in after and before[version].fingerprint != after[version].fingerprint
    }
    added, removed = tuple(sorted(after.keys() - before.keys())), tuple(sorted(before.keys() - after.keys()))
    if not (changes or added or removed):
        return None
    last = after[max(after)]
    return Difference(last.id, last.title, added, removed, changes)


_SAID: Mapping[str, Callable[[Standard], str]] = {
    "title": lambda one: one.title,
    "asked": lambda one: one.statement,
    "in force": lambda one: f"from {one.in_force.begins or 'the beginning'} to {one.in_force.ends or 'now'}",
    "confirmed as in force": lambda one: "yes" if one.edition.commenced else f"no: {one.edition.commencement}",
    "what changed": lambda one: one.edition.changes or "nothing said",
    "status": lambda one: one.status,
    "severity": lambda one: one.severity,
    "duty": lambda one: one.duty,
    "for": lambda one: one.jurisdiction,
    "source": lambda one: f"{one.source.document} {one.source.paragraph}".strip(),
    "how far verified": lambda one: one.source.basis,
    "note": lambda one: one.source.note,
    "limits": lambda one: _limits(one),
    "a force may set": lambda one: ", ".join(parameters_of(one.rule)) or "nothing",
    "the rule": lambda one: rule_sentence(one),
    "our reading": lambda one: one.reading,
    "examples": lambda one: f"{len(one.examples)}",
}
"""What a standard says that a person would want to see side by side, in the order in which it is shown."""


def _changes(before: Standard, after: Standard) -> tuple[Change, ...]:
    """What is said otherwise; at least one line, since the two files differ."""
    found = [Change(what, said(before), said(after)) for what, said in _SAID.items() if said(before) != said(after)]
    if before.rule != after.rule and not any(one.what == "the rule" for one in found):
        found.append(Change("the rule", "differs in a way that its sentence does not show", "read the two files side by side"))
    if not found and before.examples != after.examples:
        found.append(Change("examples", f"{len(before.examples)}", f"{len(after.examples)}, in other words"))
    return tuple(found) or (Change("the file", "as it was", "differs in layout, remarks or what it informs alone"),)


def _limits(standard: Standard) -> str:
    """Every limit of a rule in words, but for those inside another."""
    if isinstance(standard.rule, Held):
        return f"at most {standard.rule.at_most}"
    every = limits_of(standard.rule)
    inner = {id(part) for limit in every for part in inside(limit)[1:]}
    tops = (limit.default if isinstance(limit, Adjustable) else limit for limit in every if id(limit) not in inner)
    return "; ".join(dict.fromkeys(limit_phrase(one) for one in tops)) or "none"
