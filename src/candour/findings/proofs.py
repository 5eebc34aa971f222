"""Makes the proofs of findings of a run from a store: reads the run, the standards and the events, and explains."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from candour.findings.doubt import doubts_of_findings
from candour.findings.explanation import Explanation, Setting, explain
from candour.findings.finding import Finding
from candour.findings.runs import FINDINGS, Run, RunRefused, read_run, run_folder
from candour.findings.stored_events import chronology_of, fetch_events, read_findings, source_lines, told_of
from candour.findings.sums import Days
from candour.records.calendars import load_calendar
from candour.records.chronology import Chronology
from candour.records.vocabulary import Vocabulary, find_catalogue, vocabulary_of
from candour.standards.loading import load_standard, load_standards
from candour.standards.model import Standard


@dataclass(frozen=True)
class OpenedRun:
    """A run with what its proofs need: its folder and record, the standards by id and version, and the chronology it was made on."""

    folder: Path
    run: Run
    standards: Mapping[tuple[str, int], Standard]
    vocabulary: Vocabulary
    chronology: Chronology
    setting: Setting

    @property
    def findings(self) -> Path:
        """`findings.parquet` of the run."""
        return self.folder / FINDINGS

    def standard_of(self, finding: Finding) -> Standard:
        """The edition of the standard a finding was held against. Raises RunRefused where the catalogue no longer has it."""
        found = self.standards.get((finding.standard, finding.version))
        if found is None:
            raise RunRefused(
                f"{finding.standard}, version {finding.version}, is not in the folder of standards. "
                "Name the folder that has it with --standards, or assess the store again."
            )
        return found

    def changed_since(self, standard: Standard) -> str:
        """A sentence where the standard's file is no longer what the run used; otherwise empty."""
        used = {(one.id, one.version): one.fingerprint for one in self.run.standards}
        before = used.get((standard.id, standard.version))
        if before is None or before == standard.fingerprint:
            return ""
        return (
            f"Note: the file of {standard.id} has changed since run {self.run.run_id}; the words below are those of the file as it is now."
        )


def open_run(store: Path, run_id: str | None = None, folder: Path | None = None, only: str | None = None) -> OpenedRun:
    """Open a run of a store (by default the last) with the standards of a folder (by default the catalogue's), or one of them alone.

    Raises InputRefused or StandardRefused.
    """
    vocabulary = vocabulary_of(store)
    where = run_folder(store, run_id)
    run = read_run(where)
    chronology = chronology_of(store, run.chronology, run.links)
    standards = _one_alone(folder, vocabulary, only) or load_standards(folder, vocabulary)
    sources = run.sources or source_lines(chronology)
    setting = Setting(run.as_of, vocabulary, load_days(), told_of(sources), run.parameters)
    return OpenedRun(where, run, {(one.id, one.version): one for one in standards}, vocabulary, chronology, setting)


def _one_alone(folder: Path | None, vocabulary: Vocabulary, standard_id: str | None) -> tuple[Standard, ...]:
    """The editions of one standard where its files are named after it; nothing where they are not. It saves reading all the others."""
    root = folder or find_catalogue() / "standards"
    if standard_id is None or not root.is_dir() or not re.fullmatch(r"[a-z0-9-]+", standard_id):
        return ()
    files = [*root.rglob(f"{standard_id}.toml"), *root.rglob(f"{standard_id}.v*.toml")]
    return tuple(load_standard(file, vocabulary) for file in sorted(files))


def load_days(folder: Path | None = None) -> Days:
    """The calendar of bank holidays and school terms with the holidays' names."""
    root = folder or find_catalogue() / "calendars"
    with (root / "bank_holidays.csv").open(encoding="utf-8", newline="") as stream:
        names = {date.fromisoformat(row["date"]): row.get("title") or "bank holiday" for row in csv.DictReader(stream)}
    return Days(load_calendar(root), names)


def proofs_of(opened: OpenedRun, findings: Sequence[Finding], *, most: int = 20) -> tuple[Explanation, ...]:
    """The proofs of these findings, in the same order, with one reading of the chronology."""
    paired = [(finding, opened.standard_of(finding)) for finding in findings]
    fetched = fetch_events(opened.chronology, paired, opened.vocabulary, opened.run.known_at, opened.run.as_of)
    doubts = doubts_of_findings(opened.folder, [finding.finding_id for finding in findings])
    return tuple(
        replace(
            explain(finding, standard, fetched.scope_of(finding, standard), fetched.cases, fetched.children, opened.setting, most=most),
            doubt=doubts.get(finding.finding_id, ""),
        )
        for finding, standard in paired
    )


def explain_finding(store: Path, finding_id: str, *, run_id: str | None = None, folder: Path | None = None) -> tuple[Explanation, str]:
    """The proof of one finding of a run, and a notice where the standard's file has changed since.

    Raises RunRefused where the run has no such finding, naming ids like it.
    """
    opened = open_run(store, run_id, folder, finding_id.partition("@")[0])
    found = read_findings(opened.findings, "finding_id = ?", [finding_id])
    if not found:
        raise RunRefused(f"run {opened.run.run_id} has no finding {finding_id!r}.{_near(opened.findings, finding_id)}")
    return proofs_of(opened, found)[0], opened.changed_since(opened.standard_of(found[0]))


def _near(findings: Path, finding_id: str) -> str:
    standard = finding_id.partition("@")[0]
    known = sorted({one.standard for one in read_findings(findings, "true", (), "qualify row_number() over (partition by standard) = 1")})
    if standard not in known:
        close = get_close_matches(standard, known, n=3)
        return f" Ids begin with the standard, such as {', '.join(close or known[:3])}." if known else " The run has no findings."
    some = [one.finding_id for one in read_findings(findings, "standard = ?", [standard], "limit 3")]
    return f" Ids of this standard are such as {', '.join(some)}."
