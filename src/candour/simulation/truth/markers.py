"""True of what was already known of a missing child: a marker, earlier episodes, care, a plan; and whether it was put to use."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.truth.answers import Answer, among, both, equal, opposite, written
from candour.simulation.truth.reckoning import (
    Excuse,
    Maybe,
    Verdict,
    after_working_days,
    closest_before,
    hold,
    no_link,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, judge, tie

KNOWN = ("cse", "cce", "trafficking", "protection_plan")


def _below_high(fact: Fact) -> Answer:
    return opposite(equal(fact, "risk_level", "high"))


def _set_on(fact: Fact, flags: tuple[str, ...]) -> Answer:
    return both(equal(fact, "flag_change", "on"), equal(fact, "flag_subject", "person"), among(fact, "flag", flags))


def _perhaps_one() -> Verdict:
    return Verdict("cannot_tell", "answer_uncertain", "There may be such an entry before; the export leaves out what would decide.")


def _with_reason(found: list[Maybe], start: Fact) -> Verdict | None:
    last, perhaps = closest_before(found, start)
    if last is not None:
        return hold(start, written(start, "reason"))
    return _perhaps_one() if perhaps else None


def marked_below_high(view: View) -> Found:
    """A child with a known marker who is put below high risk has a reason on the record."""
    for start, counts in view.maybe("missing.assessed", _below_high):
        if counts is None or start.child is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        yield start, _with_reason(view.near(start, "flag.set", lambda fact: _set_on(fact, KNOWN)), start)


def repeat_below_high(view: View) -> Found:
    """A child who has been missing three times or more and is put below high risk has a reason on the record."""

    def often(fact: Fact) -> Answer:
        number = fact.get("previous_episodes")
        return number >= 3 if isinstance(number, int) else None

    for start, counts in view.maybe("missing.assessed", _below_high):
        if counts is None or start.episode is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        yield start, _with_reason(tie(view.maybe("missing.reported", often), start, ("episode",)), start)


def marker_named(view: View) -> Found:
    """The last marker known of a child is named in the assessment."""
    for start, _ in view.maybe("missing.assessed"):
        if start.child is None:
            yield start, no_link()
            continue
        last, perhaps = closest_before(view.near(start, "flag.set", lambda fact: _set_on(fact, KNOWN)), start)
        if last is not None:
            named = start.get("markers")
            yield start, hold(start, last.get("flag") in named if isinstance(named, tuple) else None)
        elif perhaps:
            yield start, _perhaps_one()


def care_not_low(view: View) -> Found:
    """A missing child in care is put at medium or high risk, or the record says why not."""
    for fact, _ in view.maybe("missing.assessed"):
        child = view.children.get(fact.child or "")
        if child is None:
            yield fact, unknown_start()
        elif child.care_status == "in_care":
            yield fact, hold(fact, among(fact, "risk_level", ("medium", "high")), excuses=[Excuse(own=written(fact, "reason"))])


def _marked_next_day(view: View, kind: str, name: str, value: str, flag: str) -> Found:
    for start, counts in view.maybe(kind, lambda fact: equal(fact, name, value)):
        if counts is not None and start.child is None:
            yield start, no_link()
            continue
        marks = view.near(start, "flag.set", lambda fact: _set_on(fact, (flag,)))
        yield start, judge(start, counts, after_working_days(start, 1), marks, ("flag.set",), excuses=[Excuse(marks, ever=True)])


def plan_linked(view: View) -> Found:
    """A plan made for a missing child is marked on the child's record by the next working day."""
    yield from _marked_next_day(view, "decision.recorded", "decision_kind", "trigger_plan", "trigger_plan")


def protection_plan_marked(view: View) -> Found:
    """A child protection plan is marked on the child's record by the next working day."""
    yield from _marked_next_day(view, "cpplan.changed", "plan_change", "start", "protection_plan")


OF_A_CASE = {"missing-repeat-below-high-explained": repeat_below_high, "child-in-care-not-graded-low": care_not_low}
OF_A_CHILD = {
    "missing-marker-below-high-explained": marked_below_high,
    "missing-known-marker-cited": marker_named,
    "trigger-plan-linked": plan_linked,
    "cp-plan-flag-set": protection_plan_marked,
}
