"""Less frequent sorts of case: an online suspect, a child in police protection."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE
from candour.simulation.staff import Officer, Stint
from candour.simulation.stories.attendance import contact
from candour.simulation.stories.contact import receive
from candour.simulation.stories.evidence import devices
from candour.simulation.stories.investigation import allocate
from candour.simulation.stories.sharing import refer, submit
from candour.simulation.stories.strategy import strategic
from candour.simulation.stories.supervision import supervise
from candour.simulation.stories.suspects import act_on, name_suspect
from candour.simulation.stories.words import NOTES, REASONS, pick
from candour.simulation.world import Force, Note, Story

LEVEL_DAYS = {"very_high": 1, "high": 7, "medium": 14, "low": 30}


def online(force: Force, case: Case) -> Story:
    """A package about an online suspect: scored, planned by its level, and carried out when the team can."""
    random = force.random
    child = case.children[0]
    yield case.opened
    when = receive_package(force, case, child)
    case.children = [child]
    suspect = force.number("SUS")
    stint = force.staff.online.take(when, force.minutes(45))
    scored = stint.end + (0 if force.chance(case, 0.96, 0.85, 0.65) else force.minutes(3000) * MINUTE)
    yield scored
    level = random.choices(tuple(LEVEL_DAYS), (0.1, 0.25, 0.4, 0.25))[0]
    high = level in ("very_high", "high")
    hold = random.random() < 0.04
    if force.chance(case, 0.98, 0.93, 0.82):
        score(force, case, child, stint.officer, scored, suspect, level, hold=hold)
    officer, boss = allocate(force, case, child, force.staff.online, high=high)
    force.start(case, supervise(force, case, child, boss, high=high), force.now)
    access = random.choices(("yes", "suspected", "no", "unknown"), (0.3, 0.25, 0.3, 0.15))[0]
    known = access if force.chance(case, 0.93, 0.75, 0.5) else None
    name_suspect(force, case, child, officer, scored + 2 * HOUR, suspect, known, late=30, high=high, covert=hold)
    if access in ("yes", "suspected") and force.chance(case, 0.94, 0.72, 0.45):
        sent = scored + 2 * HOUR + (force.minutes(400) if force.chance(case, 0.92, 0.7, 0.45) else force.minutes(9000)) * MINUTE
        force.start(case, refer(force, case, [child], force.number("REF"), sent, officer, emergency=False), sent)
    days = LEVEL_DAYS[level] * (random.uniform(0.2, 0.95) if force.chance(case, 0.93, 0.75, 0.5) else random.uniform(1.2, 5))
    done = yield from force.work(officer, scored + round(days * 24) * HOUR, 300)
    act_on(force, case, child, officer, done, suspect, "warrant", late=60, identified=random.random() < 0.3)
    strategic(force, case, child, done, immediate=level == "very_high")
    yield from devices(force, case, child, "suspect", done + HOUR, child_risk=access == "yes")
    yield from after_warrant(force, case, child, officer)


def receive_package(force: Force, case: Case, child: Child) -> int:
    """The package comes in; gives the moment at which it is dealt with."""
    random = force.random
    at_once = random.random() < 0.05
    return receive(
        force,
        case,
        child,
        channel=random.choice(("nca_referral", "ceop", "online_package")),
        caller_role="system",
        crime_alleged=True,
        abuse_kinds=("online",),
        immediate_risk=at_once,
        domestic_abuse=False,
        whereabouts_unknown=False,
    )


def score(force: Force, case: Case, child: Child, officer: Officer, scored: int, suspect: str, level: str, *, hold: bool) -> None:
    """The suspect is scored, which sets a day for enforcement; a superintendent may agree to hold it back."""
    note = force.noting(case, child=child, by=officer)
    due = scored + LEVEL_DAYS[level] * DAY
    note("scored", scored, late=20, tool="kirat", tool_version="3", level=level, due_at=due, hold=hold, suspect_ref=suspect)
    if hold:
        note(
            "decision",
            scored + HOUR,
            late=10,
            decision_kind="enforcement_hold",
            by_rank="superintendent",
            rationale=pick(force.random, REASONS),
        )


def after_warrant(force: Force, case: Case, child: Child, officer: Officer) -> Story:
    """The work on what was seized, and the file to the prosecutor."""
    random = force.random
    for _ in range(random.randrange(2, 6)):
        done = yield from force.work(officer, force.now + random.randrange(100, 600) * HOUR, 120)
        force.note(
            case,
            "activity",
            done,
            child=child,
            by=officer,
            late=40,
            activity_kind=random.choice(("forensic", "suspect_enquiry", "case_file")),
            substantive=True,
            text=pick(random, NOTES),
        )
    if random.random() < 0.5:
        force.note(
            case, "cps", force.now + 5 * DAY, child=child, by=officer, late=30, submission_kind="charge_request", sexual_offence=True
        )


def protection(force: Force, case: Case) -> Story:
    """A child is taken into police protection, and the designated officer should look into it."""
    yield case.opened
    stint = force.staff.response.take(case.opened, force.minutes(240), urgent=True)
    taken = stint.start + 10 * MINUTE
    yield taken
    for child in case.children:
        force.start(case, protected(force, case, case.children.index(child), stint, taken), taken)


def protected(force: Force, case: Case, which: int, stint: Stint, taken: int) -> Story:
    """One child in police protection: who was told, where the child went, and when it ended."""
    random = force.random
    child = case.children[which]
    yield taken
    number = force.number("PP")
    able = random.random() < 0.8
    note = force.noting(case, child=child, episode=number)
    take_into_protection(force, case, note, stint.officer, taken, able=able)
    contact(force, case, child, taken + 5 * MINUTE, stint, seen=True, concern=True, episode=number)
    if which == 0 and force.chance(case, 0.97, 0.9, 0.75):
        written = min(stint.tour_end, taken + force.minutes(200) * MINUTE)
        submit(force, case, case.children, written, stint.officer, kind="child_concern", rating="red")
    inspector = force.staff.inspectors.take(taken, 40, urgent=random.random() < 0.7)
    designate(force, case, note, stint.officer, inspector, taken)
    tell_everyone(force, case, note, stint.officer, taken, able=able)
    yield taken + force.minutes(150) * MINUTE
    strategic(force, case, child, taken + 30 * MINUTE, immediate=random.random() < 0.5)
    place_child(force, case, note, stint.officer)
    note(
        "decision",
        force.now + 10 * MINUTE,
        by=inspector.officer,
        late=15,
        decision_kind="police_protection",
        rationale=pick(random, REASONS),
        child_views_considered="Asked to stay with an aunt." if force.chance(case, 0.9, 0.65, 0.35) else None,
        emergency=random.random() < 0.3,
    )
    yield from review_until_ended(force, case, note, inspector.officer, taken)


def take_into_protection(force: Force, case: Case, note: Note, officer: Officer, taken: int, *, able: bool) -> None:
    """The power is used and written down; `able`: the child understands what is said."""
    note(
        "pp-taken",
        taken,
        by=officer,
        late=force.minutes(60),
        initiating_officer_ref=officer.ref,
        reason=pick(force.random, REASONS) if force.chance(case, 0.99, 0.93, 0.8) else None,
        place_kind="other" if force.chance(case, 0.99, 0.95, 0.85) else None,
        capable_of_understanding=able,
    )


def designate(force: Force, case: Case, note: Note, officer: Officer, inspector: Stint, taken: int) -> None:
    """The designated officer is named: an inspector, now and then a sergeant, and once in a hundred whoever used the power."""
    random = force.random
    named = inspector.start + force.minutes(20 if force.chance(case, 0.93, 0.8, 0.6) else 120) * MINUTE
    if not force.chance(case, 0.99, 0.95, 0.85):
        return
    same = random.random() < 0.01
    note(
        "pp-designated",
        max(named, taken),
        by=inspector.officer,
        late=20,
        designated_officer_ref=officer.ref if same else inspector.officer.ref,
        designated_rank="inspector" if random.random() < 0.96 else "sergeant",
        initiating_officer_ref=officer.ref,
    )


def tell_everyone(force: Force, case: Case, note: Note, officer: Officer, taken: int, *, able: bool) -> None:
    """The local authority, the child and a parent are told, as far as somebody thinks of it."""
    for recipient, usual in (("la", 40), ("child", 60), ("parent", 60)):
        if recipient == "child" and not able and force.random.random() < 0.7:
            continue
        if force.chance(case, 0.98, 0.9, 0.75):
            told = taken + (force.minutes(usual) if force.chance(case, 0.9, 0.75, 0.55) else force.minutes(200)) * MINUTE
            if recipient == "la" and taken // MINUTE % 5 == 0:
                told = taken - 20 * MINUTE  # one conversation, and the power was written down after it
            note(
                "pp-notified",
                told,
                by=officer,
                late=15,
                recipient_kind=recipient,
                method="telephone" if recipient == "la" else "in_person",
                capable_of_understanding=able,
            )


def place_child(force: Force, case: Case, note: Note, officer: Officer) -> None:
    """Where the child went: rarely a police station, and then with a reason out of the ordinary or none."""
    random = force.random
    kind = random.choices(("relative", "la", "hospital", "police_station"), (0.45, 0.35, 0.15, 0.05))[0]
    snow = "Snow; no carer could reach the child before morning." if kind == "police_station" and random.random() < 0.4 else None
    if force.chance(case, 0.99, 0.95, 0.85):
        placed = force.now if force.chance(case, 0.97, 0.9, 0.8) else force.now + force.minutes(400) * MINUTE
        note("pp-placed", placed, by=officer, late=20, place_kind=kind, exceptional_reason=snow)


def review_until_ended(force: Force, case: Case, note: Note, officer: Officer, taken: int) -> Story:
    """The designated officer looks at it again now and then, and ends it within 72 hours or, once in a while, later."""
    random = force.random
    hours = random.choices((random.uniform(4, 30), random.uniform(30, 71), random.uniform(71, 74)), (0.7, 0.27, 0.03))[0]
    ended = taken + round(hours * 60) * MINUTE
    for after in (16, 32, 48):
        if taken + after * HOUR < ended - HOUR and force.chance(case, 0.95, 0.75, 0.5):
            when = taken + after * HOUR + random.randrange(300) * MINUTE
            note("pp-reviewed", when, by=officer, late=10, still_necessary=True, rationale=pick(random, REASONS))
    yield ended
    note("pp-reviewed", ended - HOUR, by=officer, late=10, still_necessary=False, rationale=pick(random, REASONS))
    if random.random() < 0.985:
        how = ("returned", "la_accommodation", "relative", "emergency_protection_order")
        note(
            "pp-ended",
            ended,
            by=officer,
            late=20,
            outcome=random.choice(how) if force.chance(case, 0.99, 0.95, 0.85) else None,
            rationale=pick(random, REASONS),
        )
