"""The same rules written in pandas, as a good analyst writes them: one read, one sorted frame, masks and `merge_asof`, never a loop over rows.

What it leaves out it leaves out in its own favour: no unknown conditions, no uncertain dates, no completeness of sources, no local limits.
`python benchmarks/pandas_rules.py FOLDER OUT ID...` assesses the standards named and writes their findings.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from candour.records.calendars import load_calendar
from candour.records.vocabulary import load_vocabulary
from candour.standards.expressions import (
    Age,
    All,
    Any,
    Compare,
    Condition,
    Constant,
    FieldOf,
    Holds,
    Is,
    LengthOf,
    Not,
    OneOfThese,
    Operand,
    Recorded,
    walk,
)
from candour.standards.limits import Adjustable, CalendarDays, Elapsed, Limit, WorkingDays
from candour.standards.loading import load_standards
from candour.standards.model import Content, Precedence, Response, Selector, Standard

ENVELOPE = [
    "position",
    "event_id",
    "kind",
    "case_ref",
    "child_ref",
    "episode_ref",
    "actor_ref",
    "unit",
    "occurred_at",
    "occurred_on",
    "recorded_at",
]


def plain(limit: Limit) -> Limit:
    """The limit without a force's own figure."""
    return limit.default if isinstance(limit, Adjustable) else limit


def can_say(standard: Standard) -> bool:
    """Whether this file knows how to say a standard."""
    rule = standard.rule
    conditions: list[Condition | None] = []
    if isinstance(rule, Response):
        if rule.extend or rule.early or not isinstance(plain(rule.within), Elapsed | CalendarDays | WorkingDays):
            return False
        conditions = [rule.after.where, *(one.where for one in rule.expect)]
    elif isinstance(rule, Precedence):
        if rule.within is not None or rule.since is not None:
            return False
        conditions = [rule.before.where, *(one.where for one in rule.expect)]
    elif isinstance(rule, Content):
        if rule.within is not None:
            return False
        conditions = [rule.of.where, rule.check]
    else:
        return False
    conditions += [excuse.where if excuse.selector is None else excuse.selector.where for excuse in rule.unless]
    known = (All, Any, Not, Is, Compare, OneOfThese, Holds, Recorded, FieldOf, Constant, LengthOf, Age)
    return all(isinstance(node, known) for one in conditions if one is not None for node in walk(one))


def columns_of(standards: list[Standard]) -> list[str]:
    """The columns of the chronology that the standards rest on."""
    names = dict.fromkeys(ENVELOPE)

    def add(condition: Condition | None) -> None:
        for node in walk(condition) if condition is not None else ():
            if isinstance(node, FieldOf) and node.owner == "this":
                names.setdefault(node.name)

    for standard in standards:
        rule = standard.rule
        names.update(dict.fromkeys(rule.same))
        for selector in _selectors(standard):
            names.setdefault(selector.by)
            add(selector.where)
        for excuse in rule.unless:
            add(excuse.where)
        if isinstance(rule, Content):
            add(rule.check)
    return list(names)


def _selectors(standard: Standard) -> list[Selector]:
    rule = standard.rule
    listed = [excuse.selector for excuse in rule.unless if excuse.selector is not None]
    if isinstance(rule, Response):
        return [rule.after, *rule.expect, *listed]
    if isinstance(rule, Precedence):
        return [rule.before, *rule.expect, *listed]
    return [rule.of, *listed] if isinstance(rule, Content) else listed


class Assessment:
    """One frame of events and what is reckoned over it."""

    def __init__(self, folder: Path, standards: list[Standard], as_of: pd.Timestamp) -> None:
        self.as_of = as_of
        events = pd.read_parquet(folder / "events.parquet", columns=columns_of(standards))
        events = events[events["occurred_at"].notna() & (events["occurred_at"] <= as_of)]
        children = pd.read_parquet(folder / "children.parquet", columns=["child_ref", "born_on", "sex", "disability"])
        cases = pd.read_parquet(folder / "cases.parquet", columns=["case_ref", "case_kind"])
        self.events = events.sort_values(["occurred_at", "position"], kind="stable")
        self.by_kind = dict(list(self.events.groupby("kind", sort=False)))
        self.children = children.set_index("child_ref")
        self.cases = cases.set_index("case_ref")
        holidays = np.array(sorted(load_calendar().bank_holidays), dtype="datetime64[D]")
        self.working = np.busdaycalendar(holidays=holidays)

    def select(self, selector: Selector) -> pd.DataFrame:
        """The events that a selector means, in order of time."""
        parts = [self.by_kind[kind] for kind in selector.kinds if kind in self.by_kind]
        if not parts:
            return self.events.iloc[:0]
        events = parts[0] if len(parts) == 1 else pd.concat(parts).sort_values(["occurred_at", "position"], kind="stable")
        return events if selector.where is None else events[self.holds(selector.where, events)]

    def holds(self, condition: Condition, events: pd.DataFrame) -> pd.Series:
        """Whether a condition is true of each event (unknown counts as false)."""
        match condition:
            case All(parts):
                found = self.holds(parts[0], events)
                for part in parts[1:]:
                    found &= self.holds(part, events)
                return found
            case Any(parts):
                found = self.holds(parts[0], events)
                for part in parts[1:]:
                    found |= self.holds(part, events)
                return found
            case Not(part):
                return ~self.holds(part, events)
            case Is(field):
                return self.value(field, events).eq(True)
            case Recorded(field):
                return self.value(field, events).notna()
            case OneOfThese(item, options):
                return self.value(item, events).isin(options)
            case Holds(field, value):
                return self.value(field, events).map(lambda held: held is not None and value in held).astype(bool)
            case Compare(op, left, right):
                one, two = self.value(left, events), self.value(right, events)
                return {"==": one == two, "!=": one != two, "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[op]

    def value(self, operand: Operand, events: pd.DataFrame) -> pd.Series:
        """The value of an operand for each event."""
        match operand:
            case Constant(value, _):
                return value  # type: ignore[return-value]  # pandas spreads a single value
            case FieldOf("child", name, _):
                return events["child_ref"].map(self.children[name])
            case FieldOf("case", name, _):
                return events["case_ref"].map(self.cases[name])
            case FieldOf(_, name, _):
                return events[name]
            case LengthOf(field):
                return self.value(field, events).str.len()
            case Age():
                born = pd.to_datetime(events["child_ref"].map(self.children["born_on"]))
                on = pd.to_datetime(events["occurred_on"])
                passed = (on.dt.month * 100 + on.dt.day) >= (born.dt.month * 100 + born.dt.day)
                return on.dt.year - born.dt.year - (~passed)
            case _:
                raise TypeError(f"{operand!r} is not said here.")

    def due(self, limit: Limit, triggers: pd.DataFrame) -> pd.Series:
        """The due moment of each trigger."""
        limit = plain(limit)
        at = triggers["occurred_at"]
        if isinstance(limit, Elapsed):
            return at + pd.Timedelta(seconds=limit.seconds)
        days = pd.to_datetime(triggers["occurred_on"]).to_numpy().astype("datetime64[D]")
        if isinstance(limit, CalendarDays):
            last = days + limit.days
        elif isinstance(limit, WorkingDays):
            last = np.busday_offset(days, limit.days, roll="backward" if limit.counting == "next" else "forward", busdaycal=self.working)
        else:
            raise TypeError(f"{limit!r} is not said here.")
        ends = (
            pd.Series(last + 1, index=triggers.index)
            .astype("datetime64[ns]")
            .dt.tz_localize("Europe/London")
            .dt.tz_convert("UTC")
            .dt.tz_localize(None)
        )
        return ends - pd.Timedelta(seconds=1)

    def nearest(
        self, triggers: pd.DataFrame, others: pd.DataFrame, by: str, their: str, same: tuple[str, ...], direction: str
    ) -> pd.DataFrame:
        """For each trigger the first other after it, or the last before it: `at`, `found` and `written`."""
        wanted = others[["occurred_at", "event_id", "recorded_at", their, *same]].rename(columns={their: "_key"})
        wanted = (
            wanted[wanted["_key"].notna()].assign(at=wanted["occurred_at"]).rename(columns={"event_id": "found", "recorded_at": "written"})
        )
        asked = triggers[["occurred_at", "position", *same]].assign(_key=triggers[by])
        for name in same:
            wanted = wanted[wanted[name].notna()]
        met = pd.merge_asof(asked, wanted, on="occurred_at", by=["_key", *same], direction=direction)  # type: ignore[call-overload]  # one of two words
        return met.set_index(triggers.index)

    def assess(self, standard: Standard) -> pd.DataFrame:
        """The findings of one standard."""
        rule = standard.rule
        trigger = {Response: "after", Precedence: "before", Content: "of"}[type(rule)]
        selector: Selector = getattr(rule, trigger)
        triggers = self.select(selector)
        triggers = triggers[triggers[[selector.by, *rule.same]].notna().all(axis=1)]
        if selector.take == "first":
            triggers = triggers.drop_duplicates([selector.by, *rule.same])
        found = triggers[["event_id", "case_ref", "child_ref", "episode_ref", "actor_ref", "unit", "occurred_at", "position"]].copy()
        met = late = np.zeros(len(triggers), dtype=bool)
        due = pd.Series(pd.NaT, index=triggers.index)
        answer = None
        if isinstance(rule, Content):
            met = self.holds(rule.check, triggers).to_numpy()
        else:
            others = pd.concat([self.select(one) for one in rule.expect]) if len(rule.expect) > 1 else self.select(rule.expect[0])
            others = others.sort_values(["occurred_at", "position"], kind="stable") if len(rule.expect) > 1 else others
            their = rule.expect[0].by
            if isinstance(rule, Response):
                due = self.due(rule.within, triggers)
                answer = self.nearest(triggers, others, selector.by, their, rule.same, "forward")
                met = (answer["at"] <= due).to_numpy()
                late = (answer["at"] > due).to_numpy()
            else:
                due = triggers["occurred_at"]
                answer = self.nearest(triggers, others, selector.by, their, rule.same, "backward")
                met = answer["at"].notna().to_numpy()
                after = self.nearest(triggers, others, selector.by, their, rule.same, "forward")
                late = after["at"].notna().to_numpy() & ~met
                answer.loc[~met] = after.loc[~met]
        excused = np.zeros(len(triggers), dtype=bool)
        for excuse in rule.unless:
            if excuse.selector is None:
                excused |= self.holds(excuse.where, triggers).to_numpy()  # type: ignore[arg-type]  # an excuse on the trigger has a condition
                continue
            direction = "forward" if isinstance(rule, Response) else "backward"
            one = self.nearest(triggers, self.select(excuse.selector), selector.by, excuse.selector.by, rule.same, direction)
            excused |= (one["at"].notna() & ((one["at"] <= due) if isinstance(rule, Response) else True)).to_numpy()
        pending = (due >= self.as_of).to_numpy() if isinstance(rule, Response) else np.zeros(len(triggers), dtype=bool)
        found["outcome"] = np.select([met, excused, late, pending], ["met", "excused", "late", "pending"], "missed")
        found["due_at"] = due
        if answer is not None:
            found["evidence_event"] = answer["found"].to_numpy()
            found["written_at"] = answer["written"].to_numpy()
            found["late_by"] = np.where(late, (answer["at"] - due).dt.total_seconds(), np.nan)
        return found.assign(standard=standard.id, finding_id=standard.id + "@" + found["event_id"]).sort_values("position")


def main() -> None:
    """The command line."""
    folder, out, wanted = Path(sys.argv[1]), Path(sys.argv[2]), set(sys.argv[3:])
    standards = [standard for standard in load_standards(None, load_vocabulary()) if standard.id in wanted]
    assessment = Assessment(folder, standards, pd.Timestamp("2025-10-01"))
    pd.concat([assessment.assess(standard) for standard in standards], ignore_index=True).to_parquet(out)


if __name__ == "__main__":
    main()
