"""How three systems write down one person: what each leaves out, and how often it slips. All shares are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from candour.simulation.identities.households import Home, Person
from candour.simulation.identities.names import FORMS

KEYS = {"a": "sqwz", "b": "vghn", "c": "xdfv", "d": "sfec", "e": "wrd", "f": "dgrv", "g": "fhtb", "h": "gjyn", "i": "uok", "j": "hkun", "k": "jlim",
        "l": "kop", "m": "njk", "n": "bmhj", "o": "ipl", "p": "ol", "q": "wa", "r": "etf", "s": "adwx", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes",
        "x": "zcs", "y": "tuh", "z": "xas"}  # fmt: skip
"""Neighbours on the keyboard."""


@dataclass(frozen=True)
class System:
    """One system's habits, as shares of its records.

    `covers`: of the people, how many it holds; `twice`: of those, how many under two references. `old_home`: of those who moved, a quarter of
    how many are still at the former home. What begins with `no_` is left out; the rest are slips in writing.
    """

    name: str
    covers: float
    twice: float
    typo: float
    other_form: float
    form_swapped: float
    turned: float
    digit_out: float
    placeholder: float
    no_birth: float
    near_birth: float
    no_address: float
    old_home: float
    no_school: float
    no_phone: float
    no_shared: float
    no_sex: float
    middle: float
    write: Callable[[str], str]
    short_streets: bool


def _as_is(name: str) -> str:
    return name


def _plain(name: str) -> str:
    return name.replace("'", "").replace("-", " ")


SYSTEMS = (
    System(
        "occurrences",
        covers=0.85,
        twice=0.02,
        typo=0.03,
        other_form=0.05,
        form_swapped=0.006,
        turned=0.012,
        digit_out=0.015,
        placeholder=0.012,
        no_birth=0.03,
        near_birth=0.004,
        no_address=0.06,
        old_home=0.10,
        no_school=0.55,
        no_phone=0.45,
        no_shared=0.90,
        no_sex=0.02,
        middle=0.20,
        write=str.upper,
        short_streets=True,
    ),
    System(
        "missing",
        covers=0.55,
        twice=0.01,
        typo=0.03,
        other_form=0.09,
        form_swapped=0.004,
        turned=0.010,
        digit_out=0.012,
        placeholder=0.006,
        no_birth=0.02,
        near_birth=0.004,
        no_address=0.05,
        old_home=0.08,
        no_school=0.40,
        no_phone=0.30,
        no_shared=0.80,
        no_sex=0.01,
        middle=0.10,
        write=_as_is,
        short_streets=False,
    ),
    System(
        "notices",
        covers=0.70,
        twice=0.015,
        typo=0.025,
        other_form=0.06,
        form_swapped=0.006,
        turned=0.010,
        digit_out=0.012,
        placeholder=0.010,
        no_birth=0.02,
        near_birth=0.004,
        no_address=0.04,
        old_home=0.10,
        no_school=0.30,
        no_phone=0.40,
        no_shared=0.60,
        no_sex=0.02,
        middle=0.35,
        write=_plain,
        short_streets=False,
    ),
)
"""The three systems, named as the made-up force's are."""

SHORT = {"Street": "St", "Road": "Rd", "Lane": "Ln", "Avenue": "Ave", "Close": "Cl", "Drive": "Dr", "Crescent": "Cres", "Court": "Ct", "Terrace": "Terr", "Gardens": "Gdns", "Grove": "Gr"}  # fmt: skip


def slip(random: Random, word: str) -> str:
    """One slip of the finger: two letters swapped, one left out, one doubled or a neighbour on the keyboard. Never the first letter, but one time in ten."""
    if len(word) < 3:
        return word
    at = random.randrange(0 if random.random() < 0.1 else 1, len(word) - 1)
    sort = random.randrange(4)
    if sort == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if sort == 1:
        return word[:at] + word[at + 1 :]
    if sort == 2:
        return word[:at] + word[at] + word[at:]
    near = random.choice(KEYS.get(word[at].lower(), "e"))
    return word[:at] + (near.upper() if word[at].isupper() else near) + word[at + 1 :]


def names_written(random: Random, system: System, person: Person) -> tuple[str | None, str | None, str | None]:
    """The given names, family name and other names as the system holds them."""
    given, family, others = person.given, person.family, []
    if random.random() < system.other_form and given in FORMS:
        given = random.choice(FORMS[given])
    if random.random() < system.other_form and family in FORMS:
        family = random.choice(FORMS[family])
    if person.former_family is not None and random.random() < 0.4:
        family = person.former_family
        if random.random() < 0.5:
            others.append(person.family)
    if "-" in family and random.random() < 0.2:
        family = random.choice(family.split("-"))
    if random.random() < system.typo:
        given = slip(random, given)
    if random.random() < system.typo:
        family = slip(random, family)
    if person.middle is not None and random.random() < system.middle:
        given = f"{given} {person.middle}"
    if random.random() < system.form_swapped:
        given, family = family, given
    return system.write(given), system.write(family), system.write(";".join(others)) or None


def birth_written(random: Random, system: System, born: date) -> date | None:
    """The date of birth as held: mostly right; else turned, a digit out, the first of January, a few weeks out, or left out."""
    dice = random.random()
    for share, change in (
        (system.no_birth, _nothing),
        (system.turned, _turned),
        (system.digit_out, _digit_out),
        (system.placeholder, _first_of_january),
        (system.near_birth, _near),
    ):
        if dice < share:
            return change(random, born)
        dice -= share
    return born


def _nothing(random: Random, born: date) -> date | None:
    return None


def _turned(random: Random, born: date) -> date | None:
    return date(born.year, born.day, born.month) if born.day <= 12 else born


def _digit_out(random: Random, born: date) -> date | None:
    for _ in range(20):
        digits = list(born.strftime("%Y%m%d"))
        digits[random.choice((3, 3, 5, 6, 7, 7))] = str(random.randrange(10))
        try:
            changed = date.fromisoformat("".join(digits))
        except ValueError:
            continue
        if changed != born and changed <= date(2026, 3, 31):
            return changed
    return born


def _first_of_january(random: Random, born: date) -> date | None:
    return date(born.year + random.choice((0, 0, 0, -1, 1)), 1, 1) if born.year < 2025 else date(born.year, 1, 1)


def _near(random: Random, born: date) -> date | None:
    return born - timedelta(days=random.randrange(1, 200))


def home_written(random: Random, system: System, person: Person) -> tuple[str | None, str | None, Home]:
    """The address and the postcode as held, and the home they are of: the former one for some of those who moved."""
    home = person.homes[-1] if len(person.homes) > 1 and random.random() < system.old_home * 4 else person.homes[0]
    address: str | None = home.address
    postcode: str | None = home.postcode
    if random.random() < system.no_address:
        address = None
    elif address is not None:
        address = address_written(random, address, short=system.short_streets, typo=system.typo)
    if random.random() < system.no_address + 0.03:
        postcode = None
    elif postcode is not None:
        postcode = postcode_written(random, postcode, typo=system.typo)
    return address, postcode, home


def address_written(random: Random, address: str, *, short: bool, typo: float) -> str:
    """An address as one system writes it: kinds of street cut short, capitals, a slip, the town left out or written twice."""
    if short:
        for long, brief in SHORT.items():
            address = address.replace(f" {long},", f" {brief},")
        address = address.upper()
    if random.random() < typo * 2:
        at = random.randrange(max(1, len(address) // 3), len(address))
        address = address[:at] + slip(random, address[at:])
    if random.random() < 0.1:
        address = address.rsplit(",", 1)[0]
    return address.replace(", ", " ") if random.random() < 0.2 else address


def postcode_written(random: Random, postcode: str, *, typo: float) -> str:
    """A postcode as held: with or without its gap, in small letters, or with a slip in its last part."""
    if random.random() < typo:
        postcode = postcode[:-1] + random.choice("ABDEFGH")
    dice = random.random()
    return postcode.replace(" ", "") if dice < 0.15 else postcode.lower() if dice < 0.2 else postcode
