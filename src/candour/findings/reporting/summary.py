"""The first sentences of a report: what was looked at, what was found, what needs people, and what could not be told."""

from __future__ import annotations

from candour.findings.duties import duty_tag
from candour.findings.measures import Counts
from candour.findings.outcome_words import counts_words
from candour.findings.reporting.gathering import Report, StandardPart
from candour.standards.spoken import counted, due_words, duration_words, listed, moment_words, percent_words

_LOWEST = 3


def summary_of(report: Report) -> tuple[str, ...]:
    """The summary, one sentence or two a paragraph, in the order of what a reader needs first."""
    total = report.measures.total()
    if not total.occasions:
        nothing = (
            f"{counted(len(report.run.standards), 'standard')} were held against {counted(report.period.events, 'record')}. "
            "None of them found an occasion to which it applies. See what was looked at, below: the sources may not hold what the standards ask about."
        )
        return (nothing, report.doubt) if report.doubt else (nothing,)
    parts = [
        _needs_people(report),
        _waits_on_partners(report),
        f"{counted(len(report.standards), 'standard')} were held against {counted(report.period.events, 'record')} in "
        f"{counted(report.period.cases, 'case')}. They applied, or may have applied, on {counted(total.occasions, 'occasion')} "
        f"{report.period.words()}{_outcomes(report)}",
        _least_often(report),
        _cannot_tell(report),
        _gaps(report),
        _written_late(report),
        report.doubt,
    ]
    return tuple(part for part in parts if part)


def _outcomes(report: Report) -> str:
    """The outcomes, those of partners' duties apart from those of the police."""
    own, partners = report.measures.of_police(), report.measures.of_partners()
    if not partners.occasions:
        return f": {_counts(own)}."
    apart = f"Partners' duties, on {counted(partners.occasions, 'occasion')}: {_counts(partners)}. The police are not measured by these."
    if not own.occasions:
        return f". {apart}"
    return f". The police's own duties and those they share, on {counted(own.occasions, 'occasion')}: {_counts(own)}. {apart}"


def _counts(one: Counts) -> str:
    return counts_words(one.met, one.late, one.missed, one.cannot_tell, one.excused, one.pending)


def _waits_on_partners(report: Report) -> str:
    waiting = report.waiting_on_partners
    if not waiting.in_open_cases:
        return ""
    verb = "waits" if waiting.in_open_cases == 1 else "wait"
    return f"Apart from these, {counted(waiting.in_open_cases, 'thing')} due in open cases {verb} on a partner. The police are not measured by {'it' if waiting.in_open_cases == 1 else 'these'}."


def _needs_people(report: Report) -> str:
    undone = report.undone
    if not undone.in_open_cases:
        were = "was" if undone.in_closed_cases == 1 else "were"
        closed = (
            f" {counted(undone.in_closed_cases, 'thing')} {were} not done in cases that are now closed." if undone.in_closed_cases else ""
        )
        return f"As of {moment_words(report.run.as_of)} nothing that was due {'from the police ' if report.waiting_on_partners.in_open_cases else ''}in an open case is known not to have been done.{closed}"
    by_severity = listed([f"{number:,} {severity}" for severity, number in undone.by_severity.items()])
    said = f"As of {moment_words(report.run.as_of)}, {counted(undone.in_open_cases, 'thing')} due in cases that are still open "
    shared = f"; {undone.shared:,} of these {'is' if undone.shared == 1 else 'are'} a shared duty" if undone.shared else ""
    said += f"{'was' if undone.in_open_cases == 1 else 'were'} not done ({by_severity}{shared})."
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
    own = [part for part in report.standards if not part.named.of_partner]
    rated = [part for part in own if not part.counts.too_few]
    if not rated:
        return "No standard was decided often enough for a rate."
    lowest = sorted(rated, key=lambda part: part.counts.rate or 0.0)[:_LOWEST]
    few = len(own) - len(rated)
    also = f" For {counted(few, 'standard')} there are too few decided occasions to give a rate." if few else ""
    return f"Done in time least often: {'; '.join(_rate(part) for part in lowest)}.{also}"


def _rate(part: StandardPart) -> str:
    tag = duty_tag(part.named.duty)
    return (
        f"“{part.named.title}”{f' ({tag})' if tag else ''}, {part.counts.met:,} of {part.counts.denominator:,} ({part.counts.rate_words()})"
    )


def _cannot_tell(report: Report) -> str:
    total = report.measures.total()
    if not total.cannot_tell:
        return "Nothing had to be left undecided."
    said = f"{total.cannot_tell:,} occasions ({percent_words(total.cannot_tell / total.occasions)}) cannot be told from these records."
    wanted = [one for one in report.coverage.wanted if one.item]
    if wanted:
        said += f" What would help most: {wanted[0].words[0].lower()}{wanted[0].words[1:]} (it alone would decide {counted(wanted[0].alone, 'finding')} in {counted(len(wanted[0].decides), 'standard')})."
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
    written = report.measures.written()
    if written.after_due:
        said += f" {written.after_due:,} of the things done in time were written down only after the limit."
    if written.not_said:
        said += f" Of {written.not_said:,} the records do not say when they were written."
    return said
