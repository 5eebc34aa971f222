"""The suspect in a case: named, dealt with when there is time, released on bail or under investigation; and who tells the victim."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, months_after
from candour.simulation.staff import Officer
from candour.simulation.stories.contact import receive
from candour.simulation.stories.sharing import refer
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Note, Story


def arrest(force: Force, case: Case, child: Child, officer: Officer, *, high: bool, sexual: bool) -> Story:
    """A suspect is named, dealt with when the officer has time (or was arrested at once, before), and released on bail or under investigation."""
    random = force.random
    began = force.now
    named = began + random.randrange(1, 200) * HOUR
    at_once = random.random() < 0.07
    yield named
    suspect = force.number("SUS")
    access = random.choices(("yes", "suspected", "no", "unknown"), (0.3, 0.2, 0.35, 0.15))[0]
    name_suspect(
        force,
        case,
        child,
        officer,
        named,
        suspect,
        access if force.chance(case, 0.93, 0.75, 0.5) else None,
        late=force.minutes(40) if random.random() < 0.9 else 2000,
        high=high,
        sexual=sexual,
        covert=random.random() < 0.02,
        overseas=random.random() < 0.02,
    )
    if named // HOUR % 8 == 0:
        spoken_to_first(force, case, child, officer, named - 30 * MINUTE, suspect)
    if access in ("yes", "suspected") and force.chance(case, 0.95, 0.75, 0.5):
        number = force.number("REF")
        sent = named + (force.minutes(500) if force.chance(case, 0.9, 0.7, 0.5) else force.minutes(5000)) * MINUTE
        force.start(case, refer(force, case, [child], number, sent, officer, emergency=False), sent)
    if at_once:
        taken = max(began, named - random.randrange(2, 90) * HOUR)
        deal(force, case, child, officer, taken, suspect, "arrest")
        yield from bail(force, case, child, officer, taken, suspect, access, high=high)
        return
    if not force.chance(case, 0.95, 0.85, 0.7):
        if random.random() < 0.2:
            agree_not_to_act(force, case, child, officer, named)
        return
    done = yield from force.work(officer, named + random.randrange(6, 220 if high else 500) * HOUR, 360)
    kind = random.choices(("arrest", "voluntary", "warrant"), (0.55, 0.35, 0.1))[0]
    deal(force, case, child, officer, done, suspect, kind)
    if kind == "voluntary":
        interview_voluntarily(force, case, child, officer, done)
    if kind == "arrest":
        yield from bail(force, case, child, officer, done, suspect, access, high=high)
    if random.random() < 0.35 and case.closed is None:
        yield from ask_prosecutor(force, case, child, officer, sexual=sexual)


def name_suspect(
    force: Force,
    case: Case,
    child: Child,
    officer: Officer,
    when: int,
    suspect: str,
    access: str | None,
    *,
    late: int,
    high: bool,
    covert: bool,
    sexual: bool = True,
    overseas: bool = False,
) -> None:
    """The suspect is put on the case; `access` to children is None where nobody checked it, `late` is minutes until the entry."""
    force.note(
        case,
        "suspect",
        when,
        child=child,
        by=officer,
        late=late,
        suspect_ref=suspect,
        access_to_children=access,
        high_risk=high,
        sexual_offence=sexual,
        child_abuse=True,
        child_victim=True,
        covert=covert,
        overseas=overseas,
    )


def agree_not_to_act(force: Force, case: Case, child: Child, officer: Officer, named: int) -> None:
    """A superintendent writes down why the suspect is left alone for now."""
    force.note(
        case,
        "decision",
        named + 5 * DAY,
        child=child,
        by=officer,
        late=10,
        decision_kind="suspect_action",
        by_rank="superintendent",
        rationale=pick(force.random, REASONS),
    )


def interview_voluntarily(force: Force, case: Case, child: Child, officer: Officer, when: int) -> None:
    """The suspect comes to the station of their own will and is interviewed."""
    force.note(
        case,
        "interview",
        when,
        child=child,
        by=officer,
        late=60,
        interview_ref=force.number("INT"),
        subject_role="suspect",
        mode="voluntary",
        interviewer_refs=(officer.ref,),
        detained=False,
        urgent=False,
    )


def ask_prosecutor(force: Force, case: Case, child: Child, officer: Officer, *, sexual: bool) -> Story:
    """A file goes to the prosecutor weeks later, who mostly decides."""
    random = force.random
    yield force.now + random.randrange(5, 60) * DAY
    note = force.noting(case, child=child, late=60, sexual_offence=sexual)
    note("cps", force.now, by=officer, submission_kind=random.choice(("early_advice", "charge_request")))
    if random.random() < 0.8:
        note("cps", force.now + random.randrange(8, 60) * DAY, submission_kind="decision")


def deal(force: Force, case: Case, child: Child, officer: Officer, when: int, suspect: str, kind: str) -> None:
    """The suspect is arrested, comes in or is warned, and the victim is told. An arrest at once may come before the suspect is put on the case."""
    late, identified = force.minutes(60), force.random.random() < 0.97
    act_on(force, case, child, officer, when, suspect, kind, late=late, identified=identified)


def spoken_to_first(force: Force, case: Case, child: Child, officer: Officer, when: int, suspect: str) -> None:
    """Interviewed as soon as found, and put on the record as a suspect afterwards."""
    act_on(force, case, child, officer, when, suspect, "voluntary", late=90, identified=True)


def act_on(
    force: Force, case: Case, child: Child, officer: Officer, when: int, suspect: str, kind: str, *, late: int, identified: bool
) -> None:
    """Something is done about the suspect, whether or not the victim is identified, and the victim or parent is told."""
    force.note(
        case,
        "suspect-action",
        when,
        child=child,
        by=officer,
        late=late,
        suspect_ref=suspect,
        suspect_action=kind,
        victim_identified=identified,
        child_victim=True,
    )
    tell(force, case, child, officer, when, suspect)


def tell(force: Force, case: Case, child: Child, officer: Officer, when: int, about: str) -> None:
    """The victim or parent is told of a key decision; now and then not, for a reason that was written down."""
    random = force.random
    if force.chance(case, 0.95, 0.8, 0.55):
        told = force.soon(when, 17, (0, 1, 2, 4), (0.45, 0.35, 0.12, 0.08))
        force.note(
            case,
            "victim-contact",
            max(told, when + 20 * MINUTE),
            child=child,
            by=officer,
            late=20,
            purpose="key_decision",
            trigger_ref=about,
            method="telephone",
            success=random.random() < 0.93,
            opted_out=random.random() < 0.03,
            not_practicable=False,
        )
    elif random.random() < 0.15:
        force.note(
            case,
            "victim-contact",
            when + 5 * HOUR,
            child=child,
            by=officer,
            late=20,
            purpose="key_decision",
            trigger_ref=about,
            success=False,
            not_practicable=True,
            reason="Would put the child at risk from the suspect.",
        )


def bail(force: Force, case: Case, child: Child, officer: Officer, arrested: int, suspect: str, access: str, *, high: bool) -> Story:
    """Release after arrest: on bail with conditions, after asking the victim; or under investigation."""
    random = force.random
    released = arrested + force.minutes(700) * MINUTE
    granted = force.chance(case, 0.9, 0.75, 0.55)
    relates = granted and random.random() < 0.7
    if relates:
        consult_victim(force, case, child, officer, arrested, released, suspect)
    yield released
    first = months_after(day_of(arrested), 3)
    end = at(first, 12) if random.random() < 0.9 else at(first, 12) + 5 * DAY
    if not granted and (access in ("yes", "suspected") or high) and force.chance(case, 0.9, 0.6, 0.3):
        give_reasons_for_release(force, case, child, officer, released, suspect)
    note = force.noting(
        case,
        child=child,
        by=officer,
        late=15,
        victim_identified=random.random() < 0.97,
        child_victim=True,
        suspect_ref=suspect,
        arrested_at=arrested,
        access_to_children=access,
        high_risk=high,
        special_case=False,
    )
    note(
        "bail",
        released,
        bail_kind="grant" if granted else "rui",
        end_at=end if granted else None,
        conditions="Not to contact the child." if relates else None,
        conditions_relate_to_victim=relates,
        authorised_rank="sergeant",
        authority_level="custody_officer",
    )
    if not granted:
        return
    if relates and random.random() < 0.45:
        force.start(case, incident_on_bail(force, case, child, officer, suspect), force.now)
    yield at(first, 10) - random.randrange(1, 20) * DAY
    extend_or_cancel(force, note, arrested, relates=relates)


def consult_victim(force: Force, case: Case, child: Child, officer: Officer, arrested: int, released: int, suspect: str) -> None:
    """The victim is asked about conditions before the release, or could not be reached, or nobody tried."""
    note = force.noting(case, child=child, by=officer, late=10, purpose="consult_bail", trigger_ref=suspect, method="telephone")
    if force.chance(case, 0.93, 0.7, 0.45):
        asked = released - force.minutes(120) * MINUTE
        note("victim-contact", max(asked, arrested), success=True, not_practicable=False)
    elif force.random.random() < 0.2:
        reason = "Family in transit; tried three times."
        note("victim-contact", released - HOUR, success=False, not_practicable=True, reason=reason)


def give_reasons_for_release(force: Force, case: Case, child: Child, officer: Officer, released: int, suspect: str) -> None:
    """Why a suspect near children is not bailed is written down, before the release or just after it."""
    random = force.random
    force.note(
        case,
        "decision",
        released + random.choices((-30, -90, 45), (0.6, 0.3, 0.1))[0] * MINUTE,
        child=child,
        by=officer,
        late=5,
        decision_kind="release_without_bail",
        suspect_ref=suspect,
        rationale=pick(random, REASONS) if random.random() < 0.9 else None,
        by_rank="inspector",
    )


def extend_or_cancel(force: Force, note: Note, arrested: int, *, relates: bool) -> None:
    """Before three months are over bail is extended, or cancelled (now and then a month too late), or neither."""
    roll = force.random.random()
    if roll < 0.45:
        note(
            "bail",
            force.now,
            bail_kind="extend",
            end_at=at(months_after(day_of(arrested), 6), 12),
            conditions_relate_to_victim=relates,
            authorised_rank="inspector",
            authority_level="inspector",
        )
    elif roll < 0.85:
        note(
            "bail",
            force.now + force.random.choice((0, 0, 0, 30)) * DAY,
            bail_kind="cancel",
            conditions_relate_to_victim=False,
            authorised_rank="sergeant",
            authority_level="custody_officer",
        )


def incident_on_bail(force: Force, case: Case, child: Child, officer: Officer, suspect: str) -> Story:
    """While the suspect is on bail something more is reported about the child; the suspect is arrested, that is planned, or nothing follows."""
    random = force.random
    yield force.now + random.randrange(2, 120) * DAY + random.randrange(24) * HOUR
    called = force.now
    receive(
        force,
        case,
        child,
        when=called,
        crime_alleged=random.random() < 0.8,
        abuse_kinds=("emotional",),
        domestic_abuse=random.random() < 0.3,
        whereabouts_unknown=False,
    )
    if not force.chance(case, 0.92, 0.6, 0.3):
        return
    yield called + (force.minutes(500) if force.chance(case, 0.9, 0.75, 0.6) else force.minutes(3000)) * MINUTE
    if random.random() < 0.5:
        deal(force, case, child, officer, force.now, suspect, "arrest")
        return
    force.note(
        case,
        "decision",
        force.now,
        child=child,
        by=officer,
        late=10,
        decision_kind="suspect_action",
        suspect_ref=suspect,
        by_rank="sergeant",
        rationale=pick(random, REASONS) if random.random() < 0.9 else None,
    )
