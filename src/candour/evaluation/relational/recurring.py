"""While a state is open, an answer at most every so often: the shape recurrence."""

from __future__ import annotations

from collections.abc import Iterable

from candour.evaluation.relational.candidates import CASE, Candidates, kinds_of, picks_of
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.excuses import add_excuses, note_conditions
from candour.evaluation.relational.limits import Case, Moment, fields_of
from candour.evaluation.relational.matching import Chain
from candour.evaluation.relational.merging import Merge
from candour.evaluation.relational.occasions import NO_TEXT, Line, Occasions, Part, reckon_steps, words_of
from candour.evaluation.relational.steps import both, packed, union
from candour.findings.outcomes import Outcome, Reason
from candour.records.quoting import quoted
from candour.standards.model import Recurrence, Selector

_ROLES = ("opening", "answer", "ending")


def compile_recurrence(part: Part, rule: Recurrence) -> Compiled | None:
    """The findings of a recurrence. None where the chronology has nothing that could open a state."""
    openings = Occasions(part, rule.after)
    rows = openings.rows()
    kinds = tuple(dict.fromkeys((*rule.after.kinds, *kinds_of(rule.expect))))
    anchors = Occasions(part, Selector(kinds, None, rule.after.by))
    note_conditions(part, anchors)
    for limit in rule.steps:
        for name in fields_of(limit):
            anchors.value(name)
    days = any(part.staging.any_of_precision(kind, 1) for kind in kinds)
    chain = Chain(part.name, part.rule.same, kinds, None, days=days)
    states = _states(part, rule)
    if not rows and states is None:
        return None
    anchored = chain.add(states, kept=bool(rows)) if states is not None else None
    if rows:
        # An event that may be an opening, and is an anchor as an answer, has the anchor's finding alone.
        may_be_both = anchored is not None and set(rule.after.kinds) & set(kinds_of(rule.expect))
        if may_be_both:
            rows = f"SELECT * FROM ({rows}) WHERE pos NOT IN (SELECT pos FROM {anchored} WHERE anchors)"
        openings.unclean(chain.add(rows))
    cases: list[Case] = []
    if anchored is not None:
        chain.back_to(anchored)
        cases = _anchored(part, chain, rule, anchors)
    triggers = dict.fromkeys(rule.after.kinds, rule.after.by)
    for selector in rule.expect:
        triggers.update({kind: selector.by for kind in selector.kinds if kind not in triggers})
    compiled = Compiled(part, chain.with_clause(), triggers, words_of(cases), rule.scope)
    return compiled if part.branches else None


def _states(part: Part, rule: Recurrence) -> str | None:
    """The certain, dated events of the rule with how things stood just before each; None when nothing can open a state."""
    staging = part.staging
    roles: list[str] = []
    kinds: list[set[str]] = []
    opens = False
    for role, selectors in (("opening", (rule.after,)), ("answer", rule.expect), ("ending", rule.until)):
        candidates = part.candidates(selectors)
        rows = candidates.certain_rows(keys=True)
        if rows is None:
            continue
        opens |= role == "opening"
        kinds.append({kind for kind in candidates.kinds() if staging.rows(kind)})
        roles.append(f"SELECT *, {_flags(role)} FROM ({rows})")
    if not opens:
        return None
    events = union(roles)
    if sum(map(len, kinds)) > len(set().union(*kinds)):
        keys = ", ".join(f"any_value({one}) AS {one}" for one in ("lo", "hi", "hk", *(f"s{place}" for place in range(len(part.rule.same)))))
        flags = ", ".join(f"max({one}) AS {one}" for one in _ROLES)
        events = f"SELECT g, pos, {keys}, {flags} FROM ({events}) GROUP BY g, pos"
    standing = _standing_turned(events) if _may_turn(part, rule) else _standing(events)
    return f"SELECT *, open AND ending = 1 AS closes, (NOT open AND opening = 1) OR (open AND answer = 1) AS anchors\nFROM ({standing})"


def _may_turn(part: Part, rule: Recurrence) -> bool:
    """Whether one event may both open a state and end one."""
    openings, endings = picks_of([rule.after]), picks_of(rule.until)
    alike = [(one, other) for one in openings for other in endings if one.kind == other.kind]
    each = [
        part.staging.any_both(one.kind, one.condition, other.condition) for one, other in alike
    ]  # all are asked, so that all are counted
    return any(each)


def _standing(events: str) -> str:
    """Adds whether the state is open just before each event, and `state`, which is the same within one open state: the key of the last ending before."""
    key = packed("lo", "pos")
    before = (
        f"SELECT *, max(CASE WHEN opening = 1 THEN {key} END) OVER w AS opened, max(CASE WHEN ending = 1 THEN {key} END) OVER w AS state\n"
        f"FROM ({events}) WINDOW w AS (PARTITION BY g ORDER BY lo, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    return f"SELECT * EXCLUDE (opened), opened IS NOT NULL AND (state IS NULL OR opened > state) AS open FROM ({before})"


def _standing_turned(events: str) -> str:
    """As `_standing`, where an event may both open and end.

    Such an event turns the state round; one that does either settles it. The state before an event is that of the last settling event, turned
    round as often as there were turning events since: all of it running sums and maxima, in order of time. `state` counts the openings.
    """
    settled = (
        "SELECT *, row_number() OVER w AS turn, coalesce(sum(opening & ending) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) & 1 AS turned\n"
        f"FROM ({events}) WINDOW w AS (PARTITION BY g ORDER BY lo, pos)"
    )
    standing = (
        "SELECT *, xor(coalesce(max(CASE WHEN opening <> ending THEN turn * 2 + xor(opening::BIGINT, turned::BIGINT) END) OVER "
        "(PARTITION BY g ORDER BY lo, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) & 1, turned::BIGINT) = 1 AS open\n"
        f"FROM ({settled})"
    )
    return (
        "SELECT *, sum(CAST(NOT open AND opening = 1 AS BIGINT)) OVER (PARTITION BY g ORDER BY lo, pos ROWS UNBOUNDED PRECEDING) AS state\n"
        f"FROM ({standing})"
    )


def _flags(role: str) -> str:
    return ", ".join(f"CAST({int(role == one)} AS TINYINT) AS {one}" for one in _ROLES)


def _anchored(part: Part, chain: Chain, rule: Recurrence, anchors: Occasions) -> list[Case]:
    """Lines 4 to 15 for every anchor."""
    chain.add(
        "SELECT *, sum(CAST(anchors AS BIGINT)) OVER (w ROWS UNBOUNDED PRECEDING) - 1 AS step,\n"
        "lead(anchors) OVER w AS answered, lead(pos) OVER w AS next_pos, lead(lo) OVER w AS next_lo, lead(hi) OVER w AS next_hi,\n"
        "max(CASE WHEN closes THEN lo END) OVER (PARTITION BY g, state) AS end_lo, max(CASE WHEN closes THEN hi END) OVER (PARTITION BY g, state) AS end_hi\n"
        f"FROM {chain.at} WHERE anchors OR closes WINDOW w AS (PARTITION BY g, state ORDER BY lo, pos)"
    )
    staging = part.staging
    listed = []
    for kind in anchors.selector.kinds:
        if staging.rows(kind):
            kept = [f"CAST({staging.state(kind, condition)} AS TINYINT) AS {name}" for name, condition in anchors.conditions.items()]
            kept += [f"{of(kind)} AS {name}" for name, of in anchors.columns.items()]
            kept = ["pos", "prec", f"{staging.key(kind, CASE)} AS ck", f"{staging.value(kind, 'occurred_on')} AS on_", *kept]
            listed.append(f"SELECT {', '.join(kept)} FROM {staging.kind(kind).table}")
        else:
            for condition in anchors.conditions.values():
                staging.state(kind, condition)
    same = "".join(f", t.s{place}" for place in range(len(part.rule.same)))
    extra = "".join(f", a.{name}" for name in (*anchors.conditions, *anchors.columns))
    chain.add(
        f"SELECT t.pos, t.lo, t.hi, a.prec, a.on_, t.hk, a.ck{same}, t.g, t.step, t.end_lo, t.end_hi, "
        "CASE WHEN t.answered THEN t.next_pos END AS next_pos, CASE WHEN t.answered THEN t.next_lo END AS next_lo, "
        f"CASE WHEN t.answered THEN t.next_hi END AS next_hi{extra}\n"
        f"FROM {chain.at} AS t JOIN ({union(listed)}) AS a ON a.pos = t.pos WHERE {both('t.anchors', part.in_force('a.on_', 'FALSE'))}"
    )
    last = len(rule.steps) - 1
    steps = [("" if place == last else f"t.step = {place}", limit) for place, limit in enumerate(rule.steps)]
    at = Moment("t.lo", chain.hi, "t.on_", lambda name: f"t.{quoted(f'f_{name}')}", "t.on_")
    cases = reckon_steps(part, chain, steps, at)
    _lines(part, chain, rule, anchors)
    return cases


def _lines(part: Part, chain: Chain, rule: Recurrence, anchors: Occasions) -> None:
    """Lines 5 to 15."""
    table = chain.keep()
    part.found(
        table, [Line("t.next_hi <= t.due_lo", Outcome.MET, Reason.ANSWERED, evidence="t.next_pos")], due="t.due_hi", limit="t.due_case"
    )
    ended_first = "t.next_pos IS NULL AND t.end_hi <= t.due_lo"
    chain.extend("", where=f"(t.next_hi <= t.due_lo) IS NOT TRUE AND ({ended_first}) IS NOT TRUE")
    merge = Merge(chain)
    excused = add_excuses(part, chain, anchors, "limit", exact_too=chain.days, merge=merge)
    # An anchor is an opening, or else a certain answer: then it is none of the answers that are not certain.
    answer = _Unsure("possible", part.candidates(rule.expect), merge, rule.after.kinds)
    ending = _Unsure("possible_end", part.candidates(rule.until), merge, None)
    merge.apply()
    excused.search_apart(chain)
    possible, possible_end = answer.found(chain), ending.found(chain)
    expected = kinds_of(rule.expect)
    open_still = "t.next_pos IS NULL AND t.end_lo IS NULL"
    answers = part.completeness.missing(expected, "t.lo", "t.due_hi")
    whole = part.completeness.missing((*expected, *kinds_of(rule.until)), "t.lo", "t.due_hi")
    chain.extend(
        f"CASE WHEN {open_still} THEN {whole} ELSE {answers} END AS uncovered" if answers != NO_TEXT else f"{NO_TEXT} AS uncovered"
    )
    lines = [
        excused.line(),
        Line(f"{open_still} AND {part.as_of} <= t.due_lo", Outcome.PENDING, Reason.NOT_YET_DUE),
        Line(possible, Outcome.CANNOT_TELL, Reason.ANSWER_UNCERTAIN),
        Line(possible_end, Outcome.CANNOT_TELL, Reason.END_UNCERTAIN),
        excused.unsure(),
        Line(
            f"CASE WHEN t.next_pos IS NOT NULL THEN t.next_lo <= t.due_hi WHEN t.end_lo IS NOT NULL THEN t.end_lo <= t.due_hi ELSE {part.as_of} <= t.due_hi END",
            Outcome.CANNOT_TELL,
            Reason.PRECISION,
        ),
        Line("t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"),
        Line("t.next_pos IS NOT NULL", Outcome.LATE, Reason.ANSWERED_LATE, evidence="t.next_pos"),
        Line("TRUE", Outcome.MISSED, Reason.NOT_ANSWERED),
    ]
    part.found(chain.at, lines, due="t.due_hi", limit="t.due_case")


class _Unsure:
    """Candidates that are possible and not certain, sought together with others where that can be done, and otherwise on their own."""

    def __init__(self, name: str, candidates: Candidates, merge: Merge, kinds: Iterable[str] | None) -> None:
        self.name = name
        self.candidates = candidates
        self.sought = merge.unsure(name, candidates, "t.lo") if merge.can(candidates, kinds) else None

    def found(self, chain: Chain) -> str:
        """SQL of whether there is one in the window. What has not been sought yet is sought now."""
        sought = self.sought
        if sought is not None and not sought.apart:
            return sought.may_be("t.due_hi")
        bindings = None if sought is None else sought.apart
        chain.exists_possible(self.name, self.candidates, certainty="unsure", opening="t.lo", cap="t.due_hi", bindings=bindings)
        return f"(t.{self.name} OR {'FALSE' if sought is None else sought.may_be('t.due_hi')})"
