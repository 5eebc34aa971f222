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
    known = f"{holder} IS NOT NULL"
    following = "OVER (PARTITION BY t.g ORDER BY t.k ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    chain.extend(f"min(t.k) {following} AS next_k, min(t.k) FILTER ({known}) {following} AS named_k")
    if rows is None:
        chain.extend("t.next_k AS end_k, t.named_k AS sure_k", where=known)
    else:
        first = f"ASOF LEFT JOIN (SELECT g, {key} AS k FROM ({rows})) AS c ON t.g = c.g AND t.k < c.k"
        chain.extend("least(t.next_k, c.k) AS end_k, least(t.named_k, c.k) AS sure_k", first, where=known)
    held = chain.keep()
    turns = "\nUNION ALL ".join(
        f"SELECT {holder} AS holder, {at} AS k, {one} AS one, {perhaps} AS perhaps, {pos} AS pos FROM {held} AS t WHERE {where}"
        for at, one, perhaps, pos, where in (
            ("t.k", 1, 0, "t.pos", "TRUE"),
            ("t.end_k", -1, 0, "NULL", "t.end_k IS NOT NULL"),
            ("t.end_k", 0, 1, "NULL", "t.end_k IS DISTINCT FROM t.sure_k"),
            ("t.sure_k", 0, -1, "NULL", "t.end_k IS DISTINCT FROM t.sure_k AND t.sure_k IS NOT NULL"),
        )
    )
    so_far = "OVER (PARTITION BY holder ORDER BY k, one ROWS UNBOUNDED PRECEDING)"
    running = f"SELECT pos, sum(one) {so_far} AS held, sum(perhaps) {so_far} AS perhaps FROM ({turns})"
    chain.extend(
        "CAST(n.held AS BIGINT) AS held, CAST(n.perhaps AS BIGINT) AS perhaps",
        f"JOIN (SELECT * FROM ({running}) WHERE pos IS NOT NULL) AS n ON n.pos = t.pos",
    )
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
        Line("t.held + t.perhaps <= t.at_most", Outcome.MET, Reason.WITHIN_NUMBER),
        excused.line(),
        excused.unsure(),
        Line("t.held <= t.at_most", Outcome.CANNOT_TELL, Reason.FIELD, text(rule.held_by)),
        Line("t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"),
        Line("TRUE", Outcome.MISSED, Reason.OVER_NUMBER),
    ]
    part.found(chain.at, lines, limit="t.limit_case", measured="t.held")
    words = {place: (f"at most {number}", whose) for place, (_, number, whose) in enumerate(cases)}
    words[len(cases)] = (f"at most {rule.at_most}", "standard")
    return Compiled(part, chain.with_clause(), dict.fromkeys(rule.count.kinds, rule.held_by), words, rule.scope)
