"""Which editions a run is held to: those of the force's nation, confirmed as in force or switched on by name; and which are left out, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from enum import StrEnum
from itertools import combinations

from candour.standards.editions import same_day, same_place
from candour.standards.model import ENGLAND_AND_WALES, Standard
from candour.standards.refusals import StandardRefused
from candour.standards.spoken import listed


class LeftOutFor(StrEnum):
    """Why an edition is held against nothing in a run."""

    NATION = "of another nation"
    NATION_NOT_DECLARED = "nation not declared"
    NOT_COMMENCED = "not confirmed as in force"
    SWITCHED = "switched for an edition not confirmed as in force"


@dataclass(frozen=True)
class LeftOut:
    """An edition that a run leaves out, and why."""

    standard: Standard
    why: LeftOutFor

    @property
    def sentence(self) -> str:
        """Why, in a sentence that says what would change it."""
        one = self.standard
        if self.why is LeftOutFor.NATION:
            return f"It is for {one.jurisdiction} only."
        if self.why is LeftOutFor.NATION_NOT_DECLARED:
            return f"It is for {one.jurisdiction} only, and nothing says which nation this force is of: it could not be checked."
        if self.why is LeftOutFor.NOT_COMMENCED:
            return f"It is not confirmed as in force, so it is switched off. {one.edition.commencement}"
        return "An edition that is not confirmed as in force was switched on in its place."


@dataclass(frozen=True)
class Choice:
    """The editions that are held against the records, and those that are not. `switched_on` are among those held."""

    held: tuple[Standard, ...]
    left_out: tuple[LeftOut, ...] = ()
    switched_on: tuple[Standard, ...] = ()

    def cautions(self) -> tuple[str, ...]:
        """What is to be said of the choice before any figure: what was switched on, and what could not be checked for want of a nation."""
        said = [
            f"{one.id} version {one.version} was switched on for this run. It is not confirmed as in force: {one.edition.commencement}"
            for one in self.switched_on
        ]
        undeclared = [one.standard.id for one in self.left_out if one.why is LeftOutFor.NATION_NOT_DECLARED]
        if undeclared:
            said.append(
                "No nation is declared, so what is for England or for Wales alone was not checked: "
                f"{', '.join(dict.fromkeys(undeclared))}. Say nation in the mapping's [source], or assess with --nation."
            )
        return tuple(said)


def choose(standards: Sequence[Standard], nation: str | None = None, switched_on: Collection[str] = ()) -> Choice:
    """Choose among every edition of the catalogue.

    `nation` is one of `NATIONS`; None means that nobody said, and then an edition of one nation is left out: it could not be checked.
    `switched_on` are ids, or ID@VERSION, whose editions not confirmed as in force are held all the same, from their beginning (or on any day) in
    the place of the editions that are. Raises StandardRefused for one that has no such edition of this nation, and where two of those that were
    switched on would hold for one day, so that an occasion would have two findings of one standard.
    """
    left: list[LeftOut] = []
    held: list[Standard] = []
    for one in standards:
        if one.jurisdiction not in (ENGLAND_AND_WALES, nation):
            left.append(LeftOut(one, LeftOutFor.NATION if nation else LeftOutFor.NATION_NOT_DECLARED))
        elif not one.edition.commenced and not _is_named(one, switched_on):
            left.append(LeftOut(one, LeftOutFor.NOT_COMMENCED))
        else:
            held.append(one)
    switched = tuple(one for one in held if not one.edition.commenced)
    _refuse_strangers(standards, switched, switched_on)
    _refuse_two_of_one_day(switched)
    kept: list[Standard] = []
    for one in held:
        shortened = _made_room(one, switched)
        if shortened is None:
            left.append(LeftOut(one, LeftOutFor.SWITCHED))
        else:
            kept.append(shortened)
    return Choice(tuple(kept), tuple(left), switched)


def _made_room(one: Standard, switched: Sequence[Standard]) -> Standard | None:
    """The edition as it is, or ended on the day before one that was switched on begins; None where nothing is left of it."""
    for other in switched:
        if not one.edition.commenced or other.id != one.id or not same_place(one, other) or not same_day(one, other):
            continue
        if other.in_force.begins is None or (one.in_force.begins or date.min) >= other.in_force.begins:
            return None
        one = replace(one, in_force=replace(one.in_force, ends=other.in_force.begins - timedelta(days=1)))
    return one


def _is_named(one: Standard, asked: Collection[str]) -> bool:
    """Whether an edition is among those that were asked for, by its id or by its id and version."""
    return one.id in asked or f"{one.id}@{one.version}" in asked


def _refuse_two_of_one_day(switched: Sequence[Standard]) -> None:
    for one, two in combinations(switched, 2):
        if one.id == two.id and same_place(one, two) and same_day(one, two):
            versions = [f"{other.id}@{other.version}" for other in switched if other.id == one.id]
            raise StandardRefused(
                "--with", one.id, f"has {len(versions)} editions that are not confirmed as in force, and two of them are for the same days: an occasion "
                f"would be judged twice. Name the one you mean: {' or '.join(f'--with {name}' for name in versions)}.",
            )  # fmt: skip


def _refuse_strangers(standards: Sequence[Standard], switched: Sequence[Standard], asked: Collection[str]) -> None:
    for name in asked:
        if any(_is_named(one, [name]) for one in switched):
            continue
        waiting = [one for one in standards if not one.edition.commenced]
        if any(_is_named(one, [name]) for one in waiting):
            raise StandardRefused(
                "--with", name, "is for one nation, and not for the one that is declared; or none is declared (--nation)."
            )
        named, at, version = name.partition("@")
        if at and not version:
            raise StandardRefused("--with", name, "has no version after the @. Give its number, as in ID@2, or the id alone.")
        editions = [one for one in standards if one.id == named]
        if version and editions and not any(_is_named(one, [name]) for one in editions):
            raise StandardRefused("--with", name, f"is no version of it: there is {listed([str(one.version) for one in editions])}.")
        if editions and version:
            raise StandardRefused("--with", name, "needs no switching on: this edition is in force by its dates.")
        if editions:
            raise StandardRefused("--with", name, "needs no switching on: every edition of it is in force by its dates.")
        ids = sorted({one.id for one in waiting})
        near = get_close_matches(named, ids, n=3)
        raise StandardRefused(
            "--with",
            name,
            f"is not a standard. {'Near it' if near else 'Not confirmed as in force'}: {', '.join(near or ids) or 'none'}.",
        )


def in_force_on(standards: Sequence[Standard], on: date) -> tuple[Standard, ...]:
    """The editions that are confirmed as in force on a London day, of whatever nation."""
    return tuple(
        one for one in standards if one.edition.commenced and (one.in_force.begins or date.min) <= on <= (one.in_force.ends or date.max)
    )
