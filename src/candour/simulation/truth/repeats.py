"""True of what comes back: a concern after closing, an incident after MARAC, an incident while a suspect is on bail."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import day_of, first_second, months_after
from candour.simulation.truth.answers import Answer, among, both, either, equal, written, written_yes, yes
from candour.simulation.truth.reckoning import Excuse, Maybe, after_hours, after_working_days, start_of_day_before
from candour.simulation.truth.view import Found, View, column, judge, preceded, tie


def looked_at_again(view: View) -> Found:
    """A concern about a child whose investigation was closed within twelve months has the closing looked at within two working days."""

    def closed(fact: Fact) -> Answer:
        return equal(fact, "closure_kind", "investigation")

    def again(fact: Fact) -> Answer:
        return fact.kind == "case.reopened" or among(fact, "review_kind", ("closure", "reopening"))

    kinds = ("case.reopened", "supervision.reviewed")
    starts = view.maybe("contact.received", lambda fact: yes(fact, "child_involved"))
    for start, counts in preceded(starts, lambda fact: view.near(fact, "case.closed", closed), 1, 12):
        excuses = [Excuse(own=written_yes(start, "duplicate")), Excuse(own=written_yes(start, "test_call"))]
        yield start, judge(start, counts, after_working_days(start, 2), view.near(start, kinds, again), kinds, excuses=excuses)


def back_to_marac(view: View) -> Found:
    """An incident between a pair heard at MARAC within twelve months is referred within two working days, or was in the week before."""
    same = ("parties_ref",)

    def heard(fact: Fact) -> list[Maybe]:
        return tie(view.near(fact, "marac.heard"), fact, same)

    starts = [(fact, counts) for fact, counts in view.maybe("da.assessed") if column(fact, "parties_ref") is not None]
    for start, counts in preceded(starts, heard, 1, 12):
        referred = view.near(start, "marac.referred")
        excuse = Excuse(referred, since=start_of_day_before(start, 7))
        yield start, judge(start, counts, after_working_days(start, 2), referred, ("marac.referred",), same=same, excuses=[excuse])


def acted_on(view: View) -> Found:
    """An incident about a child for whom a suspect was bailed within three months leads to an arrest or a plan within 24 hours."""

    def bailed(fact: Fact) -> Answer:
        return both(among(fact, "bail_kind", ("grant", "extend", "vary")), yes(fact, "conditions_relate_to_victim"))

    def answers(fact: Fact) -> Answer:
        if fact.kind == "suspect.actioned":
            return equal(fact, "suspect_action", "arrest")
        return both(equal(fact, "decision_kind", "suspect_action"), written(fact, "rationale"))

    def incident(fact: Fact) -> Answer:
        what = either(yes(fact, "crime_alleged"), yes(fact, "domestic_abuse"), yes(fact, "immediate_risk"))
        return both(yes(fact, "child_involved"), what)

    kinds = ("suspect.actioned", "decision.recorded")
    starts = view.maybe("contact.received", incident)
    for start, counts in preceded(starts, lambda fact: view.near(fact, "bail.set", bailed), 1, 3):
        ended = view.near(start, "bail.set", lambda fact: among(fact, "bail_kind", ("rui", "cancel")))
        excuse = Excuse(ended, since=first_second(months_after(day_of(start.lo), -3)))
        yield start, judge(start, counts, after_hours(start, 24), view.near(start, kinds, answers), kinds, excuses=[excuse])


OF_A_CHILD = {
    "rereferral-triggers-closure-check": looked_at_again,
    "da-repeat-marac": back_to_marac,
    "bail-incident-acted-on": acted_on,
}
