"""What one edition of a standard shares with the version it is made from, and which editions may not stand side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

from candour.standards.model import ENGLAND_AND_WALES, Edition, Standard
from candour.standards.reading_tables import Table
from candour.standards.refusals import StandardRefused

_OWN = ("id", "version", "in_force", "edition", "examples")
"""What every edition says for itself; everything else it shares unless it says it anew."""


def read_edition(table: Table) -> Edition:
    """The `[edition]` of a standard's file, checked against its version. Raises StandardRefused."""
    said = table.table("edition", required=False)
    said.only(("of", "changes", "commenced", "commencement"))
    version = table.whole("version", least=1)
    of = said.whole("of", least=1) if said.has("of") else None
    if of is not None and of >= version:
        raise said.refuse("of", f"is {of}: what version {version} shares has to be that of an earlier version.")
    changes = said.text("changes", default="")
    if version > 1 and not changes:
        raise said.refuse("changes", f"is missing: version {version} says what changed and why.")
    if version == 1 and changes:
        raise said.refuse("changes", "is for a later version: version 1 changes nothing.")
    commenced = said.yes_no("commenced") if said.has("commenced") else True
    commencement = said.text("commencement", default="")
    if commenced and commencement:
        raise said.refuse("commencement", "is for an edition with commenced = false. Take it out, or say commenced = false.")
    if not commenced and not commencement:
        raise said.refuse("commencement", "is missing: say what is known, and what is not, of whether this is in force.")
    return Edition(of, changes, commenced, commencement)


def base_file(file: Path, table: Table, of: int) -> Path:
    """The file of the version that an edition is made from, beside its own: `ID.toml` or `ID.vN.toml`. Raises StandardRefused."""
    name = table.identifier("id")
    names = [f"{name}.toml", f"{name}.v{of}.toml"] if of == 1 else [f"{name}.v{of}.toml", f"{name}.toml"]
    for one in names:
        if (file.with_name(one)).is_file() and file.with_name(one) != file:
            return file.with_name(one)
    raise table.refuse("edition.of", f"is {of}, and beside this file there is no {' or '.join(names)} with version {of} of {name}.")


def shared(base: Table, own: Table, of: int) -> Table:
    """The tables of an edition made whole with those of its base.

    A key that is not written is the base's, but for those of `_OWN`. One that is written stands in its place, whole; but a `[rule]` that names no
    `shape` is the base's rule with the keys that it writes put in their place. Raises StandardRefused.
    """
    name, version = own.content.get("id"), base.content.get("version")
    if (base.content.get("id"), version) != (name, of):
        raise own.refuse("edition.of", f"is {of}, and {base.file} holds version {version} of {base.content.get('id')}.")
    if "of" in base.table("edition", required=False).content:
        raise own.refuse(
            "edition.of", f"is {of}, which itself shares with another version. Name that one, and write here what differs from it."
        )
    content = {key: value for key, value in base.content.items() if key not in _OWN} | dict(own.content)
    rule = own.content.get("rule")
    if isinstance(rule, dict) and "shape" not in rule:
        content["rule"] = {**base.table("rule").content, **rule}
    return Table(own.file, "", content)


def faults_between(standards: Sequence[Standard]) -> Iterator[StandardRefused]:
    """A refusal for every two editions of one standard, in order of id and version, that have the same version, would both be in force somewhere on
    some day, or differ in whose duty it is though one run may hold both. An edition that is not confirmed as in force is in nobody's way by its dates.

    Findings of all editions are counted together under one title: a rate of which a part is a partner's would say nothing of either.
    """
    for one, two in combinations(standards, 2):
        if one.id != two.id:
            continue
        if one.version == two.version:
            yield StandardRefused(
                two.file, "version", f"{two.id} version {two.version} is also in {one.file}. Give one of them another version."
            )
        elif one.edition.commenced and two.edition.commenced and same_place(one, two) and same_day(one, two):
            yield StandardRefused(
                two.file, "in_force", f"overlaps version {one.version} in {one.file}. On any day one edition is in force."
            )
        elif one.duty != two.duty and same_place(one, two):
            yield StandardRefused(
                two.file, "duty", f"is {two.duty}, and that of version {one.version} in {one.file} is {one.duty}. Editions of a standard are counted "
                "together: make what is another's duty another standard, with an id of its own.",
            )  # fmt: skip


def in_order_of_time(standards: Sequence[Standard]) -> list[Standard]:
    """Editions by when they end, the one without an end last: versions are numbered as they were written, which need not be that order."""
    return sorted(standards, key=lambda one: (one.in_force.ends or date.max, one.in_force.begins or date.min, one.version))


def same_place(one: Standard, two: Standard) -> bool:
    """Whether two editions are for the same nation, or one of them for both."""
    return one.jurisdiction == two.jurisdiction or ENGLAND_AND_WALES in (one.jurisdiction, two.jurisdiction)


def same_day(one: Standard, two: Standard) -> bool:
    """Whether there is a day on which two editions are both in force by their dates."""
    return (one.in_force.begins or date.min) <= (two.in_force.ends or date.max) and (two.in_force.begins or date.min) <= (
        one.in_force.ends or date.max
    )
