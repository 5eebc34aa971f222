"""True of the grade of response: attended in time, looked at again, not lowered or put in the diary without a reason."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import HOUR
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, yes
from candour.simulation.truth.reckoning import (
    Due,
    Excuse,
    Maybe,
    Verdict,
    after_minutes,
    closest_before,
    hold,
    no_limit,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, judge

GRADES = ("no_deployment", "appointment", "scheduled", "priority", "emergency")
IN_PERSON = ("home_search", "address_visit", "area_search")


def _to_be_sent(view: View) -> list[Maybe]:
    return view.maybe("contact.graded", lambda fact: both(yes(fact, "child_involved"), equal(fact, "response_type", "deployment")))


def _by_grade(start: Fact, emergency: int, priority: int, scheduled: int) -> Due | Verdict | None:
    """So many minutes for each grade; none for an appointment or no deployment."""
    grade = start.get("grade")
    if grade is None:
        return no_limit()
    minutes = {"emergency": emergency, "priority": priority, "scheduled": scheduled}.get(str(grade))
    return None if minutes is None else after_minutes(start, minutes)


def _new_grades(view: View) -> Excuse:
    return Excuse(view.maybe("contact.graded", lambda fact: written(fact, "previous_grade")))


def _searches(view: View) -> list[Maybe]:
    return view.maybe("missing.enquiry", lambda fact: among(fact, "enquiry_type", IN_PERSON))


def attended_in_time(view: View) -> Found:
    """Officers who were to be sent arrive in the time for the grade, unless it was changed, nobody was sent for a reason, or they had come."""
    arrived = view.maybe("response.arrived")

    def nobody_sent(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "no_deployment"), written(fact, "rationale"))

    for start, counts in _to_be_sent(view):
        excuses = [_new_grades(view), Excuse(view.maybe("decision.recorded", nobody_sent)), Excuse(arrived, since=start.lo - 24 * HOUR)]
        due = _by_grade(start, 15, 60, 48 * 60)
        yield start, judge(start, counts, due, arrived + _searches(view), ("response.arrived", "missing.enquiry"), excuses=excuses)


def looked_at_again(view: View) -> Found:
    """Where nobody has come, the risk is assessed again by twice the time for the grade and more."""
    for start, counts in _to_be_sent(view):
        arrived = Excuse(view.maybe("response.arrived"), since=start.lo - 24 * HOUR)
        excuses = [_new_grades(view), arrived, Excuse(_searches(view))]
        due = _by_grade(start, 30, 120, 72 * 60)
        yield start, judge(start, counts, due, view.maybe("contact.assessed"), ("contact.assessed",), excuses=excuses)


def lowered_with_reason(view: View) -> Found:
    """A grade lower than the one before it has a reason, unless a child had been seen in the day before."""

    def lowered(fact: Fact) -> Answer:
        before, now = fact.get("previous_grade"), fact.get("grade")
        lower: Answer = None
        if before == GRADES[0]:
            lower = False  # nothing is lower
        elif before is not None and now is not None:
            lower = GRADES.index(str(now)) < GRADES.index(str(before))
        return both(yes(fact, "child_involved"), written(fact, "previous_grade"), lower)

    seen = view.maybe("child.contact", lambda fact: yes(fact, "seen"))
    for fact, counts in view.maybe("contact.graded", lowered):
        yield (
            fact,
            unknown_start()
            if counts is None
            else hold(fact, written(fact, "rationale"), excuses=[Excuse(seen, since=fact.lo - 24 * HOUR)]),
        )


def not_in_the_diary(view: View) -> Found:
    """An appointment is not given where the last contact spoke of a marker or of immediate risk, unless a supervisor had decided so."""
    contacts = view.maybe("contact.received")

    def decided(fact: Fact) -> Answer:
        by = among(fact, "by_role", ("control_room_supervisor", "supervisor"))
        return both(equal(fact, "decision_kind", "deviation"), written(fact, "rationale"), by)

    for fact, counts in view.maybe("contact.graded", lambda one: both(yes(one, "child_involved"), equal(one, "grade", "appointment"))):
        if counts is None:
            yield fact, unknown_start()
            continue
        last, _ = closest_before(contacts, fact)
        if last is None:
            yield fact, Verdict("cannot_tell", "answer_uncertain", "No contact is recorded before the grade.")
            continue
        check = both(opposite(yes(last, "risk_marker")), opposite(yes(last, "immediate_risk")))
        yield fact, hold(fact, check, excuses=[Excuse(view.maybe("decision.recorded", decided))])


def crime_brought_at_once(view: View) -> Found:
    """A social worker who alleges a crime against a child comes to police within the hour of learning of it."""

    def called_for(fact: Fact) -> Answer:
        partner = both(equal(fact, "channel", "partner"), equal(fact, "caller_role", "social_worker"))
        return both(partner, yes(fact, "crime_alleged"), yes(fact, "child_involved"), not fact.day_only and not fact.undated)

    for fact, counts in view.maybe("contact.received", called_for):
        learnt, reported = (
            fact.moment - told <= HOUR if isinstance(told := fact.get(name), int) else None for name in ("partner_told_at", "reported_at")
        )
        at_once = either(learnt, both(written(fact, "reported_at"), reported))
        yield fact, unknown_start() if counts is None else hold(fact, at_once)


OF_A_CASE = {
    "contact-attended-within-grade": attended_in_time,
    "contact-delay-reassessed": looked_at_again,
    "contact-grade-lowered-explained": lowered_with_reason,
    "contact-no-diary-appointment-for-child-at-risk": not_in_the_diary,
    "wales-social-services-discuss-crime": crime_brought_at_once,
}
