"""Makes a year of Northshire: the exports of its eight systems and, beside them, the truth about every occasion."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from candour.records.mapping_file import load_mappings
from candour.records.vocabulary import load_vocabulary
from candour.simulation.exports import Exports
from candour.simulation.facts import GRADE_MIX, GRADES, Case, Child
from candour.simulation.moments import EXTRACTED, MINUTE, YEAR_FROM, YEAR_TO, at, day_of, utc
from candour.simulation.own_keys import OwnKeys, write_mappings
from candour.simulation.people import age_on, make_children
from candour.simulation.staffing import make_staff
from candour.simulation.stories.attendance import incident
from candour.simulation.stories.custody import custody
from candour.simulation.stories.exploitation import concern, serious_incident
from candour.simulation.stories.investigation import OFFENCES, investigation
from candour.simulation.stories.missing import missing
from candour.simulation.stories.offenders import disclosure, offender
from candour.simulation.stories.others import online, protection
from candour.simulation.stories.register import register
from candour.simulation.stories.written import Pen, write_planted
from candour.simulation.truth.keeping import TruthFile, TruthKeeper
from candour.simulation.world import Force, places_of

MIX = (
    ("incident", 0.565, incident),
    ("missing", 0.13, missing),
    ("investigation", 0.17, investigation),
    ("custody", 0.07, custody),
    ("child_protection", 0.02, online),
    ("police_protection", 0.015, protection),
    ("offender", 0.02, offender),
    ("disclosure", 0.01, disclosure),
)
"""Sorts of case, their share of all cases (made up), and the story of each."""
HOURS = (2, 1.4, 1, 0.8, 0.6, 0.6, 0.8, 1.4, 2.6, 3, 3, 3.2, 3.6, 3.8, 4, 4.6, 5.2, 5.6, 5.8, 5.6, 5.4, 4.8, 4, 3)
"""How busy each hour of the day is."""
SERIOUS = 0.02
"""Share of investigations in which a serious child safeguarding incident is notified (made up)."""
MAPPINGS = "mappings"
"""The folder of the mappings of a force whose systems share no key."""
DAYS_ROUND = timedelta(days=3)
"""Some children in custody turn 18 there: not within so many days of either end of the year."""


@dataclass(frozen=True)
class Made:
    """What was made: cases, events in the exports, rows of each file, occasions in the truth and, with own keys, references to children."""

    cases: int
    events: int
    rows: dict[str, int]
    occasions: int
    references: int = 0


def simulate(
    out: Path,
    cases: int = 40_000,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
    *,
    impossible_days: bool = False,
    own_keys: bool = False,
) -> Made:
    """Make a force-year (1 April 2025 to 31 March 2026, extracted on 1 April 2026 at 06:00 London) under `out`.

    `out/exports` gets what eight systems would give; `out/truth` gets `truth.parquet` (and `truth.csv` up to 5,000 cases), `prompts.parquet`
    (the texts that a reader should be asked about), `grades.csv` and `about.json`. The same arguments give the same bytes. With `impossible_days` some repeated rows carry a day that does not exist, which an
    import must refuse. With `own_keys` each system has its own references to children and says who they are, by the mappings in `out/mappings`; `out/truth` gets
    `links.parquet` (and `links.csv` up to 5,000 cases): which references are of one child. `progress` is called with the number of cases written so far.
    """
    random = Random(seed)  # noqa: S311  # a made-up force, not a secret
    vocabulary = load_vocabulary()
    mappings = load_mappings(write_mappings(out / MAPPINGS) if own_keys else "northshire", vocabulary)
    places = places_of(mappings, vocabulary)
    children = make_children(random, cases)
    own = OwnKeys(children, seed) if own_keys else None
    exports = Exports(out / "exports", mappings, vocabulary, places, seed, impossible_days=impossible_days, own=own)
    staff = make_staff(random, cases)
    moments = frozenset(field.name for kind in vocabulary.kinds.values() for field in kind.fields.values() if field.type == "moment")
    truth_folder = out / "truth"
    truth_folder.mkdir(parents=True, exist_ok=True)
    truth = TruthFile(truth_folder, with_csv=cases <= 5_000, event_ids=own.event_ids if own else {})
    keeper = TruthKeeper(truth.write, {child.ref: child for child in children})
    grades = (truth_folder / "grades.csv").open("w", encoding="utf-8", newline="")
    graded = csv.writer(grades, lineterminator="\n")
    graded.writerow(["case_ref", "case_kind", "grade"])
    written = 0

    def finished(case: Case) -> None:
        nonlocal written
        exports.write_case(case)
        keeper.take(case)
        if case.kind != "workforce":
            exports.write_case_index(case)
            graded.writerow([case.ref, case.kind, case.grade])
            written += 1
            if progress is not None:
                progress(written)

    pen = Pen(seed)
    force = Force(random, places, moments, staff, children, finished, pen)
    register(force, staff)
    open_cases(force, cases)
    force.run()
    for child in children:
        exports.write_child(child)
    keeper.finish()
    planted = pen.planted
    if own is not None:
        for identity in own.identities.values():
            exports.write_identity(identity)
        own.write_truth(truth_folder, with_csv=cases <= 5_000)
        planted = [own.planted(one) for one in planted]
    write_planted(planted, truth_folder / "prompts.parquet")
    grades.close()
    rows = exports.close()
    occasions = truth.close()
    made = Made(written, exports.events, rows, occasions, len(own.identities) if own else 0)
    (out / "exports" / "_extracted_at.txt").write_text(f"{utc(EXTRACTED).isoformat()}Z\n", encoding="utf-8")
    _write_about(truth_folder / "about.json", made, cases, seed)
    return made


def _write_about(file: Path, made: Made, cases: int, seed: int) -> None:
    about = {
        "force": "Northshire (made up)",
        "cases": cases,
        "seed": seed,
        "extracted_at": f"{utc(EXTRACTED).isoformat()}Z",
        "events": made.events,
        "rows": made.rows,
        "occasions": made.occasions,
    } | ({"references": made.references} if made.references else {})
    file.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def open_cases(force: Force, number: int) -> None:
    """Choose when each case begins, what sort it is and whom it is about; the sorts keep their shares at every size.

    A few stays in custody begin in the hours before the child's eighteenth birthday.
    """
    random = force.random
    days = (YEAR_TO - YEAR_FROM).days + 1
    when = sorted(
        at(YEAR_FROM + timedelta(days=random.randrange(days)), random.choices(range(24), HOURS)[0], random.randrange(60)) + MINUTE
        for _ in range(number)
    )
    sorts = _sorts(random, number)
    households: dict[str, list[Child]] = {}
    for child in force.children:
        households.setdefault(child.household, []).append(child)
    coming_of_age = [child for child in force.children if YEAR_FROM + DAYS_ROUND <= eighteenth(child) <= YEAR_TO - DAYS_ROUND]
    for place, (opened, sort) in enumerate(zip(when, sorts, strict=True)):
        children = _about(force, sort, households, opened)
        if MIX[sort][0] == "custody" and coming_of_age and random.random() < 0.06:
            children = [random.choice(coming_of_age)]
            opened = at(eighteenth(children[0])) - random.randrange(1, 20) * 3600 + MINUTE
        grade = random.choices(GRADES, GRADE_MIX)[0]
        year = "25" if opened < at(date(2026, 1, 1)) else "26"
        ref = "NA" if place == number // 3 else f"NS{year}/{place + 1:06d}"
        case = Case(ref, MIX[sort][0], grade, opened, children, random.choice(("COAST", "DALES", "MOOR", "VALE")), "NORTHSHIRE")
        _describe(force, case)
        force.start(case, MIX[sort][2](force, case), opened)
        if (case.kind == "investigation" and case.offence == "EXPLOIT-C") or (
            case.kind == "incident" and children[0].exploited and random.random() < 0.5
        ):
            force.start(case, concern(force, case, children[0], opened + 5 * 3600), opened + 5 * 3600)
        if case.kind == "investigation" and random.random() < SERIOUS:
            force.start(case, serious_incident(force, case, children[0]), opened)


def eighteenth(child: Child) -> date:
    """The day on which a child is 18: 1 March of a common year for one born on 29 February."""
    born = date.fromordinal(child.born)
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        return date(born.year + 18, 3, 1)


def _sorts(random: Random, number: int) -> list[int]:
    sorts: list[int] = []
    for place, (_, share, _) in enumerate(MIX):
        sorts += [place] * max(1, round(number * share))
    sorts = sorts[:number] if len(sorts) >= number else sorts + [0] * (number - len(sorts))
    random.shuffle(sorts)
    return sorts


def _about(force: Force, sort: int, households: dict[str, list[Child]], opened: int) -> list[Child]:
    kind = MIX[sort][0]
    random = force.random
    day = day_of(opened)
    for _ in range(200):
        child = random.choice(force.children)
        age = age_on(child, day)
        if kind == "missing" and not (age >= 9 and (child.exploited or child.care_status == "in_care" or random.random() < 0.3)):
            continue
        if kind == "custody" and not 10 <= age <= 17:
            continue
        if kind in ("incident", "police_protection"):
            return households[child.household]
        return [child]
    return [force.children[0]]


def _describe(force: Force, case: Case) -> None:
    random = force.random
    if case.kind == "incident":
        roll = random.random()
        case.flags = ["da"] if roll < 0.6 else ["neglect"] if roll < 0.8 else ["emotional"]
    if case.kind == "investigation":
        case.offence = random.choices(OFFENCES, (0.28, 0.12, 0.25, 0.15, 0.1, 0.1))[0]
        case.flags = {"EXPLOIT-C": ["cse"], "GROOM-C": ["online"]}.get(case.offence, ["csa"] if case.offence.startswith("SEX") else [])
    if case.kind == "child_protection":
        case.flags = ["online"]
