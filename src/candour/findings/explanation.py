"""The whole proof of one finding: who says so, the rule, what happened, the sum of the dates, the outcome, and what would decide it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from candour.findings.deciding import deciding_words, nothing_found
from candour.findings.duties import duty_words
from candour.findings.finding import Finding
from candour.findings.outcome_words import days_overdue_words, figure_is_ours, figure_is_second_hand, force_of_limit, outcome_words
from candour.findings.outcomes import Outcome, Reason
from candour.findings.shown_events import EventShown, Told, shown_events
from candour.findings.sums import Days, length_of_words, plain_limits, reckon
from candour.records.scene import Row, london_date
from candour.records.vocabulary import Vocabulary
from candour.standards.edition_wording import span_words
from candour.standards.limits import Adjustable
from candour.standards.model import Content, Held, Precedence, Recurrence, Response, Standard
from candour.standards.model import Sequence as Stages
from candour.standards.rule_parts import limits_of, parameters_of
from candour.standards.spoken import due_words, duration_words, moment_words
from candour.standards.wording import fields_named, rule_sentence

_WIDTH = 100
_LABEL = 15


@dataclass(frozen=True)
class Setting:
    """What a proof is written against: the moment it was judged (UTC), the words of the chronology, the calendar, what the sources
    told, and the force's own figures in words by name."""

    as_of: datetime
    vocabulary: Vocabulary
    days: Days | None = None
    sources: tuple[Told, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """One proof in typed blocks; every text is ready to be shown. `events` are in the order in which they happened."""

    finding_id: str
    title: str
    standard: str
    outcome: str
    outcome_words: str
    force_words: str
    duty: str
    whose_duty: str
    who_says_so: tuple[str, ...]
    the_rule: str
    our_reading: str
    events: tuple[EventShown, ...]
    not_shown: int
    about: tuple[tuple[str, str], ...]
    the_sum: tuple[str, ...]
    whose_limit: str
    would_decide: tuple[str, ...] = field(default=())
    doubt: str = ""
    """A sentence where it rests on a person with an undecided link."""

    @property
    def trigger(self) -> EventShown | None:
        """The event that started it, where the chronology still has it."""
        return next((event for event in self.events if event.part == "what started it"), None)


def explain(
    finding: Finding,
    standard: Standard,
    events: Sequence[Row],
    cases: Mapping[str, Row],
    children: Mapping[str, Row],
    setting: Setting,
    *,
    most: int = 20,
) -> Explanation:
    """The proof of a finding from the events of its scope group (the trigger among them), cases and children by their reference.

    Events must be one version each, as known at the run. At most `most` events that were considered are shown, those nearest to the
    start; `not_shown` says how many more there are.
    """
    rows = {str(row["event_id"]): row for row in events}
    trigger = rows.get(finding.trigger_event)
    shown, not_shown = shown_events(finding, standard, events, setting.vocabulary, setting.sources, most=most)
    return Explanation(
        finding_id=finding.finding_id,
        title=standard.title,
        standard=f"{standard.id}, version {standard.version}",
        outcome=finding.outcome,
        outcome_words=outcome_words(finding, setting.as_of),
        force_words=force_of_limit(finding, standard) if finding.outcome in (Outcome.LATE, Outcome.MISSED) else "",
        duty=standard.duty,
        whose_duty=duty_words(standard.duty),
        who_says_so=_who_says_so(standard),
        the_rule=rule_sentence(standard, setting.vocabulary),
        our_reading=standard.reading,
        events=shown,
        not_shown=not_shown,
        about=_about(finding, cases, children),
        the_sum=(
            *_the_sum(finding, standard, trigger, rows, setting),
            *nothing_found(finding, standard, setting.vocabulary, setting.sources),
        ),
        whose_limit=whose_limit(finding, standard, setting.parameters),
        would_decide=deciding_words(finding, trigger, shown, setting.vocabulary, setting.sources)
        if finding.outcome == Outcome.CANNOT_TELL
        else (),
    )


def _who_says_so(standard: Standard) -> tuple[str, ...]:
    source = standard.source
    where = f", {source.paragraph}" if source.paragraph else ""
    lines = [f"{source.document}{where} ({standard.status})."]
    if standard.in_force.begins or standard.in_force.ends:
        lines.append(f"This edition is for occasions {span_words(standard)}.")
    if not standard.edition.commenced:
        lines.append(f"It is not confirmed as in force, and was switched on by name for this run. {standard.edition.commencement}")
    if standard.statement != standard.title:
        lines.append(standard.statement)
    lines.append(f"How far this was checked in the source: {source.basis}.")
    if source.note:
        lines.append(source.note)
    lines.extend(source.urls)
    return tuple(lines)


def whose_limit(finding: Finding, standard: Standard, parameters: Mapping[str, str]) -> str:
    """Whose figure the limit is: the standard's, a local default of this project, or the force's own with who approved it; then what else in the rule is the force's own."""
    used = (finding.limit_whose or "").partition(":")[2].strip()
    others = (
        f" The force's own figure for {name.replace('_', ' ')}: {parameters[name]}."
        for name in parameters_of(standard.rule)
        if name in parameters and name != used
    )
    return _whose_limit(finding, standard, parameters) + "".join(others)


def _whose_limit(finding: Finding, standard: Standard, parameters: Mapping[str, str]) -> str:
    if finding.limit_text is None:
        return "No limit was reckoned on this occasion." if limits_of(standard.rule) else "The standard sets no length of time."
    said = f"The limit used: {fields_named(finding.limit_text)}"
    whose = finding.limit_whose or "standard"
    if whose.startswith("local"):
        name = whose.partition(":")[2].strip()
        told = f": {parameters[name]}" if name in parameters else ""
        return f"{said}. It is the force's own figure for {name.replace('_', ' ')}{told}."
    if figure_is_ours(standard):
        return f"{said}. It is a local default of this catalogue, not national policy; no figure was verified in the source named above."
    if figure_is_second_hand(standard) and standard.source.verified:
        return f"{said}. It is a figure read only in a text that quotes or sums up the source named above, not in that source itself."
    if figure_is_second_hand(standard):
        return f"{said}. It is a figure seen only second hand, not confirmed in the source named above."
    return f"{said}. It is the figure of the source named above."


def _about(finding: Finding, cases: Mapping[str, Row], children: Mapping[str, Row]) -> tuple[tuple[str, str], ...]:
    lines: list[tuple[str, str]] = []
    if finding.case_ref:
        case = cases.get(finding.case_ref, {})
        opened, closed = case.get("opened_on"), case.get("closed_on")
        state = f"opened {opened:%-d %B %Y}" if opened else ""
        state += (", closed " if state else "closed ") + f"{closed:%-d %B %Y}" if closed else (", still open" if opened else "")
        lines.append(("Case", f"{finding.case_ref}{f' ({state})' if state else ''}"))
    if finding.child_ref:
        lines.append(("Child", f"{finding.child_ref}{_child_words(finding, children.get(finding.child_ref, {}))}"))
    if finding.episode_ref:
        lines.append(("Episode", finding.episode_ref))
    if finding.scope not in ("case", "child", "episode") and finding.scope_key:
        lines.append((finding.scope.capitalize(), finding.scope_key))
    if finding.unit:
        lines.append(("Unit", finding.unit))
    return tuple(lines)


def _child_words(finding: Finding, child: Row) -> str:
    """` (girl, 14 then)`: sex and age by calendar on the day of the start, where they are known."""
    born, start = child.get("born_on"), finding.triggered_at
    parts = [{"female": "girl", "male": "boy"}.get(str(child["sex"]), str(child["sex"]))] if child.get("sex") else []
    if isinstance(born, date) and start is not None:
        on = london_date(start)
        parts.append(f"{on.year - born.year - ((on.month, on.day) < (born.month, born.day))} then")
    return f" ({', '.join(parts)})" if parts else ""


# The sum


def _the_sum(finding: Finding, standard: Standard, trigger: Row | None, rows: Mapping[str, Row], setting: Setting) -> tuple[str, ...]:
    if trigger is None:
        return ("The event that started it is not in the chronology as it is now; the sum cannot be shown.",)
    lines = [*_to_the_limit(finding, standard, trigger, rows, setting), *_from_the_limit(finding, standard, setting.as_of)]
    return tuple(line for line in lines if line)


def _to_the_limit(finding: Finding, standard: Standard, trigger: Row, rows: Mapping[str, Row], setting: Setting) -> tuple[str, ...]:
    rule = standard.rule
    if isinstance(rule, Held):
        return (
            (f"{finding.measured} held at once; {finding.limit_text or f'at most {rule.at_most}'}.",)
            if finding.measured is not None
            else ()
        )
    start = trigger.get("occurred_to")
    if finding.due_at is None or not isinstance(start, datetime):
        return ()
    if isinstance(rule, Precedence | Stages):
        back = f", looking back {finding.limit_text}" if finding.limit_text else ""
        return (f"It had to be there before {moment_words(finding.due_at)}{back}.",)
    only_a_day = trigger.get("precision") == "day"
    used = length_of_words(finding.limit_text or "")
    for limit in (*plain_limits(limits_of(rule)), *([used] if used else [])):
        if finding.limit_text not in (None, limit.words):
            continue
        found = reckon(limit, start, trigger, setting.days)
        if found is not None and found.due == finding.due_at:
            uncertain = ("Only the date of the start is recorded: this is the latest the limit can be, reckoned from the end of that day.",)
            return found.words + (uncertain if only_a_day and limit.grain == "elapsed" else ())
    if isinstance(rule, Response) and rule.extend:
        extended = _extended(rule, finding, start, rows, setting)
        if extended:
            return extended
    return (f"The limit ({fields_named(finding.limit_text)}) ended at {due_words(finding.due_at)}.",) if finding.limit_text else ()


def _extended(rule: Response, finding: Finding, start: datetime, rows: Mapping[str, Row], setting: Setting) -> tuple[str, ...]:
    for rung in reversed(rule.extend):
        for row in rows.values():
            at = row.get("occurred_to")
            if row["kind"] not in rung.selector.kinds or not isinstance(at, datetime):
                continue
            base = start if rung.reckoned_from == "trigger" else at
            for limit in plain_limits((rung.limit.default if isinstance(rung.limit, Adjustable) else rung.limit,)):
                found = reckon(limit, base, row, setting.days)
                if found is not None and found.due == finding.due_at:
                    title = setting.vocabulary.kinds[str(row["kind"])].title
                    return (f"The limit was extended: “{title}” on {moment_words(at)}.", *found.words)
    return ()


def _from_the_limit(finding: Finding, standard: Standard, as_of: datetime) -> tuple[str, ...]:
    due, done = finding.due_at, finding.satisfied_at
    if isinstance(standard.rule, Content) and standard.rule.within is None:
        return ()
    if finding.outcome == Outcome.MET and done and due and finding.triggered_at:
        if isinstance(standard.rule, Response | Recurrence | Content) and done >= finding.triggered_at:
            return (
                f"Done {moment_words(done)}, {duration_words(int((done - finding.triggered_at).total_seconds()))} after the start: in time.",
            )
        return (f"Done {moment_words(done)}: in time.",)
    if finding.outcome == Outcome.LATE and done:
        late = duration_words(finding.late_by or 0, exact=(finding.late_by or 0) < 86_400)
        return (f"Done {moment_words(done)}: {late} after the limit.",)
    if finding.outcome == Outcome.MISSED and finding.reason == Reason.NOT_ANSWERED and due:
        ago = days_overdue_words(finding, as_of)
        return (f"Looked at as of {moment_words(as_of)}: the limit passed {ago}.",) if ago else ()
    if finding.outcome == Outcome.PENDING and due and due > as_of:
        return (f"Looked at as of {moment_words(as_of)}: {duration_words(int((due - as_of).total_seconds()))} left.",)
    return ()


# As text


def as_text(explanation: Explanation) -> str:
    """The proof as plain text of about a hundred columns, in the order in which an argument is read."""
    one = explanation
    heading = f"{one.title}: {one.outcome_words}" + (f" ({one.force_words})" if one.force_words else "")
    lines = [*textwrap.wrap(heading, _WIDTH), f"Finding {one.finding_id} (standard {one.standard})", ""]
    lines += [line for name, value in one.about for line in _labelled(name, value)]
    lines += _labelled("Who says so", *one.who_says_so)
    lines += _labelled("Whose duty", one.whose_duty)
    lines += _labelled("The rule", one.the_rule)
    lines += _labelled("Our reading", one.our_reading)
    happened = [part for event in one.events for part in event.lines()] or ["Nothing in the chronology."]
    if one.not_shown:
        happened.append(f"{one.not_shown:,} more events of these kinds were considered and are not shown.")
    lines += _labelled("What happened", *happened)
    lines += _labelled("The sum", *one.the_sum) if one.the_sum else []
    lines += _labelled("Whose limit", one.whose_limit)
    lines += _labelled("Outcome", one.outcome_words + ".")
    lines += _labelled("To decide it", *one.would_decide) if one.would_decide else []
    lines += _labelled("In doubt", one.doubt) if one.doubt else []
    return "\n".join(lines) + "\n"


def _labelled(label: str, *paragraphs: str) -> list[str]:
    lines: list[str] = []
    for paragraph in paragraphs:
        indent = len(paragraph) - len(paragraph.lstrip())
        pad = " " * (_LABEL + indent)
        wrapped = textwrap.wrap(
            paragraph.strip(), _WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
        )
        lines += wrapped or [""]
    if lines:
        lines[0] = label.ljust(_LABEL) + lines[0][_LABEL:]
    return lines
