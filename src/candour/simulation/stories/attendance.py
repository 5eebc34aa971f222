"""Officers go: the incident of domestic abuse or concern for a child, who was seen and heard there, and what was done about it."""

from __future__ import annotations

from collections.abc import Generator

from candour.simulation.facts import Case, Child
from candour.simulation.moments import HOUR, MINUTE, day_of
from candour.simulation.people import age_on
from candour.simulation.staff import Stint
from candour.simulation.stories.contact import file_incident, look_again, receive, work_up
from candour.simulation.stories.filing import close
from candour.simulation.stories.investigation import allocate, crime, log_activity, record_plan
from candour.simulation.stories.repeats import incident_after_marac
from candour.simulation.stories.sharing import encompass, share, submit
from candour.simulation.stories.supervision import supervise
from candour.simulation.stories.words import BLAMING, DEMEANOUR, REASONS, VIEWS, pick
from candour.simulation.world import Force, Story


def incident(force: Force, case: Case) -> Story:
    """An incident from the call to the filing."""
    random = force.random
    first = case.children[0]
    domestic = "da" in case.flags
    crime_alleged = domestic and random.random() < 0.4
    urgent = random.random() < 0.45
    when = receive(
        force,
        case,
        first,
        domestic_abuse=domestic,
        immediate_risk=urgent and random.random() < 0.5,
        crime_alleged=crime_alleged,
        abuse_kinds=("domestic_abuse",) if domestic else ("neglect",),
        whereabouts_unknown=False,
    )
    nobody_sent = random.random() < 0.07
    graded = work_up(force, case, first, when, urgent=urgent, response="none" if nobody_sent else "deployment")
    yield graded
    if nobody_sent:
        yield graded + force.minutes(90) * MINUTE
        file_incident(force, case, force.now, attended=False)
        return
    stint = force.staff.response.take(graded, force.minutes(95), urgent=urgent and random.random() < 0.7)
    arrived = stint.start + force.minutes(14 if urgent else 35) * MINUTE
    look_again(force, case, first, graded, arrived)
    yield arrived
    present, resident = random.random() < 0.8, random.random() < 0.85
    concern = random.random() < (0.55 if domestic else 0.75)
    suspected = arrive(force, case, stint, arrived, domestic=domestic, present=present, resident=resident)
    if random.random() < 0.04:
        arrive(force, case, stint, arrived + force.minutes(25) * MINUTE, domestic=domestic, present=present, resident=resident)
    if domestic:
        assess_domestic(force, case, stint, arrived)
        force.start(case, encompass(force, case, case.children, arrived), arrived)
    seen, last = yield from see_children(force, case, stint, arrived, present=present, concern=concern)
    if force.chance(case, 0.98, 0.9, 0.75) if concern else suspected and force.chance(case, 0.9, 0.65, 0.35):
        written = (
            stint.end + force.minutes(30) * MINUTE if force.chance(case, 0.95, 0.85, 0.65) else stint.tour_end + force.minutes(600) * MINUTE
        )
        written = max(arrived, written, last + force.minutes(30) * MINUTE)
        yield written
        submit(force, case, case.children, written, stint.officer, kind="domestic_abuse" if domestic else "child_concern", seen=seen)
    if crime_alleged:
        force.start(case, domestic_crime(force, case, first, graded), graded)
    yield force.now + force.minutes(400) * MINUTE
    file_incident(force, case, force.now, attended=True)


def domestic_crime(force: Force, case: Case, child: Child, when: int) -> Story:
    """A crime in a domestic abuse incident is recorded and worked on by an officer of the district, with many others in hand."""
    random = force.random
    yield from crime(force, case, child, when)
    yield force.now + force.minutes(600) * MINUTE
    officer, boss = allocate(force, case, child, force.staff.general, high=False, child_abuse=False)
    force.start(case, supervise(force, case, child, boss, high=False), force.now)
    if force.chance(case, 0.9, 0.7, 0.4):
        yield from record_plan(force, case, child, officer)
    for _ in range(random.randrange(3, 10)):
        done = yield from force.work(officer, force.now + random.randrange(10, 200) * HOUR, force.minutes(70))
        log_activity(force, case, child, officer, done)
    yield force.now + random.randrange(1, 20) * 24 * HOUR
    yield from close(force, case, child, officer, boss, known=True)


def arrive(force: Force, case: Case, stint: Stint, when: int, *, domestic: bool, present: bool, resident: bool) -> bool:
    """The first officer arrives; one entry speaks of every child of the household. Gives whether a child may be a victim of domestic abuse."""
    random = force.random
    complete = force.chance(case, 0.95, 0.75, 0.5)
    unknown = not complete and random.random() < 0.15
    suspected = domestic and (present or resident) and random.random() < 0.92
    force.note(
        case,
        "arrived",
        when,
        children=case.children,
        place=case.children[0].household.replace("H", "A"),
        by=stint.officer,
        tour_end=stint.tour_end,
        late=force.minutes(15) if force.chance(case, 0.9, 0.8, 0.6) else force.minutes(500),
        officer_ref=stint.officer.ref,
        bwv_ref=force.number("BWV"),
        domestic_abuse=domestic,
        child_concern=not domestic or random.random() < 0.3,
        neglect="neglect" in case.flags,
        immediate_threat=random.random() < 0.06,
        child_present=present,
        child_resident=resident,
        child_elsewhere=not present,
        children_linked=len(case.children),
        children_recorded=len(case.children) if complete else max(0, len(case.children) - 1),
        child_details_complete=complete,
        identity_unknown_reason="Family left before details could be taken." if unknown else None,
        child_victim_suspected=suspected,
        home_educated=not case.children[0].in_education and case.children[0].school is not None,
        school_ref=case.children[0].school,
    )
    return suspected


def see_children(
    force: Force, case: Case, stint: Stint, arrived: int, *, present: bool, concern: bool
) -> Generator[int, None, tuple[bool, int]]:
    """Each child is seen, or is not; gives whether the first was, and when the last entry was made.

    A child who was out is looked for later, often by a crew of another tour.
    """
    random = force.random
    first_seen, last = False, arrived
    for number, child in enumerate(case.children):
        if not force.chance(case, 0.99, 0.9, 0.72):
            if number and random.random() < 0.3:
                share(force, case, child, arrived + force.minutes(300) * MINUTE, "other_force", stint.officer)
            continue
        when = arrived + force.minutes(25) * MINUTE
        if not present:
            later = arrived + (force.minutes(500) if force.chance(case, 0.9, 0.75, 0.6) else force.minutes(2600)) * MINUTE
            stint = yield from force.take(force.staff.response, later, 30)
            when = stint.start + 5 * MINUTE
        seen = force.chance(case, 0.96, 0.85, 0.65)
        first_seen, last = first_seen or (seen and number == 0), max(last, when)
        contact(force, case, child, when, stint, seen=seen, concern=concern and number == 0, verbal=random.random() < 0.05)
    return first_seen, last


def contact(
    force: Force,
    case: Case,
    child: Child,
    when: int,
    stint: Stint,
    *,
    seen: bool,
    concern: bool,
    verbal: bool = False,
    episode: str | None = None,
) -> None:
    """One entry about one child: seen or not, spoken to or not, alone or not, how the child was and what the child said."""
    random = force.random
    age = age_on(child, day_of(when))
    little = age < 3
    declined = seen and not little and random.random() < 0.06
    spoken = seen and not little and not declined and force.chance(case, 0.97, 0.85, 0.6)
    says_alone = force.chance(case, 0.97, 0.75, 0.45)
    viewed = force.chance(case, 0.96, 0.7, 0.35)
    prompt = force.chance(case, 0.96, 0.85, 0.65)
    late = force.minutes(50) if prompt else force.minutes(700)
    marked = not prompt and random.random() < 0.3
    blamed = random.random() < (0.002, 0.01, 0.03)[("good", "requires_improvement", "inadequate").index(case.grade)]
    demeanour = pick(random, BLAMING if blamed else DEMEANOUR) if seen and force.chance(case, 0.97, 0.75, 0.45) else None
    alone = (random.random() < 0.6) if spoken and says_alone else None
    force.note(
        case,
        "seen",
        when,
        child=child,
        episode=episode,
        by=stint.officer,
        tour_end=stint.tour_end,
        late=late,
        seen=seen,
        spoken=spoken,
        alone=alone,
        adult_present=None if alone is None else not alone,
        adult_kind="parent" if alone is False else None,
        demeanour_text=demeanour,
        views_text=pick(random, VIEWS) if spoken and viewed else None,
        views_status=("recorded" if viewed else random.choice((None, None, "unable", "not_sought"))) if spoken else None,
        pre_verbal=little,
        child_declined=declined,
        not_seen_kind=None if seen else random.choice(("elsewhere_check_tasked", "elsewhere", "best_interests", "asleep", "not_found")),
        reason_not_seen="At the other parent's home tonight." if not seen and force.chance(case, 0.95, 0.6, 0.35) else None,
        concern_identified=concern,
        verbal_referral=verbal,
        children_linked=len(case.children),
        quotes_others=blamed and random.random() < 0.2,
        late_entry=marked,
        late_reason="Called to an emergency." if marked else None,
        officer_ref=stint.officer.ref,
        bwv_ref=force.number("BWV"),
    )


def assess_domestic(force: Force, case: Case, stint: Stint, arrived: int) -> None:
    """The risk assessment of domestic abuse (now and then made again a day later), and what a high grade or a repeat should lead to."""
    random = force.random
    if not force.chance(case, 0.97, 0.88, 0.72):
        return
    when = stint.end if force.chance(case, 0.95, 0.88, 0.75) else stint.tour_end + force.minutes(500) * MINUTE
    when = max(when, arrived)
    grade = random.choices(("standard", "medium", "high"), (0.55, 0.32, 0.13))[0]
    ticks = {"standard": 4, "medium": 9, "high": 15}[grade] + random.randrange(-2, 3)
    parties = "P" + case.children[0].household
    entries = (when, when + force.minutes(1500) * MINUTE) if random.random() < 0.04 else (when,)
    refused = random.random() < 0.1
    for entered in entries:
        force.note(
            case,
            "dash",
            entered,
            child=case.children[0],
            by=stint.officer,
            tour_end=stint.tour_end if entered == when else None,
            late=force.minutes(20),
            tool="dara" if random.random() < 0.5 else "dash",
            grade=grade,
            ticks=ticks,
            professional_judgement=grade == "high" and random.random() < 0.3,
            marac_threshold_met=ticks >= 14,
            victim_refused=refused,
            officer_view=pick(random, DEMEANOUR) if refused and force.chance(case, 0.93, 0.6, 0.3) else None,
            children_linked=len(case.children),
            parties_ref=parties,
        )
    if grade == "high" or random.random() < 0.03:
        force.start(case, marac(force, case, parties, when), when)


def marac(force: Force, case: Case, parties: str, when: int) -> Story:
    """A referral to the conference about high-risk domestic abuse, and its hearing a few weeks later."""
    random = force.random
    if not force.chance(case, 0.96, 0.8, 0.55):
        return
    referred = force.staff.hub.take(when, 20).end + (0 if force.chance(case, 0.8, 0.7, 0.5) else 24 * HOUR)
    yield referred
    force.note(
        case,
        "marac-referred",
        referred,
        child=case.children[0],
        late=10,
        marac_criterion=random.choice(("high_ticks", "professional_judgement", "repeat")),
        parties_ref=parties,
    )
    yield referred + random.randrange(10, 35) * 24 * HOUR
    force.note(
        case,
        "marac",
        force.now,
        child=case.children[0],
        late=300,
        parties_ref=parties,
        actions_set=True,
        actions_text=pick(random, REASONS),
    )
    force.start(case, incident_after_marac(force, case, parties), force.now)
