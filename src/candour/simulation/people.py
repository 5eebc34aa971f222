"""The children of the made-up force: where they live, who they live with, and how three systems spell their names."""

from __future__ import annotations

from datetime import date
from random import Random

from candour.simulation.facts import Child
from candour.simulation.moments import YEAR_FROM

GIVEN = (
    "Aisha",
    "Ben",
    "Callum",
    "Daisy",
    "Ewan",
    "Freya",
    "Grace",
    "Harri",
    "Isla",
    "Jakub",
    "Keira",
    "Leo",
    "Maja",
    "Noah",
    "Orla",
    "Priya",
    "Rhys",
    "Sofia",
)
FAMILY = (
    "Ashdown",
    "Birkbeck",
    "Coverdale",
    "Dunsforth",
    "Eskdale",
    "Farndale",
    "Grewelthorpe",
    "Hawkshaw-Lyle",
    "Ingleby",
    "O'Kettle",
    "Mac Rigg",
    "Skelder",
)
ETHNICITIES = (("white", 0.78), ("asian", 0.08), ("mixed", 0.05), ("black", 0.04), ("other", 0.02), ("not_stated", 0.03))
CARE_BASES = ("care_order", "agreement", "care_order", None, "care_order", "agreement", "care_order", "remand")
"""Under what law a child in care is looked after, in turn; of one in eight the index of persons does not say."""
LEFT_OUT = (("ethnicity", 0.12), ("disability", 0.08), ("school", 0.05))
"""What the index of persons leaves blank, and for what share of children."""


def make_children(random: Random, cases: int) -> list[Child]:
    """Children in households of one to four: about four for five cases, so that many children meet the police more than once."""
    found: list[Child] = []
    homes = 0
    while len(found) < max(20, cases * 4 // 5):
        homes += 1
        family = random.choice(FAMILY)
        for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
            found.append(_child(random, len(found), f"H{homes:06d}", family))
    return found


def _child(random: Random, number: int, household: str, family: str) -> Child:
    little = random.random() < 0.12
    born = YEAR_FROM.toordinal() - (random.randrange(30, 1095) if little else int(random.triangular(30, 17.5 * 365.25, 15 * 365.25)))
    day = date.fromordinal(born)
    age = (YEAR_FROM.toordinal() - born) / 365.25
    care = random.choices(("not_in_care", "child_in_need", "protection_plan", "in_care"), (0.74, 0.12, 0.06, 0.08))[0]
    given = random.choice(GIVEN)
    ref = "NA" if number == 7 else f"C{100_000 + number}"
    ethnicity = random.choices([name for name, _ in ETHNICITIES], [share for _, share in ETHNICITIES])[0]
    in_school = age >= 4.5
    return Child(
        ref=ref,
        born=born,
        born_on=day.isoformat(),
        sex=random.choices(("female", "male", "other"), (0.49, 0.5, 0.01))[0],
        ethnicity=ethnicity,
        disability=random.random() < 0.08,
        care_status=care,
        care_basis=CARE_BASES[number % len(CARE_BASES)] if care == "in_care" else None,
        school=f"S{random.randrange(1, 240):03d}" if in_school else None,
        in_education=in_school and random.random() < 0.96,
        home_force="NORTHSHIRE" if random.random() < 0.97 else "WESTMOOR",
        spellings=(
            f"{given} {family}",
            f"{family.upper()}, {given.upper()}",
            f"{given[:-1]} {family.replace(chr(39), '').replace('-', ' ')}",
        ),
        household=household,
        social_worker=care != "not_in_care" and random.random() < 0.9,
        exploited=age >= 10 and random.random() < 0.06,
        blank=frozenset(name for name, share in LEFT_OUT if random.random() < share),
    )


def age_on(child: Child, day: date) -> int:
    """Whole years of age on a day; a child born on 29 February is a year older on 1 March of a common year."""
    born = date.fromordinal(child.born)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
