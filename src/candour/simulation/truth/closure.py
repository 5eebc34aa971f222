"""True of closings: reasoned, signed and told to the victim."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, yes
from candour.simulation.truth.missing import SENIOR
from candour.simulation.truth.reckoning import (
    Excuse,
    after_working_days,
    hold,
    precede,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, judge

FURTHER_ACTION = ("charged", "caution_youth", "caution_adult", "taken_into_consideration", "community_resolution", "passed_on")


def closing_reason(view: View) -> Found:
    """The closing of an investigation with a child gives a reason."""
    for fact, counts in view.maybe(
        "case.closed",
        lambda one: both(equal(one, "closure_kind", "investigation"), either(yes(one, "child_victim"), yes(one, "child_involved"))),
    ):
        yield fact, unknown_start() if counts is None else hold(fact, written(fact, "rationale"))


def closing_signed(view: View) -> Found:
    """A supervisor reviewed, or somebody else signed, the closing of a child's case."""
    reviewed = view.maybe(
        "supervision.reviewed", lambda fact: both(equal(fact, "review_kind", "closure"), among(fact, "reviewer_rank", SENIOR))
    )

    def called_for(fact: Fact) -> Answer:
        kind = among(fact, "closure_kind", ("investigation", "missing"))
        return both(kind, either(yes(fact, "child_victim"), yes(fact, "child_involved")))

    for end, counts in view.maybe("case.closed", called_for):
        signed = end.get("signed_off_by_ref")
        other = None if signed is None or end.actor is None else signed != end.actor
        excuse = Excuse(own=both(written(end, "signed_off_by_ref"), other))
        yield end, unknown_start() if counts is None else precede(end, reviewed, ("supervision.reviewed",), view.first, excuses=[excuse])


def closing_told(view: View) -> Found:
    """A child victim is told of a closing with no further action within a working day, or in the week before."""
    told = view.maybe("victim.contacted", lambda fact: both(equal(fact, "purpose", "closure"), yes(fact, "success")))

    def called_for(fact: Fact) -> Answer:
        return both(
            equal(fact, "closure_kind", "investigation"), yes(fact, "child_victim"), opposite(among(fact, "outcome_code", FURTHER_ACTION))
        )

    for start, counts in view.maybe("case.closed", called_for):
        verdict = judge(
            start, counts, after_working_days(start, 1), told, ("victim.contacted",), same=("child",), early=start_of_day_before(start, 7)
        )
        if verdict is not None:
            yield start, verdict


OF_A_CASE = {
    "closure-rationale-recorded": closing_reason,
    "closure-supervisor-signed": closing_signed,
    "closure-victim-told": closing_told,
}
