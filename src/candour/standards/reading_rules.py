"""Reads the `[rule]` of a standard: its shape, what it selects, its limits and its excuses."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any as Anything
from typing import Literal

from candour.records.vocabulary import Vocabulary
from candour.standards.conditions import ConditionRefused, Names, parse_condition
from candour.standards.expressions import Condition
from candour.standards.limits import Adjustable, ByField, Grain, Limit, LookUp
from candour.standards.model import (
    SCOPES,
    Absence,
    Content,
    Count,
    Excuse,
    Extension,
    Held,
    Invariant,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Selector,
    Sequence,
)
from candour.standards.reading_limits import LimitReader
from candour.standards.reading_tables import Table
from candour.standards.refusals import near

_COMMON = ("shape", "scope", "same", "unless", "grain")
_PICKS = ("last_before", "first_after", "previous", "next", "some", "every", "none")


class RuleReader:
    """Reads rules against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.limits = LimitReader(vocabulary, self.selector)
        self.shapes: dict[str, Callable[[Table], Rule]] = {
            "response": self._response,
            "recurrence": self._recurrence,
            "precedence": self._precedence,
            "absence": self._absence,
            "content": self._content,
            "count": self._count,
            "invariant": self._invariant,
        }

    def rule(self, table: Table) -> Rule:
        """The rule in a `[rule]` table. Raises StandardRefused."""
        return self.shapes[table.choice("shape", tuple(self.shapes))](table)

    # What all shapes share

    def _scope(self, table: Table) -> str:
        return table.choice("scope", tuple(SCOPES), default="case")

    def _common(self, table: Table, trigger: Selector, limit: Limit | None) -> dict[str, Anything]:
        scope = self._scope(table)
        same = tuple(self._same(table, word, trigger) for word in table.texts("same"))
        grain: Grain = limit.grain if limit is not None else "elapsed"
        if table.has("grain"):
            grain = "calendar" if table.choice("grain", ("time", "day")) == "day" else "elapsed"
        return {
            "scope": scope,
            "same": same,
            "unless": tuple(self._excuse(item, trigger, scope) for item in table.tables("unless")),
            "grain": grain,
        }

    def _same(self, table: Table, word: str, trigger: Selector) -> str:
        if word in SCOPES:
            return SCOPES[word]
        for kind in trigger.kinds:
            if word not in self.vocabulary.envelope and word not in self.vocabulary.kinds[kind].fields:
                raise table.refuse("same", f"{word!r} is neither one of {', '.join(SCOPES)} nor a field of {kind}.")
        return word

    def _check_same(self, table: Table, same: tuple[str, ...], key: str, selectors: tuple[Selector, ...]) -> None:
        for column in same:
            for selector in selectors:
                for kind in selector.kinds:
                    if column not in self.vocabulary.envelope and column not in self.vocabulary.kinds[kind].fields:
                        raise table.refuse(key, f"{kind} has no field {column!r}, which `same` asks for.")

    def selector(self, table: Table, scope: str, *, trigger: bool = False, extra: tuple[str, ...] = ()) -> Selector:
        """A selector: `event` (a kind or a list), `where`, `by`, and for a trigger `take`."""
        table.only(("event", "where", "by", *(("take",) if trigger else ()), *extra))
        kinds = table.texts("event")
        if not kinds:
            raise table.refuse("event", "is missing: name the kind of event that is meant.")
        for kind in kinds:
            if kind not in self.vocabulary.kinds:
                raise table.refuse("event", f"{kind!r} is not a kind of event in the vocabulary.{near(kind, self.vocabulary.kinds)}")
        by = table.text("by", default=SCOPES[scope])
        for kind in kinds:
            field = self.vocabulary.envelope.get(by) or self.vocabulary.kinds[kind].fields.get(by)
            if field is None or field.type not in ("ref", "text", "code"):
                raise table.refuse("by", f"{by!r} is not a reference that {kind} has.")
        where = self.condition(table, "where", Names.of(self.vocabulary, kinds))
        take: Literal["each", "first"] = "first" if table.choice("take", ("each", "first"), default="each") == "first" else "each"
        return Selector(kinds, where, by, take, str(table.content.get("where", "")))

    def _selectors(self, table: Table, key: str, scope: str, *, required: bool = True) -> tuple[Selector, ...]:
        found = tuple(self.selector(item, scope) for item in table.tables(key))
        if required and not found:
            raise table.refuse(key, "is missing: say which event is meant.")
        return found

    def condition(self, table: Table, key: str, names: Names) -> Condition | None:
        """The condition at a key, if there is one."""
        if not table.has(key):
            return None
        try:
            return parse_condition(table.text(key), names)
        except ConditionRefused as error:
            raise table.refuse(key, str(error)) from error

    def _required_condition(self, table: Table, key: str, names: Names) -> Condition:
        found = self.condition(table, key, names)
        if found is None:
            raise table.refuse(key, "is missing: say what must be true.")
        return found

    def _excuse(self, table: Table, trigger: Selector, scope: str) -> Excuse:
        if not table.has("event"):
            table.only(("where",))
            where = self._required_condition(table, "where", Names.of(self.vocabulary, trigger.kinds))
            return Excuse(None, where, "any", None, table.text("where"))
        selector = self.selector(table, scope, extra=("before", "look_back"))
        closes: Literal["limit", "any"] = "any" if table.choice("before", ("limit", "any"), default="limit") == "any" else "limit"
        look_back: Limit | Literal["any"] | None = None
        if table.has("look_back"):
            look_back = "any" if table.content["look_back"] == "any" else self.limits.look_back(table, "look_back")
        return Excuse(selector, None, closes, look_back, selector.where_text)

    # The shapes

    def _response(self, table: Table) -> Response:
        table.only((*_COMMON, "after", "expect", "within", "extend", "early"))
        scope = self._scope(table)
        after = self.selector(table.table("after"), scope, trigger=True)
        expect = self._selectors(table, "expect", scope)
        within = self.limits.limit(table, "within", after, scope)
        common = self._common(table, after, within)
        self._check_same(table, common["same"], "expect", expect)
        extend = tuple(self._extension(item, scope) for item in table.tables("extend"))
        early = self.limits.look_back(table, "early") if table.has("early") else None
        return Response(**common, after=after, expect=expect, within=within, extend=extend, early=early)

    def _extension(self, table: Table, scope: str) -> Extension:
        selector = self.selector(table, scope, extra=("limit", "reckoned_from"))
        limit = self.limits.limit(table, "limit", selector, scope)
        if _rests_on_code(limit):
            raise table.refuse("limit", "cannot be a look-up: give a length or by = the field that holds the new limit.")
        origin: Literal["event", "trigger"] = (
            "trigger" if table.choice("reckoned_from", ("event", "trigger"), default="event") == "trigger" else "event"
        )
        return Extension(selector, limit, origin)

    def _recurrence(self, table: Table) -> Recurrence:
        table.only((*_COMMON, "after", "until", "expect", "every", "steps"))
        scope = self._scope(table)
        after = self.selector(table.table("after"), scope)
        expect = self._selectors(table, "expect", scope)
        if table.has("every") == table.has("steps"):
            raise table.refuse("every", "give either every = {...} or steps = [{...}, ...], one of the two.")
        anchors = Selector(tuple(dict.fromkeys(after.kinds + tuple(kind for one in expect for kind in one.kinds))), None, after.by)
        if table.has("every"):
            steps: tuple[Limit, ...] = (self.limits.limit(table, "every", anchors, scope, any_kind=True),)
        else:
            steps = tuple(self.limits.read(item, anchors, scope, any_kind=True) for item in table.tables("steps"))
        if not steps:
            raise table.refuse("steps", "is empty: give a limit for each step.")
        if len({limit.grain for limit in steps}) > 1:
            raise table.refuse("steps", "mixes hours with days: the steps of one rule are all elapsed or all calendar.")
        common = self._common(table, after, steps[0])
        until = self._selectors(table, "until", scope, required=False)
        self._check_same(table, common["same"], "expect", expect + until)
        self._check_one_key(table, after, (("expect", expect), ("until", until)))
        return Recurrence(**common, after=after, until=until, expect=expect, steps=steps)

    def _check_one_key(self, table: Table, after: Selector, others: tuple[tuple[str, tuple[Selector, ...]], ...]) -> None:
        """A state is kept under one key: what opens it, answers in it and ends it must name the same column."""
        for key, selectors in others:
            for one in selectors:
                if one.by != after.by:
                    raise table.refuse(
                        key,
                        f"is bound by {one.by!r} and `after` by {after.by!r}: in a recurrence what opens, answers and ends is bound by "
                        "one column. Give the same `by` to all of them.",
                    )

    def _precedence(self, table: Table) -> Precedence | Sequence:
        scope = self._scope(table)
        if table.has("order"):
            table.only((*_COMMON, "order"))
            stages = table.tables("order")
            if len(stages) < 2:
                raise table.refuse("order", "needs at least two stages.")
            selected = tuple(self.selector(item, scope, trigger=True) for item in stages)
            chain = tuple(
                Precedence(**self._common(table, one, None), before=one, expect=(earlier,), within=None, since=None, stage=number)
                for number, (earlier, one) in enumerate(itertools.pairwise(selected), start=1)
            )
            self._check_same(table, chain[0].same, "order", selected)
            return Sequence(**self._common(table, selected[0], None), stages=chain)
        table.only((*_COMMON, "before", "expect", "within", "since"))
        before = self.selector(table.table("before"), scope, trigger=True)
        expect = self._selectors(table, "expect", scope)
        within = self.limits.look_back(table, "within") if table.has("within") else None
        since = self.selector(table.table("since"), scope) if table.has("since") else None
        common = self._common(table, before, within)
        self._check_same(table, common["same"], "expect", expect + ((since,) if since else ()))
        return Precedence(**common, before=before, expect=expect, within=within, since=since)

    def _absence(self, table: Table) -> Absence:
        table.only((*_COMMON, "after", "never", "until", "within"))
        scope = self._scope(table)
        after = self.selector(table.table("after"), scope, trigger=True)
        never = self._selectors(table, "never", scope)
        until = self._selectors(table, "until", scope, required=False)
        within = self.limits.limit(table, "within", after, scope) if table.has("within") else None
        common = self._common(table, after, within)
        self._check_same(table, common["same"], "never", never + until)
        return Absence(**common, after=after, never=never, until=until, within=within)

    def _content(self, table: Table) -> Content:
        table.only((*_COMMON, "of", "check", "within"))
        scope = self._scope(table)
        of = self.selector(table.table("of"), scope, trigger=True)
        within = self.limits.limit(table, "within", of, scope) if table.has("within") else None
        check = self._required_condition(table, "check", Names.of(self.vocabulary, of.kinds))
        return Content(**self._common(table, of, within), of=of, check=check, within=within, check_text=table.text("check"))

    def _count(self, table: Table) -> Count | Held:
        scope = self._scope(table)
        counted = table.table("count")
        if counted.has("held_by"):
            return self._held(table, counted)
        table.only((*_COMMON, "count", "at_least", "in", "after", "expect", "within"))
        count = self.selector(counted, scope)
        after = self.selector(table.table("after"), scope) if table.has("after") else None
        both = [kind for kind in count.kinds if after is not None and kind in after.kinds]
        if both:
            raise table.refuse("after", f"names {both[0]}, which is also counted. Take `after` out, or count something else.")
        trigger = after or count
        window = self.limits.look_back(table, "in")
        if window.grain != "calendar":
            raise table.refuse("in", "must be in days, weeks or months.")
        at_least = table.whole("at_least", least=1 if after else 2)
        expect = self._selectors(table, "expect", scope)
        within = self.limits.limit(table, "within", trigger, scope)
        common = self._common(table, trigger, within)
        self._check_same(table, common["same"], "count", (count,))
        self._check_same(table, common["same"], "expect", expect)
        return Count(**common, count=count, at_least=at_least, window=window, expect=expect, within=within, after=after)

    def _held(self, table: Table, counted: Table) -> Held:
        table.only((*_COMMON, "count", "until", "at_most", "parameter"))
        for word in ("scope", "same"):
            if table.has(word):
                raise table.refuse(word, "is not asked of a number held: cases are counted by their holder. Take it out.")
        count = self.selector(counted, "case", extra=("held_by",))
        held_by = counted.text("held_by")
        for kind in count.kinds:
            field = self.vocabulary.kinds[kind].fields.get(held_by) or self.vocabulary.envelope.get(held_by)
            if field is None or field.type != "ref":
                raise counted.refuse("held_by", f"{held_by!r} is not a reference that {kind} has.")
        until = self._selectors(table, "until", "case")
        common = {**self._common(table, count, None), "scope": "officer", "same": ()}
        for key, selectors in (("count", (count,)), ("until", until), ("unless", tuple(one.selector for one in common["unless"]))):
            if any(selector is not None and selector.by != SCOPES["case"] for selector in selectors):
                raise table.refuse(key, "has `by`: what begins, ends or excuses a holding is bound by the case. Take `by` out.")
        parameter = table.text("parameter", default="") or None
        return Held(**common, count=count, held_by=held_by, until=until, at_most=table.whole("at_most", least=1), parameter=parameter)

    def _invariant(self, table: Table) -> Invariant:
        table.only((*_COMMON, "at", "with", "pick", "check", "absent"))
        scope = self._scope(table)
        at = self.selector(table.table("at"), scope, trigger=True)
        other = self.selector(table.table("with"), scope) if table.has("with") else None
        if other is None and (table.has("pick") or table.has("absent")):
            raise table.refuse("pick", "belongs to a rule that has `with`.")
        names = Names.of(self.vocabulary, at.kinds, other.kinds if other else None)
        check = self._required_condition(table, "check", names)
        pick = table.choice("pick", _PICKS, default="last_before")
        if pick in ("some", "every", "none") and table.has("absent"):
            raise table.refuse(
                "absent",
                f"belongs to a rule that picks one other event; pick = {pick!r} speaks of all of them, and of none when there is none.",
            )
        settled: Anything = {"previous": "last_before", "next": "first_after"}.get(pick, pick)
        absent: Anything = table.choice("absent", ("no occasion", "cannot_tell", "missed", "met"), default="cannot_tell")
        common = self._common(table, at, None)
        if other is not None:
            self._check_same(table, common["same"], "with", (other,))
        return Invariant(**common, at=at, other=other, pick=settled, check=check, absent=absent, check_text=table.text("check"))


def _rests_on_code(limit: Limit) -> bool:
    """Whether a limit is looked up by a code, also within a local figure or for a blank field."""
    match limit:
        case LookUp():
            return True
        case Adjustable(_, default, local):
            return any(_rests_on_code(one) for one in (default, *(each.limit for each in local)))
        case ByField(otherwise=otherwise) if otherwise is not None:
            return _rests_on_code(otherwise)
        case _:
            return False
