"""True of police protection and domestic abuse, and of who was trained for the case they were given."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import HOUR, day_of
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.coverage import covered
from candour.simulation.truth.reckoning import (
    Duty,
    Excuse,
    Verdict,
    after_hours,
    after_working_days,
    excused_before,
    hold,
    no_link,
    recur,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, counted, first_of, judge, tie
from candour.simulation.truth.voice import by_end_of_tour

PP = ("child", "episode")


def _of_power(view: View, answer: str, hours: int, counts_when: str | None = None, *, early: bool = True) -> Found:
    answers = view.maybe(answer, lambda fact: equal(fact, "recipient_kind", counts_when) if counts_when else True)
    for start, counts in view.maybe("pp.taken"):
        opened = start.lo - 4 * HOUR if early else None
        yield start, judge(start, counts, after_hours(start, hours), answers, (answer,), same=PP, early=opened)


def ended_in_72_hours(view: View) -> Found:
    """Police protection ends within 72 hours."""
    yield from _of_power(view, "pp.ended", 72, early=False)


def designated(view: View) -> Found:
    """A designated officer takes over within the hour, or up to four hours before the power was written down."""
    yield from _of_power(view, "pp.designated", 1)


def la_informed(view: View) -> Found:
    """The local authority is told within the hour, or up to four hours before the power was written down."""
    yield from _of_power(view, "pp.notified", 1, "la")


def child_told(view: View) -> Found:
    """The child is told within two hours (or up to four before the power was written down), unless unable to understand."""
    told = view.maybe("pp.notified", lambda fact: equal(fact, "recipient_kind", "child"))
    for start, counts in view.maybe("pp.taken"):
        unable = Excuse(own=both(written(start, "capable_of_understanding"), opposite(yes(start, "capable_of_understanding"))))
        verdict = judge(start, counts, after_hours(start, 2), told, ("pp.notified",), same=PP, excuses=[unable], early=start.lo - 4 * HOUR)
        yield start, verdict


def wishes_sought(view: View) -> Found:
    """What the child wants is asked within two hours (or up to four before), unless the child is too young to speak."""

    def sought(fact: Fact) -> Answer:
        return either(
            written(fact, "views_text"),
            both(written(fact, "views_status"), among(fact, "views_status", ("recorded", "declined", "unable"))),
        )

    asked = view.maybe("child.contact", sought)
    little = view.maybe("child.contact", lambda fact: written_yes(fact, "pre_verbal"))
    for start, counts in view.maybe("pp.taken"):
        opened = start.lo - 4 * HOUR
        excuses = [Excuse(little, since=opened)]
        yield start, judge(start, counts, after_hours(start, 2), asked, ("child.contact",), same=PP, excuses=excuses, early=opened)


def parents_told(view: View) -> Found:
    """A parent or carer is told within two hours (or up to four before), or why it was not practicable is written."""
    told = view.maybe("pp.notified", lambda fact: among(fact, "recipient_kind", ("parent", "carer")))
    why = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "not_practicable"), written(fact, "rationale")))
    for start, counts in view.maybe("pp.taken"):
        opened = start.lo - 4 * HOUR
        excuses = [Excuse(why, since=opened)]
        yield start, judge(start, counts, after_hours(start, 2), told, ("pp.notified",), same=PP, excuses=excuses, early=opened)


def reviewed(view: View) -> Found:
    """Police protection is reviewed within 24 hours, and within 24 of each review, while it lasts."""
    takings = view.maybe("pp.taken")
    for fact, _ in takings:
        if fact.child is None or fact.episode is None:
            yield fact, no_link()
    for start, _ in first_of([pair for pair in takings if pair[0].child is not None and pair[0].episode is not None], PP):
        group = [pair for pair in takings if (pair[0].child, pair[0].episode) == (start.child, start.episode)]
        reviews, ends = tie(view.maybe("pp.reviewed"), start, PP), tie(view.maybe("pp.ended"), start, PP)
        duty = Duty(group, reviews, ends, lambda anchor, _: after_hours(anchor, 24), ("pp.reviewed",), ("pp.ended",))
        yield from ((turn.start, turn.verdict) for turn in recur(duty))


def taking_recorded(view: View) -> Found:
    """Who took the child, why, to what place and at what hour is written."""
    for fact, _ in view.maybe("pp.taken"):
        check = both(
            written(fact, "initiating_officer_ref"),
            written(fact, "reason"),
            written(fact, "place_kind"),
            not (fact.day_only or fact.undated),
        )
        yield fact, hold(fact, check)


def outcome_recorded(view: View) -> Found:
    """What came of police protection is written when it ends."""
    for fact, _ in view.maybe("pp.ended"):
        yield fact, hold(fact, written(fact, "outcome"))


def place_recorded(view: View) -> Found:
    """Where the child is kept is written within six hours, unless police protection ended within them."""
    placed = view.maybe("pp.placed", lambda fact: written(fact, "place_kind"))
    ended = [Excuse(view.maybe("pp.ended"))]
    for start, counts in view.maybe("pp.taken"):
        yield start, judge(start, counts, after_hours(start, 6), placed, ("pp.placed",), same=PP, excuses=ended)


def not_in_a_station(view: View) -> Found:
    """A child in police protection is not kept at a police station, but in exceptional circumstances that are written."""
    for fact, _ in view.maybe("pp.placed"):
        excuse = both(equal(fact, "place_kind", "police_station"), written(fact, "exceptional_reason"))
        yield fact, hold(fact, opposite(among(fact, "place_kind", ("police_station", "cell"))), excuses=[Excuse(own=excuse)])


def roles_separate(view: View) -> Found:
    """The designated officer is not the officer who took the child."""
    for fact, _ in view.maybe("pp.designated"):
        if fact.child is None or fact.episode is None:
            yield fact, no_link()
            continue
        others = [
            other for other, sure in tie(view.maybe("pp.taken"), fact, PP) if sure is True and other.place_in_order < fact.place_in_order
        ]
        if not others:
            yield fact, Verdict("cannot_tell", "answer_uncertain", "Who took the child is not shown.")
            continue
        ours, theirs = fact.get("designated_officer_ref"), others[-1].get("initiating_officer_ref")
        yield fact, hold(fact, None if ours is None or theirs is None else ours != theirs)


def marac_referred(view: View) -> Found:
    """High-risk domestic abuse is referred within 24 hours, unless heard in the 28 days before or referred in the seven."""
    for start, counts in view.maybe(
        "da.assessed", lambda fact: either(equal(fact, "grade", "high"), written_yes(fact, "marac_threshold_met"))
    ):
        lately = [
            Excuse(view.maybe(kind), since=start_of_day_before(start, days)) for kind, days in (("marac.heard", 28), ("marac.referred", 7))
        ]
        yield start, judge(start, counts, after_hours(start, 24), view.maybe("marac.referred"), ("marac.referred",), excuses=lately)


def dash_done(view: View) -> Found:
    """The risk of domestic abuse is assessed by the end of the tour of the first officer there."""
    done = view.maybe("da.assessed", lambda fact: among(fact, "tool", ("dash", "dara")))
    for start, counts in first_of(view.maybe("response.arrived", lambda fact: yes(fact, "domestic_abuse"))):
        yield start, judge(start, counts, by_end_of_tour(start, 24), done, ("da.assessed",))


def cumulative_notice(view: View) -> Found:
    """The third assessment in six months about one child leads to a notice within two working days."""
    for start, counts in counted(view.maybe("da.assessed"), 3, months=6, perhaps=lambda fact: view.unnamed_near(fact, "da.assessed")):
        notices = view.near(start, "referral.submitted", lambda fact: opposite(equal(fact, "referral_kind", "adult")))
        yield start, judge(start, counts, after_working_days(start, 2), notices, ("referral.submitted",))


def own_view_written(view: View) -> Found:
    """Where the victim would not answer, the officer's own view is written."""
    for fact, counts in view.maybe("da.assessed", lambda one: yes(one, "victim_refused")):
        yield fact, unknown_start() if counts is None else hold(fact, written(fact, "officer_view"))


def child_a_victim(view: View) -> Found:
    """A child present at domestic abuse is recorded as a victim of it."""
    for fact, counts in view.maybe("response.arrived", lambda one: both(yes(one, "domestic_abuse"), yes(one, "child_present"))):
        yield fact, unknown_start() if counts is None else hold(fact, yes(fact, "child_victim_suspected"))


def officer_trained(view: View) -> Found:
    """The officer given a child abuse case has begun or passed the specialist course, unless support was planned."""
    courses = view.maybe("training.completed", lambda fact: equal(fact, "course", "scaidp"))
    for start, counts in view.maybe("investigation.allocated", lambda fact: yes(fact, "child_abuse")):
        if counts is None:
            yield start, unknown_start()
            continue
        if start.get("oic_ref") is None:
            yield start, no_link()
            continue
        before = [fact for fact, sure in courses if sure is True and fact.place_in_order < start.place_in_order]
        excuse = [Excuse(own=written_yes(start, "support_plan"))]
        if before:
            until = before[-1].get("valid_until")
            standing = among(before[-1], "course_status", ("started", "achieved"))
            valid = either(
                opposite(written(before[-1], "valid_until")), None if until is None else str(until) >= day_of(start.lo).isoformat()
            )
            yield start, hold(start, both(standing, valid), excuses=excuse)
        elif any(sure is None and fact.lo <= start.hi for fact, sure in courses):
            yield start, Verdict("cannot_tell", "answer_uncertain", "A course that nobody could map may have been this one.")
        elif not covered(("training.completed",), view.first, start.hi):
            yield start, Verdict("cannot_tell", "source", "It may lie in a feed that did not run.")
        else:
            certain, possible = excused_before(start, excuse)
            outcome = (
                ("excused", "excused") if certain else ("cannot_tell", "excuse_uncertain") if possible else ("missed", "does_not_hold")
            )
            yield start, Verdict(*outcome, "No specialist course before the case was given.")


OF_A_CASE = {
    "police-protection-72h-cap": ended_in_72_hours,
    "pp-designated-officer": designated,
    "pp-la-informed": la_informed,
    "pp-child-told": child_told,
    "pp-parents-told": parents_told,
    "pp-reviewed": reviewed,
    "pp-taking-recorded": taking_recorded,
    "pp-outcome-recorded": outcome_recorded,
    "pp-place-recorded": place_recorded,
    "pp-child-wishes-sought": wishes_sought,
    "pp-not-police-station": not_in_a_station,
    "pp-roles-separate": roles_separate,
    "da-high-risk-marac": marac_referred,
    "da-risk-assessed": dash_done,
    "da-officer-view-when-refused": own_view_written,
    "da-child-recorded-as-victim": child_a_victim,
}
OF_A_CHILD = {
    "da-children-cumulative-harm": cumulative_notice,
}
OF_AN_OFFICER = {"oic-trained-for-child-abuse": officer_trained}
