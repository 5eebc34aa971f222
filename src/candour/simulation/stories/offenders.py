"""Managed offenders and applications for disclosure: visits, new intelligence, meetings, and the stages of an application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from candour.simulation.facts import Case
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, working_days_after
from candour.simulation.staff import Officer
from candour.simulation.stories.sharing import refer
from candour.simulation.stories.words import NOTES, REASONS, pick
from candour.simulation.world import Force, Story

INTERVAL_DAYS = {"very_high": 28, "high": 90, "medium": 180, "low": 365}
RECORDS_FROM = date(2024, 4, 2)
"""The log of managed offenders reaches back to 1 April 2024."""


@dataclass(slots=True)
class Managed:
    """One offender: by whom managed, at which level, and whether actively."""

    nominal: str
    manager: Officer
    level: str
    regime: str
    ended: bool = False

    def assess(self, force: Force, case: Case, when: int) -> None:
        """The risk is assessed, mostly with ARMS."""
        random = force.random
        interval = INTERVAL_DAYS[self.level]
        force.note(
            case,
            "rso-risk",
            when,
            by=self.manager,
            late=120,
            nominal_ref=self.nominal,
            tool=random.choices(("arms", "oasys", "osp"), (0.88, 0.07, 0.05))[0],
            level=self.level,
            regime=self.regime,
            visit_interval_days=interval if random.random() < 0.9 else None,
            next_due_on=day_of(when + interval * DAY).isoformat(),
        )


def offender(force: Force, case: Case) -> Story:
    """A registered sex offender under management: visits at the interval for the level, new intelligence, meetings."""
    random = force.random
    yield case.opened
    manager = force.staff.offenders.allocate()
    manager.open_cases += 1
    level = random.choices(tuple(reversed(INTERVAL_DAYS)), (0.35, 0.4, 0.2, 0.05))[0]
    who = Managed(force.number("NOM"), manager, level, "reactive" if random.random() < 0.12 else "active")
    force.note(case, "registered", case.opened, by=manager, late=60, nominal_ref=who.nominal, regime=who.regime, manager_ref=manager.ref)
    if random.random() < 0.5:
        known = case.opened - random.choice((90, 200, 330, 350, 358, 380, 420)) * DAY
        if day_of(known) >= RECORDS_FROM:
            who.assess(force, case, known)
    done = yield from force.work(manager, case.opened + random.randrange(1, 14) * DAY, 180)
    who.assess(force, case, done)
    force.start(case, intelligence(force, case, who), done)
    if level in ("high", "very_high") and random.random() < 0.7:
        force.start(case, meetings(force, case, who, "level_3" if level == "very_high" or random.random() < 0.3 else "level_2"), done)
    yield from visits(force, case, who)


def visits(force: Force, case: Case, who: Managed) -> Story:
    """Home visits at the interval for the level, for as long as management is active."""
    random = force.random
    interval = INTERVAL_DAYS[who.level]
    while who.regime == "active":
        share_of = random.uniform(0.7, 1.0) if force.chance(case, 0.95, 0.82, 0.6) else random.uniform(1.1, 1.8)
        done = yield from force.work(who.manager, force.now + round(interval * share_of * 24) * HOUR, 120)
        outcome = random.choices(("seen", "no_reply", "in_custody", "in_hospital"), (0.85, 0.1, 0.03, 0.02))[0]
        force.note(
            case,
            "visit",
            done,
            by=who.manager,
            late=200,
            nominal_ref=who.nominal,
            announced=random.random() < 0.2,
            seen=outcome == "seen",
            outcome=outcome,
            next_due_on=day_of(done + interval * DAY).isoformat(),
        )
        roll = random.random()
        if roll < 0.03:
            who.ended = True
            force.note(case, "closed", done + 2 * DAY, by=who.manager, late=30, closure_kind="other", rationale=pick(random, REASONS))
            return
        if roll < 0.2:
            who.regime = "reactive" if roll < 0.07 else "active"
            who.assess(force, case, done + DAY)


def intelligence(force: Force, case: Case, who: Managed) -> Story:
    """New intelligence about the offender now and then; with access to a child it should lead to a referral."""
    random = force.random
    while True:
        yield force.now + random.randrange(40, 300) * DAY
        if who.ended:
            return
        now = force.now
        access = random.random() < 0.4
        breach = random.random() < 0.25
        force.note(
            case,
            "intel",
            now,
            late=60,
            role="offender_manager",
            nominal_ref=who.nominal,
            child_access=access,
            severity=random.choice(("low", "medium", "high")),
            text=pick(random, NOTES),
            notification_breach=breach,
        )
        if breach:
            answer_breach(force, case, who, now)
        if force.chance(case, 0.95, 0.8, 0.6):
            days = random.choice((0, 1, 1, 3, 6, 9) if not access else (0, 0, 1, 2))
            who.assess(force, case, at(day_of(now + days * DAY), 16, 20) if days else now + 3 * HOUR)
        if access and force.chance(case, 0.94, 0.78, 0.55):
            sent = at(working_days_after(day_of(now), random.choice((1, 1, 2, 3))), 11, 5)
            force.start(case, refer(force, case, case.children, force.number("REF"), sent, None, emergency=False), sent)
        if access and force.chance(case, 0.95, 0.8, 0.55):
            force.note(
                case,
                "decision",
                now + (random.randrange(2, 22) if force.chance(case, 0.93, 0.75, 0.5) else random.randrange(30, 200)) * HOUR,
                late=10,
                role="offender_manager",
                decision_kind="disclosure",
                rationale=pick(random, REASONS) if random.random() < 0.93 else None,
            )


def answer_breach(force: Force, case: Case, who: Managed, when: int) -> None:
    """A notification requirement was not kept: the manager enquires into it, or writes a letter."""
    random = force.random
    note = force.noting(case, by=who.manager, late=30)
    if not force.chance(case, 0.93, 0.7, 0.4):
        if random.random() < 0.75:
            note("decision", when + DAY, decision_kind="warning_letter", rationale=pick(random, REASONS), supervisor_agreed=True)
        return
    done = when + (random.randrange(3, 120) if force.chance(case, 0.93, 0.75, 0.5) else random.randrange(200, 600)) * HOUR
    roll = random.random()
    if roll < 0.4:
        note("crime", done, crime_change="created", offence_code="SOA-91", child_victim=False)
    elif roll < 0.6:
        note("suspect-action", done, suspect_ref=who.nominal, suspect_action="arrest", victim_identified=False, child_victim=False)
    elif roll < 0.85:
        note(
            "activity",
            done,
            activity_kind="suspect_enquiry",
            substantive=random.random() < 0.9,
            text="Prison and hospital records asked for.",
        )
    else:
        agreed = random.random() < 0.8
        note("decision", done, decision_kind="no_further_action", rationale=pick(random, REASONS), supervisor_agreed=agreed)


def meetings(force: Force, case: Case, who: Managed, level: str) -> Story:
    """Meetings at the interval for the level, a little early or a little late, until the level is lowered."""
    random = force.random
    while not who.ended:
        weeks = 6 if level == "level_3" else 12
        late = 0 if force.chance(case, 0.95, 0.85, 0.65) else random.uniform(0.15, 1.2)
        yield at(working_days_after(day_of(force.now + round(weeks * (random.uniform(0.75, 0.97) + late) * 7) * DAY), 1), 14)
        roll = random.random()
        level = "level_1" if roll < 0.06 else "level_2" if roll < 0.15 else "level_3" if roll < 0.18 else level
        force.note(
            case,
            "mappa",
            force.now,
            role="offender_manager",
            late=900,
            nominal_ref=who.nominal,
            level=level,
            next_due_on=day_of(force.now + weeks * 7 * DAY).isoformat(),
        )
        if level == "level_1":
            return


def disclosure(force: Force, case: Case) -> Story:
    """An application under the disclosure scheme: checks, interview, assessment, decision and disclosure, in that order or not."""
    random = force.random
    child = case.children[0]
    yield case.opened
    danger = random.random() < 0.04
    force.note(
        case,
        "applied",
        case.opened,
        child=child,
        late=30,
        role="offender_manager",
        applicant=random.choice(("parent", "carer", "third_party")),
        subject_ref=force.number("NOM"),
        immediate_risk=danger,
    )
    checked = case.opened + (force.minutes(700) if force.chance(case, 0.93, 0.8, 0.6) else force.minutes(2600)) * MINUTE
    stages = [("initial_checks", checked)]
    stages.append(("interview", checked + random.randrange(1, 12) * DAY))
    stages.append(("full_assessment", stages[-1][1] + random.randrange(2, 12) * DAY))
    stages.append(("decision", stages[-1][1] + random.randrange(0, 12) * DAY + 2 * HOUR))
    if random.random() < 0.3:
        stages.append(("disclosure", stages[-1][1] + random.randrange(1, 6) * DAY))
    if not force.chance(case, 0.97, 0.9, 0.75):
        stages.pop(random.randrange(len(stages) - 1))
    stopped = random.random() < 0.2
    for number, (stage, when) in enumerate(stages):
        yield max(when, force.now)
        last = number == len(stages) - 1
        force.note(
            case,
            "stage",
            force.now,
            child=child,
            late=60,
            role="offender_manager",
            stage=stage,
            outcome="stopped" if stopped and not number else "no_disclosure" if last else "progressed",
            immediate_risk=danger,
            extenuating=random.random() < 0.05,
            reason=pick(random, REASONS),
        )
        if stopped:
            return
