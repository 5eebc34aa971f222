"""The standards compiled to DuckDB: the fast evaluator. It shares no evaluation code with the reference."""

from candour.evaluation.relational.covering import count_occasions
from candour.evaluation.relational.run import evaluate_files
from candour.evaluation.relational.scenes import evaluate_scene, explain_sql

__all__ = ["count_occasions", "evaluate_files", "evaluate_scene", "explain_sql"]
