"""Draws a limit on the line of time of its case: from what started it to when it was due, and what came of it.

The drawing is for the eye alone: the same is said in words beside it. Shape and pattern say what colour says. No script and no style is inside.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from candour.findings.finding import Finding

WIDTH, HEIGHT = 240, 16
_LEAST = 3.0
"""The least length of anything drawn, so that an hour in a year can still be seen."""


def span_of(findings: list[Finding], as_of: datetime) -> tuple[datetime, datetime]:
    """The line of time on which these findings are drawn: from the first start to the last limit or `as_of`, at least an hour. UTC without zone.

    What was done long before a start, such as an officer's training, does not stretch it: it is drawn at the edge.
    """
    moments = [one for finding in findings for one in (finding.triggered_at, finding.due_at) if one is not None]
    first, last = min([*moments, as_of]), max([*moments, as_of])
    return first, max(last, first + timedelta(hours=1))


def limit_bar(finding: Finding, span: tuple[datetime, datetime], as_of: datetime) -> Markup:
    """The limit of one finding between the ends of `span`; empty where it has no start.

    A bracket from the start to when it was due; filled to where it was answered in time; hatched from the limit to where it was answered late, or to
    `as_of` with a cross where it was not; open where it is not yet due.
    """
    if finding.triggered_at is None:
        return Markup("")

    def x(moment: datetime) -> float:
        return 1 + (moment - span[0]) / (span[1] - span[0]) * (WIDTH - 2)

    start = x(finding.triggered_at)
    parts = [f'<path class="candour-bar-line" d="M0 8H{WIDTH}"/>']
    if finding.due_at is None:
        parts.append(f'<path class="candour-bar-bracket" d="M{start:.1f} 3V13"/>')
    else:
        due = max(x(finding.due_at), start + _LEAST)
        dashed = " candour-bar-open" if finding.outcome == "pending" else ""
        parts.append(f'<path class="candour-bar-bracket{dashed}" d="M{start:.1f} 3V13M{start:.1f} 8H{due:.1f}M{due:.1f} 3V13"/>')
        if finding.outcome == "met" and finding.satisfied_at is not None:
            done = min(max(x(finding.satisfied_at), _LEAST), WIDTH)
            begun = max(0.0, min(start, done - _LEAST)) if done >= start else done - _LEAST
            parts.append(f'<path class="candour-bar-met" d="M{begun:.1f} 5H{done:.1f}V11H{begun:.1f}Z"/>')
        end = finding.satisfied_at if finding.outcome == "late" else as_of if finding.outcome == "missed" else None
        if end is not None:
            until = min(max(x(end), due + _LEAST), WIDTH)
            parts.append(_hatched(due, until))
            if finding.outcome == "missed":
                parts.append(f'<path class="candour-bar-cross" d="M{until - 6:.1f} 4l6 8m0-8l-6 8"/>')
    return Markup(f'<svg class="candour-bar" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">{"".join(parts)}</svg>')  # noqa: S704  # numbers and our own words


def _hatched(start: float, end: float) -> str:
    """Slanting strokes between two places: what lies past a limit."""
    strokes = "".join(f"M{place / 10:.1f} 11l3-6" for place in range(int(start * 10), max(int(end * 10) - 30, int(start * 10) + 1), 40))
    return f'<path class="candour-bar-past" d="M{start:.1f} 5H{end:.1f}M{start:.1f} 11H{end:.1f}{strokes}"/>'
