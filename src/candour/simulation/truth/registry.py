"""Every standard whose truth is known, by what it is asked of: a case, or a child, a place or an officer over the whole year."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from candour.simulation.truth import (
    caseload,
    closure,
    contact,
    custody,
    detention,
    evidence,
    exploitation,
    grading,
    investigation,
    markers,
    missing,
    offenders,
    protection,
    recording,
    repeats,
    returning,
    searching,
    sharing,
    strategy,
    suspects,
    victims,
    voice,
    workforce,
)
from candour.simulation.truth.view import Found, View

TruthFunction = Callable[[View], Found]

OF_A_CASE: Mapping[str, TruthFunction] = {
    **contact.OF_A_CASE,
    **grading.OF_A_CASE,
    **voice.OF_A_CASE,
    **sharing.OF_A_CASE,
    **missing.OF_A_CASE,
    **markers.OF_A_CASE,
    **searching.OF_A_CASE,
    **returning.OF_A_CASE,
    **custody.OF_A_CASE,
    **detention.OF_A_CASE,
    **investigation.OF_A_CASE,
    **evidence.OF_A_CASE,
    **suspects.OF_A_CASE,
    **closure.OF_A_CASE,
    **victims.OF_A_CASE,
    **exploitation.OF_A_CASE,
    **offenders.OF_A_CASE,
    **recording.OF_A_CASE,
    **workforce.OF_A_CASE,
    **protection.OF_A_CASE,
    **strategy.OF_A_CASE,
}
OF_A_CHILD: Mapping[str, TruthFunction] = {
    **sharing.OF_A_CHILD,
    **missing.OF_A_CHILD,
    **markers.OF_A_CHILD,
    **detention.OF_A_CHILD,
    **exploitation.OF_A_CHILD,
    **recording.OF_A_CHILD,
    **protection.OF_A_CHILD,
    **strategy.OF_A_CHILD,
    **repeats.OF_A_CHILD,
}
OF_A_PLACE: Mapping[str, TruthFunction] = {**missing.OF_A_PLACE}
OF_AN_OFFICER: Mapping[str, TruthFunction] = {**protection.OF_AN_OFFICER, **evidence.OF_AN_OFFICER, **workforce.OF_AN_OFFICER}

COUNTED = frozenset(
    {
        *("repeat-low-level-escalated", "repeat-missing-strategy", "da-children-cumulative-harm", "known-location-acted-on"),
        *repeats.OF_A_CHILD,
    }
)
"""Standards that count what happened to one child or at one place: an entry that names none calls for nothing."""

KEPT_FOR_A_CHILD = frozenset(
    {
        *(
            "contact.received",
            "missing.reported",
            "missing.located",
            "missing.assessed",
            "cpplan.changed",
            "strategy.requested",
            "strategy.held",
            "conference.held",
            "cpplan.changed",
            "s47.started",
            "interview.held",
            "missing.located",
            "pp.taken",
            "partner.chased",
            "decision.recorded",
            "da.assessed",
            "custody.aa_requested",
        ),
        *("referral.submitted", "referral.sent", "flag.set", "exploitation.assessed", "nrm.referred", "pp.taken"),
        *("case.closed", "case.reopened", "supervision.reviewed", "marac.heard", "marac.referred", "bail.set", "suspect.actioned"),
    }
)
KEPT_FOR_A_PLACE = frozenset({"missing.located", "action.raised"})
KEPT_FOR_AN_OFFICER: Mapping[str, str] = {
    "investigation.allocated": "oic_ref",
    "supervision.reviewed": "reviewer_ref",
    "training.completed": "officer_ref",
    "contact.received": "actor",
    "response.arrived": "actor",
    "custody.authorised": "actor",
    "interview.held": "actor",
}
"""Kinds that are asked about officer by officer, and where each names the officer: in a field, or as who did it."""
KEPT_FOR_CASELOADS = frozenset({"investigation.allocated", "case.closed"})


def known() -> frozenset[str]:
    """The ids of all standards whose truth is known."""
    return frozenset({*OF_A_CASE, *OF_A_CHILD, *OF_A_PLACE, *OF_AN_OFFICER, caseload.STANDARD})
