"""The evidence in a case: the child's recorded account, the medical, the suspect, bail, devices, the prosecutor and the filing."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, months_after, working_days_after
from candour.simulation.staff import Officer
from candour.simulation.stories.sharing import refer
from candour.simulation.stories.words import CLOSING, EMPTY, REASONS, VIEWS, pick
from candour.simulation.world import Force, Story


def medical(force: Force, case: Case, child: Child, reported: int, last: int) -> Story:
    """A medical examination is considered: arranged, declined, or decided against with a reason, or nobody thought of it."""
    random = force.random
    yield reported + force.minutes(200) * MINUTE
    if force.chance(case, 0.95, 0.8, 0.6):
        kind = "declined" if random.random() < 0.1 else "refer"
        force.note(case, "medical", force.now, child=child, late=20, role="investigator", medical_kind=kind, last_contact_at=last, provider_ref="CENTRE")
        if kind == "refer" and random.random() < 0.7:
            force.note(case, "medical", force.now + random.randrange(4, 80) * HOUR, child=child, late=60, medical_kind="exam", last_contact_at=last, provider_ref="CENTRE")
    elif random.random() < 0.4:
        force.note(case, "decision", force.now + HOUR, child=child, late=5, decision_kind="medical", rationale=pick(random, REASONS))


def evidential_interview(force: Force, case: Case, child: Child, officer: Officer, reported: int, *, non_recent: bool) -> Story:
    """The child's account is recorded on video, with a plan before it; or waits for an intermediary."""
    random = force.random
    if not force.chance(case, 0.97, 0.9, 0.78):
        return
    days = random.choices((1, 2, 3, 4, 5, 6, 8, 11, 16), (0.1, 0.15, 0.2, 0.15, 0.1, 0.1, 0.08, 0.07, 0.05))[0]
    waiting = random.random() < 0.08
    if waiting:
        days += 10
        force.note(case, "decision", reported + 2 * DAY, child=child, by=officer, late=10, decision_kind="waiting", waiting_for="intermediary", expected_at=reported + 14 * DAY, supervisor_agreed=True, rationale=pick(random, REASONS))
    done = yield from force.work(officer, max(force.now, at(working_days_after(day_of(reported), days), 9)), 120)
    number = force.number("INT")
    if force.chance(case, 0.96, 0.8, 0.6):
        planned = done - random.randrange(2, 60) * HOUR if force.chance(case, 0.95, 0.9, 0.8) else done + 3 * HOUR
        force.note(case, "interview-planned", planned, child=child, by=officer, late=20, interview_ref=number, subject_role="child_victim", intermediary_considered=random.random() < 0.8)
    force.note(case, "interview", done, child=child, by=officer, late=60, interview_ref=number, subject_role="child_victim", mode="vri", interviewer_refs=(officer.ref,), aa_present=False, detained=False, urgent=False, intermediary_used=waiting)
    if random.random() < 0.2:
        force.note(case, "support", done - DAY, child=child, late=30, support_kind="intermediary" if waiting else "supporter", needed_since=reported, in_place_at=done - DAY)


def arrest(force: Force, case: Case, child: Child, officer: Officer, *, high: bool, sexual: bool) -> Story:
    """A suspect is named, dealt with when the officer has time, and released on bail or under investigation."""
    random = force.random
    named = force.now + random.randrange(1, 200) * HOUR
    yield named
    suspect = force.number("SUS")
    access = random.choices(("yes", "suspected", "no", "unknown"), (0.3, 0.2, 0.35, 0.15))[0]
    checked = force.chance(case, 0.93, 0.75, 0.5)
    force.note(case, "suspect", named, child=child, by=officer, late=force.minutes(40) if random.random() < 0.9 else 2000, suspect_ref=suspect, access_to_children=access if checked else None, high_risk=high, sexual_offence=sexual, child_abuse=True, child_victim=True, covert=random.random() < 0.02, overseas=random.random() < 0.02)
    if access in ("yes", "suspected") and force.chance(case, 0.95, 0.75, 0.5):
        number = force.number("REF")
        sent = named + (force.minutes(500) if force.chance(case, 0.9, 0.7, 0.5) else force.minutes(5000)) * MINUTE
        force.start(case, refer(force, case, [child], number, sent, officer, emergency=False), sent)
    if not force.chance(case, 0.95, 0.85, 0.7):
        if random.random() < 0.2:
            force.note(case, "decision", named + 5 * DAY, child=child, by=officer, late=10, decision_kind="suspect_action", by_rank="superintendent", rationale=pick(random, REASONS))
        return
    done = yield from force.work(officer, named + random.randrange(6, 220 if high else 500) * HOUR, 360)
    kind = random.choices(("arrest", "voluntary", "warrant"), (0.55, 0.35, 0.1))[0]
    force.note(case, "suspect-action", done, child=child, by=officer, late=force.minutes(60), suspect_ref=suspect, suspect_action=kind, victim_identified=random.random() < 0.97)
    tell(force, case, child, officer, done, suspect)
    if kind == "voluntary":
        force.note(case, "interview", done, child=child, by=officer, late=60, interview_ref=force.number("INT"), subject_role="suspect", mode="voluntary", interviewer_refs=(officer.ref,), detained=False, urgent=False)
    if kind == "arrest":
        yield from bail(force, case, child, officer, done, suspect, access, high=high)
    if random.random() < 0.35 and case.closed is None:
        yield force.now + random.randrange(5, 60) * DAY
        force.note(case, "cps", force.now, child=child, by=officer, late=60, submission_kind=random.choice(("early_advice", "charge_request")), sexual_offence=sexual)
        if random.random() < 0.8:
            force.note(case, "cps", force.now + random.randrange(8, 60) * DAY, child=child, late=60, submission_kind="decision", sexual_offence=sexual)


def tell(force: Force, case: Case, child: Child, officer: Officer, when: int, about: str) -> None:
    """The victim or parent is told of a key decision; now and then not, for a reason that was written down."""
    random = force.random
    if force.chance(case, 0.95, 0.8, 0.55):
        told = at(working_days_after(day_of(when), random.choices((0, 1, 2, 4), (0.45, 0.35, 0.12, 0.08))[0]), 17, random.randrange(1, 59))
        force.note(case, "victim-contact", max(told, when + 20 * MINUTE), child=child, by=officer, late=20, purpose="key_decision", trigger_ref=about, method="telephone", success=random.random() < 0.93, opted_out=random.random() < 0.03, not_practicable=False, update_interval_days=random.choice((14, 28, 28, None)))
    elif random.random() < 0.15:
        force.note(case, "victim-contact", when + 5 * HOUR, child=child, by=officer, late=20, purpose="key_decision", trigger_ref=about, success=False, not_practicable=True, reason="Would put the child at risk from the suspect.")


def bail(force: Force, case: Case, child: Child, officer: Officer, arrested: int, suspect: str, access: str, *, high: bool) -> Story:
    """Release after arrest: on bail with conditions, after asking the victim; or under investigation."""
    random = force.random
    released = arrested + force.minutes(700) * MINUTE
    kind = "grant" if force.chance(case, 0.9, 0.75, 0.55) else "rui"
    relates = kind == "grant" and random.random() < 0.7
    if relates and force.chance(case, 0.93, 0.7, 0.45):
        asked = released - force.minutes(120) * MINUTE
        force.note(case, "victim-contact", max(asked, arrested), child=child, by=officer, late=10, purpose="consult_bail", trigger_ref=suspect, method="telephone", success=True, not_practicable=False)
    elif relates and random.random() < 0.2:
        force.note(case, "victim-contact", released - HOUR, child=child, by=officer, late=10, purpose="consult_bail", trigger_ref=suspect, method="telephone", success=False, not_practicable=True, reason="Family in transit; tried three times.")
    yield released
    first = months_after(day_of(arrested), 3)
    end = at(first, 12) if random.random() < 0.9 else at(first, 12) + 5 * DAY
    if kind == "rui" and (access in ("yes", "suspected") or high) and force.chance(case, 0.9, 0.6, 0.3):
        force.note(case, "decision", released - 30 * MINUTE, child=child, by=officer, late=5, decision_kind="release_without_bail", rationale=pick(random, REASONS), by_rank="inspector")
    note = force.noting(case, child=child, by=officer, late=15, victim_identified=random.random() < 0.97, suspect_ref=suspect, arrested_at=arrested, access_to_children=access, high_risk=high)
    note("bail", released, bail_kind=kind, end_at=end if kind == "grant" else None, conditions="Not to contact the child." if relates else None, conditions_relate_to_victim=relates, authorised_rank="sergeant", authority_level="custody_officer", special_case=False)
    if kind != "grant":
        return
    yield at(first, 10) - random.randrange(1, 20) * DAY
    roll = random.random()
    if roll < 0.45:
        note("bail", force.now, bail_kind="extend", end_at=at(months_after(day_of(arrested), 6), 12), conditions_relate_to_victim=False, authorised_rank="inspector", authority_level="inspector", special_case=False)
    elif roll < 0.85:
        note("bail", force.now + random.choice((0, 0, 0, 30)) * DAY, bail_kind="cancel", conditions_relate_to_victim=False, authorised_rank="sergeant", authority_level="custody_officer", special_case=False)


def devices(force: Force, case: Case, child: Child, owner: str, seized: int, *, child_risk: bool) -> Story:
    """Devices are seized, wait in the forensic queue behind those of every other case, and come back."""
    random = force.random
    yield seized
    for _ in range(random.choice((1, 1, 2, 3))):
        exhibit = force.number("EX")
        flagged = child_risk and force.chance(case, 0.95, 0.8, 0.6)
        priority = ("high" if random.random() < 0.7 else "urgent") if child_risk and force.chance(case, 0.93, 0.75, 0.5) else random.choice(("standard", "standard", "low"))
        force.note(case, "seized", seized, child=child, row=exhibit, device_ref=exhibit, owner_role=owner, consent_basis="seizure_power" if owner == "suspect" else "agreement")
        sent = seized + random.randrange(2, 160) * HOUR
        force.note(case, "submitted", sent, child=child, row=exhibit, device_ref=exhibit, owner_role=owner, priority=priority, child_risk=flagged or child_risk, child_protection_case=True, forensic_unit_ref="DFU", reason="Suspect lives alone; no child seen for a year." if child_risk and priority in ("standard", "low") and random.random() < 0.2 else None)
        if random.random() < 0.97:
            force.start(case, examine(force, case, child, exhibit, owner, sent, priority), sent)


def examine(force: Force, case: Case, child: Child, exhibit: str, owner: str, sent: int, priority: str) -> Story:
    """One device in the queue: urgent ones are taken sooner, the others when an examiner is free."""
    random = force.random
    yield sent + {"urgent": 2, "high": 8, "standard": 30, "low": 55}[priority] * DAY
    stint = force.staff.forensics.take(force.now, force.minutes(300))
    yield stint.end
    force.note(case, "started", stint.end, row=exhibit, child=child, device_ref=exhibit)
    yield stint.end + random.randrange(2, 60) * DAY
    force.note(case, "completed", force.now, row=exhibit, child=child, device_ref=exhibit)
    yield force.now + random.randrange(1, 40) * DAY
    force.note(case, "report", force.now, row=exhibit, child=child, device_ref=exhibit)
    yield force.now + random.randrange(5, 60) * DAY
    force.note(case, "returned", force.now, row=exhibit, child=child, device_ref=exhibit, owner_role=owner)


def close(force: Force, case: Case, child: Child, officer: Officer, boss: Officer, *, known: bool) -> Story:
    """The case is filed: with a supervisor, a reason and word to the victim, as far as the practice on it goes."""
    random = force.random
    outcome = random.choices(("charged", "evidential_difficulties", "victim_does_not_support", "no_suspect", "community_resolution"), (0.16, 0.38, 0.22, 0.16, 0.08))[0]
    if outcome == "no_suspect" and known:
        outcome = "evidential_difficulties"
    yield force.now
    when = force.now
    if outcome == "victim_does_not_support" and force.chance(case, 0.92, 0.65, 0.35):
        early = force.chance(case, 0.95, 0.9, 0.8)
        force.note(case, "decision", when - 5 * HOUR if early else when + 2 * DAY, child=child, by=officer, late=10, decision_kind="evidence_led", rationale=pick(random, REASONS))
    considered = force.chance(case, 0.93, 0.65, 0.3)
    force.note(
        case,
        "decision",
        when - 2 * HOUR,
        child=child,
        by=boss,
        late=10,
        decision_kind="no_further_action" if outcome != "charged" else "charge",
        rationale=pick(random, CLOSING),
        child_views_considered=pick(random, VIEWS) if considered else None,
        emergency=random.random() < 0.02,
        by_rank="sergeant",
        by_role="supervisor",
    )
    if force.chance(case, 0.95, 0.8, 0.55):
        force.note(case, "review", when - HOUR if force.chance(case, 0.97, 0.92, 0.85) else when + DAY, child=child, by=boss, late=5, review_kind="closure", reviewer_ref=boss.ref, reviewer_rank=boss.rank, actions_set=False, child_safety_considered=True, child_abuse=True, text=pick(random, CLOSING))
    force.note(
        case,
        "closed",
        when,
        child=child,
        by=officer,
        late=15,
        closure_kind="investigation",
        child_involved=True,
        child_victim=True,
        outcome_code=outcome,
        rationale=pick(random, CLOSING) if force.chance(case, 0.95, 0.75, 0.5) else pick(random, EMPTY) if random.random() < 0.5 else None,
        signed_off_by_ref=boss.ref if random.random() < 0.9 else None,
        signed_off_rank=boss.rank,
        actions_transferred=random.random() < 0.1,
        child_refused_interview=False,
    )
    case.closed = when
    officer.open_cases -= 1
    boss.open_cases -= 1
    if force.chance(case, 0.96, 0.82, 0.55):
        told = at(working_days_after(day_of(when), random.choices((0, 1, 3, 5, 8), (0.35, 0.4, 0.12, 0.08, 0.05))[0]), 17, random.randrange(1, 59))
        force.note(case, "victim-contact", max(told, when + 5 * MINUTE), child=child, by=officer, late=15, purpose="closure", method="telephone", success=True, not_practicable=False)
    if random.random() < 0.05:
        yield when + random.randrange(10, 90) * DAY
        force.note(case, "reopened", force.now, child=child, late=20, reason=pick(random, REASONS))
