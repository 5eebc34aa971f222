"""True of a child's return: what was said is on the record, an independent interview was offered, and by whom it was held."""

from __future__ import annotations

from candour.simulation.truth.answers import among, both, equal, opposite, written, written_yes, yes
from candour.simulation.truth.reckoning import Excuse, after_hours, hold, unknown_start
from candour.simulation.truth.view import Found, View, first_of, judge

SAME = ("episode",)


def said_on_record(view: View) -> Found:
    """What a child said in a prevention interview is typed within a day of it, unless the child would not speak."""
    for fact, counts in view.maybe("missing.interviewed", lambda one: yes(one, "face_to_face")):
        excuses = [Excuse(own=written_yes(fact, "child_declined"))]
        verdict = hold(fact, written(fact, "disclosures"), excuses=excuses, due=after_hours(fact, 24))
        yield fact, unknown_start() if counts is None else verdict


def interview_offered(view: View) -> Found:
    """A return interview is offered (or held, or declined) within 72 hours of the return."""
    done = view.maybe("rhi.offered") + view.maybe("rhi.done", lambda fact: among(fact, "outcome", ("held", "declined")))
    for start, counts in first_of(view.maybe("missing.located"), SAME):
        yield start, judge(start, counts, after_hours(start, 72), done, ("rhi.offered", "rhi.done"), same=SAME)


def interviewer_independent(view: View) -> Found:
    """A return interview is held by somebody independent, and not by police or the staff of the home."""
    for fact, counts in view.maybe("rhi.done", lambda one: equal(one, "outcome", "held")):
        involved = both(written(fact, "interviewer_role"), among(fact, "interviewer_role", ("residential_staff", "police")))
        yield fact, unknown_start() if counts is None else hold(fact, both(yes(fact, "independent"), opposite(involved)))


OF_A_CASE = {
    "prevention-interview-recorded": said_on_record,
    "rhi-offered-every-episode": interview_offered,
    "rhi-independent-interviewer": interviewer_independent,
}
