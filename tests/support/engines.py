"""The evaluators that must agree, by name. An evaluator joins every test of meaning by being added here."""

from __future__ import annotations

from candour.evaluation.reference import evaluate
from candour.evaluation.relational import evaluate_scene
from candour.evaluation.try_examples import Engine

ENGINES: dict[str, Engine] = {"reference": evaluate, "relational": evaluate_scene}
