"""True of victims: referred to support, told why nothing is investigated, their devices back; and devices sent on in time."""

from __future__ import annotations

from candour.simulation.truth.answers import among, both, equal, written, written_yes, yes
from candour.simulation.truth.reckoning import Excuse, after_days, after_working_days, start_of_day_before
from candour.simulation.truth.view import Found, View, first_of, judge


def referred_to_support(view: View) -> Found:
    """A child victim is put in touch with support within two working days of the crime's record (or in the week before), or why not is written."""
    told = view.maybe("info.shared", lambda fact: equal(fact, "recipient_kind", "victim_support"))
    why = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "not_shared"), written(fact, "rationale")))
    recorded = view.maybe("crime.recorded", lambda fact: both(equal(fact, "crime_change", "created"), yes(fact, "child_victim")))
    for start, counts in first_of(recorded, ("child",)):
        due, week = after_working_days(start, 2), start_of_day_before(start, 7)
        yield start, judge(start, counts, due, told, ("info.shared",), same=("child",), excuses=[Excuse(why, since=week)], early=week)


def told_why_not(view: View) -> Found:
    """After a decision not to investigate the victim is told within a working day, or why that cannot be is written."""
    purposes = ("key_decision", "closure")
    told = view.maybe("victim.contacted", lambda fact: both(among(fact, "purpose", purposes), yes(fact, "success")))
    unsafe = view.maybe(
        "victim.contacted",
        lambda fact: both(among(fact, "purpose", purposes), written_yes(fact, "not_practicable"), written(fact, "reason")),
    )
    for start, counts in view.maybe("decision.recorded", lambda fact: equal(fact, "decision_kind", "not_investigated")):
        due = after_working_days(start, 1)
        yield start, judge(start, counts, due, told, ("victim.contacted",), same=("child",), excuses=[Excuse(unsafe)])


def device_sent_on(view: View) -> Found:
    """A device is sent for examination within three working days, unless it was given back."""
    sent, back = view.maybe("device.submitted"), view.maybe("device.returned")
    for start, counts in view.maybe("device.seized"):
        due = after_working_days(start, 3)
        yield start, judge(start, counts, due, sent, ("device.submitted",), same=("device_ref",), excuses=[Excuse(back)])


def device_back(view: View) -> Found:
    """A victim's device is back by the end of the next day, or why not is written."""
    back = view.maybe("device.returned")
    why = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "deviation"), written(fact, "rationale")))
    for start, counts in view.maybe("device.seized", lambda fact: equal(fact, "owner_role", "victim")):
        yield start, judge(start, counts, after_days(start, 1), back, ("device.returned",), same=("device_ref",), excuses=[Excuse(why)])


OF_A_CASE = {
    "victim-support-referral": referred_to_support,
    "victim-not-investigated-explained": told_why_not,
    "device-submitted-promptly": device_sent_on,
    "victim-device-returned": device_back,
}
