"""Which findings a change can touch: for each standard, the scope keys whose findings may be others than they were, and the triggers without one.

A finding rests on the events that are bound to its scope key, on those of its trigger's case that lack the key, on the first dated event with the key where
completeness is asked from there, and on the details of their cases and children (`docs/explanation/how-a-finding-is-reached.md`, sections 3 and 6). So a
changed event touches the keys that it has, or had, in the columns by which a standard reads its kind; one without the key, the keys of the triggers in its
case. A number held at once goes by its holders. More may be said to be touched than is: what is evaluated again is then found as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime

from candour.records.by_kind import KindRows
from candour.records.scene import Row
from candour.standards.expressions import Age, FieldOf
from candour.standards.limits import BeforeSchool, ByField, LookUp
from candour.standards.model import SCOPES, Count, Held, Invariant, Precedence, Recurrence, Rule, Selector, Standard
from candour.standards.model import Sequence as Stages
from candour.standards.rule_parts import limits_of, selectors_of, triggers_of

TakesPart = Callable[[Row], bool]


def taking_part(as_of: datetime) -> TakesPart:
    """Whether a version takes part when everything is known: it stands, and has happened by `as_of` (UTC without zone; it counts) or has no time."""

    def takes_part(row: Row) -> bool:
        at = row["occurred_at"]
        return row["known_to"] is None and (not isinstance(at, datetime) or at <= as_of)

    return takes_part


_ALWAYS = (
    "position", "event_id", "kind", "case_ref", "child_ref", "episode_ref", "occurred_at", "occurred_to", "occurred_on", "precision", "recorded_at",
    "actor_ref", "unit", "source_system", "known_from", "known_to",
)  # fmt: skip
_QUANTIFIED = ("some", "every", "none")


@dataclass
class Touched:
    """What of one standard may be found otherwise: the findings with one of these scope keys, and those of these triggers (ids of events).

    `rows` are the triggers that are named, and `around` the scope keys of theirs that have one: what answers such a trigger is looked for, but the other
    triggers with its key are not touched. `cases` are those of a number held at once whose holdings changed, and `near` those in
    which events without the key are looked for beside the cases of the triggers.
    """

    keys: set[str] = field(default_factory=set)
    around: set[str] = field(default_factory=set)
    triggers: set[str] = field(default_factory=set)
    rows: dict[int, Row] = field(default_factory=dict)
    cases: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.keys or self.triggers)


# What a rule reads


def columns_read(standards: Iterable[Standard]) -> frozenset[str]:
    """The columns of events that the reference evaluator reads for these standards."""
    found = set(_ALWAYS)
    for standard in standards:
        found.update(SCOPES.values() if isinstance(standard.rule, Held) else [SCOPES[standard.rule.scope]])
        for part in _parts(standard.rule):
            if isinstance(part, FieldOf):
                found.add(part.name)
            elif isinstance(part, ByField | LookUp):
                found.add(part.field)
            elif isinstance(part, Selector):
                found.add(part.by)
        found.update(standard.rule.same)
        if isinstance(standard.rule, Held):
            found.add(standard.rule.held_by)
    return frozenset(found)


def details_read(rule: Rule) -> frozenset[str]:
    """`case` and `child` where a condition of the rule reads such details."""
    found = {part.owner for part in _parts(rule) if isinstance(part, FieldOf)} & {"case", "child"}
    # The birth of the other event's child is read by an age alone.
    return frozenset({*found, "child"} if any(isinstance(part, Age) for part in _parts(rule)) else found)


def asks_for_first(rule: Rule) -> str | None:
    """The column in which the rule asks for the first dated event with its key, from which the sources must be complete; None where it does not."""
    if isinstance(rule, Held):
        return rule.count.by
    stages = rule.stages if isinstance(rule, Stages) else (rule,)
    if any(isinstance(stage, Precedence) and stage.within is None for stage in stages):
        return SCOPES[rule.scope]
    if isinstance(rule, Invariant) and rule.other is not None:
        rests = rule.pick in _QUANTIFIED or (rule.pick == "last_before" and rule.absent in ("missed", "met"))
        return SCOPES[rule.scope] if rests else None
    return None


def asks_up_to_now(rule: Rule) -> tuple[str, ...]:
    """The kinds that must be complete up to the moment of the assessment, whenever the trigger was: those after it of which the first is picked."""
    if isinstance(rule, Invariant) and rule.other is not None and rule.pick == "first_after" and rule.absent in ("missed", "met"):
        return rule.other.kinds
    return ()


def waits_for_school(rule: Rule) -> bool:
    """Whether its earlier due moment may lie days before the later one: what is due before the next school day, of a trigger of which only the day is known."""
    return any(isinstance(limit, BeforeSchool) for limit in limits_of(rule))


def triggers_alone(rule: Rule) -> frozenset[str]:
    """The kinds whose events make occasions of the rule and decide no other occasion than their own: none where triggers are counted, follow on one another,
    or only the first of them makes one."""
    if isinstance(rule, Recurrence | Count | Held | Stages):
        return frozenset()
    triggers = triggers_of(rule)
    if any(selector.take == "first" for selector in triggers):
        return frozenset()
    others = {kind for selector in selectors_of(rule)[len(triggers) :] for kind in selector.kinds}
    return frozenset(kind for selector in triggers for kind in selector.kinds) - others


def kinds_read(rule: Rule) -> frozenset[str]:
    """The kinds of event that a rule reads."""
    return frozenset(kind for selector in selectors_of(rule) for kind in selector.kinds)


def _parts(value: object) -> Iterator[object]:
    """Everything a rule is made of."""
    if isinstance(value, tuple):
        for one in value:
            yield from _parts(one)
    elif is_dataclass(value):
        yield value
        for one in fields(value):
            yield from _parts(getattr(value, one.name))


# What a change touches


class Reach:
    """Gathers what changes touch, standard by standard."""

    def __init__(self, standards: Sequence[Standard], records: KindRows, as_of: datetime) -> None:
        self._as_of = as_of
        self.standards = tuple(standards)
        self.touched = tuple(Touched() for _ in standards)
        self._records = records
        self._takes_part = taking_part(as_of)
        self._places = {(one.id, one.version): place for place, one in enumerate(standards)}
        self._reading: dict[str, list[tuple[int, Selector, bool, bool]]] = {}
        for place, standard in enumerate(standards):
            own = set(map(id, triggers_of(standard.rule)))
            for selector in selectors_of(standard.rule):
                for kind in selector.kinds:
                    alone = kind in triggers_alone(standard.rule)
                    self._reading.setdefault(kind, []).append((place, selector, id(selector) in own, alone))
        self._first: dict[str, list[int]] = {}
        for place, standard in enumerate(standards):
            column = asks_for_first(standard.rule)
            if column is not None:
                self._first.setdefault(column, []).append(place)

    def changed(self, rows: Collection[Row]) -> None:
        """Take in versions of events that came, or that stand no longer, or that take part from now on."""
        keyless: dict[int, set[str]] = {}
        blank: set[tuple[int, str, str]] = set()
        for row in rows:
            for place, selector, is_trigger, alone in self._reading.get(str(row["kind"]), ()):
                if alone and row.get(selector.by) is not None:
                    self._touch_alone(self.touched[place], str(row[selector.by]), row)
                else:
                    self._touch(place, selector, is_trigger, row, keyless, blank)
        for place, cases in keyless.items():
            self.touched[place].keys.update(self._keys_of_triggers(self.standards[place].rule, cases))
        for place, kind, column in blank:
            self._all_without(place, self._records.blank(kind, column))
        for column, places in self._first.items():
            keys = self._first_of_key(column, rows)
            for place in places:
                self._add(place, keys)
        for place, standard in enumerate(self.standards):
            if isinstance(standard.rule, Held):
                self._holders(self.touched[place], standard.rule)

    def _touch_alone(self, touched: Touched, key: str, row: Row) -> None:
        touched.triggers.add(str(row["event_id"]))
        touched.around.add(key)
        if self._takes_part(row):
            touched.rows[int(str(row["position"]))] = row

    def _touch(
        self, place: int, selector: Selector, is_trigger: bool, row: Row, keyless: dict[int, set[str]], blank: set[tuple[int, str, str]]
    ) -> None:
        rule, touched = self.standards[place].rule, self.touched[place]
        key, case = row.get(selector.by), row["case_ref"]
        if key is not None:
            self._add(place, {str(key)})
        elif rule.scope != "case" and case is not None and not isinstance(rule, Held):
            keyless.setdefault(place, set()).add(str(case))
        if isinstance(rule, Held) and row.get(rule.held_by) is not None and is_trigger:
            touched.keys.add(str(row[rule.held_by]))
        if is_trigger and (key is None or isinstance(rule, Held)):
            touched.triggers.add(str(row["event_id"]))
            if selector.take == "first" and key is None:
                blank.update((place, kind, selector.by) for kind in selector.kinds)
            elif self._takes_part(row):
                touched.rows[int(str(row["position"]))] = row

    def _add(self, place: int, keys: Collection[str]) -> None:
        touched = self.touched[place]
        (touched.cases if isinstance(self.standards[place].rule, Held) else touched.keys).update(keys)

    def _all_without(self, place: int, rows: Iterable[Row]) -> None:
        """Of triggers that all lack their key only the first makes an occasion: a change of one may bring another to the fore."""
        for row in rows:
            if self._takes_part(row):
                self.touched[place].triggers.add(str(row["event_id"]))
                self.touched[place].rows[int(str(row["position"]))] = row

    def _keys_of_triggers(self, rule: Rule, cases: Collection[str]) -> set[str]:
        return {
            str(row[selector.by])
            for selector in triggers_of(rule)
            for kind in selector.kinds
            for row in self._records.of_keys(kind, "case_ref", cases)
            if row.get(selector.by) is not None and self._takes_part(row)
        }

    def _first_of_key(self, column: str, rows: Iterable[Row]) -> set[str]:
        """The keys of which the first dated event may have become another."""
        dated = [(str(row[column]), row["occurred_at"]) for row in rows if row.get(column) is not None and row["occurred_at"] is not None]
        first = {
            key: row["occurred_at"] for key, row in self._records.first_of_keys(column, {key for key, _ in dated}, self._as_of).items()
        }
        return {key for key, at in dated if key not in first or at <= first[key]}  # type: ignore[operator]  # both are moments

    def _holders(self, touched: Touched, rule: Held) -> None:
        for kind in rule.count.kinds:
            for row in self._records.of_keys(kind, rule.count.by, touched.cases):
                if self._takes_part(row):
                    touched.triggers.add(str(row["event_id"]))
                    touched.rows[int(str(row["position"]))] = row
                    if row.get(rule.held_by) is not None:
                        touched.keys.add(str(row[rule.held_by]))

    def details(self, cases: Collection[str], children: Collection[str]) -> None:
        """Take in cases and children whose details changed: every event of theirs counts as changed for the standards that read such details."""
        for owner, column, refs in (("case", "case_ref", cases), ("child", "child_ref", children)):
            reading = [place for place, one in enumerate(self.standards) if owner in details_read(one.rule)]
            kinds = sorted({kind for place in reading for kind in kinds_read(self.standards[place].rule)})
            rows = [row for kind in kinds for row in self._records.of_keys(kind, column, refs) if self._takes_part(row)]
            if rows:
                part = Reach([self.standards[place] for place in reading], self._records, self._as_of)
                part.changed(rows)
                for place, found in zip(reading, part.touched, strict=True):
                    self._join(self.touched[place], found)

    def findings(self, found: Iterable[tuple[str, int, str | None]]) -> None:
        """Take in findings that time may have changed: standard, version and scope key of each (one without a key is never among them, as it was not
        judged by a limit or a source). Findings of others than these standards are passed over."""
        for standard, version, key in found:
            place = self._places.get((standard, version))
            if place is not None and key is not None:
                self.touched[place].keys.add(key)

    @staticmethod
    def _join(touched: Touched, other: Touched) -> None:
        touched.keys |= other.keys
        touched.around |= other.around
        touched.triggers |= other.triggers
        touched.rows.update(other.rows)
        touched.cases |= other.cases
