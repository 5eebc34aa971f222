"""True of suspects: dealt with in time, bailed by the rules and not released near children without reason, and the file sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from candour.simulation.facts import Fact
from candour.simulation.moments import DAY, day_of, last_second, months_after
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.missing import SENIOR
from candour.simulation.truth.reckoning import (
    Due,
    Duty,
    Excuse,
    Maybe,
    Question,
    Rung,
    after_days,
    after_months,
    climb,
    hold,
    no_link,
    precede,
    respond,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, column, first_of, judge, level_at, tie, turns

SENIORITY = (("inspector", 6), ("superintendent", 9))
"""Who may extend bail before charge, and to how many months from its grant."""
LEVELS = ("investigation.allocated", "supervision.reviewed")


def victim_asked_before_bail(view: View) -> Found:
    """The victim's views are sought before bail with conditions about the victim."""
    asked = view.maybe("victim.contacted", lambda fact: both(equal(fact, "purpose", "consult_bail"), yes(fact, "success")))
    not_possible = view.maybe(
        "victim.contacted", lambda fact: both(equal(fact, "purpose", "consult_bail"), yes(fact, "not_practicable"), written(fact, "reason"))
    )
    for end, counts in view.maybe(
        "bail.set", lambda fact: both(among(fact, "bail_kind", ("grant", "vary")), yes(fact, "conditions_relate_to_victim"))
    ):
        yield (
            end,
            unknown_start() if counts is None else precede(end, asked, ("victim.contacted",), view.first, excuses=[Excuse(not_possible)]),
        )


def bail_within_three_months(view: View) -> Found:
    """Bail before charge ends within three months, unless extended by the right authority in time."""
    same = ("suspect_ref",)
    answers = view.maybe("bail.set", lambda fact: among(fact, "bail_kind", ("cancel", "rui"))) + view.maybe(
        "custody.charged", lambda fact: opposite(equal(fact, "bail_outcome", "not_charged"))
    )

    def extended_by(authority: str) -> list[Maybe]:
        return view.maybe("bail.set", lambda fact: both(equal(fact, "bail_kind", "extend"), equal(fact, "authority_level", authority)))

    def to_month(day: date, months: int) -> Callable[[Fact], Due | None]:
        end = last_second(months_after(day, months))
        return lambda _: Due(end, end, True)

    def to_date_set(fact: Fact) -> Due | None:
        end = fact.get("end_at")
        return Due(end, end, True) if isinstance(end, int) else None

    for start, counts in view.maybe("bail.set", lambda fact: equal(fact, "bail_kind", "grant")):
        if counts is None or column(start, "suspect_ref") is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        first = day_of(start.lo)
        rungs = [Rung(tie(extended_by(who), start, same, strict=False), to_month(first, months)) for who, months in SENIORITY]
        rungs.append(Rung(tie(extended_by("court"), start, same, strict=False), to_date_set))
        due, perhaps = climb(start, after_months(start, 3), rungs)
        excuses = [Excuse(own=written_yes(start, "special_case"))]
        kinds = ("bail.set", "custody.charged")
        yield start, respond(Question(start, due, tie(answers, start, same), kinds, excuses, perhaps_longer=perhaps))


def suspect_dealt_with(view: View) -> Found:
    """A suspect in a child case is arrested or interviewed within 28 days (14 where the risk is high), or in the 28 days before."""
    dealt = view.maybe("suspect.actioned", lambda fact: among(fact, "suspect_action", ("arrest", "voluntary")))
    levels = view.maybe(LEVELS)

    def superintendent(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "suspect_action"), among(fact, "by_rank", SENIOR[3:]), written(fact, "rationale"))

    agreed = view.maybe("decision.recorded", superintendent)
    for start, counts in view.maybe("suspect.identified", lambda fact: yes(fact, "child_victim")):
        due = after_days(start, 14 if level_at(levels, start, ()) == "high" else 28)
        excuses = [Excuse(own=written_yes(start, "covert")), Excuse(own=written_yes(start, "overseas")), Excuse(agreed)]
        verdict = judge(
            start,
            counts,
            due,
            dealt,
            ("suspect.actioned",),
            same=("suspect_ref",),
            excuses=excuses,
            early=start_of_day_before(start, 28),
        )
        yield start, verdict


def bailed_near_children(view: View) -> Found:
    """A suspect with access to children, or of high risk, is bailed; or reasons for a release without bail were written in the day before."""
    reasons = view.maybe(
        "decision.recorded", lambda fact: both(equal(fact, "decision_kind", "release_without_bail"), written(fact, "rationale"))
    )

    # Bail under the law before 28 October 2022 excuses. The force's records begin later, so only a grant without a date may be such a one.
    older = view.maybe("bail.set", lambda fact: both(None if fact.undated else False, equal(fact, "bail_kind", "grant")))

    def called_for(fact: Fact) -> Answer:
        near = either(among(fact, "access_to_children", ("yes", "suspected")), yes(fact, "high_risk"))
        return both(among(fact, "bail_kind", ("grant", "rui")), near)

    for fact, counts in view.maybe("bail.set", called_for):
        if counts is None or column(fact, "suspect_ref") is None:
            yield fact, unknown_start() if counts is None else no_link()
            continue
        written_before = Excuse(tie(reasons, fact, ("suspect_ref",), strict=False), since=fact.lo - DAY)
        bailed_before = Excuse(tie(older, fact, ("suspect_ref",), strict=False))
        yield fact, hold(fact, equal(fact, "bail_kind", "grant"), excuses=[written_before, bailed_before])


def _waiting(fact: Fact) -> Answer:
    awaited = among(fact, "waiting_for", ("laboratory", "digital_forensics", "third_party"))
    return both(equal(fact, "decision_kind", "waiting"), awaited, written(fact, "expected_at"))


def file_sent(view: View) -> Found:
    """From a suspect's arrest or interview, no 28 days pass without evidence or a file, until the file, a charge or the closing."""
    openings = view.maybe(
        "suspect.actioned", lambda fact: both(yes(fact, "child_victim"), among(fact, "suspect_action", ("arrest", "voluntary")))
    )
    evidence = view.maybe("action.done", lambda fact: both(yes(fact, "evidential"), equal(fact, "outcome", "done")))
    files = view.maybe("cps.submitted", lambda fact: among(fact, "submission_kind", ("early_advice", "charge_request")))
    ends = files + view.maybe("custody.charged", lambda fact: opposite(equal(fact, "bail_outcome", "not_charged")))
    ends += view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "investigation"))

    duty = Duty(
        openings,
        evidence + files,
        ends,
        lambda anchor, _: after_days(anchor, 28),
        ("action.done", "cps.submitted"),
        ("cps.submitted", "custody.charged", "case.closed"),
        [Excuse(view.maybe("decision.recorded", _waiting))],
    )
    yield from turns(duty)


def early_advice(view: View) -> Found:
    """The prosecutor is asked within 28 days of the first suspect of a sexual offence against a child being named."""
    files = view.maybe("cps.submitted", lambda fact: among(fact, "submission_kind", ("early_advice", "charge_request")))
    closed = view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "investigation"))
    excuses = [Excuse(closed), Excuse(view.maybe("decision.recorded", _waiting))]
    named = view.maybe("suspect.identified", lambda fact: both(yes(fact, "sexual_offence"), yes(fact, "child_victim")))
    for start, counts in first_of(named):
        yield start, judge(start, counts, after_days(start, 28), files, ("cps.submitted",), excuses=excuses)


def release_reviewed(view: View) -> Found:
    """Release under investigation in a case with a child victim is looked at again every 30 days."""
    openings = view.maybe("bail.set", lambda fact: both(equal(fact, "bail_kind", "rui"), yes(fact, "child_victim")))
    ends = view.maybe("bail.set", lambda fact: among(fact, "bail_kind", ("grant", "cancel")))
    ends += view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "investigation"))
    ends += view.maybe("cps.submitted", lambda fact: equal(fact, "submission_kind", "charge_request"))
    reviews = view.maybe("supervision.reviewed", lambda fact: written_yes(fact, "release_reviewed"))
    end_kinds = ("bail.set", "case.closed", "cps.submitted")
    yield from turns(Duty(openings, reviews, ends, lambda anchor, _: after_days(anchor, 30), ("supervision.reviewed",), end_kinds))


OF_A_CASE = {
    "bail-victim-views-sought": victim_asked_before_bail,
    "precharge-bail-within-3-months": bail_within_three_months,
    "suspect-dealt-with": suspect_dealt_with,
    "rui-not-used-for-child-risk": bailed_near_children,
    "cps-file-submitted": file_sent,
    "cps-early-advice-sexual-offence": early_advice,
    "rui-reviewed": release_reviewed,
}
