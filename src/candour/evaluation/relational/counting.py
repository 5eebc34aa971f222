"""Once something has happened a number of times in a window, an answer within a limit: the shape count."""

from __future__ import annotations

from candour.evaluation.relational.candidates import WHOLE, Binding, Candidates
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.excuses import note_conditions
from candour.evaluation.relational.limits import back_cases, chosen
from candour.evaluation.relational.matching import Chain
from candour.evaluation.relational.occasions import Line, Occasions, Part, words_of
from candour.evaluation.relational.responding import answer
from candour.evaluation.relational.steps import both
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Count


def compile_count(part: Part, rule: Count) -> Compiled | None:
    """The findings of a count. None where the chronology has nothing that could be counted."""
    occasions = Occasions(part, rule.trigger)
    note_conditions(part, occasions)
    at = occasions.moment(rule.within)
    rows = occasions.rows()
    if not rows:
        return None
    chain = Chain(part.name, part.rule.same, rule.trigger.kinds, rule.trigger.where, days=occasions.days)
    events = chain.add(rows)
    same = [f"t.s{place}" for place in range(len(part.rule.same))]
    shown = ", ".join(
        [
            "t.pos",
            "t.lo",
            "t.hi",
            "t.prec",
            "t.on_",
            "t.hk",
            "t.ck",
            *same,
            "t.st",
            *(f"t.{name}" for name in (*occasions.conditions, *occasions.columns)),
        ]
    )
    group = f"hash(t.hk, {', '.join(same)})" if same else "t.hk"
    there = both("t.lo IS NOT NULL", "t.hk IS NOT NULL", *(f"{one} IS NOT NULL" for one in same))
    chain.add(f"SELECT {shown}, {group} AS g FROM {events} AS t WHERE {there}")
    chain.extend(f"{_window_start(rule)} AS opens, t.on_ - DATE '1970-01-01' AS number")
    chain.keep()
    counted = part.candidates([rule.count], {"on_": {kind: part.staging.value(kind, "occurred_on") for kind in rule.count.kinds}})
    _count(chain, counted)
    chain.extend("", where=both(f"t.sure + t.more >= {rule.at_least}", part.in_force("t.on_", "FALSE")))
    table = chain.keep()
    certain = f"t.st = 1 AND t.sure >= {rule.at_least}"
    part.found(table, [Line(f"NOT ({certain})", Outcome.CANNOT_TELL, Reason.TRIGGER_CONDITION)])
    chain.extend("", where=certain)
    cases = answer(part, chain, occasions, rule.expect, rule.within, at)
    return Compiled(part, chain.with_clause(), dict.fromkeys(rule.trigger.kinds, rule.trigger.by), words_of(cases), rule.scope)


def _window_start(rule: Count) -> str:
    """The first date that counts, as days since 1970."""
    cases = back_cases(rule.window, "t.lo", "t.on_")
    return f"{chosen(cases, lambda _place, case: _date_in(str(case.lo)))} - DATE '1970-01-01'"


def _date_in(first_second: str) -> str:
    """The date whose first second the expression gives."""
    return first_second.removeprefix("first_second(").removesuffix(")")


def _count(chain: Chain, counted: Candidates) -> None:
    """Adds `sure` and `more` to every event that matches or may match."""
    sure: list[str] = []
    more: list[str] = []
    events = chain.at
    for binding in counted.bindings("any"):
        for certainty, tally in (("certain", sure), ("unsure", more)):
            if certainty == "certain" and binding != WHOLE:
                continue
            rows = counted.rows("certain" if certainty == "certain" else "unsure", (0, 1), binding)
            if rows is not None:
                tally.append(_in_window(chain, events, f"counted{len(sure)}_{len(more)}", rows, binding))
        undated = counted.rows("any", (2,), binding)
        if undated is not None:
            name = f"undated{len(more)}"
            chain.extend(
                f"coalesce(u.n, 0) AS {name}",
                f"LEFT JOIN (SELECT g, count(*) AS n FROM ({undated}) GROUP BY g) AS u ON {chain.group(binding)} = u.g",
            )
            more.append(f"t.{name}")
    chain.extend(f"{' + '.join(sure) or '0'} AS sure, {' + '.join(more) or '0'} AS more")


def _in_window(chain: Chain, events: str, name: str, rows: str, binding: Binding) -> str:
    """Adds how many of the rows lie from the window's first date to the event, in the order of time: the number up to it, less those before the window."""
    group = chain.group(binding)
    dated = f"SELECT g, lo, pos, on_ - DATE '1970-01-01' AS number FROM ({rows})"
    both_rows = (
        f"SELECT g, lo, pos, number, 1 AS one, NULL::BIGINT AS opens FROM ({dated})\n"
        f"UNION ALL SELECT {group} AS g, t.lo, t.pos, t.number, 0 AS one, t.opens FROM {events} AS t"
    )
    tally = (
        "SELECT pos, opens, coalesce(sum(one) OVER (PARTITION BY g ORDER BY lo, pos RANGE UNBOUNDED PRECEDING), 0) AS upto, "
        "coalesce(sum(one) OVER (PARTITION BY g ORDER BY number RANGE BETWEEN UNBOUNDED PRECEDING AND (number - coalesce(opens, number) + 1) PRECEDING), 0) AS earlier\n"
        f"FROM ({both_rows})"
    )
    chain.extend(f"n.upto - n.earlier AS {name}", f"JOIN (SELECT * FROM ({tally}) WHERE opens IS NOT NULL) AS n ON n.pos = t.pos")
    return f"t.{name}"
