"""Says in words whether a measure has really changed from month to month, or only wavered as it always does."""

from __future__ import annotations

from collections.abc import Mapping

from candour.findings.measures import Counts
from candour.standards.spoken import month_words
from candour.statistics.control import RUN_LENGTH, Direction, Meaning, meaning_of, xmr_chart


def change_words(by_month: Mapping[str | None, Counts]) -> str:
    """`Getting better since May 2026.`, `No reliable change since January 2026.` or `Too few months to speak of change (3).`

    A month counts when enough was decided in it for a rate; with fewer than seven such months nothing is said of change. The rates are read
    as an XmR chart (`candour.statistics.control`); higher is better. What is said is said of the latest month.
    """
    months = [month for month, counts in sorted(by_month.items(), key=lambda one: one[0] or "") if month is not None and not counts.too_few]
    if len(months) < RUN_LENGTH:
        return f"Too few months to speak of change ({len(months)})."
    chart = xmr_chart([by_month[month].rate or 0.0 for month in months])
    meanings = [meaning_of(point.signal, better=Direction.UP) for point in chart.points]
    latest = meanings[-1]
    if latest not in (Meaning.IMPROVEMENT, Meaning.CONCERN):
        return f"No reliable change since {month_words(months[0])}."
    start = len(meanings) - 1
    while start > 0 and meanings[start - 1] is latest:
        start -= 1
    return f"Getting {'better' if latest is Meaning.IMPROVEMENT else 'worse'} since {month_words(months[start])}."
