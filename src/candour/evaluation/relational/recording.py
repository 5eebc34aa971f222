"""A record says what it must, perhaps within a time of the event: the shape content."""

from __future__ import annotations

from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.excuses import add_excuses, note_conditions
from candour.evaluation.relational.limits import Case
from candour.evaluation.relational.occasions import NO_NUMBER, Line, Occasions, Part, reckon, words_of
from candour.findings.outcomes import Outcome, Reason
from candour.records.quoting import text
from candour.standards.expressions import Condition
from candour.standards.limits import Limit
from candour.standards.model import Content, Excuse, Invariant, Selector


def compile_content(part: Part, rule: Content) -> Compiled | None:
    """The findings of a content rule. None where the chronology has nothing that could be an occasion."""
    return compile_check(part, rule.of, rule.check, rule.within, rule.unless, rule.scope)


def compile_alone(part: Part, rule: Invariant) -> Compiled | None:
    """The findings of an invariant that looks at one event only."""
    return compile_check(part, rule.at, rule.check, None, rule.unless, rule.scope)


def compile_check(
    part: Part, selector: Selector, check: Condition, within: Limit | None, unless: tuple[Excuse, ...], scope: str
) -> Compiled | None:
    """Lines 4 to 11 of content."""
    occasions = Occasions(part, selector)
    state = occasions.condition(check)
    missing = occasions.text_of_missing(check)
    note_conditions(part, occasions)
    if within is not None:
        occasions.value("recorded_at")
        at = occasions.moment(within)
    chain = occasions.start()
    if chain is None:
        return None
    cases: list[Case] = []
    due = limit = NO_NUMBER
    lines: list[Line] = []
    if within is not None:
        cases = list(reckon(part, chain, within, at))
        due, limit = "t.due_hi", "t.due_case"
        written = "(epoch_ms(t.f_recorded_at) // 1000)"
        lines += [
            Line(f"{state} = 1 AND {written} IS NULL", Outcome.CANNOT_TELL, Reason.FIELD, text("recorded_at")),
            Line(f"{state} = 1 AND {written} <= t.due_lo", Outcome.MET, Reason.HOLDS, evidence="t.pos"),
            Line(f"{state} = 1 AND {written} > t.due_hi", Outcome.LATE, Reason.ANSWERED_LATE, evidence="t.pos"),
            Line(f"{state} = 1", Outcome.CANNOT_TELL, Reason.PRECISION),
        ]
    else:
        lines.append(Line(f"{state} = 1", Outcome.MET, Reason.HOLDS, evidence="t.pos"))
    excused = add_excuses(part, chain, occasions, "limit" if within is not None else "trigger", exact_too=chain.days)
    lines += [
        excused.line(),
        Line(f"{state} = 2", Outcome.CANNOT_TELL, Reason.FIELD, missing),
        excused.unsure(),
    ]
    if within is not None:
        lines.append(Line(f"{part.as_of} <= t.due_lo", Outcome.PENDING, Reason.NOT_YET_DUE))
        lines.append(Line(f"{part.as_of} <= t.due_hi", Outcome.CANNOT_TELL, Reason.PRECISION))
    lines.append(Line("TRUE", Outcome.MISSED, Reason.DOES_NOT_HOLD))
    part.found(chain.at, lines, due=due, limit=limit)
    compiled = Compiled(part, chain.with_clause(), dict.fromkeys(selector.kinds, selector.by), words_of(cases), scope)
    compiled.on_record = within is not None
    return compiled
