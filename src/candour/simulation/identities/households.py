"""The made-up people themselves: households with siblings and twins, who move, change school and are known by other names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from candour.simulation.identities.names import LETTERS, STREET_SORTS, STREETS, TOWNS, draw_family, draw_given

LAST_BIRTH = date(2026, 3, 31).toordinal()
CHILDHOOD = int(18 * 365.25)
SEXES = ("female", "male")


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: a written address without its postcode, the postcode, and the telephone of the household."""

    address: str
    postcode: str
    phone: str


@dataclass(slots=True)
class Person:
    """One made-up person as they are; `homes` are the present home and, for those who moved, the former one. `twin` says that another has the same birth."""

    id: str
    given: str
    middle: str | None
    family: str
    former_family: str | None
    born: date
    sex: str
    homes: list[Home]
    schools: list[str]
    shared_id: str
    community: str
    restricted: bool
    high_risk: bool
    twin: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """What is settled of a child before a name and a home are made up: the birth, the sex (female, male or other) and the school, if any."""

    born: date
    sex: str
    school: str | None


def make_home(random: Random) -> Home:
    """An address of Northshire. NS is not a postcode area that exists; 01632 is no real area code, and part of it is kept for fiction."""
    district = random.randrange(1, 30)
    town = TOWNS[district % len(TOWNS)]
    flat = f"Flat {random.randrange(1, 30)}, " if random.random() < 0.12 else ""
    street = f"{random.choice(STREETS)} {random.choice(STREET_SORTS)}"
    postcode = f"NS{district} {random.randrange(1, 10)}{random.choice(LETTERS)}{random.choice(LETTERS)}"
    return Home(f"{flat}{random.randrange(1, 180)} {street}, {town}", postcode, f"01632 9{random.randrange(1_000_000):06d}")


def make_people(random: Random, kind: str = "child") -> Iterator[Person]:
    """People without end, household by household: children of one to four, or adults (`kind` 'suspect') of one or two.

    About one child in thirty has a twin; a household's children share its family name (nearly always), address and telephone.
    """
    number = 0
    while True:
        community, family, home = _household(random)
        size = random.choice((1, 1, 1, 2, 2, 3, 4)) if kind == "child" else random.choice((1, 1, 1, 1, 2))
        school = f"S{random.randrange(1, 240):03d}"
        taken: set[str] = set()
        last: Person | None = None
        for _ in range(size):
            twin = last is not None and kind == "child" and random.random() < 0.06
            last = _person(random, number, kind, community, family, home, school, last if twin else None, taken)
            number += 1
            yield last


def make_household(random: Random, number: int, children: Sequence[Settled]) -> list[Person]:
    """A household of the children given, in their order: its names, homes and numbers are made up. `number` is that of the first."""
    community, family, home = _household(random)
    taken: set[str] = set()
    return [
        _person(random, number + place, "child", community, family, home, child.school, None, taken, child)
        for place, child in enumerate(children)
    ]


def _household(random: Random) -> tuple[str, str, Home]:
    community = "usual" if random.random() < 0.8 else "other"
    return community, draw_family(random, community), make_home(random)


def _person(
    random: Random,
    number: int,
    kind: str,
    community: str,
    family: str,
    home: Home,
    school: str | None,
    twin_of: Person | None,
    taken: set[str],
    settled: Settled | None = None,
) -> Person:
    sex = random.choice(SEXES) if settled is None else settled.sex
    named_as = sex if sex in SEXES else random.choice(SEXES)
    given = draw_given(random, community, named_as)
    while given in taken:
        given = draw_given(random, community, named_as)
    taken.add(given)
    born = _birth(random, kind) if settled is None else settled.born
    if twin_of is not None:
        born, twin_of.twin = twin_of.born, True
    own = draw_family(random, community) if random.random() < 0.05 else family
    moved = random.random() < 0.18
    homes = [home, make_home(random)] if moved else [home]
    if twin_of is not None:
        homes, own = list(twin_of.homes), twin_of.family
    other_school = [f"S{random.randrange(1, 240):03d}"] if random.random() < 0.2 else []
    return Person(
        id=f"P{number:07d}",
        given=given,
        middle=draw_given(random, community, named_as) if random.random() < 0.6 else None,
        family=own,
        former_family=draw_family(random, community) if random.random() < 0.03 else None,
        born=born,
        sex=sex,
        homes=homes,
        schools=[school, *other_school] if kind == "child" and school is not None else [],
        shared_id=f"N{number:09d}",
        community=community,
        restricted=random.random() < 0.01,
        high_risk=random.random() < 0.06,
        twin=twin_of is not None,
    )


def _birth(random: Random, kind: str) -> date:
    oldest = CHILDHOOD if kind == "child" else 60 * 365
    return date.fromordinal(LAST_BIRTH - (0 if kind == "child" else CHILDHOOD) - random.randrange(oldest))
