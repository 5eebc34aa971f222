"""A child is detained: arrival, rights, reviews, charge or release, and the night if bail is refused."""

from __future__ import annotations

from candour.simulation.facts import GRADES, Case, Child
from candour.simulation.moments import HOUR, MINUTE, at, day_of
from candour.simulation.people import age_on
from candour.simulation.staff import Officer
from candour.simulation.stories.appropriate_adults import adult
from candour.simulation.stories.reasons import give_reason
from candour.simulation.stories.sharing import share, submit
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Note, Story

LEVELS = ("level_1", "level_1", "level_1", "level_1", "level_2", "level_1", "level_1", "level_1", "level_1", "level_3")
"""The levels of observation, in turn."""


def custody(force: Force, case: Case) -> Story:
    """One stay in police detention; now and then the child is brought in a second time, from hospital, and booked in again."""
    random = force.random
    child = case.children[0]
    yield case.opened
    arrived = force.now
    number = force.number("CUS")
    stint = force.staff.custody.take(arrived, force.minutes(50))
    officer = stint.officer
    age = age_on(child, day_of(arrived))
    looks = age < 17 or random.random() < 0.8
    log = force.noting(case, child=child, episode=number, by=officer, late=force.minutes(8))
    book_in(force, case, child, log, arrived, age, looks=looks)
    authorised = stint.start + force.minutes(12) * MINUTE
    yield max(authorised, arrived)
    if not authorise(force, log, arrived, authorised):
        return
    first_care(force, case, child, number, officer, arrived, authorised)
    decided(force, case, child, number, officer, arrived)
    if random.random() < 0.05:
        book_in_again(force, child, log, authorised + force.minutes(200) * MINUTE, age, looks=looks)
    held = round(random.lognormvariate(2.25, 0.55) * 60)
    charged = random.random() < 0.35
    released = authorised + min(held, 40 * 60) * MINUTE
    force.start(case, adult(force, case, child, number, officer, arrived, authorised, released), authorised)
    force.start(case, reviews(force, case, child, number, authorised, released), authorised)
    if released > arrived + 24 * HOUR and force.chance(case, 0.99, 0.97, 0.9):
        extend(force, log, arrived)
    if random.random() < 0.06:
        strip_search(force, case, log, authorised)
    visits(force, case, child, number, officer, authorised, released)
    yield released
    if force.chance(case, 0.98, 0.88, 0.7):
        log("custody-assessed", released - 5 * MINUTE, assessment_kind="pre_release", vulnerability=("age",), obs_level="level_1")
    if charged:
        yield from charge(force, case, child, number, officer, released)
    else:
        let_go(force, case, child, log, released)


def book_in(force: Force, case: Case, child: Child, log: Note, arrived: int, age: int, *, looks: bool) -> None:
    """The child is booked in: how old, how old the child looks (`looks`: under 18), and whether treated as a child."""
    random = force.random
    log(
        "custody-arrived",
        arrived,
        age_claimed=age,
        age_recorded=age if random.random() < 0.99 else 18,
        appears_under_18=looks,
        clear_evidence_of_age=random.random() < 0.02,
        treated_as_child=force.chance(case, 0.995, 0.98, 0.93),
        detained_sex=child.sex,
        arrested_at=arrived - random.randrange(20, 90) * MINUTE,
        station_ref=f"ST{random.randrange(1, 4)}",
    )


def book_in_again(force: Force, child: Child, log: Note, when: int, age: int, *, looks: bool) -> None:
    """The child is back from hospital and booked in a second time."""
    log(
        "custody-arrived",
        when,
        age_claimed=age,
        age_recorded=age,
        appears_under_18=looks,
        treated_as_child=True,
        detained_sex=child.sex,
        station_ref=f"ST{force.random.randrange(1, 4)}",
    )


def authorise(force: Force, log: Note, arrived: int, authorised: int) -> bool:
    """Detention is authorised, or refused and the child goes home; gives which."""
    random = force.random
    granted = random.random() < 0.98
    log(
        "custody-authorised",
        authorised,
        outcome="authorised" if granted else "refused",
        grounds=("obtain_evidence",),
        relevant_at=arrived,
        detention_limit_at=arrived + 24 * HOUR,
        shared_with_adult=random.random() < 0.01,
    )
    if not granted:
        log("custody-ended", authorised + 20 * MINUTE, outcome="no_further_action", destination="home")
    return granted


def extend(force: Force, log: Note, arrived: int) -> None:
    """A superintendent extends detention to 36 hours."""
    log(
        "custody-extended",
        arrived + 23 * HOUR,
        authority="superintendent",
        until_at=arrived + 36 * HOUR,
        offence_indictable=force.random.random() < 0.97,
    )


def strip_search(force: Force, case: Case, log: Note, authorised: int) -> None:
    """The child is strip-searched, with the appropriate adult there or without."""
    random = force.random
    log(
        "custody-searched",
        authorised + force.minutes(30) * MINUTE,
        search_kind="strip",
        aa_present=force.chance(case, 0.95, 0.8, 0.6),
        aa_absence_agreed=random.random() < 0.05,
        urgent=random.random() < 0.1,
        authorised_rank="inspector",
        reason=pick(random, REASONS),
    )


def let_go(force: Force, case: Case, child: Child, log: Note, released: int) -> None:
    """The child is released without charge."""
    log(
        "custody-ended",
        released,
        outcome=force.random.choice(("bailed", "released_under_investigation", "no_further_action")),
        destination="la_accommodation" if child.care_status == "in_care" else "home",
    )
    case.closed = released


def visits(force: Force, case: Case, child: Child, number: str, officer: Officer, authorised: int, released: int) -> None:
    """The cell visits, as often as the level asks or, when the suite is busy, not quite."""
    random = force.random
    often = LEVELS[int(authorised // MINUTE) % len(LEVELS)] == "level_2"
    when = authorised + random.randrange(10, 25) * MINUTE
    while when < released:
        force.note(
            case, "custody-checked", when, child=child, episode=number, by=officer, late=4, shared_with_adult=random.random() < 0.005
        )
        kept = force.chance(case, 0.995, 0.98, 0.95)
        when += (random.randrange(21, 30) if often else random.randrange(46, 60)) * MINUTE + (0 if kept else force.minutes(35) * MINUTE)


def decided(force: Force, case: Case, child: Child, number: str, officer: Officer, arrived: int) -> None:
    """What was weighed before the arrest, and whether a concern for the child is passed on."""
    random = force.random
    if force.chance(case, 0.95, 0.75, 0.45):
        force.note(
            case,
            "decision",
            arrived - force.minutes(40) * MINUTE if random.random() < 0.8 else arrived + force.minutes(50) * MINUTE,
            child=child,
            episode=number,
            by=officer,
            late=20,
            decision_kind="suspect_action",
            rationale=pick(random, REASONS),
            alternatives="Voluntary attendance next day; home visit." if force.chance(case, 0.95, 0.8, 0.6) else None,
        )
    if force.chance(case, 0.95, 0.75, 0.45):
        when = arrived + (force.minutes(400) if force.chance(case, 0.95, 0.85, 0.7) else force.minutes(2500)) * MINUTE
        submit(force, case, [child], when, officer, kind="child_concern")


def first_care(force: Force, case: Case, child: Child, number: str, officer: Officer, arrived: int, authorised: int) -> None:
    """What should be done at once: the risk assessment, a woman for a girl, word to the parent, other services, rights."""
    random = force.random
    note = force.noting(case, child=child, episode=number, by=officer)
    if force.chance(case, 0.98, 0.92, 0.82):
        when = authorised + (force.minutes(6) if force.chance(case, 0.9, 0.75, 0.55) else force.minutes(60)) * MINUTE
        note(
            "custody-assessed",
            when,
            late=4,
            assessment_kind="arrival",
            vulnerability=random.choice((("age",), ("age", "mental_health"), ("none",))) if force.chance(case, 0.97, 0.85, 0.65) else None,
            obs_level=LEVELS[int(authorised // MINUTE) % len(LEVELS)],
        )
    if child.sex == "female" and force.chance(case, 0.95, 0.8, 0.6):
        when = arrived + (force.minutes(30) if force.chance(case, 0.9, 0.8, 0.6) else force.minutes(150)) * MINUTE
        note("custody-carer-assigned", when, late=5, officer_ref="N4005", officer_sex="female" if random.random() < 0.97 else "male")
    if force.chance(case, 0.97, 0.88, 0.72):
        when = arrived + (force.minutes(35) if force.chance(case, 0.9, 0.8, 0.6) else force.minutes(150)) * MINUTE
        share(force, case, child, when, "la" if child.care_status == "in_care" else "parent", officer, episode=number)
    elif random.random() < 0.2:
        reason = "Both parents abroad; social worker told."
        give_reason(force, case, child, arrived + 40 * MINUTE, "not_practicable", reason, by=officer, episode=number)
    if force.chance(case, 0.94, 0.82, 0.62):
        when = arrived + force.minutes(190) * MINUTE
        closed = random.random() < 0.06
        note(
            "custody-diversion",
            when,
            late=10,
            service="liaison_and_diversion",
            offered=not closed,
            seen=not closed and random.random() < 0.6,
            service_closed=closed,
            follow_up_sent=closed and random.random() < 0.6,
        )
    note("custody-rights", authorised + 4 * MINUTE, late=3, aa_present=False, solicitor_requested=random.random() < 0.6)
    if force.chance(case, 0.95, 0.8, 0.55):
        when = arrived + (force.minutes(120) if force.chance(case, 0.95, 0.85, 0.7) else force.minutes(500)) * MINUTE
        note("custody-diversion", when, late=10, service="healthcare", offered=True, seen=random.random() < 0.9, service_closed=False)


def reviews(force: Force, case: Case, child: Child, number: str, authorised: int, released: int) -> Story:
    """An inspector reviews detention: six hours in, then every nine, when the duty inspector gets there."""
    random = force.random
    due = authorised + 6 * HOUR
    while due < released + HOUR:
        wanted = due - random.randrange(5, 70) * MINUTE
        if not force.chance(case, 0.98, 0.92, 0.8):
            wanted = due + random.randrange(3, 120) * MINUTE
        yield max(wanted, force.now)
        stint = force.staff.inspectors.take(force.now, 15, urgent=random.random() < 0.8)
        when = max(stint.start + 5 * MINUTE, force.now)
        if when >= released:
            return
        if not force.chance(case, 0.995, 0.97, 0.92):
            due += 9 * HOUR
            continue
        yield when
        postponed = random.random() < 0.03
        junior = random.random() < 0.02
        hour = (when - at(day_of(when))) // HOUR
        asleep = (hour >= 23 or hour < 7) and random.random() < (0.4, 0.6, 0.8)[GRADES.index(case.grade)]
        state = "asleep" if asleep else random.choices(("available", "in_interview", "other"), (0.94, 0.04, 0.02))[0]
        apart = state in ("asleep", "in_interview")
        reason = "In interview." if postponed else None
        if apart and reason is None and force.chance(case, 0.7, 0.4, 0.15):
            reason = "Due at this hour; could not be brought forward."
        force.note(
            case,
            "custody-reviewed",
            when,
            child=child,
            episode=number,
            by=stint.officer,
            late=8,
            reviewer_ref=stint.officer.ref,
            reviewer_rank="sergeant" if junior else "inspector",
            review_method=random.choice(("in_person", "in_person", "telephone")),
            before_charge=True,
            involved_in_case=random.random() < 0.01,
            detained_state=state,
            postponed=postponed,
            reason=reason,
        )
        if apart and force.chance(case, 0.95, 0.75, 0.45):
            told = when + force.minutes(300 if asleep else 60) * MINUTE
            force.note(case, "custody-told", told, child=child, episode=number, late=8, aa_present=random.random() < 0.6)
        due = when + 9 * HOUR


def charge(force: Force, case: Case, child: Child, number: str, officer: Officer, when: int) -> Story:
    """Charge and bail; a child refused bail should go to the local authority, or there is a certificate to say why not."""
    random = force.random
    note = force.noting(case, child=child, episode=number, by=officer, late=6)
    refused = random.random() < 0.3
    note("custody-charged", when, bail_outcome="refused" if refused else "bail", refused_grounds=("offending",) if refused else ())
    if not refused:
        note("custody-ended", when + 25 * MINUTE, outcome="charged", destination="home")
        case.closed = when + 25 * MINUTE
        return
    bed = random.random() < 0.25
    if force.chance(case, 0.95, 0.8, 0.55):
        soon = force.chance(case, 0.95, 0.85, 0.7)
        note(
            "custody-bed-requested",
            when + force.minutes(30 if soon else 140) * MINUTE,
            bed_kind=random.choice(("secure", "non_secure")),
            response="offered" if bed else "none_available",
            reason=pick(random, REASONS),
        )
    else:
        bed = False
    yield when + force.minutes(150) * MINUTE
    now = force.now
    if bed:
        note("custody-ended", now, outcome="transferred", destination="la_accommodation")
        case.closed = now
        return
    if force.chance(case, 0.93, 0.7, 0.4):
        complete = force.chance(case, 0.93, 0.7, 0.5)
        note(
            "custody-certified",
            now,
            ground="impracticable" if random.random() < 0.7 else "no_secure_bed",
            circumstances_text="No bed within two hours; court at ten." if complete else None,
            monitored_by_rank="inspector" if complete or random.random() < 0.5 else "sergeant",
            misses_court=random.random() < 0.1,
        )
    court = at(day_of(now), 33, random.randrange(30))
    yield max(court, now + HOUR)
    note("custody-ended", force.now, outcome="court", destination="court")
    case.closed = force.now
