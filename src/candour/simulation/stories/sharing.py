"""Telling others: the notice of concern, the hub that reads it, the local authority that decides, and schools and health."""

from __future__ import annotations

from datetime import timedelta

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, is_school_day, working_days_after
from candour.simulation.staff import Officer
from candour.simulation.stories.reasons import give_reason
from candour.simulation.stories.words import REASONS, VIEWS, pick
from candour.simulation.world import Force, Note, Story

FILLED_IN = ("school", "ethnicity", "disability", "household", "history")
CONTENT = ("name_and_birth", "reference", "time_and_place", "presence", "child_voice", "circumstances")


def submit(
    force: Force,
    case: Case,
    children: list[Child],
    when: int,
    author: Officer | None,
    *,
    kind: str,
    rating: str | None = None,
    seen: bool = True,
) -> None:
    """A notice of concern is written, and goes to the hub."""
    random = force.random
    number = force.number("PPN")
    rating = rating or random.choices(("red", "amber", "green"), (0.12, 0.4, 0.48))[0]
    voiced = force.chance(case, 0.95, 0.7, 0.35)
    linked = len(children)
    if linked > 1 and not force.chance(case, 0.97, 0.85, 0.65):
        children = children[:-1]
    whole = force.chance(case, 0.95, 0.6, 0.3)
    force.note(
        case,
        "notice",
        when,
        children=children,
        episode=number,
        by=author,
        row=number,
        referral_kind=kind,
        child_refs=tuple(child.ref for child in children),
        children_linked=linked,
        children_named=len(children),
        content_checklist=FILLED_IN if whole else tuple(item for item in FILLED_IN if random.random() < 0.7),
        voice_text=pick(random, VIEWS) if voiced and seen else None,
        not_seen_kind=None if seen else "elsewhere",
        reason_not_seen="At a grandparent's; check tasked." if not seen and force.chance(case, 0.9, 0.6, 0.3) else None,
        rating=rating,
        author_ref=author.ref if author else None,
        open_to_social_care=children[0].social_worker,
        unborn=False,
    )
    force.start(case, hub(force, case, children, number, rating, when), when)


def hub(force: Force, case: Case, children: list[Child], number: str, rating: str, submitted: int) -> Story:
    """The hub reads notices in office hours, the urgent ones with less other work in front of them, and shares them."""
    random = force.random
    yield submitted
    first = children[0]
    stint = force.staff.hub.take(submitted, force.minutes({"red": 12, "amber": 22, "green": 28}.get(rating, 25)))
    triaged = stint.end + (0 if rating == "red" else force.minutes(60 if rating == "amber" else 300) * MINUTE)
    yield triaged
    hub_rating = rating if random.random() < 0.85 else random.choice(("red", "amber", "green", "no_action"))
    la_needed = hub_rating in ("red", "amber") and random.random() < 0.95
    relevant = hub_rating != "no_action" and random.random() < 0.9
    young = first.born > day_of(triaged).toordinal() - 5 * 365
    medical = random.random() < 0.06
    in_hub = random.random() < 0.2
    force.note(
        case,
        "triaged",
        triaged,
        child=first,
        episode=number,
        by=stint.officer,
        row=number,
        rating=hub_rating,
        rating_changed=hub_rating != rating,
        la_needed=la_needed,
        relevant_to_partner=relevant,
        medical_need=medical,
        unborn=False,
        health_in_hub=in_hub,
        rationale=pick(random, REASONS),
    )
    if relevant and not la_needed and force.chance(case, 0.5, 0.4, 0.3):
        decided = triaged + force.minutes(200) * MINUTE
        give_reason(force, case, first, decided, "not_shared", pick(random, REASONS), by=stint.officer, episode=number)
    if (young or medical) and not in_hub and force.chance(case, 0.93, 0.8, 0.6):
        told = yield from force.take(force.staff.hub, triaged + HOUR, 8)
        share(force, case, first, told.end, "health", told.officer, episode=number)
    if la_needed:
        yield from refer(force, case, children, number, triaged + force.minutes(25) * MINUTE, stint.officer, emergency=hub_rating == "red")
    elif relevant and force.chance(case, 0.7, 0.5, 0.35):
        told = yield from force.take(force.staff.hub, triaged + HOUR, 10)
        share(force, case, first, told.end, random.choice(("la", "school", "health")), told.officer, episode=number)


def refer(force: Force, case: Case, children: list[Child], number: str, when: int, officer: Officer | None, *, emergency: bool) -> Story:
    """A referral is sent to the local authority, which answers from its own backlog; silence should be chased."""
    random = force.random
    yield when
    first = children[0]
    method = random.choice(("portal", "email", "telephone" if random.random() < 0.4 else "portal"))
    note = force.noting(case, child=first, episode=number, by=officer, recipient_la_ref="LA1")
    out_of_hours = emergency and not 8 <= (when - at(day_of(when))) // HOUR < 17
    late = force.minutes(5)
    note("sent", when, late=late, sending_kind="send", method=method, emergency=emergency, out_of_hours=out_of_hours)
    if method == "telephone" and force.chance(case, 0.95, 0.75, 0.5):
        force.start(case, confirm(force, case, note, when), when)
    backlog = random.choices((0, 1, 2, 3, 5, 9), (0.38, 0.37, 0.1, 0.07, 0.05, 0.03))[0]
    answered = at(working_days_after(day_of(when), backlog) if backlog else day_of(when), 9) + random.randrange(480) * MINUTE
    answered = max(answered, when + force.minutes(70) * MINUTE)
    silent = random.random() < 0.04
    chase = at(working_days_after(day_of(when), random.choice((2, 3, 3, 4, 6))), 10, random.randrange(1, 59))
    if (silent or answered > chase) and force.chance(case, 0.95, 0.7, 0.4):
        yield chase
        note("sent", chase, late=2, sending_kind="chase", method="telephone", emergency=False, out_of_hours=False)
    if silent:
        return
    yield answered
    decision = random.choices(("s47", "s17", "early_help", "open_case", "nfa"), (0.16, 0.25, 0.2, 0.14, 0.25))[0]
    force.note(
        case,
        "decided",
        answered,
        child=first,
        episode=number,
        late=random.choice((10, 60, 1500)),
        decision=decision,
        acknowledged_at=answered - HOUR,
        rationale=pick(random, REASONS),
    )


def confirm(force: Force, case: Case, note: Note, when: int) -> Story:
    """What was said to the local authority by telephone is put in writing."""
    yield when + (force.minutes(300) if force.chance(case, 0.95, 0.8, 0.6) else force.minutes(2400)) * MINUTE
    note("sent", force.now, late=5, sending_kind="written", method="email", emergency=False, out_of_hours=False)


def share(
    force: Force, case: Case, child: Child | None, when: int, recipient: str, officer: Officer | None, *, episode: str | None = None
) -> None:
    """Information is given to one recipient; a school's notification has a list of what it should contain."""
    random = force.random
    school = recipient == "school"
    everything = force.chance(case, 0.96, 0.8, 0.6)
    content = CONTENT if everything else tuple(item for item in CONTENT if random.random() < 0.8)
    force.note(
        case,
        "shared",
        when,
        child=child,
        episode=episode,
        by=officer,
        org="police",
        late=force.minutes(20),
        recipient_kind=recipient,
        recipient_ref=child.school if school and child else None,
        school_ref=child.school if school and child else None,
        purpose_text="To keep the child safe.",
        legal_basis="encompass" if school else "s10_s11",
        method=random.choice(("telephone", "email", "portal")),
        content_checklist=content if school else (),
        content_complete=content == CONTENT if school else None,
    )


def encompass(force: Force, case: Case, children: list[Child], incident: int) -> Story:
    """Each morning the hub tells schools of the domestic abuse incidents since the last school day, when it gets to them."""
    random = force.random
    day = day_of(incident)
    while True:
        if is_school_day(day) and at(day, 7, 30) > incident:
            break
        day += timedelta(days=1)
    yield min(at(day, 7, 30), incident + 40 * DAY)
    for child in children:
        if child.school is None or not child.in_education:
            continue
        if not force.chance(case, 0.97, 0.88, 0.7):
            if random.random() < 0.1:
                reason = "Telling the placement's school would raise the risk."
                give_reason(force, case, child, at(day, 8, 10), "not_shared", reason, by_role="hub_officer")
            continue
        early = random.randrange(0, 80) if force.chance(case, 0.95, 0.85, 0.7) else random.randrange(90, 3000)
        share(force, case, child, at(day, 7, 31) + early * MINUTE, "school", force.staff.hub.officers[0])
