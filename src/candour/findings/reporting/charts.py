"""Small pictures for the report, as inline SVG: outcomes as a bar, a rate with its interval, and how long things took as steps.

Each picture stands in or beside a table that says the same in numbers; shape and pattern carry the meaning as well as colour.
"""

from __future__ import annotations

from bisect import bisect_right

from markupsafe import Markup

from candour.findings.measures import Counts
from candour.findings.outcome_words import OUTCOME_TITLES
from candour.findings.waiting import Waits
from candour.standards.spoken import duration_words, percent_words

ORDER = tuple(OUTCOME_TITLES)
_BAR = 240
_DOT = 140
_MOST_STEPS = 160
_DAY = 86_400.0
_SCALES = (
    3600.0,
    2 * 3600.0,
    6 * 3600.0,
    12 * 3600.0,
    _DAY,
    2 * _DAY,
    7 * _DAY,
    14 * _DAY,
    28 * _DAY,
    56 * _DAY,
    91 * _DAY,
    182 * _DAY,
    365 * _DAY,
)

MARKS: dict[str, str] = {
    "met": '<circle cx="8" cy="8" r="7" fill="#1f6f5c"/><path d="M4 8.3l2.8 2.8L12 5.6" fill="none" stroke="#fff" stroke-width="2"/>',
    "late": '<circle cx="8" cy="8" r="6.6" fill="#fff3d6" stroke="#8a5a00" stroke-width="1.6"/>'
    '<path d="M8 4v4.4l3 1.8" fill="none" stroke="#8a5a00" stroke-width="1.8"/>',
    "missed": '<rect x="1" y="1" width="14" height="14" fill="#8a1f2d"/><path d="M4.5 4.5l7 7m0-7l-7 7" stroke="#fff" stroke-width="2"/>',
    "excused": '<rect x="1.2" y="1.2" width="13.6" height="13.6" rx="3" fill="#e3e8f0" stroke="#3c4b66" stroke-width="1.6"/>'
    '<path d="M4 8h8" stroke="#3c4b66" stroke-width="2"/>',
    "cannot_tell": '<path d="M8 .8L15.2 8 8 15.2.8 8z" fill="#efe8f6" stroke="#5b3b8c" stroke-width="1.5"/>'
    '<path d="M6 6.4a2 2 0 114 0c0 1.4-2 1.4-2 2.9m0 1.5v.9" fill="none" stroke="#5b3b8c" stroke-width="1.5"/>',
    "pending": '<circle cx="8" cy="8" r="6.6" fill="#fff" stroke="#16202b" stroke-width="1.6" stroke-dasharray="3 2"/>',
}
"""The mark of each outcome, drawn in a square of 16 by 16: the shape says it as well as the colour."""


def outcome_bar(counts: Counts) -> Markup:
    """A bar of the six outcomes in their order, each with its own pattern. Hidden from readers of the page by ear: the row has the numbers."""
    total = counts.occasions
    if not total:
        return Markup("")
    parts, left = [], 0.0
    for outcome in ORDER:
        width = getattr(counts, outcome) / total * _BAR
        if width:
            parts.append(f'<rect x="{left:.1f}" y="1" width="{width:.1f}" height="16" class="o-{outcome}"/>')
        left += width
    return Markup(  # noqa: S704  # numbers and our own words
        f'<svg class="bar" preserveAspectRatio="none" viewBox="0 0 {_BAR} 18" width="{_BAR}" height="18" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def interval_dot(counts: Counts) -> Markup:
    """The rate as a dot on a line from 0 to 100 %, with its 95 % interval; nothing where there are too few to say."""
    interval = counts.interval
    if interval is None or counts.rate is None or counts.too_few:
        return Markup("")
    low, high, at = (4 + one * (_DOT - 8) for one in (interval.lower, interval.upper, counts.rate))
    ticks = "".join(f'<path class="tick" d="M{4 + share * (_DOT - 8):.0f} 2v14"/>' for share in (0, 0.5, 1))
    return Markup(  # noqa: S704  # numbers alone
        f'<svg class="dot" viewBox="0 0 {_DOT} 18" width="{_DOT}" height="18" aria-hidden="true" focusable="false"><path class="tick" d="M4 9H{_DOT - 4}"/>{ticks}'
        f'<path class="range" d="M{low:.1f} 9H{high:.1f}"/><circle cx="{at:.1f}" cy="9" r="4"/></svg>'
    )


def waiting_steps(waits: Waits, title: str, ident: str) -> Markup:
    """The share still waiting through time, as steps falling from 100 %, with the limits as a band. The title states the finding."""
    steps = waits.curve.steps
    if not steps:
        return Markup("")
    longest = _horizon(waits)
    drawn = [step for step in steps if step.time <= longest]
    if len(drawn) > _MOST_STEPS:
        every = len(drawn) / _MOST_STEPS
        drawn = [drawn[int(number * every)] for number in range(_MOST_STEPS)]

    def x(time: float) -> float:
        return 44 + min(time, longest) / longest * 300

    def y(share: float) -> float:
        return 12 + (1 - share) * 150

    line, at = f"M{x(0):.1f} {y(1):.1f}", 1.0
    upper, lower = [f"{x(0):.1f},{y(1):.1f}"], [f"{x(0):.1f},{y(1):.1f}"]
    limits = (1.0, 1.0)
    for step in drawn:
        line += f"H{x(step.time):.1f}V{y(step.survival):.1f}"
        upper.append(f"{x(step.time):.1f},{y(limits[1]):.1f}")
        lower.append(f"{x(step.time):.1f},{y(limits[0]):.1f}")
        at = step.survival
        limits = (step.limits.lower, step.limits.upper) if step.limits else (at, at) if at in (0.0, 1.0) else limits
        upper.append(f"{x(step.time):.1f},{y(limits[1]):.1f}")
        lower.append(f"{x(step.time):.1f},{y(limits[0]):.1f}")
    line += f"H{x(longest if steps[-1].time > longest else steps[-1].time):.1f}"
    grid = "".join(
        f'<path class="tick" d="M44 {y(share):.0f}H344"/><text x="38" y="{y(share) + 4:.0f}" text-anchor="end">{share:.0%}</text>'
        for share in (0, 0.5, 1)
    )
    axis = "".join(
        f'<path class="tick" d="M{x(longest * part):.0f} 162v5"/><text x="{x(longest * part):.0f}" y="182" text-anchor="{anchor}">{_short(longest * part)}</text>'
        for part, anchor in ((0, "middle"), (0.5, "middle"), (1, "end"))
    )
    median = waits.median.time
    mark = f'<path class="half" d="M{x(median):.1f} {y(0.5):.1f}V162"/>' if median is not None and median <= longest else ""
    words = Markup.escape(title)
    return Markup(  # noqa: S704  # the title is escaped, the rest are numbers
        f'<svg class="steps" viewBox="0 0 360 190" role="img" aria-labelledby="{ident}"><title id="{ident}">{words}</title>'
        f'{grid}{axis}<polygon class="band" points="{" ".join(upper + lower[::-1])}"/><path class="line" d="{line}"/>{mark}</svg>'
    )


def _horizon(waits: Waits) -> float:
    """How far to draw: to where nine in ten have happened, or the longest wait, put up to a length that people know."""
    steps = waits.curve.steps
    wanted = next((step.time for step in steps if step.survival <= 0.1), steps[-1].time)
    place = bisect_right(_SCALES, wanted)
    return _SCALES[place] if place < len(_SCALES) else max(wanted, 1.0)


def _short(seconds: float) -> str:
    return "0" if not seconds else duration_words(int(seconds)).replace(" hours", " h").replace(" hour", " h").replace(" minutes", " min")


def waiting_rows(waits: Waits) -> tuple[tuple[str, str], ...]:
    """The numbers under the steps: the share still waiting after a few lengths of time that people know."""
    rows = []
    longest = _horizon(waits)
    for scale in _SCALES:
        if scale > longest:
            break
        share = waits.curve.survival_at(scale)
        rows.append((duration_words(int(scale)), "nobody was followed so long" if share is None else percent_words(share)))
    return tuple(rows[-6:])
