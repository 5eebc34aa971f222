"""Every worked example of the catalogue can be explained: the sum comes out, what is shown is what decided, and nothing is left as code."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from candour.evaluation.reference import evaluate
from candour.findings.explanation import Explanation, Setting, as_text, explain
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome
from candour.findings.proofs import load_days
from candour.records.scene import Scene
from candour.standards.examples import scene_of
from candour.standards.loading import load_standards
from candour.standards.model import Absence, Content, Count, Recurrence, Response, Standard
from tests.support.small_store import VOCABULARY

STANDARDS = load_standards(None, VOCABULARY)
DAYS = load_days()


def explained(standard: Standard) -> list[tuple[str, Finding, Explanation]]:
    found = []
    for example in standard.examples:
        scene, as_of, known_at = scene_of(example, standard, VOCABULARY)
        for finding in evaluate(scene, (standard,), VOCABULARY, DAYS.calendar, as_of, known_at):
            found.append((example.name, finding, proof_of(finding, standard, scene, as_of, known_at)))
    return found


def proof_of(finding: Finding, standard: Standard, scene: Scene, as_of: datetime, known_at: datetime) -> Explanation:
    events = [
        row
        for row in scene.events
        if row["known_from"] <= known_at  # type: ignore[operator]  # a moment in every scene
        and (row["known_to"] is None or row["known_to"] > known_at)  # type: ignore[operator]
        and (row["occurred_at"] is None or row["occurred_at"] <= as_of)  # type: ignore[operator]
    ]
    cases = {str(row["case_ref"]): row for row in scene.cases}
    children = {str(row["child_ref"]): row for row in scene.children}
    return explain(finding, standard, events, cases, children, Setting(as_of, VOCABULARY, DAYS, scene.sources))


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: f"{one.id}-v{one.version}")
def test_every_example_can_be_explained(standard: Standard) -> None:
    for name, finding, proof in explained(standard):
        at = f"{standard.id}: {name}: {finding.finding_id}"
        said = as_text(proof)
        shown = {event.event_id for event in proof.events}
        assert finding.trigger_event in shown, at
        assert finding.evidence_event is None or finding.evidence_event in shown, at
        assert not re.search(r"\bNone\b(?! recorded)", said) and not re.search(r"“[^”]*_[^”]*”", said), f"{at}: {said}"
        if finding.outcome == Outcome.CANNOT_TELL:
            assert proof.would_decide, f"{at}: {finding.reason} says nothing of what would decide it"


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: f"{one.id}-v{one.version}")
def test_the_sum_of_every_example_comes_out(standard: Standard) -> None:
    """Where a limit ends the time, the sum in words, reckoned apart from the evaluators, ends at the same second."""
    if not isinstance(standard.rule, Response | Recurrence | Count | Content | Absence):
        return
    for name, finding, proof in explained(standard):
        if finding.due_at is None or finding.limit_text is None:
            continue
        assert not any(line.startswith("The limit (") for line in proof.the_sum), f"{standard.id}: {name}: {finding}: {proof.the_sum}"
