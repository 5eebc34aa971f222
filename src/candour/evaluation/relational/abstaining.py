"""After a trigger, something does not happen until an end: the shape absence."""

from __future__ import annotations

from collections.abc import Iterable

from candour.evaluation.relational.candidates import kinds_of
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.excuses import add_excuses, note_conditions
from candour.evaluation.relational.limits import Case
from candour.evaluation.relational.occasions import NO_NUMBER, Line, Occasions, Part, reckon, words_of
from candour.evaluation.relational.steps import place_of, time_of
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Absence


def compile_absence(part: Part, rule: Absence) -> Compiled | None:
    """The findings of an absence. None where the chronology has nothing that could be an occasion."""
    occasions = Occasions(part, rule.after)
    note_conditions(part, occasions)
    at = occasions.moment(rule.within) if rule.within is not None else None
    chain = occasions.start()
    if chain is None:
        return None
    cases: list[Case] = []
    if rule.within is not None and at is not None:
        cases = list(reckon(part, chain, rule.within, at))
    else:
        chain.extend(f"{NO_NUMBER} AS due_lo, {NO_NUMBER} AS due_hi, {NO_NUMBER} AS due_case")
    untils = part.candidates(rule.until)
    nevers = part.candidates(rule.never)
    after = chain.after(part.rule.grain)
    until_of = chain.first_certain("until", untils, after, keep=True)
    ends = f"{time_of('t.until')} <= t.due_lo" if rule.within is not None else "TRUE"
    chain.extend(f"coalesce(t.until IS NOT NULL AND {ends}, FALSE) AS until_ends, {_lo_of('until', until_of)} AS until_lo")
    chain.extend(
        f"CASE WHEN t.until_ends THEN t.until_lo ELSE t.due_lo END AS end_lo, CASE WHEN t.until_ends THEN {time_of('t.until')} ELSE t.due_hi END AS end_hi"
    )
    never_of = chain.first_certain("happened", nevers, after, keep=True)
    chain.extend(f"{_lo_of('happened', never_of)} AS happened_lo, {time_of('t.happened')} AS happened_hi")
    table = chain.keep()
    happened = f"coalesce({time_of('t.happened')} <= t.end_lo, t.happened IS NOT NULL AND t.end_lo IS NULL)"
    uncertain_end = chain.days or 1 in until_of.values()
    # What did happen
    chain.extend("", where=happened)
    excused = add_excuses(part, chain, occasions, "happened", exact_too=chain.days or 1 in never_of.values())
    chain.exists_possible("possible_end", untils, certainty="any", opening="t.lo", cap="t.happened_hi - 1", exact_too=chain.days)
    evidence = place_of("t.happened")
    lines = [
        excused.line(),
        excused.unsure(),
        Line("t.possible_end", Outcome.CANNOT_TELL, Reason.END_UNCERTAIN),
        Line("TRUE", Outcome.MISSED, Reason.HAPPENED, evidence=evidence),
    ]
    part.found(chain.at, lines, due="t.end_hi", limit="t.due_case")
    # What did not
    chain.back_to(table)
    chain.extend("", where=f"NOT {happened}")
    chain.extend("coalesce(t.end_hi, 9223372036854775807) AS cap")
    chain.exists_possible("possible", nevers, certainty="any", opening="t.lo", cap="t.cap", exact_too=uncertain_end)
    chain.extend(f"{part.completeness.missing(kinds_of(rule.never), 't.lo', 't.end_hi')} AS uncovered")
    lines = [
        Line("t.possible", Outcome.CANNOT_TELL, Reason.ANSWER_UNCERTAIN),
        Line(f"t.end_lo IS NULL OR {part.as_of} <= t.end_lo", Outcome.PENDING, Reason.NOT_YET_DUE),
        Line(f"{part.as_of} <= t.end_hi", Outcome.CANNOT_TELL, Reason.PRECISION),
        Line("t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"),
        Line("TRUE", Outcome.MET, Reason.DID_NOT_HAPPEN),
    ]
    part.found(chain.at, lines, due="t.end_hi", limit="t.due_case")
    return Compiled(part, chain.with_clause(), dict.fromkeys(rule.after.kinds, rule.after.by), words_of(cases), rule.scope)


def _lo_of(name: str, columns: Iterable[str]) -> str:
    """The earliest second of the first of several searches."""
    whens = " ".join(f"WHEN t.{name} = t.{one} THEN t.{one}_lo" for one in columns)
    return f"CASE {whens} END" if whens else NO_NUMBER
