"""Puts a rule of a standard into one plain sentence, made from its parsed form and so never at odds with what is evaluated."""

from __future__ import annotations

import re
from functools import lru_cache

from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.condition_wording import ConditionWords, condition_words, name_words
from candour.standards.limits import Adjustable, BeforeSchool, ByField, CalendarDays, Limit, LookUp
from candour.standards.model import (
    SCOPES,
    Absence,
    Bound,
    Content,
    Count,
    Excuse,
    Extension,
    Held,
    Invariant,
    Precedence,
    Recurrence,
    Response,
    Selector,
    Sequence,
    Standard,
)
from candour.standards.spoken import counted, day_words, due_words, duration_words, listed, moment_words

__all__ = [
    "condition_words",
    "day_words",
    "due_words",
    "duration_words",
    "fields_named",
    "limit_phrase",
    "moment_words",
    "name_words",
    "rule_sentence",
    "selector_words",
]

_SCOPE_PHRASES = {
    "case": "in the same case",
    "child": "for the same child",
    "episode": "in the same episode",
    "household": "for the same household",
    "place": "at the same place",
    "officer": "by the same officer",
}
_PICKS = {
    "last_before": "compared with the last {other} before it",
    "first_after": "compared with the first {other} after it",
    "some": "for at least one {other}",
    "every": "for every {other}",
    "none": "for no {other}",
}
_ABSENT = {
    "no occasion": "where there is none, the rule does not apply",
    "cannot_tell": "where there is none, it cannot be told",
    "missed": "where there is none, the rule is not met",
    "met": "where there is none, the rule is met",
}


@lru_cache(maxsize=1)
def _catalogue_vocabulary() -> Vocabulary:
    return load_vocabulary()


def rule_sentence(standard: Standard, vocabulary: Vocabulary | None = None) -> str:
    """The rule of a standard in one sentence, kinds and codes in the words of the vocabulary (by default the catalogue's)."""
    return _Sentences(vocabulary or _catalogue_vocabulary()).rule(standard)


def selector_words(selector: Selector, vocabulary: Vocabulary | None = None) -> str:
    """`“Prevention interview held” (where “face to face” is yes)`."""
    return _Sentences(vocabulary or _catalogue_vocabulary()).selector(selector)


def fields_named(words: str) -> str:
    """The words of a limit with the names of fields as people read them: `tour_ends_at` as “tour ends at”."""
    return re.sub(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", lambda found: f"“{name_words(found[0])}”", words)


def limit_phrase(limit: Limit) -> str:
    """`within 24 hours`, `by the start of the next school day (09:00)`: a limit as it stands in a sentence."""
    if isinstance(limit, Adjustable):
        return f"{limit_phrase(limit.default)} (a force may set its own figure)"
    if isinstance(limit, ByField):
        otherwise = f", or {limit_phrase(limit.otherwise)} where there is none" if limit.otherwise else ""
        return f"by the {'day' if limit.type == 'day' else 'time'} recorded as “{name_words(limit.field)}”{otherwise}"
    if isinstance(limit, LookUp):
        values = "; ".join(f"{name_words(code)}: {one.words}" for code, one in limit.values)
        otherwise = f"; any other: {limit.otherwise.words}" if limit.otherwise else ""
        unknown = f"; none recorded: {limit.unknown.words}" if limit.unknown else ""
        return f"within the time for its “{name_words(limit.field)}” ({values}{otherwise}{unknown})"
    if isinstance(limit, CalendarDays) and limit.days == 0:
        return "by the end of the same day"
    if isinstance(limit, BeforeSchool):
        return limit.words
    return f"within {limit.words}"


def _is_chosen(limit: Limit) -> bool:
    """Whether a limit is read from a record or looked up, and so has no one length."""
    return isinstance(limit.default if isinstance(limit, Adjustable) else limit, ByField | LookUp | BeforeSchool)


class _Sentences:
    """Makes the sentences in the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    # Parts

    def selector(self, selector: Selector) -> str:
        titles = listed([f"“{self.vocabulary.kinds[kind].title}”" for kind in selector.kinds], "or")
        if selector.where is None:
            return titles
        return f"{titles} (where {ConditionWords(self.vocabulary, selector.kinds).of(selector.where)})"

    def any_of(self, selectors: tuple[Selector, ...]) -> str:
        return listed([self.selector(one) for one in selectors], "or")

    def trigger(self, selector: Selector) -> str:
        return f"the first {self.selector(selector)}" if selector.take == "first" else self.selector(selector)

    def bound(self, rule: Bound, by: str = "") -> str:
        """What binds the events of a rule: its scope, or the field `by` of the trigger that stands in for it (an officer stays one)."""
        words = {column: word for word, column in SCOPES.items()}
        by_field = rule.scope != "officer" and by not in ("", *words)
        phrases = [f"for the same {name_words(by)}" if by_field else _SCOPE_PHRASES[rule.scope]]
        phrases += [
            _SCOPE_PHRASES[words[column]] if column in words else f"with the same {name_words(column)}"
            for column in rule.same
            if column != SCOPES[rule.scope]
        ]
        return listed(phrases)

    def unless(self, rule: Bound, trigger: Selector) -> str:
        if not rule.unless:
            return ""
        return f", unless {'; or unless '.join(self.excuse(one, trigger) for one in rule.unless)}"

    def excuse(self, excuse: Excuse, trigger: Selector) -> str:
        if excuse.selector is None:
            if excuse.where is None:
                return "an excuse is recorded"
            return ConditionWords(self.vocabulary, trigger.kinds).of(excuse.where)
        late = ", even after the limit" if excuse.by == "any" else " by then"
        if excuse.look_back is None:
            when = late
        elif excuse.look_back == "any":
            when = " at any time" if excuse.by == "any" else " by then, however long before"
        else:
            when = f"{late}, or up to {excuse.look_back.words} before"
        return f"{self.selector(excuse.selector)} is recorded{when}"

    # Shapes

    def rule(self, standard: Standard) -> str:
        rule = standard.rule
        if isinstance(rule, Response):
            return self._response(rule)
        if isinstance(rule, Recurrence):
            return self._recurrence(rule)
        if isinstance(rule, Sequence):
            stages = [rule.stages[0].expect[0], *(stage.before for stage in rule.stages)]
            return (
                f"These must be recorded in this order {self.bound(rule)}: {', then '.join(self.selector(one) for one in stages)}"
                f"{self.unless(rule, stages[0])}."
            )
        if isinstance(rule, Precedence):
            return self._precedence(rule)
        if isinstance(rule, Absence):
            return self._absence(rule)
        if isinstance(rule, Content):
            check = ConditionWords(self.vocabulary, rule.of.kinds).of(rule.check)
            written = f", and must be written down {limit_phrase(rule.within)}" if rule.within else ""
            return f"Every record of {self.trigger(rule.of)} must show that {check}{written}{self.unless(rule, rule.of)}."
        if isinstance(rule, Count):
            return self._count(rule)
        if isinstance(rule, Held):
            own = " (a force may set its own number)" if rule.parameter else ""
            return (
                f"Nobody named as “{name_words(rule.held_by)}” in {self.selector(rule.count)} may hold more than {rule.at_most} cases at once{own}; "
                f"a case is held until {self.any_of(rule.until)} or until it is given to someone else{self.unless(rule, rule.count)}."
            )
        return self._invariant(rule)

    def _response(self, rule: Response) -> str:
        early = f" (or up to {rule.early.words} before)" if rule.early else ""
        extend = "".join(self._extension(rung) for rung in rule.extend)
        return (
            f"After {self.trigger(rule.after)} is recorded, {self.any_of(rule.expect)} must be recorded {self.bound(rule, rule.after.by)} "
            f"{limit_phrase(rule.within)}{early}{extend}{self.unless(rule, rule.after)}."
        )

    def _count(self, rule: Count) -> str:
        answered = f"{self.any_of(rule.expect)} must be recorded {limit_phrase(rule.within)}{self.unless(rule, rule.trigger)}."
        times = counted(rule.at_least, "time")
        if rule.after is None:
            return f"Once {self.selector(rule.count)} has been recorded {times} in {rule.window.words} {self.bound(rule)}, {answered}"
        often = "" if rule.at_least == 1 else f"at least {times} "
        return (
            f"After {self.selector(rule.after)} is recorded, where {self.selector(rule.count)} had been recorded {often}{self.bound(rule)} "
            f"in the {rule.window.words} before, {answered}"
        )

    def _extension(self, rung: Extension) -> str:
        if _is_chosen(rung.limit):
            return f"; {self.selector(rung.selector)} moves the limit: {limit_phrase(rung.limit)}"
        origin = "from the start" if rung.reckoned_from == "trigger" else "from then"
        return f"; {self.selector(rung.selector)} extends the limit to {limit_phrase(rung.limit).removeprefix('within ')} {origin}"

    def _recurrence(self, rule: Recurrence) -> str:
        until = f" until {self.any_of(rule.until)}" if rule.until else ""
        if len(rule.steps) == 1:
            phrase = limit_phrase(rule.steps[0])
            how_often = f"each time {phrase}" if _is_chosen(rule.steps[0]) else f"at least every {phrase.removeprefix('within ')}"
        else:
            steps = [step.words for step in rule.steps]
            how_often = f"within {steps[0]}, then within {', then '.join(steps[1:])}, and so on at the last of these"
        return (
            f"From {self.selector(rule.after)}{until}, {self.any_of(rule.expect)} must be recorded {self.bound(rule, rule.after.by)} "
            f"{how_often}{self.unless(rule, rule.after)}."
        )

    def _precedence(self, rule: Precedence) -> str:
        back = f", at most {rule.within.words} earlier" if rule.within else ""
        since = f", and since the last {self.selector(rule.since)}" if rule.since else ""
        return (
            f"Before {self.trigger(rule.before)} is recorded, {self.any_of(rule.expect)} must have been recorded {self.bound(rule)}"
            f"{back}{since}{self.unless(rule, rule.before)}."
        )

    def _absence(self, rule: Absence) -> str:
        ends = [f"until {self.any_of(rule.until)}"] if rule.until else []
        ends += [limit_phrase(rule.within)] if rule.within else []
        return (
            f"After {self.trigger(rule.after)} is recorded, {self.any_of(rule.never)} must not be recorded {self.bound(rule)}"
            f"{' ' if ends else ''}{' or '.join(ends)}{self.unless(rule, rule.after)}."
        )

    def _invariant(self, rule: Invariant) -> str:
        kinds, other = rule.at.kinds, rule.other.kinds if rule.other else ()
        check = ConditionWords(self.vocabulary, kinds, other).of(rule.check)
        if rule.other is None:
            return f"Whenever {self.trigger(rule.at)} is recorded, it must hold that {check}{self.unless(rule, rule.at)}."
        picked = _PICKS[rule.pick].format(other=self.selector(rule.other))
        return (
            f"Whenever {self.trigger(rule.at)} is recorded, {picked} {self.bound(rule)}, it must hold that {check}"
            f"{self.unless(rule, rule.at)}; {_ABSENT[rule.absent]}."
        )
