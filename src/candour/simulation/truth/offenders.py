"""True of managed offenders: assessed afresh, reviewed when something new is known, referred, and met about."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.truth.answers import Answer, among, both, equal, written, written_yes, yes
from candour.simulation.truth.reckoning import (
    Due,
    Duty,
    Excuse,
    Verdict,
    after_days,
    after_months,
    after_working_days,
    hold,
    no_limit,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, judge, turns


def assessed_yearly(view: View) -> Found:
    """While management is active, the risk is assessed with ARMS every twelve months."""
    ends = view.maybe("rso.assessed", lambda fact: both(written(fact, "regime"), equal(fact, "regime", "reactive")))
    yield from turns(
        Duty(
            view.maybe("rso.assessed", lambda fact: equal(fact, "regime", "active")),
            view.maybe("rso.assessed", lambda fact: equal(fact, "tool", "arms")),
            ends + view.maybe("case.closed"),
            lambda anchor, _: after_months(anchor, 12),
            ("rso.assessed",),
            ("rso.assessed", "case.closed"),
        )
    )


def met_about(view: View) -> Found:
    """From a meeting at level 2 or 3 the next is held within twelve or six weeks."""

    def limit(anchor: Fact, _number: int) -> Due | Verdict | None:
        level = anchor.get("level")
        if level is None:
            return no_limit()
        weeks = {"level_2": 12, "level_3": 6}.get(str(level))
        return None if weeks is None else after_days(anchor, 7 * weeks)

    meetings = view.maybe("mappa.met")
    openings = view.maybe("mappa.met", lambda fact: among(fact, "level", ("level_2", "level_3")))
    yield from turns(Duty(openings, meetings, view.maybe("case.closed"), limit, ("mappa.met",), ("case.closed",)))


def _reviewed(view: View, days: int, *, child_access: bool) -> Found:
    for start, counts in view.maybe("rso.intel", lambda fact: yes(fact, "child_access") if child_access else True):
        yield start, judge(start, counts, after_days(start, days), view.maybe("rso.assessed"), ("rso.assessed",))


def reviewed(view: View) -> Found:
    """New information leads to an assessment within seven days."""
    yield from _reviewed(view, 7, child_access=False)


def reviewed_at_once(view: View) -> Found:
    """The same within a day where it shows access to a child."""
    yield from _reviewed(view, 1, child_access=True)


def child_referred(view: View) -> Found:
    """Access to a child leads to a referral within a working day, or in the week before."""
    sent = view.maybe("referral.sent", lambda fact: equal(fact, "sending_kind", "send"))
    for start, counts in view.maybe("rso.intel", lambda fact: yes(fact, "child_access")):
        yield start, judge(start, counts, after_working_days(start, 1), sent, ("referral.sent",), early=start_of_day_before(start, 7))


def disclosure_decided(view: View) -> Found:
    """Access to a child leads to a decision on disclosure, with its reason, within a working day, or on the day before."""

    def decided(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "disclosure"), written(fact, "rationale"))

    decisions = view.maybe("decision.recorded", decided)
    for start, counts in view.maybe("rso.intel", lambda fact: yes(fact, "child_access")):
        verdict = judge(start, counts, after_working_days(start, 1), decisions, ("decision.recorded",), early=start_of_day_before(start, 1))
        yield start, verdict


def breach_acted_on(view: View) -> Found:
    """A breach leads to a crime record, action or an enquiry within seven days, unless a supervisor agreed to leave it."""

    def enquiry(fact: Fact) -> Answer:
        return both(equal(fact, "activity_kind", "suspect_enquiry"), yes(fact, "substantive"))

    def left(fact: Fact) -> Answer:
        agreed = written_yes(fact, "supervisor_agreed")
        return both(equal(fact, "decision_kind", "no_further_action"), agreed, written(fact, "rationale"))

    answers = view.maybe("crime.recorded", lambda fact: equal(fact, "crime_change", "created")) + view.maybe("suspect.actioned")
    answers += view.maybe("activity.logged", enquiry)
    kinds, agreed = ("crime.recorded", "suspect.actioned", "activity.logged"), Excuse(view.maybe("decision.recorded", left))
    for start, counts in view.maybe("rso.intel", lambda fact: yes(fact, "notification_breach")):
        yield start, judge(start, counts, after_days(start, 7), answers, kinds, excuses=[agreed])


def low_enough(view: View) -> Found:
    """Only an offender at low risk is managed reactively."""
    for fact, counts in view.maybe("rso.assessed", lambda one: equal(one, "regime", "reactive")):
        yield fact, unknown_start() if counts is None else hold(fact, equal(fact, "level", "low"))


def stopped_or_unusual(view: View) -> list[Excuse]:
    """What excuses a late step of an application under the disclosure scheme: it was stopped, or reasons out of the ordinary are on record."""
    stopped = Excuse(view.maybe("csods.staged", lambda fact: both(written(fact, "outcome"), equal(fact, "outcome", "stopped"))))
    return [stopped, Excuse(view.maybe("csods.staged", lambda fact: written_yes(fact, "extenuating")))]


def applicant_seen(view: View) -> Found:
    """The applicant is seen within ten days, unless the application was stopped or for reasons out of the ordinary."""
    seen = view.maybe("csods.staged", lambda fact: equal(fact, "stage", "interview"))
    for start, counts in view.maybe("csods.applied"):
        yield start, judge(start, counts, after_days(start, 10), seen, ("csods.staged",), excuses=stopped_or_unusual(view))


OF_A_CASE = {
    "rso-notification-breach-acted-on": breach_acted_on,
    "rso-reactive-management-eligible": low_enough,
    "csods-interview-10-days": applicant_seen,
    "rso-arms-reviewed": assessed_yearly,
    "rso-intel-reviewed": reviewed,
    "rso-intel-reviewed-when-child-access": reviewed_at_once,
    "rso-child-contact-referral": child_referred,
    "rso-child-contact-disclosure-decided": disclosure_decided,
    "mappa-level-meeting-on-schedule": met_about,
}
