"""The standards compiled to DuckDB: the fast evaluator. It shares no evaluation code with the reference."""

from candour.evaluation.relational.run import evaluate_files, evaluate_scene, explain_sql

__all__ = ["evaluate_files", "evaluate_scene", "explain_sql"]
