"""The reference evaluator: one standard, one trigger at a time, in plain Python, written to be obvious."""

from __future__ import annotations

from candour.evaluation.reference.evaluator import evaluate

__all__ = ["evaluate"]
