"""A made-up force whose systems share no key: each numbers the children itself, and says in its own writing who they are.

Only what the exports say changes: the force, its year and what is true of it stay as they are. Which references are of one child is the truth that a
linkage is held against. It is written beside the exports, never among them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from random import Random
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq

from candour.records.vocabulary import find_catalogue
from candour.simulation.facts import Child, Fact
from candour.simulation.identities.households import Person, Settled, make_household
from candour.simulation.identities.making import TRUTH, Identity, identity_of
from candour.simulation.identities.systems import SYSTEMS, System
from candour.simulation.stories.written import Planted

WRITTEN_AS: Mapping[str, str] = MappingProxyType(
    {
        "custody": "occurrences",
        "forensics": "occurrences",
        "incidents": "missing",
        "missing": "missing",
        "notices": "notices",
        "occurrences": "occurrences",
        "offenders": "notices",
    }
)
"""Each system that names children, and in whose of the three ways of writing it does so. The register of training names none."""
INDEX = "occurrences"
"""The system that has a line for every child, whether or not anything happened to the child, with the details of each."""
PEOPLE = """

# Whom this system's own references are of, as it writes them: for linking records of one child, and for nothing else.
# Added by candour simulate --own-keys.
[[table]]
file = "{system}/people.csv"
format = "csv"
encoding = "utf-8"
delimiter = ","
dates = ["%d/%m/%Y"]
key = ["PERSON"]

[[table.identities]]
person_kind = "child"
ref = "PERSON"
given_names = "GIVEN_NAMES"
family_name = "FAMILY_NAME"
other_names = "ALSO_KNOWN_AS"
born_on = "BORN"
sex = "SEX"
address = "ADDRESS"
postcode = "POSTCODE"
school = "SCHOOL"
phone = "PHONE"
shared_id = "NATIONAL_NUMBER"
restricted = "RESTRICTED"
high_risk = "HIGH_RISK"
"""
"""What is put at the end of each such system's mapping."""


def write_mappings(folder: Path) -> Path:
    """Write the mappings of the made-up force, those of systems that name children with a table of people more, and return the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((find_catalogue() / "sources" / "northshire").glob("*.toml")):
        more = PEOPLE.format(system=file.stem) if file.stem in WRITTEN_AS else ""
        (folder / file.name).write_text(file.read_text(encoding="utf-8").rstrip("\n") + "\n" + more, encoding="utf-8")
    return folder


class OwnKeys:
    """Gives each child a reference of its own in each system that meets the child, and writes the child down there.

    The dice are its own, so that the force is the same as without. A few children have two references in one system; a case has one of them.
    """

    def __init__(self, children: Sequence[Child], seed: int) -> None:
        self.random = Random(f"own keys {seed}")  # noqa: S311  # the dice of a made-up force
        habits = {system.name: system for system in SYSTEMS}
        self.systems: dict[str, System] = {name: replace(habits[way], name=name) for name, way in WRITTEN_AS.items()}
        self.people = dict(_people(self.random, children))
        self.numbers = {system: _numbers(self.random, children) for system in self.systems}
        self.identities: dict[tuple[str, str], Identity] = {}
        self.event_ids: dict[str, str] = {}
        self.first: dict[str, str] = {}
        self.held: dict[tuple[str, str], list[str]] = {}
        self.twice: set[tuple[str, str]] = set()
        self.of_case: dict[tuple[str, str, str | None], str] = {}

    def refs(self, system: str, child: str) -> list[str]:
        """The references that a system has for a child, which gets a first one here if there is none yet."""
        refs = self.held.setdefault((system, child), [])
        if not refs:
            self._add(refs, system, child)
            if self.random.random() < self.systems[system].twice:
                self.twice.add((system, child))
        return refs

    def ref(self, system: str, child: str, case_ref: str | None) -> str:
        """The reference of a child in the entries of one case in a system."""
        refs = self.refs(system, child)
        if (system, child) not in self.twice:
            return refs[0]
        key = (system, child, case_ref)
        if key not in self.of_case:
            other = self.random.random() < 0.5
            if other and len(refs) == 1:
                self._add(refs, system, child)
            self.of_case[key] = refs[int(other)]
        return self.of_case[key]

    def _add(self, refs: list[str], system: str, child: str) -> None:
        ref = f"{system[:2].upper()}{self.numbers[system][child] + len(refs):07d}"
        refs.append(ref)
        self.identities[system, ref] = identity_of(self.random, self.systems[system], self.people[child], "child", ref)

    def fact(self, system: str, fact: Fact, split: bool) -> Fact:
        """A fact as a system holds it: with its own references to children. `split` says that its entries are one event a child, named by the reference."""
        if system not in self.systems:
            return fact
        ref = None if fact.child is None else self.ref(system, fact.child, fact.case_ref)
        event_id = fact.event_id
        if split and ref is not None:
            entry = fact.event_id.removesuffix(f":{fact.child}")
            event_id = self.event_ids[fact.event_id] = f"{entry}:{ref}"
            self.first[entry] = min(self.first.get(entry, event_id), event_id)
        fields = dict(fact.fields)
        named = fields.get("child_refs")
        if isinstance(named, tuple):
            fields["child_refs"] = tuple(self.ref(system, child, fact.case_ref) for child in named)
        return replace(fact, child=ref, event_id=event_id, fields=fields)

    def name(self, system: str, ref: str | None) -> str:
        """The name of a child as the system writes it; empty where the entry does not say whom it is about."""
        one = self.identities.get((system, ref or ""))
        return "" if one is None else f"{one.given_names} {one.family_name}"

    def planted(self, one: Planted) -> Planted:
        """A planted text, by the names of its events in the exports: of an entry about several children, the first."""
        other = None if one.other_event_id is None else self._first(one.other_event_id)
        return one._replace(event_id=self._first(one.event_id), other_event_id=other)

    def _first(self, event_id: str) -> str:
        return self.first.get(event_id.rpartition(":")[0], event_id) if event_id in self.event_ids else event_id

    def write_truth(self, folder: Path, *, with_csv: bool) -> None:
        """Write `links.parquet`, and for small sizes `links.csv`: `record_ref`, as the store names it, and `person`, the child's reference without own keys."""
        rows = sorted((one.record_ref, one.person) for one in self.identities.values())
        columns = list(zip(*rows, strict=True)) or [(), ()]
        pq.write_table(pa.table([pa.array(column, pa.string()) for column in columns], schema=TRUTH), folder / "links.parquet")
        if with_csv:
            with (folder / "links.csv").open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream, lineterminator="\n").writerows([TRUTH.names, *rows])


def _numbers(random: Random, children: Sequence[Child]) -> dict[str, int]:
    """A number for each child with room for a second, unlike those of other systems but in one order, so that no two events change places."""
    refs = sorted(child.ref for child in children)
    return dict(zip(refs, accumulate(random.randrange(2, 10) for _ in refs), strict=True))


def _people(random: Random, children: Sequence[Child]) -> Iterator[tuple[str, Person]]:
    """Each child's reference, with a name, homes and numbers made up for the child by household. Their births and schools are the children's."""
    households: dict[str, list[Child]] = {}
    for child in children:
        households.setdefault(child.household, []).append(child)
    number = 0
    for own in households.values():
        settled = [Settled(date.fromordinal(child.born), child.sex, child.school) for child in own]
        for child, person in zip(own, make_household(random, number, settled), strict=True):
            yield child.ref, replace(person, id=child.ref)
        number += len(own)
