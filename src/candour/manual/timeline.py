"""Draws a worked example as a line of time, in SVG made here: records on the line, and each limit as a bracket below it.

A bracket goes from what started it to when it was due: filled up to the answer, hatched when the answer came late, crossed when there was none,
open while waiting. Gaps are drawn so that minutes and months can both be seen; they are in order, and not to scale.
Nothing here is needed to follow an example: the table beside it says the same in words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import sqrt

from markupsafe import Markup, escape

from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.findings.reporting.charts import MARKS
from candour.manual.worked import FindingShown, RecordShown, Worked
from candour.standards.spoken import due_words

WIDTH = 360
_MARGIN = 16.0
_RADIUS = 10.0
_LEAST = 26.0
_ROW = 34.0
_BAR = 11.0
_UNDATED = 44.0
_SIDE = 17.0
"""The side of a mark with a little room."""
_INK = {
    Outcome.MET: "#1f6f5c", Outcome.LATE: "#8a5a00", Outcome.MISSED: "#8a1f2d", Outcome.EXCUSED: "#3c4b66",
    Outcome.CANNOT_TELL: "#5b3b8c", Outcome.PENDING: "#16202b",
}  # fmt: skip


@dataclass(frozen=True)
class _Places:
    """Where each moment is drawn across the page."""

    at: dict[datetime, float]
    undated: float

    def of(self, moment: datetime | None) -> float:
        return self.undated if moment is None else self.at[moment]


def timeline(worked: Worked) -> Markup:
    """The picture of one example, with its words as its label. Widths are in units of about a pixel on a phone."""
    places = _places(worked)
    stacked = Counter(one.begins for one in worked.records)
    top = 18.0 + (max(stacked.values(), default=1) - 1) * 2.2 * _RADIUS
    parts = [_axis(worked, places, top), *_records(worked.records, places, top)]
    y = top + 26.0 - _ROW
    marks: list[float] | None = None
    for one in worked.findings:
        start = _start(one, worked, places)
        span = _span(one.finding, worked, places, start)
        if span is not None or marks is None or any(abs(x - start) < _SIDE for x in marks):
            y, marks = y + _ROW, []
        marks = [*marks, start] if span is None else None
        parts.append(_row(one, places, top, y, start, span))
    y += _ROW
    if worked.looked_at:
        parts.append(_looked_at(places.of(worked.as_of), top, y))
        y += 16.0
    height = y if worked.findings else top + 22.0
    return Markup(  # noqa: S704  # numbers, and words that are escaped
        f'<svg class="line-of-time" role="img" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}">'
        f"<title>{escape(label(worked))}</title>{''.join(parts)}</svg>"
    )


def label(worked: Worked) -> str:
    """The picture in a sentence or two, for those who do not see it."""
    said = "; ".join(f"{one.number}, {one.title}, {one.when}" for one in worked.records) or "no record"
    found = "; ".join(f"from {one.of}: {one.words}{_till(one)}" for one in worked.findings) or "no occasion"
    return f"Line of time. Records: {said}. Found: {found}."


def _till(one: FindingShown) -> str:
    due = one.finding.due_at
    return f", the limit ending {due_words(due)}" if due is not None and one.outcome in ("met", "late", "excused") else ""


def _places(worked: Worked) -> _Places:
    moments: set[datetime] = set()
    for record in worked.records:
        moments.update(one for one in (record.begins, record.ends) if one is not None)
    for shown in worked.findings:
        one = shown.finding
        moments.update(at for at in (one.triggered_at, one.due_at, one.satisfied_at) if at is not None)
    if worked.looked_at:
        moments.add(worked.as_of)
    undated = any(record.begins is None for record in worked.records)
    right = WIDTH - _MARGIN - (_UNDATED if undated else 0.0)
    left = _MARGIN + (18.0 if _looks_back(worked) else 0.0)
    order = sorted(moments)
    weights = [sqrt((two - one).total_seconds()) for one, two in pairwise(order)]
    least = min(_LEAST, (right - left) / max(1, len(weights)))
    spare, total = (right - left) - least * len(weights), sum(weights) or 1.0
    if len(order) == 1:
        left = (left + right) / 3
    at, found = left, {}
    for place, moment in enumerate(order):
        found[moment] = at
        if place < len(weights):
            at += least + spare * weights[place] / total
    return _Places(found, WIDTH - _MARGIN)


def _looks_back(worked: Worked) -> bool:
    """Whether the time looked at ends with what made the occasion, as where something must come before."""
    return any(one.finding.due_at is not None and one.finding.due_at == one.finding.triggered_at for one in worked.findings)


def _axis(worked: Worked, places: _Places, top: float) -> str:
    end = WIDTH - _MARGIN - (_UNDATED if any(one.begins is None for one in worked.records) else 0.0) + 12.0
    line = f'<path d="M4 {top:.1f}H{end:.1f}" stroke="#4c5866" stroke-width="2" fill="none"/>'
    if end < WIDTH - 20:
        line += f'<text x="{places.undated + 12:.1f}" y="{top + 24:.1f}" text-anchor="end" font-size="11" fill="#16202b">no date</text>'
    return line


def _records(records: tuple[RecordShown, ...], places: _Places, top: float) -> list[str]:
    drawn, used = [], Counter[datetime | None]()
    for one in records:
        x, y = places.of(one.begins), top - used[one.begins] * 2.2 * _RADIUS
        used[one.begins] += 1
        if one.begins is not None and one.ends is not None and one.ends > one.begins:
            drawn.append(
                f'<rect x="{x:.1f}" y="{y - 4:.1f}" width="{places.of(one.ends) - x:.1f}" height="8" fill="#c4ccd4" stroke="#4c5866" stroke-width="1"/>'
            )
        starts, other = "starts it" in one.parts or "the record itself" in one.parts, not one.parts
        fill, ink = ("#16202b", "#fff") if starts else ("#fff", "#16202b")
        dash = ' stroke-dasharray="3 2"' if one.begins is None else ""
        shape = (
            f'<rect x="{x - 9.5:.1f}" y="{y - 9.5:.1f}" width="19" height="19" fill="{fill}" stroke="#16202b" stroke-width="2"{dash}/>'
            if one.parts and not starts
            else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="{fill}" stroke="{"#4c5866" if other else "#16202b"}" stroke-width="{1 if other else 2}"{dash}/>'
        )
        drawn.append(
            f'{shape}<text x="{x:.1f}" y="{y + 4.2:.1f}" text-anchor="middle" font-size="12" font-weight="700" fill="{ink}">{one.number}</text>'
        )
    return drawn


def _start(one: FindingShown, worked: Worked, places: _Places) -> float:
    """Where the record that made an occasion is drawn."""
    if one.finding.triggered_at is not None:
        return places.of(one.finding.triggered_at)
    return places.of(next(record.begins for record in worked.records if record.number == one.of))


def _row(one: FindingShown, places: _Places, top: float, y: float, start: float, span: tuple[float, float, bool] | None) -> str:
    """One finding below the line: its bracket, where there is a limit, and its mark."""
    finding = one.finding
    stem = f'<path d="M{start:.1f} {top + _RADIUS:.1f}V{y + _BAR:.1f}" stroke="#8895a3" stroke-width="1" stroke-dasharray="2 2"/>'
    if span is None:
        return f"{stem}{_mark(one.outcome, start, y + _BAR / 2)}"
    left, right, is_open = span
    shown = [stem, _filling(finding, places, left, right, y)]
    shown.append(_bracket(left, right, y, _INK[Outcome(one.outcome)], is_open, finding.outcome == Outcome.PENDING))
    words = "" if is_open else '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" font-size="11" fill="#16202b">due</text>'
    back = finding.due_at == finding.triggered_at
    shown.append(words.format(min(right, WIDTH - 10), y + _BAR + 11) if not back else "")
    at = (left if back else (left + right) / 2) if right - left > 24 else right + 10
    return "".join(shown) + _mark(one.outcome, at, y + _BAR / 2)


def _span(finding: Finding, worked: Worked, places: _Places, start: float) -> tuple[float, float, bool] | None:
    """From where to where a bracket goes, and whether its end is open; None where no time is measured."""
    if finding.triggered_at is None:
        return None
    if finding.due_at is None:
        if finding.reason in (Reason.NOT_YET_DUE, Reason.DID_NOT_HAPPEN, Reason.HAPPENED) and worked.looked_at:
            return start, places.of(worked.as_of), True
        return None
    if finding.due_at <= finding.triggered_at:
        return 6.0, start, True
    return start, places.of(finding.due_at), False


def _filling(finding: Finding, places: _Places, left: float, right: float, y: float) -> str:
    """What fills a bracket: up to the answer where it came in time, hatched where late (and on to the answer), crossed where there was none."""
    outcome, done = Outcome(finding.outcome), finding.satisfied_at
    ink = _INK[outcome]
    if outcome == Outcome.MET:
        till = min(right, max(left, places.of(done))) if done is not None else right
        if finding.due_at == finding.triggered_at and done is not None:
            left, till = till, right
        return f'<rect x="{left:.1f}" y="{y:.1f}" width="{max(2.0, till - left):.1f}" height="{_BAR}" fill="{ink}"/>'
    if outcome == Outcome.LATE:
        over = places.of(done) if done is not None else right
        begins = right if over > right else left
        tail = f'<path d="M{begins:.1f} {y + _BAR / 2:.1f}H{over:.1f}M{over:.1f} {y:.1f}v{_BAR}" stroke="{ink}" stroke-width="2" stroke-dasharray="4 2"/>'
        return _strokes(left, right, y, ink, "hatched") + tail
    forms = {Outcome.MISSED: "crossed", Outcome.EXCUSED: "dotted", Outcome.CANNOT_TELL: "barred"}
    return _strokes(left, right, y, ink, forms[outcome]) if outcome in forms else ""


def _strokes(left: float, right: float, y: float, ink: str, form: str) -> str:
    """The pattern of a bracket as one path, so that it needs nothing defined elsewhere on the page."""
    x, path = left, []
    while x < right - 0.5:
        reach = min(6.0, right - x)
        drop = _BAR * reach / 6.0
        if form in ("hatched", "crossed"):
            path.append(f"M{x:.1f} {y + _BAR:.1f}l{reach:.1f} {-drop:.1f}")
        if form == "crossed":
            path.append(f"M{x:.1f} {y:.1f}l{reach:.1f} {drop:.1f}")
        if form == "dotted":
            path.append(f"M{x + 1:.1f} {y + _BAR / 2:.1f}h{min(2.0, reach):.1f}")
        if form == "barred":
            path.append(f"M{x + 2:.1f} {y + 1:.1f}v{_BAR - 2}")
        x += 6.0
    return f'<path d="{"".join(path)}" stroke="{ink}" stroke-width="{2 if form == "dotted" else 1.3}" fill="none"/>'


def _bracket(left: float, right: float, y: float, ink: str, is_open: bool, waiting: bool) -> str:
    dash = ' stroke-dasharray="4 3"' if waiting else ""
    if is_open:
        sides = f"M{left:.1f} {y:.1f}H{right:.1f}M{left:.1f} {y + _BAR:.1f}H{right:.1f}"
        return f'<path d="{sides}" stroke="{ink}" stroke-width="1.5" fill="none"{dash}/>'
    return (
        f'<rect x="{left:.1f}" y="{y:.1f}" width="{max(2.0, right - left):.1f}" height="{_BAR}" fill="none" stroke="{ink}" stroke-width="1.5"{dash}/>'
        f'<path d="M{right:.1f} {y - 4:.1f}v{_BAR + 8}" stroke="{ink}" stroke-width="2.5"/>'
    )


def _mark(outcome: str, x: float, y: float) -> str:
    x = min(max(x, 9.0), WIDTH - 9.0)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_SIDE / 2 + 1}" fill="#fff"/><g transform="translate({x - 8:.1f} {y - 8:.1f})">{MARKS[outcome]}</g>'


def _looked_at(x: float, top: float, y: float) -> str:
    anchor, at = ("end", min(x + 16, WIDTH - 4)) if x > WIDTH / 2 else ("start", max(x - 16, 4))
    return (
        f'<path d="M{x:.1f} {top - 12:.1f}V{y:.1f}" stroke="#0a4a5e" stroke-width="1.5" stroke-dasharray="1 3"/>'
        f'<text x="{at:.1f}" y="{y + 11:.1f}" text-anchor="{anchor}" font-size="11" fill="#16202b">looked at</text>'
    )
