"""What may be opened and how a child is named on a page. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from candour_web.people.rules import Scope

RISK_ORDER = ("high", "medium", "low", "very_low")
"""The risks that a record can give, the greatest first. One that nobody recorded comes after high and medium: it is not known to be low."""

_UNKNOWN_AFTER = 2


def risk_place(risk: str | None) -> int:
    """The place of a risk in a list: 0 for the greatest. A risk that is not recorded stands between medium and low."""
    order = [*RISK_ORDER[:_UNKNOWN_AFTER], None, *RISK_ORDER[_UNKNOWN_AFTER:]]
    return order.index(risk) if risk in order else _UNKNOWN_AFTER


def risk_words(risk: str | None) -> str:
    """`High risk`, or that none is recorded."""
    return f"{risk.replace('_', ' ').capitalize()} risk" if risk else "No risk recorded"


def why_open(scope: Scope, *, case_ref: str, holding_unit: str | None, units: Collection[str], officers: Collection[str]) -> str | None:
    """Why this scope opens a case, as the trail says it; None where it does not. `units` and `officers` are all that wrote in the case or hold it."""
    if holding_unit in scope.units:
        return f"The case is held by their unit, {holding_unit}."
    if own := sorted(scope.actors.intersection(officers)):
        return f"They hold the case or wrote in it, as {', '.join(own)}."
    if worked := sorted(scope.units.intersection(units)):
        return f"Their unit wrote in the case: {', '.join(worked)}."
    if case_ref in scope.cases:
        return "The case was opened to them by name."
    return None


def child_words(child_ref: str, sex: str | None, born_on: date | None, on: date) -> str:
    """`C100042, girl, 14`: the key, and the sex and age on that day where they are known. A child's name is not in the chronology."""
    parts = [child_ref]
    if sex:
        parts.append({"female": "girl", "male": "boy"}.get(sex, "child"))
    if born_on is not None:
        age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
        parts.append("unborn" if age < 0 else "under 1" if age == 0 else str(age))
    return ", ".join(parts)
