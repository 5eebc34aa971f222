"""Every reading of casework. Each takes the person and what they may see; a reading of a child's record is on the trail in the same transaction.

What is not open to the person is not found, and the answer is the same as for what is not there; the trail keeps that it was asked for.
Row-level security holds the same again beneath.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import sql

from candour.findings.explanation import Explanation
from candour.records.scene import last_second, london_date
from candour_web.casework import catalogue
from candour_web.casework.models import Publication
from candour_web.casework.proving import Proof, finding_from, plain, prove, rows_of
from candour_web.casework.rules import risk_words, why_open
from candour_web.casework.showing import SETTLED, Entry, FindingLine, child_line, entry, finding_line
from candour_web.people.models import Person
from candour_web.people.rules import Scope
from candour_web.trail.actions import write
from candour_web.trail.models import Entry as Told

ENTRIES_A_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """Which run a page is answered from. Moments are UTC without zone."""

    publication: Publication

    @property
    def as_of(self) -> datetime:
        """The moment at which the run judged what was due."""
        return plain(self.publication.as_of)

    @property
    def today(self) -> date:
        """The London day of `as_of`."""
        return london_date(self.as_of)


@dataclass(frozen=True)
class CasePage:
    """A case as its page shows it."""

    case_ref: str
    kind: str
    row: Mapping[str, Any]
    flags: tuple[str, ...]
    children: tuple[str, ...]
    open_days: int | None
    findings: tuple[FindingLine, ...]
    groups: tuple[tuple[str, int], ...]
    entries: tuple[Entry, ...]
    number_of_entries: int
    page: int
    pages: int

    @property
    def risk(self) -> str:
        """The risk that was last recorded, in words."""
        return risk_words(self.row["risk_level"])

    @property
    def needing(self) -> tuple[FindingLine, ...]:
        """Findings that can still need somebody, or were done late: not done, due, cannot tell, late."""
        return tuple(one for one in self.findings if one.outcome not in SETTLED)

    @property
    def settled(self) -> tuple[FindingLine, ...]:
        """Findings that need nobody: done in time, excused."""
        return tuple(one for one in self.findings if one.outcome in SETTLED)


@dataclass(frozen=True)
class FindingPage:
    """A finding as its page shows it: its line, and its proof (None where the catalogue no longer has the edition)."""

    line: FindingLine
    proof: Proof | None

    @property
    def explanation(self) -> Explanation | None:
        """The engine's own explanation."""
        return self.proof.explanation if self.proof else None


def shown_run() -> Shown | None:
    """The run that stands; None where nothing was published yet. It says nothing of any child."""
    found = Publication.objects.filter(stands=True).first()
    return Shown(found) if found else None


def case_page(
    case_ref: str,
    *,
    person: Person,
    scope: Scope,
    shown: Shown,
    group: str = "",
    newest_first: bool = False,
    page: int = 1,
    known_on: date | None = None,
) -> CasePage | None:
    """A case with its chronology and findings, and the reading on the trail; None, and the trail told, where there is none that this person may open.

    `group` keeps one group of the vocabulary's kinds; `known_on` marks what was written down after the end of that London day.
    """
    row = _case_row(case_ref, scope, shown)
    if row is None:
        _tell_refused("case", case_ref, person)
        return None
    told = ask(
        shown,
        "SELECT child_ref FROM casework_casechild WHERE publication_id = {number} AND case_ref = {case} ORDER BY child_ref",
        case=case_ref,
    )
    write(
        by=person,
        kind="consultation",
        what="case read",
        record=f"case {case_ref}",
        why=_why(row, scope),
        detail=f"run {shown.publication.run_id}; children: {', '.join(one['child_ref'] for one in told) or 'none named'}",
    )
    findings = finding_lines(shown, sql.SQL("f.case_ref = {case}").format(case=sql.Literal(case_ref)))
    kinds = {name: kind.group for name, kind in catalogue.vocabulary().kinds.items()}
    counted: dict[str, int] = {}
    for one in ask(
        shown,
        "SELECT kind, count(*) AS events FROM casework_event WHERE publication_id = {number} AND case_ref = {case} GROUP BY kind",
        case=case_ref,
    ):
        counted[kinds.get(one["kind"], "")] = counted.get(kinds.get(one["kind"], ""), 0) + one["events"]
    wanted = [name for name, its in kinds.items() if its == group] if group in counted else None
    total = counted[group] if wanted else sum(counted.values())
    pages = max(1, -(-total // ENTRIES_A_PAGE))
    page = min(max(1, page), pages)
    events = ask(
        shown,
        "SELECT {columns} FROM casework_event WHERE publication_id = {number} AND case_ref = {case} AND ({kinds}::text[] IS NULL OR kind = ANY({kinds})) "
        "ORDER BY position {direction} LIMIT {most} OFFSET {start}",
        columns=event_columns(),
        case=case_ref,
        kinds=wanted,
        direction=sql.SQL("DESC" if newest_first else "ASC"),
        most=ENTRIES_A_PAGE,
        start=(page - 1) * ENTRIES_A_PAGE,
    )
    return CasePage(
        case_ref=case_ref,
        kind=catalogue.case_kind_words(row["case_kind"]),
        row=row,
        flags=tuple(catalogue.flag_words(flag) for flag in row["flags"]),
        children=children_of_cases(shown, [case_ref]).get(case_ref, ()),
        open_days=(shown.today - row["opened_on"]).days if row["opened_on"] and _is_open(row, shown) else None,
        findings=findings,
        groups=tuple(sorted((name, number) for name, number in counted.items() if name)),
        entries=_entries(events, findings, last_second(known_on) if known_on else None),
        number_of_entries=total,
        page=page,
        pages=pages,
    )


def finding_page(finding_id: str, *, person: Person, scope: Scope, shown: Shown) -> FindingPage | None:
    """A finding with its whole proof, and the reading on the trail; None, and the trail told, where there is none that this person may open.

    Each other case of which the proof shows a record has an entry of its own.
    """
    rows = ask(
        shown,
        "SELECT f.*, s.title FROM casework_finding f LEFT JOIN casework_standardused s ON s.publication_id = f.publication_id "
        "AND s.standard = f.standard AND s.version = f.version WHERE f.publication_id = {number} AND f.finding_id = {finding}",
        finding=_asked(finding_id),
    )
    row = rows[0] if rows else None
    case = _case_row(row["case_ref"], scope, shown) if row and row["case_ref"] else None
    of_no_case = row and row["case_ref"] is None and (row["unit"] in scope.units or row["actor_ref"] in scope.actors)
    if row is None or (case is None and not of_no_case):
        _tell_refused("finding", finding_id, person)
        return None
    why = _why(case, scope) if case else "The finding is of their unit, or of what they did."
    write(
        by=person,
        kind="consultation",
        what="finding read",
        record=f"case {row['case_ref']}" if case else f"finding {finding_id}",
        why=why,
        detail=finding_id,
    )
    proof = prove(shown.publication, finding_from(row), int(row["doubtful_links"] or 0))
    further = ask(
        shown,
        "SELECT * FROM casework_case WHERE publication_id = {number} AND case_ref = ANY({cases}) ORDER BY case_ref",
        cases=list(proof.further_cases) if proof else [],
    )
    for other in further:
        write(
            by=person,
            kind="consultation",
            what="case shown in a finding",
            record=f"case {other['case_ref']}",
            why=_why(other, scope),
            detail=finding_id,
        )
    return FindingPage(finding_line(row, row["title"], shown.as_of), proof)


def _asked(reference: str) -> str:
    """A reference as the database can be asked for it: it holds no NUL, and no reference has the character that stands in its place."""
    return reference.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _tell_refused(of: str, reference: str, person: Person) -> None:
    length = Told._meta.get_field("record").max_length
    write(by=person, kind="access", what=f"{of} refused", record=f"{of} {_asked(reference)}"[:length])


def _case_row(case_ref: str, scope: Scope, shown: Shown) -> Mapping[str, Any] | None:
    rows = ask(shown, "SELECT * FROM casework_case WHERE publication_id = {number} AND case_ref = {case}", case=_asked(case_ref))
    return rows[0] if rows and _open_to(rows[0], scope) else None


def _open_to(row: Mapping[str, Any], scope: Scope) -> str | None:
    return why_open(scope, case_ref=row["case_ref"], holding_unit=row["holding_unit"], units=row["units"], officers=row["officers"])


def _why(row: Mapping[str, Any], scope: Scope) -> str:
    return _open_to(row, scope) or ""


def _is_open(row: Mapping[str, Any], shown: Shown) -> bool:
    return row["closed_on"] is None or row["closed_on"] > shown.today


def children_of_cases(shown: Shown, case_refs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The children of each of these cases in three words each, the eldest first; a case with none is left out."""
    rows = ask(
        shown,
        "SELECT l.case_ref, l.child_ref, c.sex, c.born_on FROM casework_casechild l LEFT JOIN casework_child c USING (publication_id, child_ref) "
        "WHERE l.publication_id = {number} AND l.case_ref = ANY({cases}) ORDER BY c.born_on NULLS LAST, l.child_ref",
        cases=list(case_refs),
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row["case_ref"]] = (*found.get(row["case_ref"], ()), child_line(row, shown.today))
    return found


def finding_lines(shown: Shown, where: sql.Composable, most: int | None = None) -> tuple[FindingLine, ...]:
    """Findings in the order in which they need somebody: due by date, then not done by gravity and age, cannot tell, late, and the rest.

    At most `most` of them, the first; without it all.
    """
    rows = ask(
        shown,
        "SELECT f.*, s.title FROM casework_finding f LEFT JOIN casework_standardused s ON s.publication_id = f.publication_id "
        "AND s.standard = f.standard AND s.version = f.version WHERE f.publication_id = {number} AND {where} "
        "ORDER BY array_position(ARRAY['pending', 'missed', 'cannot_tell', 'late', 'excused', 'met'], f.outcome), "
        "CASE WHEN f.outcome = 'pending' THEN 0 ELSE coalesce(f.severity, 9) END, f.due_at NULLS LAST, f.finding_id LIMIT {most}",
        where=where,
        most=most,
    )
    return tuple(finding_line(row, row["title"], shown.as_of) for row in rows)


def _entries(events: Sequence[Mapping[str, Any]], findings: Sequence[FindingLine], known_on: datetime | None) -> tuple[Entry, ...]:
    vocabulary = catalogue.vocabulary()
    started: dict[str, list[FindingLine]] = {}
    answered: dict[str, list[FindingLine]] = {}
    for one in findings:
        started.setdefault(one.finding.trigger_event, []).append(one)
        if one.finding.evidence_event and one.finding.evidence_event != one.finding.trigger_event:
            answered.setdefault(one.finding.evidence_event, []).append(one)
    return tuple(
        entry(
            event,
            vocabulary,
            known_on,
            started=tuple(started.get(event["event_id"], ())),
            answered=tuple(answered.get(event["event_id"], ())),
        )
        for event in events
    )


def event_columns() -> sql.Composable:
    """The columns of an event, for a question."""
    return sql.SQL(", ").join(map(sql.Identifier, (*catalogue.vocabulary().envelope, "fields")))


def ask(shown: Shown, words: str, **values: Any) -> list[dict[str, Any]]:
    """The rows of a question of the run that stands; every value is quoted by the database's own rules."""
    parts = {name: value if isinstance(value, sql.Composable) else sql.Literal(value) for name, value in values.items()}
    return rows_of(sql.SQL(words).format(number=sql.Literal(shown.publication.pk), **parts))
