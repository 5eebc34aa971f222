"""Finds every fault of a standard's file, not the first alone: each is noted, something plain is put in its place, and the file is read again."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any as Anything

from candour.records.vocabulary import Vocabulary
from candour.standards.examples import scene_of
from candour.standards.model import Standard
from candour.standards.refusals import StandardRefused

_MOST = 200
"""Faults told of one file. Nobody mends more than that before reading it again."""
_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_STAND_IN = "an example that stands in for one at fault"
_SELECTORS = ("after", "expect", "until", "before", "since", "order", "never", "of", "count", "at", "with", "unless")
_Path = list[str | int]


def every_fault(
    first: StandardRefused, content: Mapping[str, object], read: Callable[[dict[str, Anything]], Standard], vocabulary: Vocabulary
) -> tuple[StandardRefused, ...]:
    """The first fault and those behind it, in the order of reading, as far as one does not hang on another.

    `content` is the whole file as parsed, `read` reads such content or raises StandardRefused. Of a rule one fault is told at a time, but for keys that are not
    known and conditions: what else it says hangs together. An edition that shares with another is not read further once that is at fault.
    """
    mended, found, fault = copy.deepcopy(dict(content)), [first], first
    plain = _stand_in(vocabulary)
    tried: Counter[str] = Counter()
    while len(found) < _MOST and _put_in_place(mended, fault, plain, tried[fault.key]):
        tried[fault.key] += 1
        try:
            standard = read(mended)
        except StandardRefused as next_one:
            if tried[next_one.key] == 0:
                found.append(next_one)
            fault = next_one
        else:
            found += [one for one in example_faults(standard, vocabulary) if _STAND_IN not in one.key]
            break
    return tuple(found)


def example_faults(standard: Standard, vocabulary: Vocabulary) -> Iterator[StandardRefused]:
    """The examples whose chronology cannot be read, and those that have the name of another."""
    names: set[str] = set()
    for example in standard.examples:
        if example.name in names:
            yield StandardRefused(standard.file, f"examples: {example.name}", "is the name of two examples. Give each a name of its own.")
        names.add(example.name)
        try:
            scene_of(example, standard, vocabulary)
        except StandardRefused as fault:
            yield fault


def _stand_in(vocabulary: Vocabulary) -> dict[str, Anything]:
    """A standard that can be read: what stands in place of what cannot."""
    event = {"event": next(iter(vocabulary.kinds))}
    return {
        "id": "stand-in", "title": "stand-in", "area": "stand-in", "version": 1, "status": "local default", "severity": "low",
        "source": {"document": "stand-in", "verified": False}, "reading": {"text": "stand-in"},
        "rule": {"shape": "response", "after": event, "expect": event, "within": {"hours": 1}},
        "examples": {"name": _STAND_IN, "chronology": "# nothing", "finding": "none", "because": "stand-in"},
    }  # fmt: skip


def _put_in_place(content: dict[str, Anything], fault: StandardRefused, plain: Mapping[str, Anything], tried: int) -> bool:
    """Put something plain where a fault is, or further up where that was tried before; False where nothing is left to try."""
    path: _Path = [name or int(number) for name, number in _PART.findall(fault.key)]
    if not path or path[0] == "edition":
        return False
    if path[0] == "rule" and not _stands_alone(path, fault):
        path = path[:1]
    if tried >= len(path):
        return False
    path = path[: len(path) - tried]
    place = _holder(content, path)
    if place is None:
        return False
    stand_in = _plain_at(plain, path)
    if stand_in is not None:
        place[path[-1]] = copy.deepcopy(stand_in)
    elif isinstance(place, dict) and path[-1] in place:
        del place[path[-1]]
    else:
        return tried + 1 < len(path) and _put_in_place(content, fault, plain, tried + 1)
    return True


def _stands_alone(path: _Path, fault: StandardRefused) -> bool:
    """Whether what is at fault in a rule can go without its other parts meaning something else: a condition, or a key that is not known, but not one inside a limit."""
    if path[-1] == "where":
        return True
    return fault.problem.startswith("is not known here") and (len(path) == 2 or path[1] in _SELECTORS)


def _holder(content: dict[str, Anything], path: _Path) -> Anything:
    """The table or list that holds the last part of a path; None where there is none."""
    place: Anything = content
    for part in path[:-1]:
        place = _at(_only_one(place), part)
    place = place if isinstance(path[-1], int) else _only_one(place)
    return place if isinstance(place, dict | list) else None


def _at(place: Anything, part: str | int) -> Anything:
    """What a table or a list has at a part of a path; None where it has nothing."""
    if isinstance(place, dict):
        return place.get(part)
    return place[part] if isinstance(place, list) and isinstance(part, int) and part < len(place) else None


def _only_one(place: Anything) -> Anything:
    """A list of one table is that table: its key has no number."""
    return place[0] if isinstance(place, list) and len(place) == 1 else place


def _plain_at(plain: Mapping[str, Anything], path: _Path) -> Anything:
    """What the stand-in has at a path, the number of an example left out; None where it has nothing."""
    place: Anything = plain
    for part in path:
        if isinstance(part, int):
            continue
        if not isinstance(place, dict) or part not in place:
            return None
        place = place[part]
    return place
