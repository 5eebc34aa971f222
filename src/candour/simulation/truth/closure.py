"""True of closings: reasoned, signed, told to the victim, with nothing left open and a case without the victim's support considered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from candour.simulation.facts import Fact
from candour.simulation.moments import EXTRACTED, day_of
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.coverage import covered
from candour.simulation.truth.missing import SENIOR
from candour.simulation.truth.reckoning import (
    Excuse,
    Maybe,
    Verdict,
    after_working_days,
    hold,
    no_link,
    precede,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, column, judge, tie

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
        yield start, verdict


def safety_confirmed(view: View) -> Found:
    """In the 28 days before a closing a supervisor's review of closure considered the child's safety."""
    reviewed = view.maybe(
        "supervision.reviewed", lambda fact: both(equal(fact, "review_kind", "closure"), yes(fact, "child_safety_considered"))
    )

    def called_for(fact: Fact) -> Answer:
        return both(equal(fact, "closure_kind", "investigation"), either(yes(fact, "child_victim"), yes(fact, "child_involved")))

    for end, counts in view.maybe("case.closed", called_for):
        opening = start_of_day_before(end, 28)
        kinds = ("supervision.reviewed",)
        yield end, unknown_start() if counts is None else precede(end, reviewed, kinds, view.first, by_day=True, opening=opening)


def evidence_led(view: View) -> Found:
    """Before a closing for lack of the victim's support, a case without it was considered, with reasons."""
    considered = view.maybe(
        "decision.recorded", lambda fact: both(equal(fact, "decision_kind", "evidence_led"), written(fact, "rationale"))
    )

    def called_for(fact: Fact) -> Answer:
        return both(
            equal(fact, "closure_kind", "investigation"),
            equal(fact, "outcome_code", "victim_does_not_support"),
            either(yes(fact, "child_victim"), yes(fact, "child_involved")),
        )

    for end, counts in view.maybe("case.closed", called_for):
        yield end, unknown_start() if counts is None else precede(end, considered, ("decision.recorded",), view.first)


def _ended_by_closing(
    view: View, kind: str, starts: Sequence[Maybe], ends: Sequence[Maybe], same: Sequence[str], let_off: Callable[[Fact], Answer]
) -> Found:
    """Each thing begun in an investigation by the day it was closed had ended by then, or `let_off` says that it was excused."""
    case = view.case
    if case is None or case.kind != "investigation" or case.closed is None or case.closed > EXTRACTED:
        return
    closing = day_of(case.closed)
    for start, counts in starts:
        if not start.undated and day_of(start.lo) > closing:
            continue
        if counts is None or start.undated:
            yield start, unknown_start()
            continue
        if any(column(start, name) is None for name in same):
            yield start, no_link()
            continue
        excused = let_off(start)
        later = [(fact, sure) for fact, sure in tie(ends, start, same) if fact.undated or fact.hi >= start.lo]
        first = next(
            (fact for fact, sure in later if sure is True and not fact.undated and fact.place_in_order > start.place_in_order), None
        )
        if first is not None:
            yield start, hold(start, day_of(first.lo) <= closing, excuses=[Excuse(own=excused)])
        elif later:
            yield start, Verdict("cannot_tell", "answer_uncertain", "There is an entry that may have ended it.")
        elif not covered((kind,), start.lo, EXTRACTED):
            yield start, Verdict("cannot_tell", "source", "Its end may lie in a feed that did not run.")
        else:
            yield start, hold(start, False, excuses=[Excuse(own=excused)])


def _transferred(view: View) -> Callable[[Fact], Answer]:
    """Whether the closing says that what was open was transferred, whatever it was."""
    transferred = any(written_yes(fact, "actions_transferred") is True for fact, _ in view.maybe("case.closed"))
    return lambda _: transferred


def no_open_actions(view: View) -> Found:
    """No investigation is closed with an action open."""
    ends = view.maybe("action.done", lambda fact: among(fact, "outcome", ("done", "cancelled", "transferred")))
    yield from _ended_by_closing(view, "action.done", view.maybe("action.raised"), ends, ("action_ref",), _transferred(view))


def no_pending_devices(view: View) -> Found:
    """No investigation is closed before the report on a device that was sent."""
    ends = view.maybe("device.examined", lambda fact: equal(fact, "stage", "reported"))
    yield from _ended_by_closing(view, "device.examined", view.maybe("device.submitted"), ends, ("device_ref",), _transferred(view))


def no_undecided_referrals(view: View) -> Found:
    """No investigation is closed before the local authority has decided on a referral, unless it was chased by then or handed on."""
    starts = view.maybe("referral.sent", lambda fact: equal(fact, "sending_kind", "send"))
    ends = view.maybe("referral.decided", lambda fact: opposite(equal(fact, "decision", "acknowledged")))
    chased = view.maybe("referral.sent", lambda fact: among(fact, "sending_kind", ("chase", "escalate")))
    handed_on = view.maybe("case.closed", lambda fact: written_yes(fact, "actions_transferred"))

    def let_off(start: Fact) -> Answer:
        closed = view.case.closed if view.case is not None else None
        in_time = [(fact, sure) for fact, sure in chased if fact.undated or (closed is not None and day_of(fact.lo) <= day_of(closed))]
        excuses = tie([*in_time, *handed_on], start, ("child", "episode"), strict=False)
        certain = any(sure is True and not fact.undated for fact, sure in excuses if fact is not start)
        return True if certain else None if any(fact is not start for fact, _ in excuses) else False

    yield from _ended_by_closing(view, "referral.decided", starts, ends, ("child", "episode"), let_off)


OF_A_CASE = {
    "closure-rationale-recorded": closing_reason,
    "closure-supervisor-signed": closing_signed,
    "closure-victim-told": closing_told,
    "closure-safeguarding-confirmed": safety_confirmed,
    "closure-no-open-actions": no_open_actions,
    "closure-no-pending-devices": no_pending_devices,
    "closure-no-undecided-referrals": no_undecided_referrals,
    "evidence-led-before-no-support-closure": evidence_led,
}
