"""Police notice that a partner owes something for a child, and ask for it: early, late or not at all, by the practice on the case."""

from __future__ import annotations

from collections.abc import Callable

from candour.simulation.facts import Case, Child, Fact
from candour.simulation.moments import DAY, HOUR, at, day_of, working_days_after
from candour.simulation.world import Force, Story


def conference_owed(force: Force, case: Case, child: Child, discussed: Fact | None) -> None:
    """The discussion decided on an enquiry and a conference: somebody should see to it that one is held."""
    if discussed is not None and _true(discussed, "s47_decided") and _true(discussed, "conference_required"):
        force.start(case, conference_chased(force, case, child, discussed.moment), discussed.moment)


def conference_chased(force: Force, case: Case, child: Child, since: int) -> Story:
    """Fifteen working days are over and no conference is on record."""
    yield _a_morning(force, since, (15, 16, 17, 17, 18, 21))
    _chase(force, case, child, "initial_conference", lambda fact: fact.kind == "conference.held" and fact.moment >= since)


def core_group_chased(force: Force, case: Case, child: Child, since: int) -> Story:
    """Ten working days are over and no core group is on record."""
    yield _a_morning(force, since, (10, 11, 12, 12, 13, 15))
    _chase(force, case, child, "core_group", lambda fact: fact.kind == "conference.held" and fact.moment > since)


def review_chased(force: Force, case: Case, child: Child, since: int) -> Story:
    """More than three months are over since the plan began and no review is on record."""
    yield since + force.random.choice((94, 98, 104, 106, 106, 110)) * DAY
    ended = any(fact.kind == "cpplan.changed" and fact.get("plan_change") == "end" and fact.moment >= since for fact in case.facts)
    if not ended:
        _chase(force, case, child, "review_conference", lambda fact: fact.get("conference_kind") == "rcpc" and fact.moment > since)


def return_interview_chased(force: Force, case: Case, child: Child, episode: str, since: int) -> Story:
    """Three days are over and nothing was heard of a return interview."""
    yield since + force.random.choice((73, 90, 100, 119, 120, 140)) * HOUR
    _chase(force, case, child, "return_interview", lambda fact: fact.kind == "rhi.done" and fact.episode == episode, episode=episode)


def _true(fact: Fact, name: str) -> bool:
    """What was so, whether or not an export shows it."""
    return (fact.hidden if name in fact.hidden else fact.fields).get(name) is True


def _a_morning(force: Force, since: int, days: tuple[int, ...]) -> int:
    return at(working_days_after(day_of(since), force.random.choice(days)), 9, force.random.randrange(60))


def _chase(force: Force, case: Case, child: Child, about: str, done: Callable[[Fact], bool], *, episode: str | None = None) -> None:
    if any(done(fact) for fact in case.facts) or not force.chance(case, 0.92, 0.6, 0.25):
        return
    force.note(case, "partner-chased", force.now, child=child, episode=episode, late=force.minutes(30), about=about, escalated=False)
    if force.random.random() < 0.15:
        force.note(
            case, "partner-chased", force.now + 2 * DAY, child=child, episode=episode, late=force.minutes(30), about=about, escalated=True
        )
