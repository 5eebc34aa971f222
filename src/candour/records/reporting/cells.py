"""Writes a value from a record as the cell of a CSV file, so that no spreadsheet takes it for a formula."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """A value as a CSV cell that no spreadsheet runs as a formula: an apostrophe is put before = + - @ and the like. A number stays a number."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) and not isinstance(value, (int, float)) else text
