"""True of the child's evidence: the recorded interview planned."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.truth.answers import Answer, among, both, equal, yes
from candour.simulation.truth.reckoning import (
    no_link,
    precede,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, column, tie


def interview_planned(view: View) -> Found:
    """A child's recorded interview was planned before, with the need for an intermediary considered."""
    planned = view.maybe("interview.planned", lambda fact: yes(fact, "intermediary_considered"))

    def called_for(fact: Fact) -> Answer:
        return both(equal(fact, "mode", "vri"), among(fact, "subject_role", ("child_victim", "child_witness")))

    for end, counts in view.maybe("interview.held", called_for):
        if counts is None or column(end, "interview_ref") is None:
            yield end, unknown_start() if counts is None else no_link()
            continue
        yield end, precede(end, tie(planned, end, ("interview_ref",)), ("interview.planned",), view.first)


OF_A_CASE = {
    "abe-interview-planned": interview_planned,
}
