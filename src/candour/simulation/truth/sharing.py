"""True of telling others: the notice, the hub, the local authority, the school, and what repeats should lead to."""

from __future__ import annotations

from datetime import timedelta

from candour.simulation.facts import Fact
from candour.simulation.moments import BANK_HOLIDAYS, HOUR, at, day_of, is_school_day
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.reckoning import (
    Due,
    Excuse,
    Question,
    Rung,
    Verdict,
    after_hours,
    after_working_days,
    climb,
    hold,
    no_limit,
    no_link,
    respond,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, counted, judge, on_or_after, tie
from candour.simulation.truth.voice import by_end_of_tour

TERMS_FROM, TERMS_TO = "2024-09-03", "2027-07-21"
FILLED_IN = ("school", "ethnicity", "disability", "household", "history")
CONTENT = ("name_and_birth", "reference", "time_and_place", "presence", "child_voice", "circumstances")


def notice_same_shift(view: View) -> Found:
    """A concern for a child leads to a notice by the end of the tour, or within a day where social care was telephoned at once."""
    notices = view.maybe("referral.submitted", lambda fact: opposite(equal(fact, "referral_kind", "adult")))
    calls = view.maybe("referral.sent", lambda fact: both(yes(fact, "emergency"), equal(fact, "method", "telephone")))
    for start, counts in view.maybe("child.contact", lambda fact: yes(fact, "concern_identified")):
        if counts is None or start.child is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        called = Rung(tie(calls, start, ("child",), strict=False), lambda fact: after_hours(fact, 24))
        due, perhaps = climb(start, by_end_of_tour(start, 24), [called])
        yield start, respond(Question(start, due, tie(notices, start, ("child",)), ("referral.submitted",), perhaps_longer=perhaps))


def la_decides(view: View) -> Found:
    """The local authority decides within a working day of a referral."""
    decided = view.maybe("referral.decided", lambda fact: opposite(equal(fact, "decision", "acknowledged")))
    for start, counts in view.maybe("referral.sent", lambda fact: equal(fact, "sending_kind", "send")):
        yield start, judge(start, counts, after_working_days(start, 1), decided, ("referral.decided",), same=("child", "episode"))


def chased(view: View) -> Found:
    """A referral with no decision is chased within three working days."""
    chases = view.maybe("referral.sent", lambda fact: among(fact, "sending_kind", ("chase", "escalate")))
    decided = view.maybe("referral.decided", lambda fact: opposite(equal(fact, "decision", "acknowledged")))
    for start, counts in view.maybe("referral.sent", lambda fact: equal(fact, "sending_kind", "send")):
        verdict = judge(
            start, counts, after_working_days(start, 3), chases, ("referral.sent",), same=("child", "episode"), excuses=[Excuse(decided)]
        )
        yield start, verdict


def next_school_day(moment: int) -> int:
    """09:00 on the first school day whose nine o'clock comes after a moment."""
    day = day_of(moment)
    while True:
        in_calendar = TERMS_FROM <= day.isoformat() <= TERMS_TO
        school = is_school_day(day) if in_calendar else day.weekday() < 5 and day not in BANK_HOLIDAYS
        if school and at(day, 9) > moment:
            return at(day, 9)
        day += timedelta(days=1)


def school_told(view: View) -> Found:
    """The school of a child at a domestic abuse incident is told before the next school day (a duty since 7 November 2025)."""
    told = view.maybe("info.shared", lambda fact: equal(fact, "recipient_kind", "school"))
    why = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "not_shared"), written(fact, "rationale")))

    def pupil(fact: Fact) -> Answer:
        age, child = view.age(fact), view.children.get(fact.child or "")
        return both(None if age is None else 4 <= age < 18, None if child is None else child.in_education)

    def called_for(fact: Fact) -> Answer:
        if on_or_after(fact, "2025-11-07"):
            return both(yes(fact, "child_victim_suspected"), pupil(fact))
        return both(yes(fact, "domestic_abuse"), either(yes(fact, "child_present"), yes(fact, "child_resident")), pupil(fact))

    for start, counts in view.maybe("response.arrived", called_for):
        due = Due(next_school_day(start.lo), next_school_day(start.hi))
        excuses = [Excuse(own=written_yes(start, "home_educated")), Excuse(why)]
        yield start, judge(start, counts, due, told, ("info.shared",), same=("child",), excuses=excuses)


def notification_complete(view: View) -> Found:
    """What a school was told holds everything it should (since 7 November 2025)."""
    for fact, counts in view.maybe(
        "info.shared", lambda one: both(equal(one, "recipient_kind", "school"), equal(one, "legal_basis", "encompass"))
    ):
        if not on_or_after(fact, "2025-11-07"):
            continue
        listed = fact.get("content_checklist")
        items = both(written(fact, "content_checklist"), *(None if not isinstance(listed, tuple) else item in listed for item in CONTENT))
        check = either(items, both(opposite(written(fact, "content_checklist")), yes(fact, "content_complete")))
        yield fact, unknown_start() if counts is None else hold(fact, check)


def shared_or_why_not(view: View) -> Found:
    """What the hub found relevant to a partner is shared within two working days (or was referred in the three before), or why not is written."""
    partners = ("la", "health", "school", "probation", "youth_justice")
    sent = view.maybe("referral.sent", lambda fact: equal(fact, "sending_kind", "send"))
    shared = view.maybe("info.shared", lambda fact: among(fact, "recipient_kind", partners)) + sent
    why = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "not_shared"), written(fact, "rationale")))
    for start, counts in view.maybe("referral.triaged", lambda fact: yes(fact, "relevant_to_partner")):
        excuses = [Excuse(why), Excuse(sent, since=start_of_day_before(start, 3))]
        verdict = judge(
            start, counts, after_working_days(start, 2), shared, ("info.shared", "referral.sent"), same=("child",), excuses=excuses
        )
        yield start, verdict


def repeats_escalated(view: View) -> Found:
    """The third low notice on a child in three months leads to a decision or a referral within two working days."""

    def low(fact: Fact) -> Answer:
        return among(fact, "rating", ("no_action", "green"))

    notices = view.maybe("referral.submitted", low)
    for start, counts in counted(notices, 3, months=3, perhaps=lambda fact: view.unnamed_near(fact, "referral.submitted", low)):
        answers = view.near(start, "decision.recorded", lambda fact: equal(fact, "decision_kind", "repeat_low_level"))
        answers += view.near(start, "referral.sent", lambda fact: among(fact, "sending_kind", ("send", "escalate")))
        excuse = Excuse(own=written_yes(start, "open_to_social_care"))
        yield start, judge(start, counts, after_working_days(start, 2), answers, ("decision.recorded", "referral.sent"), excuses=[excuse])


def _by_rating(start: Fact) -> Due | Verdict | None:
    """Four hours for red, a day for amber, three working days for green; none for a notice that needs no action."""
    rating = start.get("rating")
    if rating is None:
        return no_limit()
    if rating == "green":
        end = after_working_days(start, 3)
        return Due(end.lo, end.hi)
    return after_hours(start, {"red": 4, "amber": 24}[str(rating)]) if rating in ("red", "amber") else None


def sent_by_rating(view: View) -> Found:
    """A notice is sent on in the time for its rating, unless the hub found in that time that the local authority need not be involved."""
    sent = view.maybe("referral.sent", lambda fact: equal(fact, "sending_kind", "send"))
    not_needed = view.maybe("referral.triaged", lambda fact: both(written(fact, "la_needed"), opposite(yes(fact, "la_needed"))))
    for start, counts in view.maybe("referral.submitted", lambda fact: opposite(equal(fact, "referral_kind", "adult"))):
        yield start, judge(start, counts, _by_rating(start), sent, ("referral.sent",), same=("episode",), excuses=[Excuse(not_needed)])


def health_told(view: View) -> Found:
    """Health is told of a child under five, unborn or with a medical need within two working days of the hub's reading, unless it sits there."""
    told = view.maybe("info.shared", lambda fact: equal(fact, "recipient_kind", "health"))

    def called_for(fact: Fact) -> Answer:
        age = view.age(fact)
        return either(None if age is None else age < 5, yes(fact, "unborn"), yes(fact, "medical_need"))

    for start, counts in view.maybe("referral.triaged", called_for):
        excuse = Excuse(own=written_yes(start, "health_in_hub"))
        yield start, judge(start, counts, after_working_days(start, 2), told, ("info.shared",), same=("child",), excuses=[excuse])


def notice_for_each_victim(view: View) -> Found:
    """Each child who may be a victim of domestic abuse has a notice within a day of the arrival, or had one in the day before."""
    notices = view.maybe("referral.submitted", lambda fact: opposite(equal(fact, "referral_kind", "adult")))
    for start, counts in view.maybe(
        "response.arrived", lambda fact: both(yes(fact, "domestic_abuse"), yes(fact, "child_victim_suspected"))
    ):
        before = Excuse(notices, since=start.lo - 24 * HOUR)
        yield start, judge(start, counts, after_hours(start, 24), notices, ("referral.submitted",), same=("child",), excuses=[before])


def notice_filled_in(view: View) -> Found:
    """A notice about a child has its five items filled in."""
    for fact, counts in view.maybe("referral.submitted", lambda one: opposite(equal(one, "referral_kind", "adult"))):
        listed = fact.get("content_checklist")
        there = isinstance(listed, tuple) and all(item in listed for item in FILLED_IN)
        check = both(written(fact, "content_checklist"), there)
        yield fact, unknown_start() if counts is None else no_link() if fact.child is None else hold(fact, check)


def notice_names_all(view: View) -> Found:
    """A notice about two linked children or more names as many as are linked."""

    def several(fact: Fact) -> Answer:
        linked = fact.get("children_linked")
        return both(linked >= 2 if isinstance(linked, int) else None, opposite(equal(fact, "referral_kind", "adult")))

    for fact, counts in view.maybe("referral.submitted", several):
        named, linked = fact.get("children_named"), fact.get("children_linked")
        all_named = named >= linked if isinstance(named, int) and isinstance(linked, int) else None
        yield fact, unknown_start() if counts is None else hold(fact, all_named)


def put_in_writing(view: View) -> Found:
    """A referral first made by telephone is confirmed in writing within a day."""
    written_down = view.maybe("referral.sent", lambda fact: equal(fact, "sending_kind", "written"))
    for start, counts in view.maybe(
        "referral.sent", lambda fact: both(equal(fact, "sending_kind", "send"), equal(fact, "method", "telephone"))
    ):
        yield start, judge(start, counts, after_hours(start, 24), written_down, ("referral.sent",), same=("child", "episode"))


OF_A_CASE = {
    "ppn-submitted-same-shift": notice_same_shift,
    "da-child-notice-submitted": notice_for_each_victim,
    "ppn-content-complete": notice_filled_in,
    "ppn-lists-every-child": notice_names_all,
    "wales-report-confirmed-in-writing": put_in_writing,
    "ppn-triaged-by-rating": sent_by_rating,
    "health-informed": health_told,
    "la-decision-one-working-day": la_decides,
    "referral-outcome-chased": chased,
    "encompass-before-next-school-day": school_told,
    "encompass-content-complete": notification_complete,
    "share-or-record-why-not": shared_or_why_not,
}
OF_A_CHILD = {"repeat-low-level-escalated": repeats_escalated}
