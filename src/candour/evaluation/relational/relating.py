"""A relation between two events holds: the shape invariant, with the other event picked, or with some, every or none of them."""

from __future__ import annotations

from candour.evaluation.relational.candidates import Candidates, kinds_of
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.conditions import Reading, condition_sql
from candour.evaluation.relational.excuses import add_excuses, note_conditions
from candour.evaluation.relational.matching import Chain
from candour.evaluation.relational.occasions import NO_NUMBER, NO_TEXT, Line, Occasions, Part
from candour.evaluation.relational.preceding import first_in_scope
from candour.evaluation.relational.staging import rests_on_pairs
from candour.evaluation.relational.steps import MASK, packed, place_of, union
from candour.findings.outcomes import Outcome, Reason
from candour.records.quoting import quoted, text
from candour.standards.expressions import Age, FieldOf, Recorded, fields_used
from candour.standards.model import Invariant, Selector


class Pair:
    """What a condition over two events rests on: columns of the event (`t`) and of the other (`o`), asked for as they are met."""

    def __init__(self, part: Part, rule: Invariant, occasions: Occasions, other: Selector) -> None:
        self.part = part
        self.rule = rule
        self.occasions = occasions
        self.other = other
        self.of_other: dict[str, dict[str, str]] = {}
        asked = rests_on_pairs(rule.check)
        for one in asked:
            self._keep(one)
        for used in fields_used(rule.check):
            self._keep(Age("other") if (used.owner, used.name) == ("other", "child.born_on") else used)
        if any(isinstance(one, Age) for one in asked):
            self.of_other["o_on"] = {kind: part.staging.value(kind, "occurred_on") for kind in other.kinds}

    def _keep(self, asked: FieldOf | Age | Recorded) -> None:
        staging = self.part.staging
        if self._owner(asked) == "other":
            self.of_other[quoted(self._name(asked))] = {kind: staging.value_for_pairs(kind, asked) for kind in self.other.kinds}
        else:
            self.occasions.columns[quoted(self._name(asked))] = lambda kind: staging.value_for_pairs(kind, asked)

    def _owner(self, asked: FieldOf | Age | Recorded) -> str:
        return asked.field.owner if isinstance(asked, Recorded) else asked.owner

    def _name(self, asked: FieldOf | Age | Recorded) -> str:
        if isinstance(asked, Recorded):
            return f"r_{asked.field.label}"
        return f"p_{'other.child.born_on' if asked.owner == 'other' else 'child.born_on'}" if isinstance(asked, Age) else f"p_{asked.label}"

    def _at(self, asked: FieldOf | Age | Recorded) -> str:
        return f"{'o' if self._owner(asked) == 'other' else 't'}.{quoted(self._name(asked))}"

    def holds(self) -> str:
        """SQL of whether the check holds of `t` and `o`, NULL for unknown."""
        reading = Reading(
            lambda one: self._at(one),
            lambda one: self._at(Recorded(one)),
            lambda owner: "o.o_on" if owner == "other" else "t.on_",
        )
        return condition_sql(self.rule.check, reading)

    def missing(self) -> str:
        """SQL of the fields that had no value, on either event."""
        labels = [f"CASE WHEN {self._at(one)} IS NULL THEN {text(one.label)} END" for one in fields_used(self.rule.check)]
        return f"nullif(concat_ws(', ', {', '.join(labels)}), '')" if labels else NO_TEXT


def compile_invariant(part: Part, rule: Invariant) -> Compiled | None:
    """The findings of an invariant that looks at another event. None where the chronology has nothing that could be an occasion."""
    if rule.other is None:
        raise TypeError("An invariant without another event is compiled as content.")
    occasions = Occasions(part, rule.at)
    note_conditions(part, occasions)
    pair = Pair(part, rule, occasions, rule.other)
    others = part.candidates([rule.other], pair.of_other)
    chain = occasions.start()
    if chain is None:
        return None
    if rule.pick in ("last_before", "first_after"):
        _picked(part, rule, occasions, chain, pair, others)
    else:
        _quantified(part, rule, occasions, chain, pair, others)
    return Compiled(part, chain.with_clause(), dict.fromkeys(rule.at.kinds, rule.at.by), {}, rule.scope)


def _picked(part: Part, rule: Invariant, occasions: Occasions, chain: Chain, pair: Pair, others: Candidates) -> None:
    """Lines 5 to 10 for one other event, the last before or the first after."""
    earlier = rule.pick == "last_before"
    rows = others.certain_rows()
    if rows is None:
        chain.extend(f"{NO_NUMBER} AS other, CAST(NULL AS BOOLEAN) AS holds, {NO_TEXT} AS missing")
    else:
        given = ", ".join(pair.of_other)
        inner = f"SELECT g, {packed('lo', 'pos')} AS k{', ' + given if given else ''} FROM ({rows})"
        chain.extend(
            f"{place_of('o.k')} AS other, CASE WHEN o.k IS NOT NULL THEN {pair.holds()} END AS holds, CASE WHEN o.k IS NOT NULL THEN {pair.missing()} END AS missing",
            f"ASOF LEFT JOIN ({inner}) AS o ON t.g = o.g AND {packed('t.lo', 't.pos')} {'>' if earlier else '<'} o.k",
        )
    table = chain.keep()
    part.found(table, [Line("t.other IS NOT NULL AND t.holds", Outcome.MET, Reason.HOLDS, evidence="t.other")])
    # With another event, of which the check does not hold or is unknown
    chain.extend("", where="t.other IS NOT NULL AND t.holds IS NOT TRUE")
    excused = add_excuses(part, chain, occasions, "trigger", exact_too=chain.days)
    lines = [
        excused.line(),
        Line("t.holds IS NULL", Outcome.CANNOT_TELL, Reason.FIELD, "t.missing"),
        excused.unsure(),
        Line("TRUE", Outcome.MISSED, Reason.DOES_NOT_HOLD, evidence="t.other"),
    ]
    part.found(chain.at, lines)
    # Without one
    chain.back_to(table)
    chain.extend("", where="t.other IS NULL")
    if earlier:
        chain.exists_possible("possible", others, certainty="any", opening=None, cap=chain.hi)
    else:
        chain.exists_possible("possible", others, certainty="any", opening="t.lo", cap=None)
    lines = [Line("t.possible", Outcome.CANNOT_TELL, Reason.ANSWER_UNCERTAIN)]
    if rule.absent == "cannot_tell":
        lines.append(Line("TRUE", Outcome.CANNOT_TELL, Reason.ANSWER_UNCERTAIN))
    elif rule.absent in ("met", "missed"):
        _uncovered(part, chain, rule, earlier=earlier)
        lines.append(Line("t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"))
        if rule.absent == "met":
            lines.append(Line("TRUE", Outcome.MET, Reason.HOLDS))
        else:
            excused = add_excuses(part, chain, occasions, "trigger", exact_too=chain.days)
            lines += [excused.line(), excused.unsure(), Line("TRUE", Outcome.MISSED, Reason.DOES_NOT_HOLD)]
    part.found(chain.at, lines)


def _uncovered(part: Part, chain: Chain, rule: Invariant, *, earlier: bool) -> None:
    """Adds `uncovered`: the kinds of `with` that were not complete over the time that matters."""
    kinds = kinds_of([rule.other] if rule.other is not None else [])
    if earlier:
        first = first_in_scope(part, chain, rule.scope)
        missing = part.completeness.missing(kinds, f"coalesce({first}, t.lo)", chain.hi)
    else:
        missing = part.completeness.missing(kinds, "t.lo", str(part.as_of))
    chain.extend(f"{missing} AS uncovered")


def _quantified(part: Part, rule: Invariant, occasions: Occasions, chain: Chain, pair: Pair, others: Candidates) -> None:
    """Lines 5 to 10 for some, every or none of the other events: every pair within a group is compared.

    This is the one search that takes the square of a group's events; a rule of this kind is for small groups.
    """
    base = chain.keep()
    settling = {"some": "FALSE", "none": "FALSE", "every": "TRUE"}[rule.pick]
    named = {"some": "holds", "none": "holds", "every": "NOT holds"}[rule.pick]
    compared: list[str] = []
    for binding in others.bindings("any"):
        for sure, rows in (
            (True, others.rows("certain", (0, 1), binding)),
            (False, others.rows("unsure", (0, 1), binding)),
            (False, others.rows("unsure", (2,), binding)),
        ):
            if rows is None:
                continue
            holds = pair.holds() if sure else f"CASE WHEN ({pair.holds()}) = {settling} THEN {settling} END"
            key = packed("o.lo", "o.pos") if sure else NO_NUMBER
            compared.append(
                f"SELECT t.pos, {key} AS k, {holds} AS holds FROM {base} AS t JOIN ({rows}) AS o ON {chain.group(binding)} = o.g AND o.pos <> t.pos"
            )
    if compared:
        # Several rows of one other event (bound in more than one way) do not change the answer: it is certain by the certain ones.
        answers = (
            f"SELECT pos, bool_or(holds) AS any_true, bool_or(NOT holds) AS any_false, bool_or(holds IS NULL) AS any_unknown, "
            f"min(CASE WHEN {named} THEN k END) & {MASK} AS shown FROM ({union(compared)}) GROUP BY pos"
        )
        join = f"LEFT JOIN ({answers}) AS c ON c.pos = t.pos"
        true, false, unknown = "coalesce(c.any_true, FALSE)", "coalesce(c.any_false, FALSE)", "coalesce(c.any_unknown, FALSE)"
        verdict = {
            "some": f"CASE WHEN {true} THEN TRUE WHEN {unknown} THEN NULL ELSE FALSE END",
            "every": f"CASE WHEN {false} THEN FALSE WHEN {unknown} THEN NULL ELSE TRUE END",
            "none": f"CASE WHEN {true} THEN FALSE WHEN {unknown} THEN NULL ELSE TRUE END",
        }[rule.pick]
        chain.extend(f"{verdict} AS holds, CAST(c.shown AS BIGINT) AS shown", join)
    else:
        chain.extend(f"{'FALSE' if rule.pick == 'some' else 'TRUE'} AS holds, {NO_NUMBER} AS shown")
    _uncovered(part, chain, rule, earlier=True)
    excused = add_excuses(part, chain, occasions, "trigger", exact_too=chain.days)
    by_absence = "NOT t.holds" if rule.pick == "some" else "t.holds"
    lines = [
        Line(f"{by_absence} AND t.uncovered IS NOT NULL", Outcome.CANNOT_TELL, Reason.SOURCE, "t.uncovered"),
        Line("t.holds", Outcome.MET, Reason.HOLDS, evidence="t.shown" if rule.pick == "some" else NO_NUMBER),
        excused.line(),
        Line("t.holds IS NULL", Outcome.CANNOT_TELL, Reason.FIELD),
        excused.unsure(),
        Line("TRUE", Outcome.MISSED, Reason.DOES_NOT_HOLD, evidence=NO_NUMBER if rule.pick == "some" else "t.shown"),
    ]
    part.found(chain.at, lines)
