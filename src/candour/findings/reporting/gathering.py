"""Gathers everything a report says about one run: every figure from the same measures, every proof from the same chronology."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from candour.findings.change import change_words
from candour.findings.coverage import Coverage, Covered, read_coverage, unheard_of
from candour.findings.doubt import read_doubt
from candour.findings.explanation import Explanation
from candour.findings.finding import Finding
from candour.findings.measures import Counts, Measures, Named, read_measures
from candour.findings.proofs import OpenedRun, open_run, proofs_of
from candour.findings.reporting.limits_used import LimitUsed, LocalFigure, local_figures, read_limits
from candour.findings.reporting.looked_at import Period, SourceLine, Writing, read_period, read_writing, source_lines_of
from candour.findings.reporting.open_findings import OpenFindings, read_open
from candour.findings.runs import Run
from candour.findings.stored_events import source_lines
from candour.findings.waiting import Waits, read_waits
from candour.findings.writing import Written, read_written_late
from candour.standards.editions import in_order_of_time
from candour.standards.model import SEVERITIES, Standard
from candour.standards.parameters import WRITTEN_LONG_AFTER
from candour.standards.spoken import listed
from candour.standards.wording import rule_sentence

PROOFS = 30
"""How many open findings are shown with their proof."""
PARTNER_PROOFS = 10
"""How many of those that wait on a partner are."""
WRITTEN_PROOFS = 20
"""How many of those that were written late are."""
LISTED = 1000
"""How many open findings are listed; the rest are in `findings.parquet`, and the report says how many."""
_MADE_UP = re.compile(r"\bmade[ -]up\b", re.IGNORECASE)
AREAS = {
    "contact": "Initial contact",
    "voice": "Voice of the child",
    "sharing": "Referral and sharing",
    "strategy": "Strategy and conference",
    "missing": "Missing children",
    "exploitation": "Exploitation and online",
    "investigation": "Investigation and supervision",
    "police-protection": "Police protection",
    "custody": "Children in custody",
    "domestic-abuse": "Domestic abuse",
    "offenders": "Offenders",
    "closure": "Outcome and closure",
    "workforce": "Workforce",
    "recording": "Recording quality",
}
"""What the areas of the catalogue are called on the page; any other is called by its own name."""


@dataclass(frozen=True)
class StandardPart:
    """Everything the report says of one standard."""

    id: str
    named: Named
    standard: Standard | None
    rule: str
    counts: Counts
    by_unit: Mapping[str | None, Counts]
    by_month: Mapping[str | None, Counts]
    change: str
    waits: Waits | None
    covered: Covered | None
    written: Written
    written_by_unit: Mapping[str | None, Written]
    unheard_of: str = ""
    """The kinds that would make an occasion, in words, where no source brings any: it was not checked."""
    cut_short: str = ""
    """A sentence where it counts what lies before the records, so that occasions may be missing."""
    doubt: str = ""
    """How far undecided links could move its counts, in a sentence."""
    cut_short_not_kept: bool = False
    """Whether it is a count of which the run did not keep whether occasions may be missing."""


@dataclass(frozen=True)
class AreaPart:
    """One area with its standards. `counts` are of the police's duties and those they share, `of_partners` of partners' duties."""

    id: str
    title: str
    counts: Counts
    of_partners: Counts
    standards: tuple[StandardPart, ...]

    def finding(self) -> str:
        """What was found in the area, as the title of its table: the standard done in time least often, and how much cannot be told."""
        rated = [part for part in self.standards if not part.counts.too_few and not part.named.of_partner]
        least = min(rated, key=lambda part: part.counts.rate or 0.0) if rated else None
        said = "too few decided occasions for a rate of any standard"
        if least is not None:
            said = f"least often done in time is “{least.named.title}”, {least.counts.met:,} of {least.counts.denominator:,} ({least.counts.rate_words()})"
        elif all(part.named.of_partner for part in self.standards):
            return f"{self.title}: every standard here is a partner's duty; {self.of_partners.cannot_tell:,} of {self.of_partners.occasions:,} occasions cannot be told"
        apart = f"; partners' duties ({self.of_partners.occasions:,} occasions) stand apart" if self.of_partners.occasions else ""
        return f"{self.title}: {said}; {self.counts.cannot_tell:,} of {self.counts.occasions:,} occasions cannot be told{apart}"


@dataclass(frozen=True)
class Report:
    """Everything the page shows. `undone` is what needs people, `waiting_on_partners` what is a partner's duty; `proofs` and
    `partner_proofs` are the first of each with their proof. `written_late` are the things done in time that were written down after the
    limit or long after, and `written_late_proofs` the first of them."""

    force: str
    made_up: bool
    run: Run
    period: Period
    sources: tuple[SourceLine, ...]
    writing: tuple[Writing, ...]
    measures: Measures
    areas: tuple[AreaPart, ...]
    undone: OpenFindings
    proofs: tuple[tuple[Finding, Explanation], ...]
    waiting_on_partners: OpenFindings
    partner_proofs: tuple[tuple[Finding, Explanation], ...]
    written_late: int
    written_late_proofs: tuple[tuple[Finding, Explanation], ...]
    coverage: Coverage
    limits: tuple[LimitUsed, ...]
    local_figures: tuple[LocalFigure, ...]
    notices: tuple[str, ...]
    doubt: str = ""
    """What is in doubt because possible links are undecided, in a sentence."""

    @property
    def standards(self) -> tuple[StandardPart, ...]:
        """Every standard, area by area."""
        return tuple(part for area in self.areas for part in area.standards)

    @property
    def long_after_is_ours(self) -> bool:
        """Whether the length after which an entry is called written long after is our own default, not the force's."""
        return WRITTEN_LONG_AFTER not in self.run.parameters

    def severity_of(self, finding: Finding) -> str:
        """The severity of a finding's standard; empty where the catalogue no longer has it."""
        return self.measures.name_of(finding.standard).severity

    def proofs_of(self, standard: str) -> tuple[tuple[str, Finding, Explanation], ...]:
        """The proofs on the page of one standard, each with the id of its place there."""
        numbered = enumerate((*self.proofs, *self.partner_proofs), start=1)
        return tuple((f"proof-{number}", finding, one) for number, (finding, one) in numbered if finding.standard == standard)

    def place_of(self, finding: Finding) -> str:
        """The id of the place on the page of a finding whose proof is shown."""
        return next(place for place, one, _ in self.proofs_of(finding.standard) if one.finding_id == finding.finding_id)


def area_title(area: str) -> str:
    """What an area is called."""
    return AREAS.get(area) or area.replace("-", " ").capitalize()


def gather(store: Path, run_id: str | None = None, folder: Path | None = None) -> Report:
    """Gather the report of a run (by default the last) of a store. Raises InputRefused or StandardRefused."""
    opened = open_run(store, run_id, folder)
    run, chronology = opened.run, opened.chronology
    assessed = {(one.id, one.version) for one in run.standards}
    standards = tuple(one for key, one in opened.standards.items() if key in assessed)
    measures = read_measures(opened.findings, standards, chronology.events, known_at=run.known_at, long_after=run.long_after)
    late_written, how_many = read_written_late(
        opened.findings, chronology.events, known_at=run.known_at, long_after=run.long_after, most=WRITTEN_PROOFS,
        apart=[key for key, named in measures.names.items() if named.of_partner],
    )  # fmt: skip
    coverage = read_coverage(
        opened.findings, chronology.events, standards, opened.vocabulary, opened.setting.sources, run.occasions_may_be_missing
    )
    waits = read_waits(opened.findings, chronology.events, standards, run.as_of)
    undone, on_partners = read_open(opened.findings, chronology.cases, standards, run.as_of, run.known_at, most=LISTED)
    proved, proved_apart = (
        tuple(one for one in some.shown if (one.standard, one.version) in opened.standards)[:most]
        for some, most in ((undone, PROOFS), (on_partners, PARTNER_PROOFS))
    )
    proved_late = tuple(one for one in late_written if (one.standard, one.version) in opened.standards)
    shown = (*proved, *proved_apart, *proved_late)
    proofs = tuple(zip(shown, proofs_of(opened, shown, most=8), strict=True))
    sources = source_lines_of(run.sources or source_lines(chronology), opened.vocabulary)
    force, made_up = _force(store, sources)
    doubt = read_doubt(opened.folder)
    return Report(
        force=force,
        made_up=made_up,
        run=run,
        period=read_period(opened.findings, chronology.events, chronology.cases, chronology.children),
        sources=sources,
        writing=read_writing(chronology.events),
        measures=measures,
        doubt=doubt.sentence() if doubt else "",
        areas=_areas(opened, measures, coverage, waits, standards),
        undone=undone,
        proofs=proofs[: len(proved)],
        waiting_on_partners=on_partners,
        partner_proofs=proofs[len(proved) : len(proved) + len(proved_apart)],
        written_late=how_many,
        written_late_proofs=proofs[len(proved) + len(proved_apart) :],
        coverage=coverage,
        limits=read_limits(opened.findings, standards, run.parameters),
        local_figures=local_figures(run),
        notices=tuple(notice for one in standards if (notice := opened.changed_since(one))),
    )


def _force(store: Path, sources: Sequence[SourceLine]) -> tuple[str, bool]:
    """The force a store is of, and whether it is made up: where the store says so, or its name or that of any source does."""
    file = store / "store.json"
    content = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    name = str(content.get("name") or content.get("force") or "")
    told = [name, *(source.title for source in sources)]
    return name, content.get("made_up") is True or any(_MADE_UP.search(one) for one in told)


def _areas(
    opened: OpenedRun, measures: Measures, coverage: Coverage, waits: Sequence[Waits], standards: Sequence[Standard]
) -> tuple[AreaPart, ...]:
    doubt = read_doubt(opened.folder)
    latest = {one.id: one for one in in_order_of_time(standards)}
    followed = {one.standard: one for one in waits}
    covered = {one.standard: one for one in coverage.covered}
    short = {one.standard: one for one in coverage.cut_short}
    found, written = measures.by_standard(), measures.written_by_standard()
    parts: dict[str, list[StandardPart]] = {}
    ids = [*found, *(one for one in latest if one not in found)]
    for standard_id in ids:
        standard, named = latest.get(standard_id), measures.name_of(standard_id)
        by_month = measures.by_month(standard_id)
        parts.setdefault(named.area, []).append(
            StandardPart(
                id=standard_id,
                named=named,
                standard=standard,
                rule=rule_sentence(standard, opened.vocabulary) if standard else "",
                counts=found.get(standard_id, Counts()),
                by_unit=measures.by_unit(standard_id),
                by_month=by_month,
                change=change_words(by_month),
                waits=followed.get(standard_id),
                covered=covered.get(standard_id),
                written=written.get(standard_id, Written()),
                written_by_unit=measures.written_by_unit(standard_id),
                unheard_of="" if standard_id in found else _unheard_of([one for one in standards if one.id == standard_id], opened),
                doubt=doubt.of(standard_id) if doubt else "",
                cut_short=short[standard_id].sentence(opened.vocabulary) if standard_id in short else "",
                cut_short_not_kept=standard_id in coverage.not_kept,
            )
        )
    order = {area: place for place, area in enumerate(AREAS)}
    return tuple(
        AreaPart(area, area_title(area), measures.of_police(area), measures.of_partners(area), tuple(sorted(parts[area], key=_by_severity)))
        for area in sorted(parts, key=lambda area: (order.get(area, len(order)), area))
    )


def _unheard_of(editions: Sequence[Standard], opened: OpenedRun) -> str:
    kinds = unheard_of(editions, opened.setting.sources)
    return listed([f"“{opened.vocabulary.kinds[kind].title}”" for kind in kinds if kind in opened.vocabulary.kinds], "or")


def _by_severity(part: StandardPart) -> tuple[int, str]:
    return (SEVERITIES.index(part.named.severity) if part.named.severity in SEVERITIES else len(SEVERITIES), part.named.title)
