"""The first sentences of a report: what was looked at, what was found, what needs people, and what could not be told."""

from __future__ import annotations

from candour.findings.outcome_words import counts_words
from candour.findings.reporting.gathering import Report, StandardPart
from candour.standards.spoken import counted, due_words, duration_words, listed, moment_words, percent_words

_LOWEST = 3


def summary_of(report: Report) -> tuple[str, ...]:
    """The summary, one sentence or two a paragraph, in the order of what a reader needs first."""
    total = report.measures.total()
    if not total.occasions:
        return (
            f"{counted(len(report.run.standards), 'standard')} were held against {counted(report.period.events, 'record')}. "
            "None of them found an occasion to which it applies. See what was looked at, below: the sources may not hold what the standards ask about.",
        )
    parts = [
        _needs_people(report),
        f"{counted(len(report.standards), 'standard')} were held against {counted(report.period.events, 'record')} in "
        f"{counted(report.period.cases, 'case')}. They applied, or may have applied, on {counted(total.occasions, 'occasion')} "
        f"{report.period.words()}: {counts_words(total.met, total.late, total.missed, total.cannot_tell, total.excused, total.pending)}.",
        _least_often(report),
        _cannot_tell(report),
        _gaps(report),
        _written_late(report),
    ]
    return tuple(part for part in parts if part)


def _needs_people(report: Report) -> str:
    undone = report.undone
    if not undone.in_open_cases:
        were = "was" if undone.in_closed_cases == 1 else "were"
        closed = (
            f" {counted(undone.in_closed_cases, 'thing')} {were} not done in cases that are now closed." if undone.in_closed_cases else ""
        )
        return f"As of {moment_words(report.run.as_of)} nothing that was due in an open case is known not to have been done.{closed}"
    by_severity = listed([f"{number:,} {severity}" for severity, number in undone.by_severity.items()])
    said = f"As of {moment_words(report.run.as_of)}, {counted(undone.in_open_cases, 'thing')} due in cases that are still open "
    said += f"{'was' if undone.in_open_cases == 1 else 'were'} not done ({by_severity})."
    first = undone.shown[0] if undone.shown else None
    if first is not None and first.due_at is not None and first.due_at < report.run.as_of:
        age = duration_words(int((report.run.as_of - first.due_at).total_seconds()))
        title = report.measures.name_of(first.standard).title
        said += f" The oldest of the most serious was due {due_words(first.due_at)}, {age} before: “{title}”."
    if undone.in_closed_cases:
        said += (
            f" Another {undone.in_closed_cases:,} {'was' if undone.in_closed_cases == 1 else 'were'} not done in cases that are now closed."
        )
    return said


def _least_often(report: Report) -> str:
    rated = [part for part in report.standards if not part.counts.too_few]
    if not rated:
        return "No standard was decided often enough for a rate."
    lowest = sorted(rated, key=lambda part: part.counts.rate or 0.0)[:_LOWEST]
    few = len(report.standards) - len(rated)
    also = f" For {counted(few, 'standard')} there are too few decided occasions to give a rate." if few else ""
    return f"Done in time least often: {'; '.join(_rate(part) for part in lowest)}.{also}"


def _rate(part: StandardPart) -> str:
    return f"“{part.named.title}”, {part.counts.met:,} of {part.counts.denominator:,} ({part.counts.rate_words()})"


def _cannot_tell(report: Report) -> str:
    total = report.measures.total()
    if not total.cannot_tell:
        return "Nothing had to be left undecided."
    said = f"{total.cannot_tell:,} occasions ({percent_words(total.cannot_tell / total.occasions)}) cannot be told from these records."
    wanted = [one for one in report.coverage.wanted if one.item]
    if wanted:
        said += f" What would help most: {wanted[0].words[0].lower()}{wanted[0].words[1:]} ({counted(wanted[0].findings, 'finding')})."
    return said


def _gaps(report: Report) -> str:
    with_gaps = [source.title for source in report.sources if source.gaps]
    nothing = [source.title for source in report.sources if not source.complete]
    said = []
    if with_gaps:
        said.append(f"There is a gap in {listed(with_gaps)}.")
    if nothing:
        said.append(f"Nothing is declared complete in {listed(nothing)}, so what is absent there counts as not known.")
    return " ".join(said) and f"{' '.join(said)} See what was looked at, below."


def _written_late(report: Report) -> str:
    timed = sum(one.timed for one in report.writing)
    late = sum(one.within_week + one.later for one in report.writing)
    if not timed:
        return ""
    said = f"{late:,} of {timed:,} records with a time of day ({percent_words(late / timed)}) were written down more than a day after what they record."
    if report.undone.written_after_due:
        said += f" {report.undone.written_after_due:,} of the things done in time were written down only after the limit."
    return said
