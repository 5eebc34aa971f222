"""What a child victim and the family hear of the case, and what is done for them while it goes on."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import HOUR
from candour.simulation.staff import Officer
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Story

UPDATE_DAYS = {"weekly": 7, "fortnightly": 14, "monthly": 28}
"""How often, in days, the officers of Northshire call who agreed to do so every week, two weeks or month."""


def keep_informed(force: Force, case: Case, child: Child, officer: Officer, days: int) -> Story:
    """The victim or a parent hears how the case goes about as often as was agreed, or less, until they ask for no more or it is closed."""
    random = force.random
    while case.closed is None:
        share_of = random.uniform(0.5, 0.95) if force.chance(case, 0.93, 0.7, 0.4) else random.uniform(1.1, 3)
        yield force.now + round(days * share_of * 24) * HOUR
        if case.closed is not None:
            return
        enough = random.random() < 0.03
        force.note(
            case,
            "victim-contact",
            force.now,
            child=child,
            by=officer,
            late=10,
            purpose="other" if enough else "update",
            method="telephone",
            success=enough or random.random() < 0.92,
            opted_out=enough,
            not_practicable=False,
            update_interval_days=days,
        )
        if enough:
            return


def support_victim(force: Force, case: Case, child: Child, recorded: int) -> None:
    """The child is put in touch with a service that supports victims, unless the family did not want it or nobody thought of it."""
    random = force.random
    if random.random() < 0.04:
        when = recorded - random.randrange(4, 60) * HOUR
    else:
        when = max(recorded + HOUR, force.soon(recorded, 14, (0, 1, 2, 3, 6), (0.3, 0.35, 0.2, 0.1, 0.05)))
    note = force.noting(case, child=child, late=20, role="investigator")
    if force.chance(case, 0.93, 0.75, 0.5):
        note("shared", when, recipient_kind="victim_support", legal_basis="consent", method="portal")
    elif random.random() < 0.4:
        note("decision", when, decision_kind="not_shared", rationale=pick(random, REASONS) if random.random() < 0.8 else None)
