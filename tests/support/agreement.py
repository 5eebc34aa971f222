"""Where two evaluators differ: found, and reduced to the fewest events that still show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from candour.evaluation.try_examples import Engine
from candour.findings.finding import Finding
from candour.records.calendars import Calendar
from candour.records.scene import Scene
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard


@dataclass(frozen=True)
class Setting:
    """What findings rest on beside the standard and the scene."""

    vocabulary: Vocabulary
    calendar: Calendar
    as_of: datetime
    known_at: datetime


def differing(one: Engine, other: Engine, scene: Scene, standards: Sequence[Standard], at: Setting) -> list[str]:
    """The ids of the standards on which two engines differ in any field of any finding (or in their order)."""
    found = [engine(scene, standards, at.vocabulary, at.calendar, at.as_of, at.known_at) for engine in (one, other)]
    if found[0] == found[1]:
        return []
    by_standard = [{standard.id: [f for f in listed if f.standard == standard.id] for standard in standards} for listed in found]
    apart = [standard.id for standard in standards if by_standard[0][standard.id] != by_standard[1][standard.id]]
    return apart or ["the order of the findings"]


def reduced(one: Engine, other: Engine, scene: Scene, standards: Sequence[Standard], at: Setting) -> Scene:
    """The scene without the events that are not needed to show the difference."""
    events = list(scene.events)
    size = max(len(events) // 2, 1)
    while True:
        start = 0
        while start < len(events):
            fewer = events[:start] + events[start + size :]
            if differing(one, other, scene.with_events(fewer), standards, at):
                events = fewer
            else:
                start += size
        if size == 1:
            return scene.with_events(events)
        size = max(size // 2, 1)


def told(one: Engine, other: Engine, scene: Scene, standards: Sequence[Standard], at: Setting) -> str:
    """The difference in words: the rule that the standards share, the events, and the fields that differ."""
    found: list[Sequence[Finding]] = [
        engine(scene, standards, at.vocabulary, at.calendar, at.as_of, at.known_at) for engine in (one, other)
    ]
    in_force = ", ".join(str(standard.in_force) for standard in standards)
    lines = [f"rule: {standards[0].rule!r}", f"in force: {in_force}", f"as of {at.as_of}, known at {at.known_at}"]
    lines += ["events:", *(f"  { {name: value for name, value in row.items() if value is not None} }" for row in scene.events)]
    named = {(f.trigger_event, f.stage, f.scope_key): f for f in found[0]}
    for finding in found[1]:
        first = named.pop((finding.trigger_event, finding.stage, finding.scope_key), None)
        if first is None:
            lines.append(f"only the second: {finding}")
            continue
        lines += [
            f"{finding.finding_id} ({first.outcome} {first.reason} / {finding.outcome} {finding.reason}): {field.name} is {getattr(first, field.name)!r} and {getattr(finding, field.name)!r}"
            for field in fields(Finding)
            if getattr(first, field.name) != getattr(finding, field.name)
        ]
    lines += [f"only the first: {finding}" for finding in named.values()]
    return "\n".join(lines)
