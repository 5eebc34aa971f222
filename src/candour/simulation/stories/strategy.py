"""Police and partners meet about a child: the strategy discussion, the conference, the plan and its reviews."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, working_days_after
from candour.simulation.stories.chasing import conference_owed, core_group_chased, review_chased
from candour.simulation.stories.marking import mark_child
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Story


def strategic(force: Force, case: Case, child: Child, when: int, *, immediate: bool) -> None:
    """The threshold for a strategy discussion is met in most cases, and one should be held."""
    random = force.random
    if random.random() < 0.75:
        asked = when + force.minutes(120) * MINUTE
        force.note(
            case,
            "strategy-requested",
            asked,
            child=child,
            late=10,
            role="supervisor",
            by_role="supervisor",
            immediate_risk=immediate,
            reason=pick(random, REASONS),
        )
        if force.chance(case, 0.98, 0.9, 0.75):
            force.start(case, strategy(force, case, child, asked, immediate=immediate), asked)
        elif random.random() < 0.5:
            force.start(case, undiscussed(force, case, child, asked), asked)


def undiscussed(force: Force, case: Case, child: Child, asked: int) -> Story:
    """An enquiry is started with nobody having met about the child."""
    yield asked + force.random.randrange(5, 60) * HOUR
    enquiry(force, case, child, force.now)


def enquiry(force: Force, case: Case, child: Child, when: int) -> None:
    """A section 47 enquiry, joint or not; police should link their crime record."""
    lead = force.random.choices(("joint", "la_only", "police_only"), (0.75, 0.2, 0.05))[0]
    crime = case.ref if force.chance(case, 0.95, 0.8, 0.55) else None
    force.note(case, "s47", when, child=child, late=30, enquiry_lead=lead, crime_ref=crime)


def strategy(force: Force, case: Case, child: Child, asked: int, *, immediate: bool = False, reviewed_missing: bool = False) -> Story:
    """A strategy discussion is held when the partners can meet; it may lead to an enquiry, a conference and a plan."""
    random = force.random
    wait = 0 if immediate else random.choices((0, 1, 1, 2, 4), (0.3, 0.35, 0.15, 0.12, 0.08))[0]
    if not force.chance(case, 0.95, 0.85, 0.7):
        wait += random.randrange(1, 6)
    day = working_days_after(day_of(asked), wait) if wait else day_of(asked)
    held = max(asked + force.minutes(80) * MINUTE, at(day, 10 + random.randrange(6), random.randrange(1, 59)))
    yield held
    s47 = random.random() < 0.5
    full = random.random() < 0.75
    acted = force.chance(case, 0.95, 0.75, 0.5)
    recorded = force.minutes(200) if force.chance(case, 0.95, 0.8, 0.55) else force.minutes(5000)
    discussed = force.note(
        case,
        "strategy",
        held,
        child=child,
        role="supervisor",
        org="police",
        late=recorded,
        agencies=("local_authority", "police", "health") if full else ("local_authority", "police"),
        police_attended=random.random() < 0.97,
        emergency=immediate and random.random() < 0.5,
        decision="joint" if s47 else "single_agency",
        s47_decided=s47,
        conference_required=s47 and random.random() < 0.7,
        reviewed_missing_episode=reviewed_missing,
        actions_set=acted or random.random() < 0.5,
        actions_owned=acted,
        actions_text=pick(random, REASONS) if acted else None,
        minutes_at=held + recorded * MINUTE if acted else None,
    )
    conference_owed(force, case, child, discussed)
    if s47:
        yield held + 2 * HOUR
        enquiry(force, case, child, force.now)
        if random.random() < 0.75:
            force.start(case, conference(force, case, child, held), held)


def conference(force: Force, case: Case, child: Child, held: int) -> Story:
    """An initial conference, the plan, the core group and the reviews, as the local authority can arrange them."""
    random = force.random
    if random.random() < 0.08:
        force.note(
            case, "decision", held + 5 * DAY, child=child, late=20, decision_kind="conference_not_required", rationale=pick(random, REASONS)
        )
        return
    first = working_days_after(day_of(held), random.choices((9, 12, 14, 15, 16, 19, 27), (0.15, 0.2, 0.2, 0.2, 0.1, 0.1, 0.05))[0])
    yield at(first, 10)
    made = random.random() < 0.8
    note_conference(force, case, child, force.now, "icpc", "plan_made" if made else "no_plan")
    if not made:
        return
    force.note(
        case,
        "plan-changed",
        force.now + HOUR,
        child=child,
        late=100,
        plan_change="start",
        category=random.choice(("neglect", "physical", "sexual", "emotional")),
        unborn=False,
    )
    if force.chance(case, 0.92, 0.7, 0.45):
        force.start(case, mark_plan(force, case, child), force.now)
    force.start(case, core_group_chased(force, case, child, at(first, 10)), force.now)
    force.start(case, review_chased(force, case, child, at(first, 11)), force.now)
    yield at(working_days_after(first, random.choice((6, 8, 9, 10, 10, 12, 17))), 13)
    note_conference(force, case, child, force.now, "core_group", "plan_continued")
    days = random.choice((80, 85, 89, 91, 98, 120, 140))
    reviews = 0
    while True:
        yield at(working_days_after(day_of(force.now + (days - 14 if not reviews else days) * DAY), 1), 10)
        note_conference(force, case, child, force.now, "rcpc", "plan_continued")
        reviews += 1
        days = random.choice((150, 170, 180, 190))
        if random.random() < 0.4:
            force.note(case, "plan-changed", force.now + 2 * HOUR, child=child, late=100, plan_change="end", unborn=False)
            return


def mark_plan(force: Force, case: Case, child: Child) -> Story:
    """A marker of the plan is put on the child's record, when somebody gets to it."""
    day = working_days_after(day_of(force.now), force.random.choices((0, 1, 2, 5), (0.3, 0.45, 0.15, 0.1))[0])
    yield max(at(day, 15, force.random.randrange(60)), force.now + 2 * HOUR)
    mark_child(force, case, child, force.now, "protection_plan")


def note_conference(force: Force, case: Case, child: Child, when: int, kind: str, outcome: str) -> None:
    """One meeting, and what police brought to it."""
    came = force.chance(case, 0.95, 0.85, 0.65)
    delayed = force.random.random() < 0.06
    force.note(
        case,
        "conference",
        when,
        child=child,
        late=force.minutes(2000),
        conference_kind=kind,
        police_required=force.random.random() < 0.95,
        police_input=("attended" if force.random.random() < 0.6 else "report") if came else "none",
        police_in_enquiry=force.random.random() < 0.92,
        exceptional_delay=delayed,
        reason="Interpreter ill; agreed with the chair." if delayed and force.random.random() < 0.7 else None,
        outcome=outcome,
    )
