"""True of the people who do the work: taught, screened, and their work read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from candour.simulation.facts import Fact
from candour.simulation.moments import day_of, first_second, months_after
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, yes
from candour.simulation.truth.reckoning import Duty, Maybe, Verdict, after_months, hold, no_link, precede, unknown_start
from candour.simulation.truth.view import Found, View, turns

REGISTER = ("training.completed",)


def supervisor_trained(view: View) -> Found:
    """Whoever reviews a child abuse case has passed the course for supervisors, and it has not run out."""
    courses = view.maybe("training.completed", lambda fact: equal(fact, "course", "supervisor_child_abuse"))
    for start, counts in view.maybe("supervision.reviewed", lambda fact: yes(fact, "child_abuse")):
        before = [fact for fact, sure in courses if sure is True and fact.place_in_order < start.place_in_order]
        if counts is None:
            yield start, unknown_start()
        elif start.get("reviewer_ref") is None:
            yield start, no_link()
        elif before:
            until = before[-1].get("valid_until")
            passed = equal(before[-1], "course_status", "achieved")
            valid = None if until is None else str(until) >= day_of(start.lo).isoformat()
            yield start, hold(start, both(passed, either(opposite(written(before[-1], "valid_until")), valid)))
        elif any(sure is None and fact.lo <= start.hi for fact, sure in courses):
            yield start, Verdict("cannot_tell", "answer_uncertain", "A course that nobody could map may have been this one.")
        else:
            yield start, Verdict("missed", "does_not_hold", "No course for supervisors before the review.")


def taught_lately(view: View) -> Found:
    """Whoever took a call, came, or authorised detention, of a child, was taught child protection in the 36 months before."""

    def taught(fact: Fact) -> Answer:
        courses = ("child_protection_frontline", "child_protection_call_handling", "child_protection_custody")
        return both(
            among(fact, "course", courses),
            equal(fact, "course_status", "achieved"),
            among(fact, "delivery_mode", ("in_person", "live_online")),
        )

    courses = view.maybe("training.completed", taught)
    for kind in ("contact.received", "response.arrived", "custody.authorised"):
        for fact, _ in view.maybe(kind, lambda one: one.child is not None):
            if fact.actor is None:
                yield fact, no_link()
                continue
            since = first_second(months_after(day_of(fact.lo), -36))
            yield fact, precede(fact, courses, REGISTER, view.first, by_day=True, opening=since)


def screened(view: View) -> Found:
    """From the first check in a role of high exposure, a screening every twelve months until the person leaves it."""
    checks: dict[str, list[Fact]] = defaultdict(list)
    for fact, _ in view.maybe("welfare.checked"):
        checks[str(fact.get("officer_ref"))].append(fact)
    for group in checks.values():
        openings = _those(group, lambda fact: yes(fact, "high_exposure"))
        answers = _those(group, lambda fact: equal(fact, "welfare_kind", "psychological_screening"))
        ends = _those(group, lambda fact: both(written(fact, "high_exposure"), opposite(yes(fact, "high_exposure"))))
        kinds = ("welfare.checked",)
        yield from turns(Duty(openings, answers, ends, lambda anchor, _: after_months(anchor, 12), kinds, kinds))


def _those(facts: Iterable[Fact], counts: Callable[[Fact], Answer]) -> list[Maybe]:
    return [(fact, answer) for fact in facts if (answer := counts(fact)) is not False]


def read_monthly(view: View) -> Found:
    """From each case file read in child protection or the control room, another in the same area within a month."""
    areas = ("child_protection", "control_room")
    for area in areas:
        read = [(fact, counts) for fact, counts in view.maybe("audit.done") if fact.get("audit_area") == area]
        yield from turns(Duty(read, read, (), lambda anchor, _: after_months(anchor, 1), ("audit.done",), ()))
    for fact, counts in view.maybe("audit.done", lambda fact: among(fact, "audit_area", areas)):
        if counts is None:
            yield fact, unknown_start()


def profiled(view: View) -> Found:
    """From each profile of sexual or criminal exploitation, the next of the same within twelve months."""
    subjects = ("sexual_exploitation", "criminal_exploitation")
    for subject in subjects:
        published = [(fact, counts) for fact, counts in view.maybe("profile.published") if fact.get("profile_subject") == subject]
        yield from turns(Duty(published, published, (), lambda anchor, _: after_months(anchor, 12), ("profile.published",), ()))
    for fact, counts in view.maybe("profile.published", lambda fact: among(fact, "profile_subject", subjects)):
        if counts is None:
            yield fact, unknown_start()


OF_A_CASE = {"exploitation-profile-current": profiled, "staff-welfare-screened": screened, "routine-case-audit": read_monthly}
OF_AN_OFFICER = {"supervisor-trained": supervisor_trained, "frontline-child-training-coverage": taught_lately}
