"""A crime against a child is investigated: by an officer with other cases, under a supervisor with others to supervise."""

from __future__ import annotations

from collections.abc import Generator

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, working_days_after
from candour.simulation.staff import Desk, Officer
from candour.simulation.stories.contact import receive, work_up
from candour.simulation.stories.evidence import devices, evidential_interview, medical
from candour.simulation.stories.filing import close
from candour.simulation.stories.handling import ask_for_material, change_hands, leave_it, note_allocation
from candour.simulation.stories.sharing import refer, submit
from candour.simulation.stories.strategy import strategic
from candour.simulation.stories.supervision import supervise
from candour.simulation.stories.suspects import arrest
from candour.simulation.stories.victims import UPDATE_DAYS, keep_informed, support_victim
from candour.simulation.stories.words import NOTES, REASONS, pick
from candour.simulation.world import Force, Story

OFFENCES = ("SEX-13", "SEX-16", "ASSAULT-C", "NEGLECT-C", "EXPLOIT-C", "GROOM-C")
STEPS = ("statement", "cctv", "phone_data", "search", "third_party", "witness", "suspect_enquiry", "intelligence", "partner_liaison")


def investigation(force: Force, case: Case) -> Story:
    """An investigation from the first contact to the filing, or to the end of the year."""
    random = force.random
    child = case.children[0]
    sexual = case.offence in ("SEX-13", "SEX-16", "GROOM-C")
    physical = case.offence == "ASSAULT-C"
    non_recent = random.random() < 0.12
    contact_abuse = sexual and random.random() < 0.7
    last = case.opened - (random.randrange(60, 900) if non_recent else random.randrange(0, 50)) * DAY - 3 * HOUR
    when = receive(
        force,
        case,
        child,
        channel=random.choice(("partner", "101_call", "online_report", "999_call")),
        caller_role=random.choice(("social_worker", "parent_or_carer", "school_staff", "health_practitioner")),
        crime_alleged=True,
        abuse_kinds=("sexual",)
        if sexual
        else ("serious_physical",)
        if physical
        else ("exploitation",)
        if case.offence == "EXPLOIT-C"
        else ("neglect",),
        whereabouts_unknown=False,
        domestic_abuse=False,
        non_recent=non_recent,
        contact_sexual_abuse=contact_abuse,
        last_contact_at=last if contact_abuse else None,
    )
    graded = work_up(force, case, child, when, urgent=False, response="desk")
    yield graded
    frequency = yield from crime(force, case, child, graded, non_recent=non_recent)
    if contact_abuse:
        force.start(case, medical(force, case, child, case.opened, last), graded)
    high = random.random() < 0.25
    if random.random() < 0.06:
        yield from leave_it(force, case, child)
        return
    desk = force.staff.abuse if force.chance(case, 0.95, 0.8, 0.6) else force.staff.general
    yield force.now + force.minutes(500 if force.chance(case, 0.9, 0.75, 0.5) else 3500) * MINUTE
    officer, boss = allocate(force, case, child, desk, high=high, frequency=frequency)
    strategic(force, case, child, force.now, immediate=high and random.random() < 0.5)
    if random.random() < 0.6:
        submit(
            force,
            case,
            case.children,
            force.now + force.minutes(200) * MINUTE,
            officer,
            kind="child_concern",
            rating="red" if high else "amber",
        )
    force.start(case, supervise(force, case, child, boss, high=high), force.now)
    if random.random() < 0.15:
        force.start(case, change_hands(force, case, child, desk, boss, high=high), force.now)
    if sexual or physical:
        force.start(case, evidential_interview(force, case, child, officer, case.opened), force.now)
    yield from work(force, case, child, officer, boss, high=high, sexual=sexual)


def crime(force: Force, case: Case, child: Child, when: int, *, non_recent: bool = False) -> Generator[int, None, str | None]:
    """The crime is recorded, and the victim's needs are assessed; gives how often updates were agreed, where they were."""
    random = force.random
    if not force.chance(case, 0.99, 0.96, 0.9):
        return None
    recorded = when + (force.minutes(180) if force.chance(case, 0.97, 0.9, 0.75) else force.minutes(3000)) * MINUTE
    yield recorded
    flag = {"EXPLOIT-C": "cse", "GROOM-C": "online"}.get(str(case.offence), "da" if case.offence is None else "csa")
    force.note(
        case,
        "crime",
        recorded,
        child=child,
        late=force.minutes(20),
        role="crime_recorder",
        crime_change="created",
        offence_code=case.offence or "ASSAULT-C",
        victim_ref=child.ref,
        child_victim=True,
        flags=(flag, "non_recent") if non_recent else (flag,) if random.random() < 0.7 else (),
    )
    support_victim(force, case, child, recorded)
    agreed = random.choices((None, *UPDATE_DAYS, "key_decisions"), (0.3, 0.1, 0.25, 0.3, 0.05))[0]
    if force.chance(case, 0.95, 0.8, 0.55):
        force.note(
            case,
            "victim-assessed",
            at(working_days_after(day_of(recorded), random.choice((1, 2, 3, 5, 5, 6, 9))), 12, random.randrange(1, 59)),
            child=child,
            late=30,
            role="investigator",
            tool="national",
            enhanced_rights=True,
            update_interval_days=UPDATE_DAYS.get(str(agreed)),
            update_frequency=agreed,
        )
        return agreed
    return None


def allocate(
    force: Force, case: Case, child: Child, desk: Desk, *, high: bool, child_abuse: bool = True, frequency: str | None = None
) -> tuple[Officer, Officer]:
    """The case goes to the officer with the fewest open cases, and to a supervisor; from then on the victim should hear how it goes."""
    random = force.random
    officer = desk.allocate()
    boss = min(
        random.sample(force.staff.supervisors.officers, min(3, len(force.staff.supervisors.officers))),
        key=lambda one: (one.open_cases, one.ref),
    )
    officer.open_cases += 1
    boss.open_cases += 1
    risk = None if random.random() < 0.1 else "high" if high else "medium"
    arrest_phase = random.random() < 0.05
    note_allocation(force, case, child, officer, boss, high=high, risk=risk, child_abuse=child_abuse, arrest_phase=arrest_phase)
    if frequency != "key_decisions":
        force.start(case, keep_informed(force, case, child, officer, UPDATE_DAYS.get(str(frequency), 28)), force.now)
    return officer, boss


def work(force: Force, case: Case, child: Child, officer: Officer, boss: Officer, *, high: bool, sexual: bool) -> Story:
    """The officer in the case works on it between all the others, until it can be filed."""
    random = force.random
    if force.chance(case, 0.97, 0.85, 0.65):
        yield from record_plan(force, case, child, officer)
    known = random.random() < 0.8
    if known:
        force.start(case, arrest(force, case, child, officer, high=high, sexual=sexual), force.now)
    if random.random() < 0.3:
        force.start(
            case, devices(force, case, child, "suspect" if known else "victim", force.now + 2 * DAY, child_risk=high), force.now + 2 * DAY
        )
    steps = random.randrange(7, 22)
    for number in range(steps):
        if number and number % 3 == 0:
            task(force, case, child, officer, boss, force.now)
        if not force.chance(case, 0.96, 0.85, 0.65):
            yield force.now + random.randrange(8, 40) * DAY
        done = yield from force.work(officer, force.now + random.randrange(10, 260) * HOUR, force.minutes(150))
        log_activity(force, case, child, officer, done)
        if random.random() < 0.1:
            ask_for_material(force, case, child, officer, done + 2 * HOUR)
        if random.random() < 0.6:
            done = yield from force.work(officer, done, force.minutes(60))
            log_activity(force, case, child, officer, done)
        if random.random() < 0.03:
            force.note(
                case,
                "decision",
                done + HOUR,
                child=child,
                by=officer,
                late=10,
                decision_kind="waiting",
                waiting_for=random.choice(("digital_forensics", "third_party", "laboratory")),
                expected_at=done + random.randrange(20, 60) * DAY,
                supervisor_agreed=random.random() < 0.8,
                rationale=pick(random, REASONS),
            )
    closing = force.now + random.randrange(3, 30) * DAY
    if random.random() < 0.12:
        sent = closing - random.choice((8, 30, 200)) * HOUR
        force.start(case, refer(force, case, [child], force.number("REF"), max(sent, force.now), officer, emergency=False), sent)
    yield closing
    yield from close(force, case, child, officer, boss, known=known)


def record_plan(force: Force, case: Case, child: Child, officer: Officer) -> Story:
    """The officer writes down the lines of enquiry, a day or so after getting the case."""
    random = force.random
    done = yield from force.work(officer, force.now + random.randrange(1, 30) * HOUR, force.minutes(60))
    lines = "Account, scene, phones, witnesses." if random.random() < 0.95 else None
    force.note(
        case,
        "plan",
        done,
        child=child,
        by=officer,
        late=force.minutes(30),
        author_ref=officer.ref,
        lines_of_enquiry=lines,
        supervisor_agreed=random.random() < 0.7,
        child_victim=True,
    )


def log_activity(force: Force, case: Case, child: Child, officer: Officer, when: int) -> None:
    """A step is logged, and now and then a note that moves nothing on."""
    random = force.random
    force.note(
        case,
        "activity",
        when,
        child=child,
        by=officer,
        late=force.minutes(60),
        activity_kind=random.choice(STEPS),
        substantive=random.random() < 0.9,
        text=pick(random, NOTES),
    )
    if random.random() < 0.25:
        force.note(
            case,
            "activity",
            when + DAY,
            child=child,
            by=officer,
            late=5,
            activity_kind="system_note",
            substantive=False,
            text="Diary date moved.",
        )


def task(force: Force, case: Case, child: Child, officer: Officer, boss: Officer, when: int) -> None:
    """An action with an owner and a date, done when the owner gets to it, given a new date, or forgotten."""
    random = force.random
    number = force.number("ACT")
    due = when + random.choice((7, 14, 14, 28)) * DAY
    force.note(
        case,
        "task-raised",
        when,
        child=child,
        by=boss,
        late=5,
        action_ref=number,
        owner_ref=officer.ref,
        due_at=due,
        text=pick(random, NOTES),
    )
    if random.random() < 0.08:
        force.note(
            case,
            "task-done",
            due - random.randrange(-3, 5) * DAY,
            child=child,
            by=boss,
            late=5,
            action_ref=number,
            outcome="redated",
            new_due_at=due + 14 * DAY,
            decided_by_ref=boss.ref,
            reason=pick(random, REASONS),
        )
        due += 14 * DAY
    if random.random() < 0.03:
        force.note(case, "task-done", due - 2 * DAY, child=child, by=boss, late=5, action_ref=number, outcome="transferred")
        return
    if not force.chance(case, 0.98, 0.92, 0.8):
        return
    done = due - random.randrange(1, 150) * HOUR if force.chance(case, 0.93, 0.78, 0.55) else due + random.randrange(2, 600) * HOUR
    force.note(
        case,
        "task-done",
        max(done, when + HOUR),
        child=child,
        by=officer,
        late=15,
        action_ref=number,
        outcome="done",
        evidential=random.random() < 0.5,
    )
