"""Nobody holds more than a number at once: a count that is held against a number."""

from __future__ import annotations

from candour.evaluation.relational.candidates import kinds_of
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.excuses import add_excuses, note_conditions
from candour.evaluation.relational.occasions import Line, Occasions, Part
from candour.evaluation.relational.preceding import first_in_scope
from candour.evaluation.relational.steps import both, day, packed
from candour.findings.outcomes import Outcome, Reason
from candour.records.quoting import text
from candour.standards.model import Held


def compile_held(part: Part, rule: Held) -> Compiled | None:
    """The findings of a number held. None where the chronology has no holding."""
    occasions = Occasions(part, rule.count)
    note_conditions(part, occasions)
    holder = occasions.value(rule.held_by)
    chain = occasions.start(all_dates=True)
    if chain is None:
        return None
    dated = part.in_force("t.on_", "FALSE")
    begun = chain.keep()
    chain.extend("", where=both(f"{holder} IS NULL", dated))
    part.found(chain.at, [Line("TRUE", Outcome.CANNOT_TELL, Reason.FIELD, text(rule.held_by))])
    chain.back_to(begun)
    ends = part.candidates(rule.until)
    rows = ends.certain_rows()
    key = packed("lo", "pos")
    chain.extend(f"{packed('t.lo', 't.pos')} AS k")
    chain.extend("lead(t.k) OVER (PARTITION BY t.g ORDER BY t.k) AS next_k")
    known = f"{holder} IS NOT NULL"
    if rows is None:
        chain.extend("t.next_k AS end_k", where=known)
    else:
        first = f"ASOF LEFT JOIN (SELECT g, {key} AS k FROM ({rows})) AS c ON t.g = c.g AND t.k < c.k"
        chain.extend("least(t.next_k, c.k) AS end_k", first, where=known)
    held = chain.keep()
    turns = (
        f"SELECT {holder} AS holder, t.k AS k, 1 AS one, t.pos FROM {held} AS t\n"
        f"UNION ALL SELECT {holder}, t.end_k, -1, NULL FROM {held} AS t WHERE t.end_k IS NOT NULL"
    )
    running = f"SELECT pos, sum(one) OVER (PARTITION BY holder ORDER BY k, one ROWS UNBOUNDED PRECEDING) AS held FROM ({turns})"
    chain.extend("CAST(n.held AS BIGINT) AS held", f"JOIN (SELECT * FROM ({running}) WHERE pos IS NOT NULL) AS n ON n.pos = t.pos")
    cases = [(day(since), number, f"local: {rule.parameter}") for since, number, _ in reversed(rule.local)]
    most = " ".join(f"WHEN t.on_ >= {since} THEN {number}" for since, number, _ in cases)
    which = " ".join(f"WHEN t.on_ >= {since} THEN {place}" for place, (since, _, _) in enumerate(cases))
    chain.extend(
        f"CASE {most} ELSE {rule.at_most} END AS at_most, CASE {which} ELSE {len(cases)} END AS limit_case" if cases
        else f"{rule.at_most} AS at_most, 0 AS limit_case",
        where=dated,
    )  # fmt: skip
    excused = add_excuses(part, chain, occasions, "trigger", exact_too=chain.days)
    begins = first_in_scope(part, chain, "case")
    missing = part.completeness.missing(kinds_of(rule.until), f"coalesce({begins}, t.lo)", chain.hi)
    chain.extend(f"{missing} AS uncovered")
    lines = [
        Line("t.held <= t.at_most", Outcome.MET, Reason.WITHIN_NUMBER),
        excused.line(),
        excused.unsure(),
        Line("t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"),
        Line("TRUE", Outcome.MISSED, Reason.OVER_NUMBER),
    ]
    part.found(chain.at, lines, limit="t.limit_case", measured="t.held")
    words = {place: (f"at most {number}", whose) for place, (_, number, whose) in enumerate(cases)}
    words[len(cases)] = (f"at most {rule.at_most}", "standard")
    return Compiled(part, chain.with_clause(), dict.fromkeys(rule.count.kinds, rule.held_by), words, rule.scope)
