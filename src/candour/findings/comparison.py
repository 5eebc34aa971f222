"""Every difference between two runs of a store, and why: a record that is new, corrected or withdrawn, time, a rule or a figure that changed.

All causes that are found are listed. A difference without one is said to be a fault in Candour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from candour.findings.changed_records import ChangedRecord, Compared, changed_records, connect_runs, read_differences
from candour.findings.outcome_words import OUTCOME_TITLES
from candour.findings.outcomes import Reason
from candour.findings.runs import FINDINGS, Run, StandardUsed, read_run, run_folder
from candour.findings.stored_events import chronology_of
from candour.standards.spoken import counted, due_words, moment_words

_LONGEST_DAY = timedelta(hours=25)


class Cause(StrEnum):
    """Why a finding differs between two runs."""

    NEW_RECORD = "new record"
    CORRECTED_RECORD = "corrected record"
    WITHDRAWN_RECORD = "withdrawn record"
    NOT_KNOWN_THEN = "record not yet known in one of the runs"
    CASE_DETAILS = "details of the case or child changed"
    TIME_PASSED = "time passed"
    STANDARD_CHANGED = "standard changed"
    PARAMETER_CHANGED = "parameter changed"
    CALENDAR_CHANGED = "calendar changed"
    LINKS_CHANGED = "links changed"
    SOURCE_CHANGED = "what a source declares changed"
    VOCABULARY_CHANGED = "vocabulary changed"
    CANDOUR_CHANGED = "Candour itself changed"


_RECORD_CAUSES = {
    "new": Cause.NEW_RECORD,
    "corrected": Cause.CORRECTED_RECORD,
    "withdrawn": Cause.WITHDRAWN_RECORD,
    "unknown": Cause.NOT_KNOWN_THEN,
    "details": Cause.CASE_DETAILS,
}
NO_CAUSE = "no cause found: this is a fault in Candour; please report it"
NOT_KEPT = "no cause found among the records still kept: the chronology of the earlier run has since been replaced"


@dataclass(frozen=True)
class Why:
    """One cause of one difference, with what exactly it was."""

    cause: Cause
    detail: str


_LINKED = ("child_ref", "suspect_ref", "place_ref", "child", "suspect", "place")
"""What a standard binds by that linking replaces."""


@dataclass(frozen=True)
class Difference:
    """One finding that differs. `before` and `after` are outcomes; None where the run has no such finding. `changed` names the columns."""

    finding_id: str
    standard: str
    before: str | None
    after: str | None
    changed: tuple[str, ...]
    why: tuple[Why, ...]
    unexplained: str = NO_CAUSE

    @property
    def what(self) -> str:
        """`added`, `gone`, `outcome changed` or `details changed`."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "gone"
        return "outcome changed" if self.before != self.after else "details changed"

    def sentence(self) -> str:
        """What changed and why, in one line."""
        said = {
            "added": f"added: {_title(self.after)}",
            "gone": f"gone: was {_title(self.before)}",
            "outcome changed": f"{_title(self.before)} became {_title(self.after)}",
        }.get(self.what, f"still {_title(self.after)}; {', '.join(self.changed)} changed")
        why = "; ".join(f"{one.cause}: {one.detail}" if one.detail else str(one.cause) for one in self.why)
        return f"{self.finding_id}: {said}. {why or self.unexplained}."


def _title(outcome: str | None) -> str:
    return OUTCOME_TITLES.get(outcome or "", outcome or "").lower()


@dataclass(frozen=True)
class Comparison:
    """Two runs and every difference between them, in order of finding."""

    before: Run
    after: Run
    differences: tuple[Difference, ...]
    same: int

    def by_cause(self) -> dict[str, int]:
        """How many differences have each cause (one with two causes counts in both), and how many have none."""
        found = Counter(str(why.cause) for one in self.differences for why in {why.cause: why for why in one.why}.values())
        found.update(one.unexplained for one in self.differences if not one.why)
        return dict(found.most_common())

    def by_change(self) -> dict[str, int]:
        """How many findings were added, are gone, or changed."""
        return dict(Counter(one.what for one in self.differences).most_common())

    def sentence(self) -> str:
        """What differs, in words."""
        runs = f"run {self.before.run_id} (as of {moment_words(self.before.as_of)}) and run {self.after.run_id} (as of {moment_words(self.after.as_of)})"
        if not self.differences:
            return f"{counted(self.same, 'finding')} in {runs}: all the same."
        changes = ", ".join(f"{number:,} {what}" for what, number in self.by_change().items())
        differ = "differs" if len(self.differences) == 1 else "differ"
        return f"{counted(len(self.differences), 'finding')} {differ} between {runs}: {changes}. {self.same:,} are the same."


def compare(store: Path, run_a: str, run_b: str) -> Comparison:
    """Compare two runs of a store, `run_a` the earlier in the reader's mind. Raises RunRefused or InputRefused."""
    folders = run_folder(store, run_a), run_folder(store, run_b)
    before, after = read_run(folders[0]), read_run(folders[1])
    generations = chronology_of(store, before.chronology, before.links), chronology_of(store, after.chronology, after.links)
    with connect_runs(folders[0] / FINDINGS, folders[1] / FINDINGS) as connection:
        compared, same = read_differences(connection)
        records = changed_records(connection, before, after, generations)
    kept = all(str(one.number) == run.chronology for one, run in zip(generations, (before, after), strict=True))
    editions: dict[str, list[StandardUsed]] = {}
    for edition in (*before.standards, *after.standards):
        editions.setdefault(edition.id, []).append(edition)
    found = tuple(
        Difference(
            one.finding_id, one.standard, one.before, one.after, one.changed,
            _why(one, records.get(one.finding_id, ()), editions.get(one.standard, ()), before, after),
            NO_CAUSE if kept else NOT_KEPT,
        )
        for one in compared
    )  # fmt: skip
    return Comparison(before, after, found, same)


def _why(one: Compared, records: Sequence[ChangedRecord], editions: Sequence[StandardUsed], before: Run, after: Run) -> tuple[Why, ...]:
    found = [Why(_RECORD_CAUSES[record.cause], record.detail) for record in records if record.cause in _RECORD_CAUSES]
    found += _standard_causes(one, before, after)
    names = dict.fromkeys(name for edition in editions for name in edition.parameters)
    for name in names:
        was, is_now = before.parameters.get(name), after.parameters.get(name)
        if was != is_now:
            found.append(
                Why(
                    Cause.PARAMETER_CHANGED,
                    f"{name}: {was or 'the figure of the standard'} became {is_now or 'the figure of the standard'}",
                )
            )
    if before.calendar != after.calendar and any(edition.calendar for edition in editions):
        found.append(Why(Cause.CALENDAR_CHANGED, "the bank holidays or school terms are not the same"))
    found += _source_causes(one, editions, before, after)
    if before.vocabulary != after.vocabulary:
        found.append(Why(Cause.VOCABULARY_CHANGED, ""))
    if before.as_of != after.as_of:
        found += _time_causes(one, records, before.as_of, after.as_of)
    bound = {column for edition in editions for column in (*edition.columns, *edition.same, edition.held_by)}
    if before.links != after.links and (not found or {"child_ref", "scope_key"} & set(one.changed) or bound & set(_LINKED)):
        links_were, links_are = (f"links {run.links}" if run.links else "no links" for run in (before, after))
        found.append(Why(Cause.LINKS_CHANGED, f"{links_were} became {links_are}"))
    if before.candour_version != after.candour_version and not found:
        found.append(Why(Cause.CANDOUR_CHANGED, f"version {before.candour_version} became {after.candour_version}"))
    return tuple(dict.fromkeys(found))


def _standard_causes(one: Compared, before: Run, after: Run) -> list[Why]:
    was = {edition.version: edition.fingerprint for edition in before.standards if edition.id == one.standard}
    is_now = {edition.version: edition.fingerprint for edition in after.standards if edition.id == one.standard}
    if was == is_now:
        return []
    if not was:
        return [Why(Cause.STANDARD_CHANGED, f"{one.standard} was not assessed in run {before.run_id}")]
    if not is_now:
        return [Why(Cause.STANDARD_CHANGED, f"{one.standard} was not assessed in run {after.run_id}")]
    versions = [version for version in sorted(was | is_now) if was.get(version) != is_now.get(version)]
    return [Why(Cause.STANDARD_CHANGED, f"{one.standard}, {', '.join(f'version {version}' for version in versions)}")]


def _source_causes(one: Compared, editions: Sequence[StandardUsed], before: Run, after: Run) -> list[Why]:
    """Sources that hold other fields of a kind the standard reads; and, where completeness decided, those complete for another time."""
    kinds = {kind for edition in editions for kind in edition.kinds}
    found = []
    was, is_now = _held(before, kinds), _held(after, kinds)
    changed = [source for source in sorted(was.keys() | is_now.keys()) if was.get(source) != is_now.get(source)]
    found += [Why(Cause.SOURCE_CHANGED, f"{source} holds other fields than before") for source in changed]
    if Reason.SOURCE in one.reasons:
        spans = _complete(before, kinds), _complete(after, kinds)
        changed = [source for source in sorted(spans[0].keys() | spans[1].keys()) if spans[0].get(source) != spans[1].get(source)]
        found += [Why(Cause.SOURCE_CHANGED, f"{source} is complete for another time than before") for source in changed]
    return found


def _held(run: Run, kinds: set[str]) -> dict[str, object]:
    return {
        str(source["source_system"]): held
        for source in run.sources
        if (held := {kind: sorted(names) for kind, names in source.get("holds", {}).items() if kind in kinds})
    }


def _complete(run: Run, kinds: set[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for source in run.sources:
        spans = [(sorted(set(span["kinds"]) & kinds), span["from"], span["to"]) for span in source.get("complete", ())]
        if any(span[0] for span in spans):
            found[str(source["source_system"])] = spans
    return found


def _time_causes(one: Compared, records: Sequence[ChangedRecord], was: datetime, is_now: datetime) -> list[Why]:
    """Whether the limit, or something that happened, lies between the two moments at which the runs were judged."""
    first, last = min(was, is_now), max(was, is_now)
    # Where the start is known only to the day the limit is a stretch of up to a day (25 hours when the clocks go back), ending at the due moment.
    stretch = _LONGEST_DAY if Reason.PRECISION in one.reasons else timedelta()
    found = [Why(Cause.TIME_PASSED, f"it was due {due_words(due)}") for due in one.due if first < due <= last + stretch]
    found += [
        Why(Cause.TIME_PASSED, f"{record.detail}, happened {moment_words(record.at)}")
        for record in records
        if record.cause == "happened" and record.at is not None
    ]
    return found
