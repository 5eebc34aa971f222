"""Random rules over the made vocabulary, written as a standard's `[rule]` table and read by the standards' own reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from candour.standards.limits import Adjustable, LocalLimit
from candour.standards.model import SCOPES, Held, InForce, Rule, Source, Standard
from candour.standards.reading_limits import LimitReader
from candour.standards.reading_rules import RuleReader
from candour.standards.reading_tables import Table
from candour.standards.refusals import StandardRefused
from tests.support.made_vocabulary import EVERY, MADE, STREAMED

Rules = dict[str, Any]
SHAPES = ("response", "recurrence", "precedence", "order", "absence", "content", "count", "held", "invariant")


class RuleMaker:
    """Makes rules from a source of randomness, and keeps which constructs were used in `seen`."""

    def __init__(self, random: Random, seen: set[str]) -> None:
        self.random = random
        self.seen = seen

    def note(self, construct: str) -> None:
        self.seen.add(construct)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def standard(self, number: int) -> Standard:
        """A standard that can be meant; what the reader refuses is made again."""
        while True:
            shape = self.random.choice(SHAPES)
            noted: set[str] = set()
            inner = RuleMaker(self.random, noted)
            table = getattr(inner, shape)()
            try:
                rule = RuleReader(MADE).rule(Table("made.toml", "rule", table))
            except StandardRefused:
                continue
            self.seen |= noted | {f"shape {shape}"}
            rule = self.with_local(rule)
            return _standard(f"made-{number:03}", rule, self._in_force())

    def _in_force(self) -> InForce:
        if self.chance(0.85):
            return InForce(None, None)
        self.note("in force")
        begins = self.random.choice((None, date(2026, 3, 28), date(2025, 1, 30)))
        return InForce(begins, self.random.choice((None, date(2026, 3, 29), date(2026, 10, 25))))

    def with_local(self, rule: Rule) -> Rule:
        """A force's own figures in place of some of the standard's."""

        def local(limit: Adjustable) -> Adjustable:
            self.note("local limit")
            reader = LimitReader(MADE, lambda _table, _scope: (_ for _ in ()).throw(AssertionError))
            given = []
            for begins in (date(1980, 1, 1), date(2026, 3, 28)):
                if self.chance(0.7):
                    text: Rules = {"hours": 3} if limit.grain == "elapsed" else {"days": 1}
                    given.append(LocalLimit(begins, reader.length(Table("local.toml", "x", text)), "made up"))
            return replace(limit, local=tuple(given))

        changed = _mapped(rule, local)
        if isinstance(changed, Held) and changed.parameter is not None:
            self.note("local number")
            changed = replace(changed, local=((date(1980, 1, 1), 1, "x"), (date(2026, 3, 29), 2, "x")))
        return changed  # type: ignore[no-any-return]  # the same dataclass as the rule

    # Parts

    def kinds(self, among: tuple[str, ...] = EVERY, most: int = 2) -> str | list[str]:
        chosen = self.random.sample(among, self.random.choice((1, 1, 1, most)))
        return chosen[0] if len(chosen) == 1 else chosen

    def selector(
        self, same: list[str], *, scope: str = "case", trigger: bool = False, among: tuple[str, ...] | None = None, by: bool = True
    ) -> Rules:
        kinds = self.kinds(among or (STREAMED if "stream" in same else EVERY))
        named = [kinds] if isinstance(kinds, str) else kinds
        table: Rules = {"event": kinds}
        if self.chance(0.5):
            table["where"] = self.condition(named)
        if by and scope == "officer" and self.chance(0.5) and all("owner_ref" in MADE.kinds[kind].fields for kind in named):
            self.note("by")
            table["by"] = "owner_ref"
        if trigger and self.chance(0.2):
            self.note("take first")
            table["take"] = "first"
        return table

    def selectors(self, same: list[str], **more: Any) -> Rules | list[Rules]:
        if self.chance(0.75):
            return self.selector(same, **more)
        self.note("several selectors")
        return [self.selector(same, **more) for _ in range(2)]

    def common(self, shape: str) -> tuple[Rules, list[str], str]:
        scope = self.random.choice(("case", "case", *SCOPES))
        same = [] if self.chance(0.6) else self.random.sample(["episode", "child", "stream", "household"], self.random.choice((1, 1, 2)))
        table: Rules = {"shape": shape, "scope": scope}
        self.note(f"scope {scope}")
        for column in same:
            self.note(f"same {column}")
        if same:
            table["same"] = same
        if self.chance(0.25):
            table["grain"] = self.random.choice(("day", "time"))
            self.note(f"grain {table['grain']}")
        return table, same, scope

    def excuses(self, table: Rules, trigger: Rules, scope: str) -> None:
        if self.chance(0.5):
            return
        listed = []
        for _ in range(self.random.choice((1, 1, 2))):
            if self.chance(0.25):
                kinds = trigger["event"]
                listed.append({"where": self.condition([kinds] if isinstance(kinds, str) else kinds)})
                self.note("excuse on the trigger")
                continue
            one = self.selector([], scope=scope, among=EVERY)
            self.note("excuse by an event")
            if self.chance(0.3):
                one["before"] = "any"
                self.note("excuse without an end")
            if self.chance(0.4):
                one["look_back"] = "any" if self.chance(0.4) else self.length(back=True)
                self.note("excuse looking back without an end" if one["look_back"] == "any" else "excuse looking back")
            listed.append(one)
        table["unless"] = listed

    def length(self, *, back: bool = False, calendar: bool = False) -> Rules:
        units: dict[str, tuple[int, ...]] = {"minutes": (30, 60), "hours": (1, 24, 30), "days": (0, 1, 2), "weeks": (1,), "months": (1,)}
        if calendar:
            units = {unit: units[unit] for unit in ("days", "weeks", "months")}
        elif not back:
            units["working_days"] = (1, 2, 5)
        unit = self.random.choice(list(units))
        table: Rules = {unit: self.random.choice(units[unit])}
        if unit == "days" and calendar and table[unit] == 0:
            table[unit] = 1
        self.note(f"{'back' if back else 'limit'} {unit}")
        if unit == "working_days" and self.chance(0.4):
            table["counting"] = "same"
            self.note("counting same")
        return table

    def limit(self, kinds: list[str], scope: str, same: list[str], *, any_kind: bool = False, look_up: bool = True) -> Rules:
        choice = self.random.random()
        held = any if any_kind else all
        if choice < 0.12 and look_up:
            return self._look_up(kinds, scope, same)
        if choice < 0.24:
            names = [name for name in ("due_on", "due_at") if held(name in MADE.kinds[kind].fields for kind in kinds)]
            if names:
                table: Rules = {"by": self.random.choice(names)}
                self.note(f"limit by {table['by']}")
                if self.chance(0.5):
                    table["else"] = (
                        self.limit(kinds, scope, same, any_kind=any_kind, look_up=look_up) if self.chance(0.4) else self.length()
                    )
                    self.note("limit by a field, else")
                return table
        if choice < 0.36:
            self.note("limit before school")
            return {"before_next": "school_day", "at": self.random.choice(("09:00", "08:30"))}
        table = self.length()
        if self.chance(0.2):
            table["parameter"] = "made"
        return table

    def _look_up(self, kinds: list[str], scope: str, same: list[str]) -> Rules:
        table: Rules = {"look_up": "level", "values": {}}
        grain = self.chance(0.3)
        for code in self.random.sample(["low", "medium", "high"], self.random.randint(1, 3)):
            table["values"][code] = self.length(calendar=grain)
        self.note("look-up")
        if self.chance(0.4):
            table["of"] = self.selector(same if self.chance(0.5) else [], scope=scope)
            self.note("look-up of another event")
        if self.chance(0.5):
            table["else"] = self.length(calendar=grain)
            self.note("look-up else")
        if self.chance(0.5):
            table["unknown"] = self.length(calendar=grain)
            self.note("look-up unknown")
        return table

    # Conditions

    def condition(self, kinds: list[str], other: list[str] | None = None, depth: int = 0) -> str:
        chance = self.random.random()
        if depth < 2 and chance < 0.25:
            word = self.random.choice(("and", "or"))
            self.note(f"condition {word}")
            return f"({self.condition(kinds, other, depth + 1)} {word} {self.condition(kinds, other, depth + 1)})"
        if depth < 2 and chance < 0.32:
            self.note("condition not")
            return f"not ({self.condition(kinds, other, depth + 1)})"
        return self._pair(kinds, other) if other is not None and self.chance(0.7) else self._plain(kinds)

    def _plain(self, kinds: list[str]) -> str:
        options: dict[str, tuple[str, ...]] = {
            "flag": ("flag", "flag", "not flag", "flag == yes", "flag != no", "blank(flag)"),
            "level": ("level == 'high'", "level != 'low'", "level in ['low', 'high']", "level >= 'medium'", "recorded(level)", "level not in ['low']"),
            "number": ("number > 2", "number in [1, 2]", "number <= 1 or number == 4", "1 <= number < 4"),
            "amount": ("amount < 1.6", "amount == 2"),
            "note": ("length(note) > 3", "recorded(note)", "note == 'x'", "length(note) == 5"),
            "tags": ("'red' in tags", "not ('blue' in tags)", "recorded(tags)"),
            "agencies": ("'health' in agencies",),
            "due_on": (
                "due_on > occurred_on", "days_between(occurred_on, due_on) >= 1", "plus_days(occurred_on, 1) >= due_on",
                "plus_months(due_on, 1) > date('2026-04-30')", "weekday(due_on) <= 5", "plus_years(due_on, -1) < date('2025-03-29')",
            ),
            "due_at": (
                "date_of(due_at) == occurred_on", "hours_between(occurred_at, due_at) <= 1", "minutes_between(due_at, occurred_at) > 0",
                "days_between(occurred_at, due_at) == 1", "due_at > occurred_at",
            ),
            "owner_ref": ("owner_ref == actor_ref", "owner_ref != 'O1'"),
            "": (
                "age < 10", "age >= 0", "child.sex == 'female'", "child.disability", "recorded(case.district)", "case.district == 'north'",
                "recorded(actor_role)", "actor_ref != 'O2'", "weekday(occurred_on) in [6, 7]", "month(occurred_on) == 3", "year(occurred_on) > 2025",
                "hours_between(occurred_at, recorded_at) <= 1", "years_between(child.born_on, occurred_on) < 10", "recorded(child.born_on)",
                "recorded(recorded_at)", "occurred_on >= date('2026-03-29')", "unit == 'U1'", "precision == 'day'", "days_between(case.opened_on, occurred_on) > 60",
            ),
        }  # fmt: skip
        names = [name for name in options if not name or all(name in MADE.kinds[kind].fields for kind in kinds)]
        name = self.random.choice(names)
        text = self.random.choice(options[name])
        self.note(f"condition {text}")
        return text

    def _pair(self, kinds: list[str], other: list[str]) -> str:
        options = {
            "flag": ("other.flag", "other.flag == flag", "not other.flag", "recorded(other.flag)", "blank(other.flag)"),
            "level": ("other.level == level", "other.level != 'high'", "other.level >= 'medium'", "other.level in ['low']"),
            "owner_ref": ("other.owner_ref != owner_ref", "other.owner_ref == owner_ref"),
            "": (
                "other.actor_ref != actor_ref", "days_between(other.occurred_on, occurred_on) <= 2", "other.age == age", "other.age < 10",
                "hours_between(other.occurred_at, occurred_at) < 24", "other.child_ref == child_ref", "age < 10", "recorded(other.actor_role)",
                "other.recorded_at <= recorded_at",
            ),
        }  # fmt: skip
        names = [name for name in options if not name or all(name in MADE.kinds[kind].fields for kind in (*kinds, *other))]
        text = self.random.choice(options[self.random.choice(names)])
        self.note(f"condition {text}")
        return text

    # Shapes

    def response(self) -> Rules:
        table, same, scope = self.common("response")
        table["after"] = self.selector(same, scope=scope, trigger=True)
        named = _listed(table["after"]["event"])
        table["expect"] = self.selectors(same, scope=scope)
        table["within"] = self.limit(named, scope, same)
        self.excuses(table, table["after"], scope)
        if self.chance(0.2):
            table["early"] = self.length(back=True)
            self.note("early")
        if self.chance(0.4):
            table["extend"] = [self._rung(same, scope) for _ in range(self.random.choice((1, 2)))]
            self.note(f"ladder of {len(table['extend'])}")
        return table

    def _rung(self, same: list[str], scope: str) -> Rules:
        rung = self.selector(same if self.chance(0.6) else [], scope=scope)
        rung["limit"] = self.limit(_listed(rung["event"]), scope, same, look_up=False)
        if self.chance(0.4):
            rung["reckoned_from"] = "trigger"
            self.note("extension from the trigger")
        return rung

    def recurrence(self) -> Rules:
        # One key for all its selectors, or the reader refuses it.
        table, same, scope = self.common("recurrence")
        same_key = (
            {"among": tuple(kind for kind in EVERY if "owner_ref" in MADE.kinds[kind].fields), "by": False} if scope == "officer" else {}
        )
        table["after"] = self.selector(same, scope=scope, **same_key)
        table["expect"] = self.selectors(same, scope=scope, **same_key)
        if self.chance(0.75):
            table["until"] = self.selectors(same, scope=scope, **same_key)
            self.note("until in a recurrence")
        if same_key and self.chance(0.5):
            for one in (table["after"], *_tables(table["expect"]), *_tables(table.get("until", []))):
                one["by"] = "owner_ref"
            self.note("by")
        named = list(
            dict.fromkeys(_listed(table["after"]["event"]) + [kind for one in _tables(table["expect"]) for kind in _listed(one["event"])])
        )
        if self.chance(0.5):
            table["every"] = self.limit(named, scope, same, any_kind=True)
        else:
            table["steps"] = [self.length() for _ in range(self.random.choice((1, 2, 3)))]
            self.note("steps")
        self.excuses(table, table["after"], scope)
        return table

    def precedence(self) -> Rules:
        table, same, scope = self.common("precedence")
        table["before"] = self.selector(same, scope=scope, trigger=True)
        table["expect"] = self.selectors(same, scope=scope)
        if self.chance(0.4):
            table["within"] = self.length(back=True)
            self.note("within in a precedence")
        if self.chance(0.3):
            table["since"] = self.selector(same, scope=scope)
            self.note("since")
        self.excuses(table, table["before"], scope)
        return table

    def order(self) -> Rules:
        table, same, scope = self.common("precedence")
        table["order"] = [self.selector(same, scope=scope, trigger=True) for _ in range(self.random.choice((2, 3)))]
        return table

    def absence(self) -> Rules:
        table, same, scope = self.common("absence")
        table["after"] = self.selector(same, scope=scope, trigger=True)
        table["never"] = self.selectors(same, scope=scope)
        if self.chance(0.7):
            table["until"] = self.selectors(same, scope=scope)
            self.note("until in an absence")
        if self.chance(0.6):
            table["within"] = self.limit(_listed(table["after"]["event"]), scope, same)
            self.note("within in an absence")
        self.excuses(table, table["after"], scope)
        return table

    def content(self) -> Rules:
        table, same, scope = self.common("content")
        table["of"] = self.selector(same, scope=scope, trigger=True)
        named = _listed(table["of"]["event"])
        table["check"] = self.condition(named)
        if self.chance(0.5):
            table["within"] = self.limit(named, scope, same)
            self.note("within in a content")
        self.excuses(table, table["of"], scope)
        return table

    def count(self) -> Rules:
        table, same, scope = self.common("count")
        table["count"] = self.selector(same, scope=scope)
        table["at_least"] = self.random.choice((2, 2, 3))
        trigger = table["count"]
        after = self.selector(same, scope=scope)
        if self.chance(0.5) and not set(_listed(after["event"])) & set(_listed(trigger["event"])):
            table["after"] = trigger = after
            table["at_least"] = self.random.choice((1, 1, 2))
            self.note("after in a count")
        table["in"] = self.length(back=True, calendar=True)
        table["expect"] = self.selectors(same, scope=scope)
        table["within"] = self.limit(_listed(trigger["event"]), scope, same)
        self.excuses(table, trigger, scope)
        return table

    def held(self) -> Rules:
        table: Rules = {"shape": "count", "at_most": 1}
        kinds = self.kinds(("made.opened", "made.asked", "made.reviewed"))
        table["count"] = {"event": kinds, "held_by": "owner_ref"}
        if self.chance(0.4):
            table["count"]["where"] = self.condition(_listed(kinds))
        table["until"] = self.selectors([], by=False)
        if self.chance(0.4):
            table["parameter"] = "made"
        self.excuses(table, table["count"], "case")
        return table

    def invariant(self) -> Rules:
        table, same, scope = self.common("invariant")
        table["at"] = self.selector(same, scope=scope, trigger=True)
        named = _listed(table["at"]["event"])
        if self.chance(0.85):
            table["with"] = self.selector(same, scope=scope)
            table["pick"] = self.random.choice(("last_before", "first_after", "previous", "next", "some", "every", "none"))
            self.note(f"pick {table['pick']}")
            if table["pick"] in ("last_before", "first_after", "previous", "next"):
                table["absent"] = self.random.choice(("no occasion", "cannot_tell", "missed", "met"))
                self.note(f"absent {table['absent']}")
            table["check"] = self.condition(named, _listed(table["with"]["event"]))
        else:
            table["check"] = self.condition(named)
        self.excuses(table, table["at"], scope)
        return table


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _tables(value: Rules | list[Rules]) -> list[Rules]:
    return value if isinstance(value, list) else [value]


def _mapped(value: Any, change: Any) -> Any:
    """The same dataclasses with every adjustable limit changed."""
    if isinstance(value, Adjustable):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: _mapped(getattr(value, field.name), change) for field in fields(value)}
        return replace(value, **changed)
    return value


def in_editions(standard: Standard, random: Random, days: Sequence[date]) -> list[Standard]:
    """The standard whole, or at times cut on one or two of the days into editions that have its rule and follow on one another."""
    span = standard.in_force
    within = [day for day in days if (span.begins or date.min) < day <= (span.ends or date.max)]
    cuts = sorted({random.choice(within) for _ in range(random.randint(1, 2))}) if within and random.random() < 0.3 else []
    begins = [span.begins, *cuts]
    ends = [*(day - timedelta(days=1) for day in cuts), span.ends]
    return [
        replace(standard, version=version, in_force=InForce(*both)) for version, both in enumerate(zip(begins, ends, strict=True), start=1)
    ]


def _standard(name: str, rule: Rule, in_force: InForce) -> Standard:
    source = Source("Made up for a test", "", (), False, "from knowledge, unverified", "")
    return Standard(
        id=name, title="Made up", area="test", version=1, statement="Made up", in_force=in_force, status="local default", severity="low",
        duty="police", jurisdiction="England and Wales", themes=(), source=source, reading="Made up", rule=rule, examples=(), file="made.toml",
        fingerprint="",
    )  # fmt: skip
