"""Reads the paths by which a mapping says which elements of an XML file are its rows, and where the columns of a row stand."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = r"[A-Za-z_][\w.-]*"
_ROWS = re.compile(rf"{_NAME}(/{_NAME})*")
_COLUMN = re.compile(rf"(?P<top>/)?(?P<up>(\.\./)*)(?P<down>{_NAME}(/{_NAME})*)")
MOST_STEPS = 30
"""A path has no more steps than this, and no file that is read goes deeper. A local default; the deepest return of the DfE has eight."""


class ColumnPath(NamedTuple):
    """Where a column stands: `up` so many elements from the row, then `down` by name; or from the `top` of the file."""

    up: int
    down: tuple[str, ...]
    top: bool


def why_not_rows(path: str) -> str:
    """Why a path cannot be that of the rows; empty when it can."""
    if not _ROWS.fullmatch(path):
        return f"{path!r} is not a path of elements from the root, such as Message/Children/Child"
    return f"{path!r} has more than {MOST_STEPS} steps" if path.count("/") >= MOST_STEPS else ""


def why_not_column(column: str, rows: str) -> str:
    """Why a column cannot be a path from the elements at `rows`; empty when it can."""
    match = _COLUMN.fullmatch(column)
    if match is None or (match["top"] and match["up"]):
        return f"{column!r} is not a path from a row, such as CINreferralDate, ../ChildIdentifiers/UPN or /Message/Header/Source/LEA"
    if column.count("/") >= MOST_STEPS:
        return f"{column!r} has more than {MOST_STEPS} steps"
    if match["up"].count("/") > rows.count("/"):
        return f"{column!r} leads above the root of {rows!r}"
    return ""


def column_path(column: str) -> ColumnPath:
    """The path of a column that `why_not_column` found nothing against."""
    match = _COLUMN.fullmatch(column)
    if match is None:
        raise ValueError(column)
    return ColumnPath(match["up"].count("/"), tuple(match["down"].split("/")), bool(match["top"]))
