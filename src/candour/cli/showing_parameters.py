"""A force's own limits beside those of the standards, in lines of text: what `candour standards check --parameters` prints."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from candour.findings.reporting.limits_used import whose_words
from candour.standards.comparing_parameters import Comparison, ParameterReport
from candour.standards.spoken import counted


def parameter_lines(report: ParameterReport) -> Iterator[str]:
    """Each local figure with who approved it, when and why, and below it the figure of each standard that it stands in for, whose that is, and how the two compare."""
    for one, group in groupby(report.comparisons, key=lambda each: each.local):
        yield f"{one.name}: {one.value_words} from {one.begins}, {one.approved}"
        yield from (f"  {_compared(each)}" for each in group)
    yield from (f"Look at this: {warning}" for warning in report.warnings)
    looser = sorted({one.local.name for one in report.comparisons if one.verdict == "looser"})
    figures = len({(one.local.name, one.local.begins) for one in report.comparisons})
    yield f"{counted(figures, 'figure')} of the force's own; {len(looser)} LOOSER than a standard's own{': ' + ', '.join(looser) if looser else ''}."
    yield f"{counted(len(report.not_set), 'other limit')} could be set, and {'stands' if len(report.not_set) == 1 else 'stand'} at the standards' own figures."


def _compared(one: Comparison) -> str:
    whose, note = whose_words(one.standard, "standard", {})
    mark = {"looser": "LOOSER than", "tighter": "tighter than", "the same": "the same as", "in another unit": "IN ANOTHER UNIT than"}[
        one.verdict
    ]
    why = f" ({one.why})" if one.why else ""
    version = f" version {one.standard.version}" if one.standard.version > 1 else ""
    return f"{mark} {one.standard.id}{version}: {one.default} ({whose}: {note}){why}"
