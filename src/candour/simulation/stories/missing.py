"""A child is missing: the report, the levels of risk, the search, the reviews, the return and what follows it."""

from __future__ import annotations

from dataclasses import dataclass

from candour.simulation.facts import Case, Child
from candour.simulation.moments import HOUR, MINUTE, day_of
from candour.simulation.people import age_on
from candour.simulation.stories.contact import receive, work_up
from candour.simulation.stories.exploitation import screen
from candour.simulation.stories.marking import mark_child
from candour.simulation.stories.reasons import give_reason
from candour.simulation.stories.returning import close_episode, returned
from candour.simulation.stories.sharing import share
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Story

REVIEW_HOURS = {"high": 6, "medium": 12, "low": 24, "very_low": 24}
ENQUIRY_HOURS = {"high": 3, "medium": 6, "low": 18, "very_low": 20}


@dataclass
class Search:
    """A search as it goes on: when the child will be found, and the level of risk at present (None before the first)."""

    found: int
    level: str | None = None


def missing(force: Force, case: Case) -> Story:
    """A case of a missing child: one episode, and for some children another soon after under the same reference."""
    random = force.random
    child = case.children[0]
    yield case.opened
    if random.random() < (0.9 if child.exploited else 0.3 if child.care_status == "in_care" else 0.0):
        mark_child(force, case, child, force.now, random.choice(("cse", "cce", "trafficking")))
    if child.care_status == "protection_plan" and random.random() < 0.8:
        mark_child(force, case, child, force.now, "protection_plan")
    planned = random.random() < 0.15
    episodes = 1
    while True:
        yield from episode(force, case, child, earlier=episodes - 1 + random.randrange(0, 5), planned=planned)
        if not planned and random.random() < 0.35:
            planned = True
            make_plan(force, case, child)
        if episodes >= 3 or random.random() > (0.35 if child.care_status == "in_care" or child.exploited else 0.1):
            return
        episodes += 1
        yield force.now + random.randrange(4, 500) * HOUR


def episode(force: Force, case: Case, child: Child, *, earlier: int, planned: bool) -> Story:
    """One missing episode from the report to the filing."""
    random = force.random
    number = force.number("MIS")
    care = child.care_status == "in_care"
    reported = receive(
        force,
        case,
        child,
        when=force.now,
        whereabouts_unknown=True,
        whereabouts_verified=random.random() < 0.04,
        last_seen_at=force.now - random.randrange(30, 900) * MINUTE,
        crime_alleged=False,
        domestic_abuse=False,
        abuse_kinds=("exploitation",) if child.exploited else (),
    )
    work_up(force, case, child, reported, urgent=True)
    reported += random.randrange(2, 25) * MINUTE
    right = force.chance(case, 0.98, 0.92, 0.8)
    log_report(force, case, child, number, reported, earlier=earlier, planned=planned, right=right)
    if not right:
        if not force.chance(case, 0.9, 0.6, 0.35):
            force.note(
                case, "located", reported + 5 * HOUR, child=child, episode=number, row=number, found_by="returned", returned=True, late=10
            )
            close_episode(force, case, child, number, reported + 6 * HOUR)
            return
        reported += force.minutes(50) * MINUTE
        force.note(
            case,
            "reclassified",
            reported,
            child=child,
            episode=number,
            role="supervisor",
            late=1,
            classification="missing",
            trigger_plan=planned,
            from_care=care,
            known_to_social_care=child.social_worker or care,
            has_social_worker=child.social_worker,
        )
    found = reported + round(_hours_away(force) * 60) * MINUTE
    state = Search(found)
    force.start(case, first_hour(force, case, child, number, reported, found, planned=planned), reported)
    force.start(case, search(force, case, child, number, reported, state), reported)
    force.start(case, oversee(force, case, child, number, reported, state), reported)
    force.start(case, around(force, case, child, number, reported, state), reported)
    yield found
    yield from returned(force, case, child, number, found)


def log_report(force: Force, case: Case, child: Child, number: str, reported: int, *, earlier: int, planned: bool, right: bool) -> None:
    """The report is logged, as missing or as something else."""
    care = child.care_status == "in_care"
    force.note(
        case,
        "reported",
        reported,
        child=child,
        episode=number,
        row=number,
        role="call_handler",
        classification="missing" if right else force.random.choice(("absent", "concern", "other")),
        last_seen_at=reported - force.random.randrange(40, 900) * MINUTE,
        caller_role="social_worker" if care else "parent_or_carer",
        from_care=care,
        known_to_social_care=child.social_worker or care,
        has_social_worker=child.social_worker,
        previous_episodes=earlier,
        trigger_plan=planned,
        circumstances_text="Did not come home.",
    )


def _hours_away(force: Force) -> float:
    """How long a child stays away: most for some hours, a few for days."""
    random = force.random
    return random.choices(
        (random.uniform(0.5, 4), random.uniform(4, 14), random.uniform(14, 60), random.uniform(60, 200)), (0.4, 0.38, 0.19, 0.03)
    )[0]


def make_plan(force: Force, case: Case, child: Child) -> None:
    """A plan is made for the next time, and should be put where whoever takes the call will see it."""
    made = force.now + force.minutes(600) * MINUTE
    force.note(
        case,
        "decision",
        made,
        child=child,
        late=10,
        role="missing_coordinator",
        decision_kind="trigger_plan",
        rationale="Call her sister first; search the two addresses on the list.",
    )
    if force.chance(case, 0.92, 0.65, 0.35):
        mark_child(
            force,
            case,
            child,
            made + (force.minutes(300) if force.random.random() < 0.75 else force.minutes(5000)) * MINUTE,
            "trigger_plan",
        )


def first_hour(force: Force, case: Case, child: Child, number: str, reported: int, found: int, *, planned: bool) -> Story:
    """What should be done at once: the child's number called, the home searched, and the plan carried out where there is one."""
    steps = [("phone", force.minutes(22)), ("home_search", force.minutes(55))]
    if planned:
        steps.append(("trigger_plan", force.minutes(30)))
        if not force.chance(case, 0.95, 0.85, 0.7) and force.random.random() < 0.5:
            reason = "The plan is for the placement before this one."
            give_reason(force, case, child, reported + force.minutes(25) * MINUTE, "deviation", reason, episode=number)
    begun = reported + (0 if force.chance(case, 0.95, 0.75, 0.45) else force.minutes(240) * MINUTE)
    for step, minutes in sorted(steps, key=lambda pair: pair[1]):
        when = begun + minutes * (1 if force.chance(case, 0.95, 0.8, 0.6) else 6) * MINUTE
        if when >= found or not force.chance(case, 0.97, 0.8, 0.55):
            continue
        yield max(when, force.now)
        force.note(
            case,
            "enquiry",
            when,
            child=child,
            episode=number,
            role="response_officer",
            late=force.minutes(15),
            enquiry_type=step,
            result="No trace.",
        )


def search(force: Force, case: Case, child: Child, number: str, reported: int, state: Search) -> Story:
    """The risk is assessed, and officers look: sooner where the risk is high, and when one of them is free."""
    random = force.random
    found = state.found
    desk = force.staff.control.take(reported, force.minutes(20))
    assessed = desk.start + force.minutes(22 if force.chance(case, 0.95, 0.85, 0.6) else 120) * MINUTE
    level = random.choices(("low", "medium", "high", "very_low"), (0.22, 0.52, 0.22, 0.04))[0]
    if not force.chance(case, 0.99, 0.95, 0.88):
        assessed = found + HOUR
    if assessed < found:
        yield assessed
        assess(force, case, child, number, assessed, level, by="call_handler")
        state.level = level
    if not force.chance(case, 0.99, 0.96, 0.88):
        return
    stint = yield from force.take(
        force.staff.response, max(assessed if assessed < found else reported, reported), force.minutes(70), urgent=level == "high"
    )
    when = stint.start + force.minutes(9) * MINUTE
    while when < found:
        yield when
        if case.grade != "good" and random.random() < 0.002:
            break
        force.note(
            case,
            "enquiry",
            when,
            child=child,
            episode=number,
            by=stint.officer,
            late=force.minutes(15),
            enquiry_type=random.choice(("home_search", "address_visit", "phone", "area_search", "social_media", "partner", "cctv")),
            result="No trace." if random.random() < 0.8 else "Seen earlier in town.",
        )
        current = state.level or level
        hours = ENQUIRY_HOURS.get(current, 8) * (1 if force.chance(case, 0.97, 0.9, 0.75) else 2.4)
        stint = yield from force.take(
            force.staff.response, when + round(hours * 60 * random.uniform(0.12, 0.9)) * MINUTE, force.minutes(40), urgent=current == "high"
        )
        when = max(stint.start, when + 10 * MINUTE)


def assess(force: Force, case: Case, child: Child, number: str, when: int, level: str, *, by: str) -> None:
    """A level of risk is recorded, with (or without) where the information came from."""
    random = force.random
    sourced = force.chance(case, 0.95, 0.7, 0.45)
    source = random.choice(("parent_or_carer", "care_home", "friend", "police_records"))
    known = [str({**fact.fields, **fact.hidden}["flag"]) for fact in case.facts if fact.name == "flag" and fact.child == child.ref]
    named = dict.fromkeys(known) if force.chance(case, 0.93, 0.65, 0.35) else dict.fromkeys(("missing",))
    why = level != "high" and force.chance(case, 0.92, 0.6, 0.3)
    force.note(
        case,
        "risk",
        when,
        child=child,
        episode=number,
        role=by,
        late=force.minutes(6),
        risk_level=level,
        factors="Age, no phone, known friends." if force.chance(case, 0.97, 0.85, 0.65) else None,
        info_source=source if sourced or random.random() < 0.5 else None,
        info_contact="By telephone, number on log." if sourced and source != "police_records" else None,
        info_at=when - random.randrange(5, 60) * MINUTE if sourced else None,
        markers=tuple(named),
        reason=pick(random, REASONS) if why else None,
        by_role=by,
    )


def oversee(force: Force, case: Case, child: Child, number: str, reported: int, state: Search) -> Story:
    """A duty inspector confirms the level and reviews it at the interval for the level, when the shift allows."""
    random = force.random
    found = state.found
    yield reported + 20 * MINUTE
    when = reported + force.minutes(75) * MINUTE
    while True:
        stint = yield from force.take(force.staff.inspectors, when, force.minutes(12))
        when = stint.end + (0 if force.chance(case, 0.97, 0.88, 0.7) else force.minutes(300) * MINUTE)
        if when >= found:
            return
        yield when
        level = state.level or "medium"
        if random.random() < 0.12:
            level = random.choice(("low", "medium", "high"))
            assess(force, case, child, number, when, level, by="reviewing_officer")
            state.level = level
        ordered = force.chance(case, 0.96, 0.8, 0.55)
        pause = level != "high" and random.random() < 0.08
        hours = REVIEW_HOURS[level]
        force.note(
            case,
            "episode-review",
            when,
            child=child,
            episode=number,
            by=stint.officer,
            late=force.minutes(12),
            reviewer_ref=stint.officer.ref,
            reviewer_rank=stint.officer.rank,
            risk_level=level,
            actions_set=ordered or random.random() < 0.5,
            next_review_at=when + hours * HOUR if ordered else None,
            pause_agreed=pause,
            pause_until=when + 8 * HOUR if pause else None,
            rationale=pick(random, REASONS) if ordered else None,
        )
        if pause:
            force.note(
                case,
                "decision",
                when,
                child=child,
                episode=number,
                by=stint.officer,
                late=5,
                decision_kind="night_pause",
                rationale="No enquiry can be made before morning.",
                by_rank="inspector",
                expected_at=when + 8 * HOUR,
            )
        when += round(hours * random.uniform(0.6, 1.02) * 60) * MINUTE


def around(force: Force, case: Case, child: Child, number: str, reported: int, state: Search) -> Story:
    """Those who should know are told: the social worker, and after three days the national unit; exploitation is looked at."""
    random = force.random
    found = state.found
    if (child.social_worker or child.care_status == "in_care") and force.chance(case, 0.95, 0.8, 0.55):
        share(force, case, child, reported + force.minutes(70) * MINUTE, "la", None, episode=number)
    if not child.social_worker and random.random() < 0.1:
        share(force, case, child, reported + force.minutes(100) * MINUTE, "la", None, episode=number)
    screened = reported + force.minutes(700) * MINUTE
    if force.chance(case, 0.92, 0.7, 0.45) and age_on(child, day_of(reported)) >= 10:
        yield screened
        stint = force.staff.exploitation.take(screened, 15)
        yield stint.end
        screen(force, case, child, stint.end, stint.officer, episode=number)
    elif random.random() < 0.1:
        force.note(
            case,
            "decision",
            screened,
            child=child,
            episode=number,
            late=5,
            decision_kind="screening_unchanged",
            rationale="Screened this month; nothing has changed.",
        )
    if found - reported > 66 * HOUR and force.chance(case, 0.95, 0.8, 0.6):
        yield reported + random.randrange(66, 71) * HOUR
        if force.now < found:
            share(force, case, child, force.now, "ukmpu", None, episode=number)
