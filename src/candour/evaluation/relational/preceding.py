"""Before an event, another has happened: the shape precedence, and each stage of an order."""

from __future__ import annotations

from candour.evaluation.relational.candidates import Candidates, kinds_of
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.excuses import add_excuses, note_conditions
from candour.evaluation.relational.limits import back_cases, back_sql, chosen
from candour.evaluation.relational.matching import Chain, Start, Starts
from candour.evaluation.relational.merging import Merge, Sought
from candour.evaluation.relational.occasions import NO_NUMBER, Line, Occasions, Part, words_of
from candour.evaluation.relational.steps import PLACES, packed, place_of, time_of
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import SCOPES, Precedence

_OPENINGS = (("back", "opening"), ("back_hi", "opening_hi"))
"""The earliest and the latest second at which the look-back may open."""


def compile_precedence(part: Part, rule: Precedence) -> Compiled | None:
    """The findings of a precedence. None where the chronology has nothing that could be an occasion."""
    occasions = Occasions(part, rule.before)
    note_conditions(part, occasions)
    chain = occasions.start()
    if chain is None:
        return None
    cases = [] if rule.within is None else back_cases(rule.within, "t.lo", "t.on_")
    back = (NO_NUMBER, NO_NUMBER) if rule.within is None else tuple(back_sql(rule.within, one, "t.on_") for one in ("t.lo", chain.hi))
    which = chosen(cases, lambda place, _case: str(place)) if cases else NO_NUMBER
    chain.extend(f"{back[0]} AS back, {back[1]} AS back_hi, {which} AS limit_case, {chain.hi} AS due")
    since = _add_since(part, chain, rule)
    opening = ", ".join(f"{f'greatest(t.{one}, t.since)' if since else f't.{one}'} AS {name}" for one, name in _OPENINGS)
    chain.extend(opening)
    bounded = rule.within is not None
    earlier = part.candidates(rule.expect)
    begins = "t.opening" if bounded else f"coalesce(t.opening, {-(2**32)})" if since else None
    merge = Merge(chain)
    sought = None
    if merge.can(earlier):
        merge.last("answer", earlier, part.rule.grain)
        sought = merge.search("later", earlier, chain.after(part.rule.grain)[0], begins)
        merge.apply()
    else:
        chain.last_certain("answer", earlier, before(part, chain))
    within = (
        f"{time_of('t.answer')} >= t.opening_hi"
        if bounded
        else f"({time_of('t.answer')} >= t.opening_hi OR t.opening_hi IS NULL)"
        if since
        else "TRUE"
    )
    met = Line(f"t.answer IS NOT NULL AND {within}", Outcome.MET, Reason.ANSWERED, evidence=place_of("t.answer"))
    if sought is None or sought.apart or any(excuse.selector is not None for excuse in rule.unless):
        # What is left to search is searched only for those who have no answer before.
        part.found(chain.keep(), [met], due="t.due", limit="t.limit_case")
        chain.extend("", where=f"({met.when}) IS NOT TRUE")
    _unanswered(part, chain, occasions, rule, earlier, met, sought, begins)
    return Compiled(part, chain.with_clause(), dict.fromkeys(rule.before.kinds, rule.before.by), words_of(cases), rule.scope)


def _unanswered(
    part: Part,
    chain: Chain,
    occasions: Occasions,
    rule: Precedence,
    earlier: Candidates,
    met: Line,
    sought: Sought | None,
    opening: str | None,
) -> None:
    """Lines 5 to 11. `sought`: the later and possible ones, where they have been searched for; `opening`: from when one may have been possible."""
    excused = add_excuses(part, chain, occasions, "trigger", exact_too=chain.days)
    possible = "FALSE" if sought is None else sought.may_be(chain.hi)
    if sought is None or sought.apart:
        bindings = None if sought is None else sought.apart
        chain.exists_possible("possible", earlier, certainty="any", opening=opening, cap=chain.hi, exact_too=chain.days, bindings=bindings)
        possible = f"({possible} OR t.possible)"
    begins = "t.opening"
    if rule.within is None:
        begins = f"coalesce(t.opening, {first_in_scope(part, chain, rule.scope)}, t.lo)"
    chain.extend(f"{part.completeness.missing(kinds_of(rule.expect), begins, 't.due')} AS uncovered")
    if sought is None:
        chain.first_certain("later", earlier, chain.after(part.rule.grain))
    lines = [
        met,
        excused.line(),
        Line(possible, Outcome.CANNOT_TELL, Reason.ANSWER_UNCERTAIN),
        excused.unsure(),
        Line("t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"),
        Line("t.later IS NOT NULL", Outcome.LATE, Reason.ANSWERED_LATE, evidence=place_of("t.later")),
        Line("TRUE", Outcome.MISSED, Reason.NOT_ANSWERED),
    ]
    part.found(chain.at, lines, due="t.due", limit="t.limit_case")


def first_in_scope(part: Part, chain: Chain, scope: str) -> str:
    """Adds `first_lo`: the first second of any dated event with the occasion's scope key in the scope's own column."""
    name = SCOPES[scope]
    part.staging.firsts.add(name)
    chain.extend("s.lo AS first_lo", f"LEFT JOIN first_of_{name} AS s ON s.hk = t.hk")
    return "t.first_lo"


def before(part: Part, chain: Chain) -> Starts:
    """The packed keys below which an event is certainly before the occasion, by the event's precision (section 4 of the meaning).

    Elapsed, both exact: at the same second or earlier; otherwise its latest second lies below the occasion's earliest. Calendar: its date is
    not later, which is the same as its earliest second being at or before the occasion's latest.
    """
    if part.rule.grain == "calendar":
        end: Start = ("lo", f"({chain.hi} + 1) * {PLACES}")
        return {0: end, 1: end}
    exact = f"(t.lo + 1 - CAST(t.prec = 1 AS BIGINT)) * {PLACES}" if chain.days else f"(t.lo + 1) * {PLACES}"
    return {0: ("lo", exact), 1: ("hi", f"t.lo * {PLACES}")}


def _add_since(part: Part, chain: Chain, rule: Precedence) -> bool:
    """Adds `since`: the earliest second of the last certain `since` event before the occasion."""
    if rule.since is None:
        return False
    candidates = part.candidates([rule.since])
    rows = candidates.certain_rows()
    if rows is None:
        return False
    inner = f"SELECT g, lo, {packed('lo', 'pos')} AS k FROM ({rows})"
    chain.extend("c.lo AS since", f"ASOF LEFT JOIN ({inner}) AS c ON t.g = c.g AND {packed('t.lo', 't.pos')} > c.k")
    return True
