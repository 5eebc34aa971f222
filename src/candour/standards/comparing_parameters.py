"""Compares a force's own limits with those of the standards, and finds everything that is wrong with a file of them at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from candour.records.vocabulary import Vocabulary
from candour.standards.limits import Limit
from candour.standards.model import Standard
from candour.standards.parameters import Parameter, Parameters, apply_parameters, limits_that_can_be_set, looser, read_parameter, why_looser
from candour.standards.reading_rules import RuleReader
from candour.standards.reading_tables import Table
from candour.standards.refusals import StandardRefused

Verdict = Literal["looser", "tighter", "the same", "in another unit"]


@dataclass(frozen=True)
class Comparison:
    """One local figure beside the figure of one standard that allows it. `why` says why it is looser where that is not plain."""

    local: Parameter
    standard: Standard
    default: str
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class ParameterReport:
    """A file of local figures held against the standards: what compares, what is refused, what a person should look at, and the names left at the standards' own figures."""

    comparisons: tuple[Comparison, ...]
    refused: tuple[StandardRefused, ...]
    warnings: tuple[str, ...]
    not_set: tuple[str, ...]


def compare_parameters(file: Path, standards: Sequence[Standard], vocabulary: Vocabulary, today: date) -> ParameterReport:
    """Hold a file of `[[parameter]]` tables against the standards on a London day.

    Every table is looked at, whatever is wrong with another: `refused` has one refusal for each that cannot be used (a key missing or misspelt, no approval or one not yet
    given, a name that no standard has, a value of another sort, two from one date). Raises StandardRefused only where the file is no TOML.
    """
    entries, refused = _entries(file, vocabulary)
    good: list[Parameter] = []
    for one in entries:
        try:
            apply_parameters(standards, Parameters(file.name, (one,)))
            if one.approved_on > today:
                raise StandardRefused(
                    file.name, one.name, f"is approved on {one.approved_on}, which has not come. Use it once it is approved."
                )
        except StandardRefused as fault:
            refused.append(fault)
        else:
            good.append(one)
    comparisons = tuple(_comparisons(good, standards))
    names = dict.fromkeys(name for standard in standards for name, _, _ in limits_that_can_be_set(standard.rule))
    left = tuple(sorted(set(names) - {one.name for one in entries}))
    return ParameterReport(comparisons, tuple(refused), tuple(_warnings(good, comparisons, today)), left)


def _entries(file: Path, vocabulary: Vocabulary) -> tuple[list[Parameter], list[StandardRefused]]:
    """The figures that can be read, in order of name and date, and the refusals of the others and of the second of two from one date."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise StandardRefused(str(file), "", f"cannot be opened ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StandardRefused(file.name, "", f"this is not TOML that can be read ({error}).") from error
    table, reader = Table(file.name, "", content), RuleReader(vocabulary)
    table.only(("parameter",))
    found: dict[tuple[str, date], Parameter] = {}
    refused: list[StandardRefused] = []
    for one in table.tables("parameter"):
        try:
            entry = read_parameter(one, reader)
            if (entry.name, entry.begins) in found:
                raise table.refuse("parameter", f"{entry.name} has two values from {entry.begins}. Keep one of them.")
        except StandardRefused as fault:
            refused.append(fault)
        else:
            found[entry.name, entry.begins] = entry
    return [found[key] for key in sorted(found)], refused


def _comparisons(entries: Sequence[Parameter], standards: Sequence[Standard]) -> Iterator[Comparison]:
    for one in entries:
        for standard in standards:
            for name, default, place in limits_that_can_be_set(standard.rule):
                if name == one.name:
                    verdict = _verdict(one, default, less=why_looser(place, less=True) != "")
                    words = str(default) if isinstance(default, int) else default.words
                    yield Comparison(one, standard, words, verdict, why_looser(place) if verdict == "looser" else "")


def _verdict(one: Parameter, default: Limit | int, *, less: bool) -> Verdict:
    asks_less, asks_more = (looser(one.value, default, less=each) for each in (less, not less))
    if asks_less:
        return "looser"
    if asks_less is None:
        return "in another unit"
    return "tighter" if asks_more else "the same"


def _warnings(entries: Sequence[Parameter], comparisons: Sequence[Comparison], today: date) -> Iterator[str]:
    """What can be used and yet should be looked at: a figure that is past, not yet due, approved late, or that no standard asks for any more."""
    for place, one in enumerate(entries):
        after = entries[place + 1] if place + 1 < len(entries) and entries[place + 1].name == one.name else None
        said = f"{one.name} of {one.value_words} from {one.begins}"
        if after is not None and after.begins <= today:
            yield f"{said} is out of date: {after.value_words} holds since {after.begins}. Keep it, for findings of its time rest on it."
        if after is not None and after.value == one.value:
            yield f"{after.name} from {after.begins} says again what held before it."
        if one.begins > today:
            yield f"{said} does not hold yet."
        if one.approved_on > one.begins:
            yield f"{said} was approved on {one.approved_on}, after the day from which it counts."
        ends = [each.standard.in_force.ends for each in comparisons if each.local == one]
        if ends and all(day is not None and day < one.begins for day in ends):
            yield f"{said} is never used: the standards that allow it ended before that day."
