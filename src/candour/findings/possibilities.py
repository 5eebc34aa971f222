"""Which outcomes a standard can give: every one of them needs a worked example."""

from __future__ import annotations

from candour.findings.outcomes import Outcome
from candour.standards.model import Absence, Content, Held, Invariant, Precedence, Rule, Sequence, Standard

_BY_SHAPE = {
    Precedence: {Outcome.MET, Outcome.LATE, Outcome.MISSED, Outcome.CANNOT_TELL},
    Sequence: {Outcome.MET, Outcome.LATE, Outcome.MISSED, Outcome.CANNOT_TELL},
    Absence: {Outcome.MET, Outcome.MISSED, Outcome.PENDING, Outcome.CANNOT_TELL},
    Held: {Outcome.MET, Outcome.MISSED},
    Invariant: {Outcome.MET, Outcome.MISSED, Outcome.CANNOT_TELL},
}
_ANSWERED = {Outcome.MET, Outcome.LATE, Outcome.MISSED, Outcome.PENDING, Outcome.CANNOT_TELL}
_AT_ONCE = {Outcome.MET, Outcome.MISSED, Outcome.CANNOT_TELL}


def possible_outcomes(standard: Standard) -> frozenset[Outcome]:
    """The outcomes of which a standard must show an example: those of its shape, and `excused` where it has an excuse.

    Numbers held at once can also be impossible to tell, for want of a source; no example of that is asked for.
    """
    excused = {Outcome.EXCUSED} if _unless(standard.rule) else set()
    return frozenset(_of_shape(standard.rule) | excused)


def _of_shape(rule: Rule) -> set[Outcome]:
    if isinstance(rule, Content):
        return _ANSWERED if rule.within is not None else _AT_ONCE
    return _BY_SHAPE.get(type(rule), _ANSWERED)


def _unless(rule: Rule) -> bool:
    return any(stage.unless for stage in rule.stages) if isinstance(rule, Sequence) else bool(rule.unless)
