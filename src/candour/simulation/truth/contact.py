"""True of first contact: assessed before it was graded, researched before officers arrived, not closed in silence, recorded as a crime."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.reckoning import Excuse, after_hours, hold, precede, unknown_start
from candour.simulation.truth.view import Found, View, first_of, judge
from candour.simulation.truth.voice import by_end_of_tour


def risk_assessed(view: View) -> Found:
    """The risk was assessed before the first grade of a contact that involves a child."""
    assessed = view.maybe("contact.assessed", lambda fact: opposite(equal(fact, "tool", "none")))
    tests = view.maybe("contact.received", lambda fact: written_yes(fact, "test_call"))
    doubles = view.maybe("contact.received", lambda fact: written_yes(fact, "duplicate"))
    for end, counts in first_of(view.maybe("contact.graded", lambda fact: yes(fact, "child_involved"))):
        yield (
            end,
            unknown_start()
            if counts is None
            else precede(end, assessed, ("contact.assessed",), view.first, excuses=[Excuse(tests), Excuse(doubles)]),
        )


def researched(view: View) -> Found:
    """History was checked and passed to the officer before the first arrival."""
    checked = view.maybe("contact.researched", lambda fact: equal(fact, "passed_to", "responding_officer"))
    for end, counts in first_of(
        view.maybe("response.arrived", lambda fact: either(yes(fact, "domestic_abuse"), yes(fact, "child_concern")))
    ):
        excuse = Excuse(own=written_yes(end, "immediate_threat"))
        yield end, unknown_start() if counts is None else precede(end, checked, ("contact.researched",), view.first, excuses=[excuse])


def closed_with_reason(view: View) -> Found:
    """An incident with a child was not closed without attendance unless a supervisor had written why."""

    def reason(fact: Fact) -> Answer:
        return both(
            equal(fact, "decision_kind", "no_deployment"),
            among(fact, "by_role", ("control_room_supervisor", "supervisor")),
            written(fact, "rationale"),
        )

    for end, counts in view.maybe("case.closed", lambda fact: both(equal(fact, "closure_kind", "incident"), yes(fact, "child_involved"))):
        attended = Excuse(view.maybe("response.arrived"))
        verdict = precede(end, view.maybe("decision.recorded", reason), ("decision.recorded",), view.first, excuses=[attended])
        yield end, unknown_start() if counts is None else verdict


def crime_recorded(view: View) -> Found:
    """An alleged crime in a case about a child is recorded, not as one against an adult, within 24 hours of the first contact about it."""

    def of_a_child(fact: Fact) -> Answer:
        adult = both(written(fact, "child_victim"), opposite(yes(fact, "child_victim")))
        return both(equal(fact, "crime_change", "created"), opposite(adult))

    recorded = view.maybe("crime.recorded", of_a_child)
    none = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "no_crime"), written(fact, "rationale")))
    for start, counts in first_of(
        view.maybe("contact.received", lambda fact: both(yes(fact, "crime_alleged"), yes(fact, "child_involved")))
    ):
        yield start, judge(start, counts, after_hours(start, 24), recorded, ("crime.recorded",), excuses=[Excuse(none)])


def children_recorded(view: View) -> Found:
    """The record of an arrival says, by the end of the tour, that every child of the household was taken down, or why that could not be."""

    def called_for(fact: Fact) -> Answer:
        incident = either(yes(fact, "domestic_abuse"), yes(fact, "child_concern"), yes(fact, "neglect"))
        return both(incident, either(yes(fact, "child_present"), yes(fact, "child_resident")))

    for fact, counts in view.maybe("response.arrived", called_for):
        if counts is None:
            yield fact, unknown_start()
            continue
        linked, recorded = fact.get("children_linked"), fact.get("children_recorded")
        enough = recorded >= linked if isinstance(linked, int) and isinstance(recorded, int) else None
        marked = written(fact, "child_details_complete")
        check = either(both(marked, yes(fact, "child_details_complete")), both(opposite(marked), enough))
        yield fact, hold(fact, check, excuses=[Excuse(own=written(fact, "identity_unknown_reason"))], due=by_end_of_tour(fact, 24))


OF_A_CASE = {
    "contact-risk-assessed": risk_assessed,
    "contact-history-researched": researched,
    "contact-closure-without-deployment-rationale": closed_with_reason,
    "contact-all-children-recorded": children_recorded,
    "crime-recorded-24h": crime_recorded,
}
