"""True of what is written down: whose an action is, who a child is, and what police gave to a review."""

from __future__ import annotations

from datetime import date

from candour.simulation.moments import day_of
from candour.simulation.truth.answers import both, either, equal, opposite, written, written_yes
from candour.simulation.truth.reckoning import Excuse, after_working_days, at_moment, hold, no_link, unknown_start
from candour.simulation.truth.view import Found, View, judge


def owned_and_dated(view: View) -> Found:
    """Every action names its owner and its date."""
    for fact, _ in view.maybe("action.raised"):
        yield fact, hold(fact, both(written(fact, "owner_ref"), written(fact, "due_at")))


def described(view: View) -> Found:
    """The index of persons says who the child of a notice is."""
    for fact, counts in view.maybe("referral.submitted", lambda one: opposite(equal(one, "referral_kind", "adult"))):
        child = view.children.get(fact.child or "")
        if counts is None or fact.child is None:
            yield fact, unknown_start() if counts is None else no_link()
            continue
        known = child is not None and not child.blank & {"ethnicity", "disability"}
        school = child is not None and child.school is not None and "school" not in child.blank
        born = None if child is None else date.fromordinal(child.born)
        unborn = born > day_of(fact.lo) if born is not None else written_yes(fact, "unborn")
        excuses = [Excuse(own=unborn)]
        yield fact, hold(fact, both(known, either(school, child is not None and not child.in_education)), excuses=excuses)


def contributed(view: View) -> Found:
    """Police contribute to a rapid review by the moment it is due, or within fifteen working days."""
    given = view.maybe("serious_incident.notified", lambda fact: equal(fact, "notice_kind", "rapid_review"))
    for start, counts in view.maybe("serious_incident.notified", lambda fact: equal(fact, "notice_kind", "incident_notification")):
        set_for = start.get("due_at")
        due = at_moment(set_for) if isinstance(set_for, int) else after_working_days(start, 15)
        yield start, judge(start, counts, due, given, ("serious_incident.notified",))


OF_A_CASE = {"action-owned-and-dated": owned_and_dated, "rapid-review-contributed": contributed}
OF_A_CHILD = {"demographics-complete": described}
