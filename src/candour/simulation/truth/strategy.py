"""True of strategy discussions and conferences: held in time, by those who should be there, with a record of what was decided."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.missing import SENIOR
from candour.simulation.truth.reckoning import (
    Duty,
    Excuse,
    after_days,
    after_months,
    after_working_days,
    hold,
    no_link,
    precede,
    recur,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, judge


def _agreed_not_to(fact: Fact) -> Answer:
    return both(
        equal(fact, "decision_kind", "strategy"), written(fact, "by_rank"), among(fact, "by_rank", SENIOR[1:]), written(fact, "rationale")
    )


def strategy_held(view: View) -> Found:
    """A strategy discussion is held within a working day of the threshold."""
    for start, counts in view.maybe("strategy.requested"):
        excuses = [Excuse(view.near(start, "decision.recorded", _agreed_not_to))]
        held = view.near(start, "strategy.held")
        yield start, judge(start, counts, after_working_days(start, 1), held, ("strategy.held",), excuses=excuses)


def strategy_same_day(view: View) -> Found:
    """It is held the same day where the risk is immediate."""
    for start, counts in view.maybe("strategy.requested", lambda fact: written_yes(fact, "immediate_risk")):
        excuses = [Excuse(view.near(start, "decision.recorded", _agreed_not_to))]
        yield start, judge(start, counts, after_days(start, 0), view.near(start, "strategy.held"), ("strategy.held",), excuses=excuses)


def conference_in_time(view: View) -> Found:
    """An initial conference within 15 working days of the discussion that began the enquiry, unless not needed or rightly delayed."""

    def rightly_late(fact: Fact) -> Answer:
        return both(equal(fact, "conference_kind", "icpc"), written_yes(fact, "exceptional_delay"), written(fact, "reason"))

    def not_needed(fact: Fact) -> Answer:
        return among(fact, "decision_kind", ("conference_not_required", "s47_unsubstantiated"))

    for start, counts in view.maybe("strategy.held", lambda fact: both(yes(fact, "s47_decided"), yes(fact, "conference_required"))):
        initial = view.near(start, "conference.held", lambda fact: equal(fact, "conference_kind", "icpc"))
        excuses = [
            Excuse(view.near(start, "decision.recorded", not_needed)),
            Excuse(view.near(start, "conference.held", rightly_late), afterwards=True),
        ]
        yield start, judge(start, counts, after_working_days(start, 15), initial, ("conference.held",), excuses=excuses)


def core_group_in_time(view: View) -> Found:
    """The core group meets within ten working days of the conference that made a plan."""
    for start, counts in view.maybe(
        "conference.held", lambda fact: both(equal(fact, "conference_kind", "icpc"), equal(fact, "outcome", "plan_made"))
    ):
        groups = view.near(start, "conference.held", lambda fact: equal(fact, "conference_kind", "core_group"))
        yield start, judge(start, counts, after_working_days(start, 10), groups, ("conference.held",))


def conference_chased(view: View) -> Found:
    """Where no initial conference is held by two working days past its fifteen, police ask for it; unless none was needed."""

    def not_needed(fact: Fact) -> Answer:
        return among(fact, "decision_kind", ("conference_not_required", "s47_unsubstantiated"))

    for start, counts in view.maybe("strategy.held", lambda fact: both(yes(fact, "s47_decided"), yes(fact, "conference_required"))):
        asked = view.near(start, "partner.chased", lambda fact: equal(fact, "about", "initial_conference"))
        held = view.near(start, "conference.held", lambda fact: equal(fact, "conference_kind", "icpc"))
        excuses = [Excuse(held), Excuse(view.near(start, "decision.recorded", not_needed))]
        yield start, judge(start, counts, after_working_days(start, 17), asked, ("partner.chased",), excuses=excuses)


def core_group_chased(view: View) -> Found:
    """Where no core group meets by two working days past its ten, police ask for it."""
    for start, counts in view.maybe(
        "conference.held", lambda fact: both(equal(fact, "conference_kind", "icpc"), equal(fact, "outcome", "plan_made"))
    ):
        asked = view.near(start, "partner.chased", lambda fact: equal(fact, "about", "core_group"))
        groups = view.near(start, "conference.held", lambda fact: equal(fact, "conference_kind", "core_group"))
        yield start, judge(start, counts, after_working_days(start, 12), asked, ("partner.chased",), excuses=[Excuse(groups)])


def review_chased(view: View) -> Found:
    """Where no review of a plan is held by 106 days after it began, police ask for it; unless the plan ended first."""

    def begins(fact: Fact) -> Answer:
        return both(equal(fact, "plan_change", "start"), either(opposite(written(fact, "unborn")), opposite(yes(fact, "unborn"))))

    for start, counts in view.maybe("cpplan.changed", begins):
        asked = view.near(start, "partner.chased", lambda fact: equal(fact, "about", "review_conference"))
        reviewed = view.near(start, "conference.held", lambda fact: equal(fact, "conference_kind", "rcpc"))
        ended = view.near(start, "cpplan.changed", lambda fact: equal(fact, "plan_change", "end"))
        yield start, judge(start, counts, after_days(start, 106), asked, ("partner.chased",), excuses=[Excuse(reviewed), Excuse(ended)])


def quorate(view: View) -> Found:
    """Social care, police and health are there, or it was an emergency."""
    for fact, _ in view.maybe("strategy.held"):
        agencies = fact.get("agencies")
        there = None if not isinstance(agencies, tuple) else {"local_authority", "police", "health"} <= set(agencies)
        yield fact, hold(fact, there, excuses=[Excuse(own=written_yes(fact, "emergency"))])


def recorded_with_actions(view: View) -> Found:
    """The decision and the actions with their owners are on record within a working day."""
    for fact, counts in view.maybe("strategy.held", lambda one: yes(one, "police_attended")):
        check = both(written(fact, "decision"), written_yes(fact, "actions_owned"))
        yield fact, unknown_start() if counts is None else hold(fact, check, due=after_working_days(fact, 1))


def police_contributed(view: View) -> Found:
    """Police came to the initial conference or sent a report, where they had a part in the enquiry and were asked for."""
    for fact, counts in view.maybe(
        "conference.held", lambda one: both(equal(one, "conference_kind", "icpc"), yes(one, "police_in_enquiry"))
    ):
        not_asked = Excuse(own=both(written(fact, "police_required"), opposite(yes(fact, "police_required"))))
        gave = among(fact, "police_input", ("attended", "report"))
        yield fact, unknown_start() if counts is None else hold(fact, gave, excuses=[not_asked])


def plan_reviewed(view: View) -> Found:
    """While a plan lasts it is reviewed within three months of its start, and then every six."""

    def begins(fact: Fact) -> Answer:
        return both(equal(fact, "plan_change", "start"), either(opposite(written(fact, "unborn")), opposite(yes(fact, "unborn"))))

    openings = view.maybe("cpplan.changed", begins)
    for fact, counts in openings:
        if counts is None or fact.child is None:
            yield fact, unknown_start() if counts is None else no_link()
    sure = [(fact, counts) for fact, counts in openings if counts is True and fact.child is not None]

    def duty(case: Fact | None) -> Duty:
        held = view.maybe("conference.held", lambda fact: equal(fact, "conference_kind", "rcpc"))
        ended = view.maybe("cpplan.changed", lambda fact: equal(fact, "plan_change", "end"))
        if case is not None:
            held = view.near(case, "conference.held", lambda fact: equal(fact, "conference_kind", "rcpc"))
            ended = view.near(case, "cpplan.changed", lambda fact: equal(fact, "plan_change", "end"))
        months = (3, 6)
        return Duty(
            sure,
            held,
            ended,
            lambda anchor, number: after_months(anchor, months[min(number, 1)]),
            ("conference.held",),
            ("cpplan.changed",),
        )

    # Which entries that name no child may be meant depends on the case of the entry that each stretch runs from.
    for turn in recur(duty(None)):
        yield from ((one.start, one.verdict) for one in recur(duty(turn.start)) if one.start is turn.start)


def minutes_kept(view: View) -> Found:
    """The minutes are on the case, with who took part."""
    for fact, _ in view.maybe("strategy.held"):
        yield fact, hold(fact, both(written(fact, "minutes_at"), written(fact, "agencies")))


def discussed_before_enquiry(view: View) -> Found:
    """A strategy discussion about the child was held on one of the 28 days before an enquiry, or that day."""
    for fact, _ in view.maybe("s47.started"):
        opening = start_of_day_before(fact, 28)
        held = view.near(fact, "strategy.held")
        yield fact, precede(fact, held, ("strategy.held",), view.first, by_day=True, opening=opening)


def protected_discussed(view: View) -> Found:
    """A strategy discussion by the next working day after a child is taken into police protection, or on the day before."""
    for start, counts in view.maybe("pp.taken"):
        excuses = [Excuse(view.near(start, "decision.recorded", _agreed_not_to))]
        held, early = view.near(start, "strategy.held"), start_of_day_before(start, 1)
        yield start, judge(start, counts, after_working_days(start, 1), held, ("strategy.held",), excuses=excuses, early=early)


def long_missing_discussed(view: View) -> Found:
    """A strategy discussion within three working days of a report, unless the child was found by then."""
    for start, counts in view.maybe("missing.reported", lambda fact: equal(fact, "classification", "missing")):
        excuses = [Excuse(view.near(start, "missing.located"))]
        verdict = judge(start, counts, after_working_days(start, 3), view.near(start, "strategy.held"), ("strategy.held",), excuses=excuses)
        yield start, verdict


def discussed_before_interview(view: View) -> Found:
    """A strategy discussion in the 90 days before a child victim's recorded interview, or what was agreed about it."""

    def called_for(fact: Fact) -> Answer:
        return both(equal(fact, "mode", "vri"), equal(fact, "subject_role", "child_victim"))

    for end, counts in view.maybe("interview.held", called_for):
        if counts is None:
            yield end, unknown_start()
            continue
        opening = start_of_day_before(end, 90)
        excuses = [Excuse(view.near(end, "decision.recorded", _agreed_not_to), since=opening)]
        held = view.near(end, "strategy.held")
        yield end, precede(end, held, ("strategy.held",), view.first, excuses=excuses, by_day=True, opening=opening)


def crime_linked(view: View) -> Found:
    """An enquiry with police in it names its crime record."""
    for fact, counts in view.maybe("s47.started", lambda one: opposite(equal(one, "enquiry_lead", "la_only"))):
        yield fact, unknown_start() if counts is None else hold(fact, written(fact, "crime_ref"))


OF_A_CASE = {
    "s47-crime-linked": crime_linked,
    "strategy-minutes-kept": minutes_kept,
    "strategy-quorate": quorate,
    "strategy-recorded-with-actions": recorded_with_actions,
    "icpc-police-contribution": police_contributed,
}
OF_A_CHILD = {
    "pp-strategy-held": protected_discussed,
    "long-missing-strategy": long_missing_discussed,
    "strategy-precedes-abe": discussed_before_interview,
    "s47-after-strategy": discussed_before_enquiry,
    "cp-review-3-then-6-months": plan_reviewed,
    "strategy-convened-when-threshold-met": strategy_held,
    "strategy-convened-same-day-when-immediate": strategy_same_day,
    "icpc-within-15-working-days": conference_in_time,
    "core-group-first-10-working-days": core_group_in_time,
    "icpc-chased": conference_chased,
    "core-group-chased": core_group_chased,
    "cp-review-chased": review_chased,
}
