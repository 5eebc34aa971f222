"""True of the first hour of a missing child: the home searched, the telephone tried, the plan carried out."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import HOUR
from candour.simulation.truth.answers import Answer, among, both, equal, written, yes
from candour.simulation.truth.reckoning import Excuse, after_minutes
from candour.simulation.truth.view import Found, View, first_of, judge

SAME = ("episode",)


def _as_missing(fact: Fact) -> Answer:
    return among(fact, "classification", ("missing", "absent"))


def _done_soon(view: View, enquiries: tuple[str, ...], minutes: int) -> Found:
    """The first report of an episode is followed in time by such an enquiry, or one was made in the day before."""
    done = view.maybe("missing.enquiry", lambda fact: among(fact, "enquiry_type", enquiries))
    found = Excuse(view.maybe("missing.located"))
    for start, counts in first_of(view.maybe("missing.reported", _as_missing), SAME):
        due, early = after_minutes(start, minutes), start.lo - 24 * HOUR
        yield start, judge(start, counts, due, done, ("missing.enquiry",), same=SAME, excuses=[found], early=early)


def home_searched(view: View) -> Found:
    """The home is searched within two hours of the report."""
    yield from _done_soon(view, ("home_search",), 120)


def phone_tried(view: View) -> Found:
    """The telephone is tried within the hour of the report."""
    yield from _done_soon(view, ("phone", "phone_data"), 60)


def plan_used(view: View) -> Found:
    """Where there is a plan for the child, it is carried out within the hour or in the day before, unless it was departed from with a reason."""
    done = view.maybe("missing.enquiry", lambda fact: equal(fact, "enquiry_type", "trigger_plan"))
    departed = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "deviation"), written(fact, "rationale")))
    excuses = [Excuse(view.maybe("missing.located")), Excuse(departed)]
    reports = view.maybe("missing.reported", lambda fact: both(_as_missing(fact), yes(fact, "trigger_plan")))
    for start, counts in first_of(reports, SAME):
        due, early = after_minutes(start, 60), start.lo - 24 * HOUR
        yield start, judge(start, counts, due, done, ("missing.enquiry",), same=SAME, excuses=excuses, early=early)


OF_A_CASE = {
    "missing-home-searched": home_searched,
    "missing-phone-tried": phone_tried,
    "missing-trigger-plan-used": plan_used,
}
