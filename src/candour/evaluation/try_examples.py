"""Tries the worked examples of standards and says, for each, what was expected and what was found.

For authors of standards: `python -m candour.evaluation.try_examples [PATH ...]`, where a path is a file or a folder (by default the catalogue's).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from candour.evaluation.reference import evaluate
from candour.findings.finding import Finding
from candour.findings.outcomes import Reason
from candour.findings.possibilities import possible_outcomes
from candour.records.calendars import Calendar, load_calendar
from candour.records.scene import LONDON, Scene, last_second, london_date
from candour.records.vocabulary import Vocabulary, find_catalogue, load_vocabulary
from candour.standards.examples import scene_of
from candour.standards.loading import check_standards
from candour.standards.model import Example, Standard
from candour.standards.refusals import StandardRefused

Engine = Callable[[Scene, Sequence[Standard], Vocabulary, Calendar, datetime, datetime], list[Finding]]
"""An evaluator: scene, standards, vocabulary, calendar, as of, known at (UTC without zone); findings in FINDING_ORDER."""


@dataclass(frozen=True)
class Tried:
    """One example as it was tried: the findings, and every difference from what it says, in words."""

    standard: Standard
    example: Example
    findings: tuple[Finding, ...]
    differences: tuple[str, ...]


def due_texts(due_at: datetime) -> tuple[str, ...]:
    """The ways in which an example may write a due moment (UTC), in London time.

    With seconds; to the minute, where it is a whole minute or the end of a day; as a date, where it is the end of that day.
    """
    shown = due_at.replace(tzinfo=UTC).astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S")
    end_of_day = due_at == last_second(london_date(due_at))
    return (shown, *([shown[:16]] if shown.endswith(":00") or end_of_day else []), *([shown[:10]] if end_of_day else []))


def try_example(example: Example, standard: Standard, vocabulary: Vocabulary, calendar: Calendar, engine: Engine) -> Tried:
    """Evaluate one example and compare outcomes in the order of triggers, and `due` and `reason` of the last finding where given.

    Raises StandardRefused where the example cannot be read.
    """
    scene, as_of, known_at = scene_of(example, standard, vocabulary)
    findings = engine(scene, (standard,), vocabulary, calendar, as_of, known_at)
    got = tuple(finding.outcome for finding in findings)
    differences = []
    if got != example.finding:
        differences.append(f"expected {_listed(example.finding)}, got {_listed(got)}")
    last = findings[-1] if findings else None
    if example.due is not None:
        texts = due_texts(last.due_at) if last is not None and last.due_at is not None else ()
        if example.due not in texts:
            differences.append(f"expected due {example.due}, got {texts[0] if texts else 'no due moment'}")
    if example.reason is not None and (last is None or last.reason != example.reason):
        known = "" if example.reason in {reason.value for reason in Reason} else " (which is no reason that there is)"
        differences.append(f"expected reason {example.reason}{known}, got {last.reason if last else 'no finding'}")
    return Tried(standard, example, tuple(findings), tuple(differences))


def _listed(outcomes: Sequence[str]) -> str:
    return ", ".join(outcomes) or "none (no occasion)"


def outcomes_without_example(standard: Standard) -> tuple[str, ...]:
    """The outcomes that the standard can give and that none of its examples shows, sorted.

    An edition with the rule of its base has the base's examples for all of them; its own show its dates.
    """
    if standard.edition.same_rule:
        return ()
    shown = {outcome for example in standard.examples for outcome in example.finding}
    return tuple(sorted(outcome.value for outcome in possible_outcomes(standard) if outcome.value not in shown))


def _told(finding: Finding) -> str:
    due = f", due {due_texts(finding.due_at)[0]}" if finding.due_at else ""
    missing = f", missing {finding.missing}" if finding.missing else ""
    evidence = f", by {finding.evidence_event}" if finding.evidence_event else ""
    return f"{finding.trigger_event}: {finding.outcome} ({finding.reason}){due}{missing}{evidence}"


def _try_standard(standard: Standard, vocabulary: Vocabulary, calendar: Calendar) -> int:
    """Print every example of a standard; the number of differences."""
    faults = 0
    for example in standard.examples:
        try:
            tried = try_example(example, standard, vocabulary, calendar, evaluate)
        except StandardRefused as refusal:
            click.echo(f"  REFUSED  {refusal}")
            faults += 1
            continue
        click.echo(f"  {'DIFFERS' if tried.differences else 'ok     '}  {example.name}: {_listed([one.outcome for one in tried.findings])}")
        for difference in tried.differences:
            click.echo(f"           {difference}")
        for finding in tried.findings if tried.differences else ():
            click.echo(f"           {_told(finding)}")
        faults += len(tried.differences)
    without = outcomes_without_example(standard)
    if without:
        click.echo(f"  MISSING  no example gives: {', '.join(without)}")
    return faults + len(without)


def main(paths: Sequence[str]) -> int:
    """Try the examples of the standards at the paths; 0 when all agree and every outcome has an example, otherwise 1."""
    vocabulary, calendar = load_vocabulary(), load_calendar()
    total = faults = 0
    for path in [Path(text) for text in paths] or [find_catalogue() / "standards"]:
        standards, refusals = check_standards(path, vocabulary)
        for refusal in refusals:
            click.echo(f"REFUSED  {refusal}")
        faults += len(refusals)
        for standard in standards:
            click.echo(f"{standard.id} version {standard.version} ({standard.file})")
            faults += _try_standard(standard, vocabulary, calendar)
            total += len(standard.examples)
    click.echo(f"{total} examples tried; {faults} to mend.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
