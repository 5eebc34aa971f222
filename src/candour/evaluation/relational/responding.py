"""After a trigger, an answer within a limit: the shape response, and what a count turns into once it is reached."""

from __future__ import annotations

from dataclasses import dataclass

from candour.evaluation.relational.candidates import Candidates, kinds_of
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.excuses import add_excuses, note_conditions
from candour.evaluation.relational.limits import Case, Moment, Reckoning, back_columns, chosen, fields_of
from candour.evaluation.relational.matching import Chain
from candour.evaluation.relational.merging import Merge, Sought
from candour.evaluation.relational.occasions import Line, Occasions, Part, reckon, words_of
from candour.evaluation.relational.steps import place_of, time_of, union
from candour.findings.outcomes import Outcome, Reason
from candour.records.quoting import quoted
from candour.standards.limits import Limit
from candour.standards.model import Extension, Response, Selector


def compile_response(part: Part, rule: Response) -> Compiled | None:
    """The findings of a response. None where the chronology has nothing that could be an occasion."""
    occasions = Occasions(part, rule.after)
    note_conditions(part, occasions)
    at = occasions.moment(rule.within)
    chain = occasions.start()
    if chain is None:
        return None
    words = answer(part, chain, occasions, rule.expect, rule.within, at, rule.extend, rule.early)
    triggers = dict.fromkeys(rule.after.kinds, rule.after.by)
    return Compiled(part, chain.with_clause(), triggers, words_of(words), rule.scope)


def answer(
    part: Part,
    chain: Chain,
    occasions: Occasions,
    expect: tuple[Selector, ...],
    within: Limit,
    at: Moment,
    extend: tuple[Extension, ...] = (),
    early: Limit | None = None,
) -> list[Case]:
    """Lines 4 to 15 of the response, for the occasions in the chain. Returns the cases of the limit, as numbered in the findings."""
    cases = list(reckon(part, chain, within, at))
    answers = part.candidates(expect)
    after = chain.after(part.rule.grain)
    opening, start = "t.lo", after[0]
    if early is not None:
        columns, opening, latest = back_columns(early, "opening", chain.hi)
        chain.extend(columns)
        start = ("lo", latest)
    exact_too = chain.days or any(part.staging.any_of_precision(kind, 1) for rung in extend for kind in rung.selector.kinds)
    merge = Merge(chain)
    rungs = [_Rung(number, rung, part.candidates([rung.selector])) for number, rung in enumerate(extend)]
    for rung in rungs:
        rung.sought = merge.search(rung.name, rung.candidates, after[0], "t.lo") if merge.can(rung.candidates) else None
    sought = merge.search("answer", answers, start, opening) if merge.can(answers) else None
    excused = add_excuses(part, chain, occasions, "limit", exact_too=exact_too, merge=merge)
    merge.apply()
    for rung in rungs:
        _climb(part, chain, rung, cases, at, exact_too=exact_too)
    if sought is None:
        chain.first_certain("answer", answers, {0: start, 1: start})
    evidence = place_of("t.answer")
    met = Line(f"{time_of('t.answer')} <= t.due_lo", Outcome.MET, Reason.ANSWERED, evidence=evidence)
    possible = "FALSE" if sought is None else sought.may_be("t.due_hi")
    if sought is None or sought.apart or excused.apart:
        # What is left to search is searched only for those who have no answer in time.
        part.found(chain.keep(), [met], due="t.due_hi", limit="t.due_case")
        chain.extend("", where=f"({met.when}) IS NOT TRUE")
        excused.search_apart(chain)
        chain.exists_possible(
            "possible", answers, certainty="any", opening=opening, cap="t.due_hi", exact_too=exact_too,
            bindings=None if sought is None else sought.apart,
        )  # fmt: skip
        possible = f"({possible} OR t.possible)"
    missing = part.completeness.missing(kinds_of(expect), opening, "t.due_hi")
    chain.extend(f"{missing} AS uncovered")
    lines = [
        met,
        excused.line(),
        Line(f"{part.as_of} <= t.due_lo AND t.answer IS NULL", Outcome.PENDING, Reason.NOT_YET_DUE),
        Line(possible, Outcome.CANNOT_TELL, Reason.ANSWER_UNCERTAIN),
        excused.unsure(),
        Line(f"{part.as_of} <= t.due_hi", Outcome.CANNOT_TELL, Reason.PRECISION),
        *([Line("t.in_doubt", Outcome.CANNOT_TELL, Reason.EXTENSION_UNCERTAIN)] if extend else []),
        Line("t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"),
        Line("t.answer IS NOT NULL", Outcome.LATE, Reason.ANSWERED_LATE, evidence=evidence),
        Line("TRUE", Outcome.MISSED, Reason.NOT_ANSWERED),
    ]
    part.found(chain.at, lines, due="t.due_hi", limit="t.due_case")
    return cases


@dataclass
class _Rung:
    """One rung of a ladder, the events that it may be, and the columns where they were sought (None: not yet)."""

    number: int
    extension: Extension
    candidates: Candidates
    sought: Sought | None = None

    @property
    def name(self) -> str:
        """The column of the first certain event."""
        return f"rung{self.number}"


def _climb(part: Part, chain: Chain, step: _Rung, cases: list[Case], at: Moment, *, exact_too: bool) -> None:
    """One rung of a ladder: replaces the due moments where it counts, and `in_doubt` where it may.

    `exact_too`: whether an exact rung may count without being certain to.
    """
    rung, number, name, sought = step.extension, step.number, step.name, step.sought
    bindings = None if sought is None else sought.apart
    if sought is None:
        chain.first_certain(name, step.candidates, chain.after(part.rule.grain))
    chain.exists_possible(
        f"{name}_possible", step.candidates, certainty="any", opening="t.lo", cap="t.due_hi", exact_too=exact_too, bindings=bindings
    )
    possible = f"(t.{name}_possible OR {'FALSE' if sought is None else sought.may_be('t.due_hi')})"
    still = f"t.on_ladder{number - 1} AND " if number else ""
    counts = f"coalesce({still}{time_of(f't.{name}')} <= t.due_lo, FALSE)"
    chain.extend(f"{counts} AS on_ladder{number}")
    doubted = f"{still}NOT t.on_ladder{number} AND {possible}"
    if number:
        chain.add(f"SELECT t.* REPLACE (t.in_doubt OR ({doubted}) AS in_doubt) FROM {chain.at} AS t")
    else:
        chain.extend(f"{doubted} AS in_doubt")
    chain.extend(f"CASE WHEN t.on_ladder{number} THEN {place_of(f't.{name}')} END AS {name}_pos")
    names = fields_of(rung.limit)
    staging = part.staging
    events = []
    for kind in rung.selector.kinds:
        kept = [f"{staging.value_or_null(kind, one, rung.selector.kinds)} AS {quoted(f'{name}_f_{one}')}" for one in names]
        listed = ", ".join(["pos", f"lo AS {name}_lo", f"hi AS {name}_hi", f"{staging.value(kind, 'occurred_on')} AS {name}_on", *kept])
        if staging.rows(kind):
            events.append(f"SELECT {listed} FROM {staging.kind(kind).table}")
    if not events:
        return
    inside = f"e{number}"
    lo, hi, on = (at.lo, at.hi, at.on) if rung.reckoned_from == "trigger" else (f"{inside}.{name}_{one}" for one in ("lo", "hi", "on"))
    moment = Moment(lo, hi, on, lambda one: f"{inside}.{quoted(f'{name}_f_{one}')}", at.chosen_on)
    reckoning = Reckoning(rung.limit, moment, part.tables, f"{chain.name}_{name}")
    first = len(cases)
    due_lo = chosen(reckoning.cases, lambda _place, case: case.lo or "CAST(NULL AS BIGINT)")
    due_hi = chosen(reckoning.cases, lambda _place, case: case.hi or "CAST(NULL AS BIGINT)")
    which = chosen(reckoning.cases, lambda place, _case: str(first + place))
    joins = " ".join([f"LEFT JOIN ({union(events)}) AS {inside} ON {inside}.pos = t.{name}_pos", *reckoning.joins.values()])
    there = f"{inside}.pos IS NOT NULL"
    chain.extend(
        f"CASE WHEN {there} THEN {due_lo} END AS {name}_due_lo, CASE WHEN {there} THEN {due_hi} END AS {name}_due_hi, {which} AS {name}_case",
        joins,
    )
    stands = f"t.{name}_due_lo IS NOT NULL AND t.{name}_due_hi IS NOT NULL"
    chain.add(
        f"SELECT t.* REPLACE (CASE WHEN {stands} THEN t.{name}_due_lo ELSE t.due_lo END AS due_lo, "
        f"CASE WHEN {stands} THEN t.{name}_due_hi ELSE t.due_hi END AS due_hi, CASE WHEN {stands} THEN t.{name}_case ELSE t.due_case END AS due_case, "
        f"t.in_doubt OR (t.on_ladder{number} AND NOT ({stands})) AS in_doubt) "
        f"FROM {chain.at} AS t"
    )
    cases.extend(reckoning.cases)
