"""True of missing children: how soon the risk was known, reviewed and acted on, and what followed the return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from candour.simulation.facts import Fact, Value
from candour.simulation.moments import HOUR
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.reckoning import (
    Due,
    Duty,
    Excuse,
    Maybe,
    Question,
    Rung,
    Verdict,
    after_days,
    after_hours,
    after_minutes,
    after_working_days,
    climb,
    hold,
    no_limit,
    no_link,
    precede,
    recur,
    respond,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, counted, first_of, judge, level_at, tie

SAME = ("episode",)
SENIOR = ("sergeant", "inspector", "chief_inspector", "superintendent", "chief_superintendent")


def _reports(view: View) -> list[Maybe]:
    return view.maybe("missing.reported", lambda fact: among(fact, "classification", ("missing", "absent")))


def _by_level(start: Fact, level: Value, minutes: Mapping[str, int]) -> Due | Verdict | None:
    if level is None:
        return no_limit()
    return after_minutes(start, minutes[str(level)]) if str(level) in minutes else None


def recorded_as_missing(view: View) -> Found:
    """A child not to be found is recorded as missing within the hour (or was in the hour before), unless it was in the last two."""

    def called_for(fact: Fact) -> Answer:
        return both(
            written_yes(fact, "whereabouts_unknown"), opposite(written_yes(fact, "duplicate")), opposite(written_yes(fact, "test_call"))
        )

    for start, counts in view.maybe("contact.received", called_for):
        right = view.near(start, "missing.reported", lambda fact: equal(fact, "classification", "missing"))
        excuses = [Excuse(own=written_yes(start, "whereabouts_verified")), Excuse(right, since=start.lo - 2 * HOUR)]
        yield start, judge(start, counts, after_hours(start, 1), right, ("missing.reported",), excuses=excuses, early=start.lo - HOUR)


def initial_risk(view: View) -> Found:
    """A level of risk with its factors is recorded within the hour of the first report of an episode."""
    assessed = view.maybe("missing.assessed", lambda fact: both(written(fact, "risk_level"), written(fact, "factors")))
    found = Excuse(view.maybe("missing.located"))
    for start, counts in first_of(_reports(view), SAME):
        yield start, judge(start, counts, after_minutes(start, 60), assessed, ("missing.assessed",), same=SAME, excuses=[found])


def _first_level(view: View, minutes: Mapping[str, int], answers: Sequence[Maybe], kinds: Sequence[str], early_hours: int | None) -> Found:
    found = Excuse(view.maybe("missing.located"), ever=True)
    for start, counts in first_of(view.maybe("missing.assessed"), SAME):
        due = _by_level(start, start.get("risk_level"), minutes)
        early = start.lo - early_hours * HOUR if early_hours else None
        yield start, judge(start, counts, due, answers, kinds, same=SAME, excuses=[found], early=early)


def first_enquiry(view: View) -> Found:
    """The first enquiry is made in the time for the first level of risk."""
    yield from _first_level(view, {"high": 30, "medium": 60, "low": 240}, view.maybe("missing.enquiry"), ("missing.enquiry",), 24)


def supervisor_confirms(view: View) -> Found:
    """A supervisor confirms the first level of risk in the time for that level."""

    def by_supervisor(fact: Fact) -> Answer:
        role = None if fact.role is None else fact.role in ("supervisor", "control_room_supervisor")
        return both(written(fact, "risk_level"), either(among(fact, "reviewer_rank", SENIOR), role))

    yield from _first_level(view, {"high": 120, "medium": 240}, view.maybe("missing.reviewed", by_supervisor), ("missing.reviewed",), None)


def _while_missing(view: View, answers: str, hours: Mapping[str, int], excuses: Callable[[], list[Excuse]]) -> Found:
    assessed, ends, done = view.maybe("missing.assessed"), view.maybe("missing.located"), view.maybe(answers)
    levels = view.maybe(("missing.assessed", "missing.reviewed"))
    episodes = dict.fromkeys(fact.episode for fact, _ in assessed)
    for episode in episodes:
        group = [pair for pair in assessed if pair[0].episode == episode]
        start = group[0][0]
        if episode is None:
            for fact, _ in group:
                yield fact, no_link()
            continue

        def limit(anchor: Fact, _number: int) -> Due | Verdict | None:
            level = level_at(levels, anchor, SAME)
            if level is None:
                return no_limit()
            return after_hours(anchor, hours[str(level)]) if str(level) in hours else None

        tied = [replace(excuse, entries=tie(excuse.entries, start, SAME, strict=False)) for excuse in excuses()]
        duty = Duty(group, tie(done, start, SAME), tie(ends, start, SAME), limit, (answers,), ("missing.located",), tied)
        for turn in recur(duty):
            yield turn.start, turn.verdict


def reviewed_while_missing(view: View) -> Found:
    """The risk is reviewed at the interval for the level for as long as the child is missing."""
    hours = {"high": 6, "medium": 12, "low": 24, "very_low": 24}
    yield from _while_missing(view, "missing.reviewed", hours, lambda: [Excuse(view.maybe("missing.located"), ever=True)])


def no_enquiry_gap(view: View) -> Found:
    """Enquiries go on at the interval for the level, unless a pause was agreed."""

    def pause(fact: Fact) -> Answer:
        level = fact.get("risk_level")
        return both(written_yes(fact, "pause_agreed"), None if level is None else level != "high", written(fact, "rationale"))

    def excuses() -> list[Excuse]:
        return [Excuse(view.maybe("missing.reviewed", pause)), Excuse(view.maybe("missing.located"), ever=True)]

    yield from _while_missing(view, "missing.enquiry", {"high": 4, "medium": 8, "low": 24}, excuses)


def next_review_set(view: View) -> Found:
    """Each review sets the next and what is to be done, unless the child had been found."""
    for fact, _ in view.maybe("missing.reviewed"):
        if fact.episode is None:
            yield fact, no_link()
            continue
        check = both(written(fact, "next_review_at"), written(fact, "actions_set"), yes(fact, "actions_set"))
        yield fact, hold(fact, check, excuses=[Excuse(tie(view.maybe("missing.located"), fact, SAME, strict=False))])


def _after_report(
    view: View, called_for: Callable[[Fact], Answer], due: Callable[[Fact], Due], recipient: str, excuses: Callable[[Fact], list[Excuse]]
) -> Found:
    told = view.maybe("info.shared", lambda fact: equal(fact, "recipient_kind", recipient))
    for start, counts in first_of(view.maybe("missing.reported", called_for), SAME):
        yield start, judge(start, counts, due(start), told, ("info.shared",), same=SAME, excuses=excuses(start))


def social_worker_told(view: View) -> Found:
    """The social worker of a known child is told within two hours."""

    def known(fact: Fact) -> Answer:
        return both(among(fact, "classification", ("missing", "absent")), either(yes(fact, "known_to_social_care"), yes(fact, "from_care")))

    def none(fact: Fact) -> list[Excuse]:
        return [Excuse(own=both(written(fact, "has_social_worker"), opposite(yes(fact, "has_social_worker"))))]

    yield from _after_report(view, known, lambda fact: after_hours(fact, 2), "la", none)


def ukmpu_told(view: View) -> Found:
    """The national unit is told of a child missing for 72 hours."""
    found = [Excuse(view.maybe("missing.located"))]
    yield from _after_report(
        view,
        lambda fact: among(fact, "classification", ("missing", "absent")),
        lambda fact: after_hours(fact, 72),
        "ukmpu",
        lambda _: found,
    )


def seen_on_return(view: View) -> Found:
    """Police see a returned child in person within 24 hours, or why not is written."""
    seen = view.maybe("missing.interviewed", lambda fact: yes(fact, "face_to_face"))
    not_practicable = view.maybe(
        "decision.recorded", lambda fact: both(equal(fact, "decision_kind", "not_practicable"), written(fact, "rationale"))
    )
    declined = view.maybe(
        "missing.interviewed",
        lambda fact: both(written_yes(fact, "child_declined"), written_yes(fact, "third_party_sighting"), written(fact, "reason")),
    )
    agency = view.maybe(
        "missing.interviewed", lambda fact: both(written(fact, "seen_by_agency"), opposite(equal(fact, "seen_by_agency", "none")))
    )
    excuses = [Excuse(not_practicable), Excuse(declined), Excuse(agency)]
    for start, counts in first_of(view.maybe("missing.located"), SAME):
        yield start, judge(start, counts, after_hours(start, 24), seen, ("missing.interviewed",), same=SAME, excuses=excuses)


def not_closed_before(view: View) -> Found:
    """An episode is not closed before the interview on return, unless the child refused and a supervisor signed."""
    seen = view.maybe("missing.interviewed", lambda fact: opposite(written_yes(fact, "child_declined")))
    for end, counts in view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "missing")):
        if counts is None or end.episode is None:
            yield end, unknown_start() if counts is None else no_link()
            continue
        refused = both(written_yes(end, "child_refused_interview"), written(end, "signed_off_by_ref"))
        yield end, precede(end, tie(seen, end, SAME), ("missing.interviewed",), view.first, excuses=[Excuse(own=refused)])


def return_interview(view: View) -> Found:
    """The independent return interview is held within 72 hours, unless declined or overtaken."""
    held = view.maybe("rhi.done", lambda fact: equal(fact, "outcome", "held"))
    not_held = Excuse(view.maybe("rhi.done", lambda fact: among(fact, "outcome", ("declined", "missing_again"))))
    for start, counts in first_of(view.maybe("missing.located"), SAME):
        yield start, judge(start, counts, after_hours(start, 72), held, ("rhi.done",), same=SAME, excuses=[not_held])


def return_interview_chased(view: View) -> Found:
    """Where nothing is heard of a return interview by five days after the return, police ask for it."""
    asked = view.maybe("partner.chased", lambda fact: equal(fact, "about", "return_interview"))
    heard = Excuse(view.maybe("rhi.done", lambda fact: among(fact, "outcome", ("held", "declined", "missing_again"))))
    for start, counts in first_of(view.maybe("missing.located"), SAME):
        yield start, judge(start, counts, after_hours(start, 120), asked, ("partner.chased",), same=SAME, excuses=[heard])


def interview_passed_on(view: View) -> Found:
    """What came out of the return interview reaches police within three working days."""
    received = view.maybe("rhi.received")
    for start, counts in view.maybe("rhi.done", lambda fact: equal(fact, "outcome", "held")):
        excuse = Excuse(own=written_yes(start, "nothing_to_share"))
        yield start, judge(start, counts, after_working_days(start, 3), received, ("rhi.received",), same=SAME, excuses=[excuse])


def information_sourced(view: View) -> Found:
    """An assessment of risk says what was said, when and by whom, and (but for police records) how they can be reached."""
    for fact, _ in view.maybe("missing.assessed"):
        reached = either(equal(fact, "info_source", "police_records"), written(fact, "info_contact"))
        yield fact, hold(fact, both(written(fact, "factors"), written(fact, "info_source"), written(fact, "info_at"), reached))


def exploitation_checked(view: View) -> Found:
    """A child of 10 to 17 reported missing is screened for exploitation within a day (of the return, where that came within the day)."""

    def called_for(fact: Fact) -> Answer:
        age = view.age(fact)
        return both(among(fact, "classification", ("missing", "absent")), None if age is None else 10 <= age < 18)

    def unchanged(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "screening_unchanged"), written(fact, "rationale"))

    for start, counts in view.maybe("missing.reported", called_for):
        if counts is None or start.child is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        back = Rung(view.near(start, "missing.located"), lambda fact: after_hours(fact, 24))
        due, perhaps = climb(start, after_hours(start, 24), [back])
        excuses = [Excuse(view.near(start, "decision.recorded", unchanged))]
        answers = view.near(start, "exploitation.assessed")
        yield start, respond(Question(start, due, answers, ("exploitation.assessed",), excuses, perhaps_longer=perhaps))


def repeat_strategy(view: View) -> Found:
    """The third episode of a child in 90 days leads to a strategy discussion within five working days."""

    def as_missing(fact: Fact) -> Answer:
        return equal(fact, "classification", "missing")

    def planned(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "strategy"), written_yes(fact, "supervisor_agreed"), written(fact, "rationale"))

    reports = view.maybe("missing.reported", as_missing)
    for start, counts in counted(reports, 3, days=90, perhaps=lambda fact: view.unnamed_near(fact, "missing.reported", as_missing)):
        excuses = [Excuse(view.near(start, "decision.recorded", planned))]
        verdict = judge(start, counts, after_working_days(start, 5), view.near(start, "strategy.held"), ("strategy.held",), excuses=excuses)
        yield start, verdict


def place_acted_on(view: View) -> Found:
    """The third child found at one place in 90 days (not come back alone) leads to an action about the place within 14 days."""

    def found_there(fact: Fact) -> Answer:
        return opposite(equal(fact, "found_by", "returned"))

    found = view.maybe("missing.located", found_there)
    for start, counts in counted(found, 3, days=90, perhaps=lambda fact: view.unnamed_near(fact, "missing.located", found_there)):
        yield start, judge(start, counts, after_days(start, 14), view.near(start, "action.raised"), ("action.raised",))


OF_A_CASE = {
    "missing-initial-risk-assessed": initial_risk,
    "missing-risk-information-sourced": information_sourced,
    "missing-first-enquiry": first_enquiry,
    "missing-supervisor-confirms-risk": supervisor_confirms,
    "missing-risk-reviewed-while-missing": reviewed_while_missing,
    "missing-no-enquiry-gap": no_enquiry_gap,
    "missing-next-review-date-set": next_review_set,
    "missing-social-worker-told": social_worker_told,
    "missing-ukmpu-72h": ukmpu_told,
    "missing-prevention-interview-face-to-face": seen_on_return,
    "missing-not-closed-before-interview": not_closed_before,
    "rhi-within-72-hours": return_interview,
    "rhi-chased": return_interview_chased,
    "rhi-information-returned-to-police": interview_passed_on,
}
OF_A_CHILD = {
    "missing-recorded-as-missing": recorded_as_missing,
    "missing-exploitation-checked": exploitation_checked,
    "repeat-missing-strategy": repeat_strategy,
}
OF_A_PLACE = {"known-location-acted-on": place_acted_on}
