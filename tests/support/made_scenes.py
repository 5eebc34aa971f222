"""Random chronologies: ties, undated events, days, clock-change nights, missing fields and keys, gaps in sources, superseded versions, twins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from candour.records.scene import Completeness, Row, Scene, SourceTold, first_second, from_london, last_second, london_date, ordered
from tests.support.made_vocabulary import EVERY, LEVELS, MADE

BASES = (
    date(2026, 3, 27),
    date(2026, 10, 23),
    date(2025, 12, 23),
    date(2025, 1, 29),
    date(2024, 2, 27),
    date(2026, 6, 5),
    date(1985, 3, 29),
)
EDGES = (date(2028, 12, 27), date(2012, 1, 1))


@dataclass(frozen=True)
class Dirt:
    """How often things are not as they should be, 0 to 1."""

    day: float
    undated: float
    blank: float
    keyless: float
    unheld: float
    gaps: bool
    versions: float
    ties: bool


CLEAN = Dirt(0, 0, 0, 0, 0, gaps=False, versions=0, ties=True)


def dirt(random: Random) -> Dirt:
    """Clean, dirty in one way, or in every way."""

    def some(most: float) -> float:
        return random.choice((0.0, 0.0, most / 3, most))

    return Dirt(some(0.5), some(0.2), some(0.4), some(0.3), some(0.5), random.random() < 0.4, some(0.3), random.random() < 0.7)


def scene(random: Random, cases: int = 10, events_a_case: int = 9) -> tuple[Scene, datetime, datetime]:
    """A chronology of several cases with its moments as of and known at (UTC without zone)."""
    how = dirt(random)
    base = random.choice(BASES + EDGES)
    length = random.choice((3, 10, 70))
    rows: list[Row] = []
    for number in range(cases):
        for _ in range(random.randint(0, events_a_case)):
            rows.extend(event(random, how, f"C{number}", number, base, length, len(rows)))
    last = from_london(datetime.combine(base + timedelta(days=length), datetime.min.time()))
    as_of = last + timedelta(hours=random.choice((-24 * length // 2, -24, 0, 24, 24 * 400)))
    if rows and random.random() < 0.2:
        as_of = next((one for row in rows if isinstance(one := row["occurred_to"], datetime)), as_of)
    known_at = as_of + timedelta(days=random.choice((-2, 0, 1000)))
    told = (
        _in_versions(random, _cases(random, cases), "case_ref", base, length),
        _in_versions(random, _children(random, cases, base), "child_ref", base, length),
    )
    return Scene(ordered(rows, MADE), *told, _sources(random, how, base, length)), as_of, known_at


def _moment(random: Random, how: Dirt, base: date, length: int) -> datetime:
    day = base + timedelta(days=random.randint(0, length) if random.random() < 0.5 else random.randint(0, min(length, 4)))
    hours = (0, 1, 1, 2, 9, 12, 23) if how.ties else range(24)
    minutes = (0, 30) if how.ties else range(60)
    clock = datetime(day.year, day.month, day.day, random.choice(list(hours)), random.choice(list(minutes)))
    return from_london(clock) + timedelta(hours=random.choice((0, 0, 0, 1)))


def event(random: Random, how: Dirt, case: str, number: int, base: date, length: int, so_far: int) -> list[Row]:
    kind = random.choice(EVERY[:-1]) if random.random() < 0.97 else EVERY[-1]
    at = _moment(random, how, base, length)
    row: dict[str, object] = dict.fromkeys(MADE.event_columns())
    row.update(
        event_id=f"e{so_far:03}", kind=kind, case_ref=case, source_system=random.choice(("one", "two")), known_from=datetime(1980, 1, 1)
    )
    chance = random.random()
    if chance < how.undated:
        row["precision"] = "unknown"
    elif chance < how.undated + how.day:
        day = london_date(at)
        row.update(precision="day", occurred_at=first_second(day), occurred_to=last_second(day), occurred_on=day)
    else:
        row.update(precision="minute", occurred_at=at, occurred_to=at, occurred_on=london_date(at))
    row["recorded_at"] = None if random.random() < 0.15 else at + timedelta(minutes=random.choice((0, 30, 600, 1440, 4320)))
    theirs = case if random.random() < 0.9 else f"C{number + 1}"
    row.update(
        child_ref=f"{theirs}-{random.choice('AB')}", episode_ref=f"{case}-{random.choice('12')}", place_ref=f"P{number % 3}",
        household_ref=f"H{number % 4}", actor_ref=f"O{random.randint(1, 3)}", unit=f"U{random.randint(1, 2)}",
        actor_role=random.choice(("oic", None)),
    )  # fmt: skip
    for name in ("case_ref", "child_ref", "episode_ref", "place_ref", "household_ref", "actor_ref"):
        if random.random() < how.keyless / (4 if name == "case_ref" else 1):
            row[name] = None
    for name in MADE.kinds[kind].fields:
        row[name] = None if random.random() < max(how.blank, 0.05) else _value(random, name, at)
    if random.random() >= how.versions:
        return [row]
    later = {**row, "flag": random.choice((True, False, None)), "level": random.choice(list(LEVELS)), "known_from": at + timedelta(days=1)}
    return [{**row, "known_to": at + timedelta(days=1)}, {**later, "event_id": f"{row['event_id']}"}]


def _value(random: Random, name: str, at: datetime) -> object:
    near = at + timedelta(hours=random.choice((-30, 0, 1, 24, 50)))
    return {
        "flag": random.random() < 0.7,
        "level": random.choice(list(LEVELS)),
        "tags": random.choice((["red"], ["red", "blue"], ["blue"])),
        "number": random.randint(0, 4),
        "amount": random.choice((0.5, 1.5, 2.0)),
        "note": random.choice(("x", "seen and spoken to", "né 👍🏽")),
        "due_on": london_date(near),
        "due_at": random.choice((near, first_second(london_date(near)))),
        "owner_ref": f"O{random.randint(1, 3)}",
        "stream": random.choice(("s", "s", "r")),
        "agencies": random.choice((["police"], ["police", "health"])),
    }[name]


def _cases(random: Random, cases: int) -> tuple[Row, ...]:
    rows = []
    for number in range(cases):
        row: dict[str, object] = {**dict.fromkeys(MADE.case), "case_ref": f"C{number}"}
        row.update(district=random.choice(("north", None)), opened_on=random.choice((date(2026, 1, 1), None)))
        if random.random() < 0.9:
            rows.append(row)
    return tuple(rows)


def _in_versions(random: Random, rows: tuple[Row, ...], key: str, base: date, length: int) -> tuple[Row, ...]:
    """The rows, some of them corrected at a moment: what stood before it are the details of another row."""
    found: list[Row] = []
    for row in rows:
        learnt = first_second(base + timedelta(days=random.randint(0, length))) if random.random() < 0.3 else None
        if learnt is not None and random.random() < 0.8:
            found.append({**random.choice(rows), key: row[key], "known_from": None, "known_to": learnt})
        found.append({**row, "known_from": learnt, "known_to": None})
    return tuple(found)


def _children(random: Random, cases: int, base: date) -> tuple[Row, ...]:
    rows = []
    for number in range(cases):
        for twin in "AB":
            born = random.choice(
                (date(base.year - 10, base.month, base.day), date(2012, 2, 29), date(2016, 2, 29), base + timedelta(days=3), None)
            )
            row: dict[str, object] = {**dict.fromkeys(MADE.child), "child_ref": f"C{number}-{twin}", "born_on": born}
            row.update(sex=random.choice(("female", "male", None)), disability=random.choice((True, False, None)))
            if random.random() < 0.9:
                rows.append(row)
    return tuple(rows)


def _sources(random: Random, how: Dirt, base: date, length: int) -> tuple[SourceTold, ...]:
    told = []
    for name in ("one", "two"):
        spans: list[Completeness] = []
        if not how.gaps:
            spans.append(Completeness(EVERY, datetime(1980, 1, 1), datetime(2030, 1, 1)))
        else:
            for kind in EVERY:
                middle = first_second(base + timedelta(days=random.randint(-1, length + 1)))
                gap = random.choice((timedelta(seconds=1), timedelta(days=1), timedelta(seconds=0)))
                if random.random() < 0.6:
                    spans.append(Completeness((kind,), datetime(1980, 1, 1) if random.random() < 0.8 else first_second(base), middle))
                if random.random() < 0.6:
                    spans.append(Completeness((kind,), middle + gap, datetime(2030, 1, 1)))
        holds = {kind: frozenset(name for name in MADE.kinds[kind].fields if random.random() >= how.unheld) for kind in EVERY}
        told.append(SourceTold(name, tuple(spans), holds))
    return tuple(told)


def apart(made: Scene, column: str) -> Scene:
    """The same chronology with every event that has no value in this column of the envelope in a case of its own."""
    rows = [
        {**row, "case_ref": f"apart-{row['event_id']}"} if row[column] is None and row["case_ref"] is not None else row
        for row in made.events
    ]
    return made.with_events(rows)
