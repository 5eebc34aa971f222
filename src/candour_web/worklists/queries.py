"""What needs people: the open cases of a person or their units, each with its findings. The reading is on the trail in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from candour.findings.outcome_words import REASON_TITLES, missing_words
from candour.findings.outcomes import Reason
from candour.findings.shown_events import when_words
from candour.standards.rule_parts import answers_of
from candour_web.casework import catalogue
from candour_web.casework.proving import event_row
from candour_web.casework.queries import Shown, ask, children_of_cases, event_columns, finding_lines
from candour_web.casework.rules import risk_words
from candour_web.casework.showing import FindingLine
from candour_web.people.models import Person
from candour_web.people.rules import Scope
from candour_web.trail.actions import write
from candour_web.worklists.rules import CaseNeeds, Wanted, is_wanted, order

CASES_A_PAGE = 10
LINES_A_CASE = 5
ACTS_A_CASE = 2
LINES_OF_NO_CASE = 10


@dataclass(frozen=True)
class Line:
    """A finding on a list: the finding, what started it, and the row of the source from which a reader can open the original."""

    finding: FindingLine
    began: str
    source: str
    elsewhere: str
    partners: bool


@dataclass(frozen=True)
class CaseOnList:
    """A case on a list, with what needs somebody first and how much more there is."""

    case_ref: str
    kind: str
    children: tuple[str, ...]
    risk: str
    open_days: int | None
    officer: str | None
    lines: tuple[Line, ...]
    more: int
    together: tuple[str, ...]


@dataclass(frozen=True)
class CannotTell:
    """One reason for which findings cannot be told, how many, and in how many cases."""

    words: str
    findings: int
    cases: int


@dataclass(frozen=True)
class OfNoCase:
    """What needs the same people and is of no case, such as an officer's training: counted by outcome, and the first lines."""

    not_done: int
    due: int
    cannot_tell: int
    lines: tuple[FindingLine, ...]

    @property
    def number(self) -> int:
        """How many there are."""
        return self.not_done + self.due + self.cannot_tell

    @property
    def more(self) -> int:
        """How many of them have no line."""
        return self.number - len(self.lines)


@dataclass(frozen=True)
class Worklist:
    """A list of what needs people. `counts` are cases by what the list can be kept to."""

    cases: tuple[CaseOnList, ...]
    counts: Mapping[Wanted, int]
    wanted: Wanted
    page: int
    pages: int
    cannot_tell: tuple[CannotTell, ...]
    cases_not_told: int
    of_no_case: OfNoCase


def team_list(units: Sequence[str], *, person: Person, scope: Scope, shown: Shown, wanted: Wanted, page: int = 1) -> Worklist:
    """Open cases that these units hold, or in which something is theirs to do. Units that the person does not see are left out."""
    seen = sorted(scope.units.intersection(units))
    mine = sql.SQL("(c.holding_unit = ANY({units}) OR c.needing_units && {units}::text[])").format(units=sql.Literal(seen))
    theirs = sql.SQL("f.unit = ANY({units})").format(units=sql.Literal(seen))
    return _worklist(
        mine, theirs, f"team list read ({', '.join(seen) or 'no unit'})", "The work of their unit.", person, shown, wanted, page
    )


def own_list(*, person: Person, scope: Scope, shown: Shown, wanted: Wanted, page: int = 1) -> Worklist:
    """Open cases that the person holds, or in which something is theirs to do, by the references under which the records name them."""
    mine = sql.SQL("(c.officer_ref = ANY({actors}) OR c.needing_officers && {actors}::text[])").format(
        actors=sql.Literal(sorted(scope.actors))
    )
    theirs = sql.SQL("f.actor_ref = ANY({actors})").format(actors=sql.Literal(sorted(scope.actors)))
    return _worklist(mine, theirs, "own list read", "Their own work.", person, shown, wanted, page)


def _worklist(
    mine: sql.Composable, theirs: sql.Composable, what: str, why: str, person: Person, shown: Shown, wanted: Wanted, page: int
) -> Worklist:
    needs = _needs(mine, shown)
    as_of = shown.as_of
    kept = sorted((one for one in needs if is_wanted(one, wanted, as_of)), key=lambda one: order(one, as_of))
    pages = max(1, -(-len(kept) // CASES_A_PAGE))
    page = min(max(1, page), pages)
    on_page = kept[(page - 1) * CASES_A_PAGE : page * CASES_A_PAGE]
    refs = [one.case_ref for one in on_page]
    of_no_case = _of_no_case(theirs, shown)
    told = [*refs, *(line.finding_id for line in of_no_case.lines)]
    write(by=person, kind="consultation", what=what[:80], record="list of cases", why=why, detail=", ".join(told) or "no case")
    return Worklist(
        cases=_cases(on_page, shown),
        counts={one: sum(is_wanted(case, one, as_of) for case in needs) for one in Wanted},
        wanted=wanted,
        page=page,
        pages=pages,
        cannot_tell=_not_told(mine, shown),
        cases_not_told=sum(case.cannot_tell > 0 for case in needs),
        of_no_case=of_no_case,
    )


def _of_no_case(theirs: sql.Composable, shown: Shown) -> OfNoCase:
    """The police's own findings `f` of no case that meet this condition and are not done, due or cannot be told."""
    where = sql.SQL(
        "f.case_ref IS NULL AND f.outcome IN ('missed', 'pending', 'cannot_tell') AND coalesce(f.duty, 'police') <> 'partner' AND {theirs}"
    ).format(theirs=theirs)
    rows = ask(
        shown,
        "SELECT outcome, count(*) AS findings FROM casework_finding f WHERE f.publication_id = {number} AND {where} GROUP BY 1",
        where=where,
    )
    number = {row["outcome"]: row["findings"] for row in rows}
    return OfNoCase(
        number.get("missed", 0),
        number.get("pending", 0),
        number.get("cannot_tell", 0),
        finding_lines(shown, where, LINES_OF_NO_CASE) if number else (),
    )


def _open_cases(mine: sql.Composable, shown: Shown) -> sql.Composable:
    """The condition for an open case `c` of these people."""
    return sql.SQL("(c.closed_on IS NULL OR c.closed_on > {today}) AND {mine}").format(today=sql.Literal(shown.today), mine=mine)


def _needs(mine: sql.Composable, shown: Shown) -> list[CaseNeeds]:
    """What each open case needs of the police; what waits on a partner alone moves no case up the list."""
    rows = ask(
        shown,
        "SELECT case_ref, risk_level AS risk, next_due AT TIME ZONE 'UTC' AS next_due, not_done, due, cannot_tell, coalesce(gravest, 9) AS gravest, "
        "oldest_due AT TIME ZONE 'UTC' AS oldest FROM casework_case c WHERE publication_id = {number} AND not_done + due + cannot_tell > 0 AND {open_cases}",
        open_cases=_open_cases(mine, shown),
    )
    return [CaseNeeds(**row) for row in rows]


def _not_told(mine: sql.Composable, shown: Shown) -> tuple[CannotTell, ...]:
    """Why findings of these cases cannot be told, the commonest reason first."""
    rows = ask(
        shown,
        "SELECT f.reason, coalesce(f.missing, '') AS missing, count(*) AS findings, count(DISTINCT case_ref) AS cases "
        "FROM casework_finding f JOIN casework_case c USING (publication_id, case_ref) WHERE f.publication_id = {number} AND f.outcome = 'cannot_tell' "
        "AND coalesce(f.duty, 'police') <> 'partner' AND {open_cases} GROUP BY 1, 2 ORDER BY findings DESC, 1, 2",
        open_cases=_open_cases(mine, shown),
    )
    reasons = []
    for row in rows:
        missing = missing_words(row["reason"], row["missing"])
        words = REASON_TITLES.get(row["reason"], row["reason"])
        reasons.append(CannotTell(f"{words}{f': {missing}' if missing else ''}", row["findings"], row["cases"]))
    return tuple(reasons)


def _cases(needs: Sequence[CaseNeeds], shown: Shown) -> tuple[CaseOnList, ...]:
    refs = [one.case_ref for one in needs]
    if not refs:
        return ()
    rows = {
        row["case_ref"]: row
        for row in ask(shown, "SELECT * FROM casework_case WHERE publication_id = {number} AND case_ref = ANY({refs})", refs=refs)
    }
    children = children_of_cases(shown, refs)
    found: dict[str, list[FindingLine]] = {}
    lines = finding_lines(shown, sql.SQL("f.case_ref = ANY({refs}) AND f.outcome IN ('missed', 'pending')").format(refs=sql.Literal(refs)))
    for line in sorted(lines, key=lambda one: _place(one, shown)):
        found.setdefault(line.finding.case_ref or "", []).append(line)
    first = {ref: some[:LINES_A_CASE] for ref, some in found.items()}
    began = _began([line.finding.trigger_event for some in first.values() for line in some], shown)
    return tuple(
        CaseOnList(
            case_ref=one.case_ref,
            kind=catalogue.case_kind_words(rows[one.case_ref]["case_kind"]),
            children=children.get(one.case_ref, ()),
            risk=risk_words(one.risk),
            open_days=(shown.today - rows[one.case_ref]["opened_on"]).days if rows[one.case_ref]["opened_on"] else None,
            officer=rows[one.case_ref]["officer_ref"],
            lines=tuple(_line(line, began, rows[one.case_ref]["holding_unit"]) for line in first.get(one.case_ref, [])),
            more=len(found.get(one.case_ref, [])) - len(first.get(one.case_ref, [])),
            together=_together(found.get(one.case_ref, [])),
        )
        for one in needs
    )


def _place(line: FindingLine, shown: Shown) -> tuple[object, ...]:
    """Within a case: the police's own before a partner's; what is due before what is overdue; then by gravity and age."""
    due = line.finding.due_at
    return (
        line.duty == "partner",
        line.outcome != "pending" or due is None or (due - shown.as_of).days >= 7,
        line.severity,
        str(due or "9"),
        line.finding_id,
    )


def _began(event_ids: Sequence[str], shown: Shown) -> dict[str, tuple[str, str]]:
    """For each event its name and time in words, and the row of its source."""
    rows = ask(
        shown,
        "SELECT {columns} FROM casework_event WHERE publication_id = {number} AND event_id = ANY({events})",
        columns=event_columns(),
        events=sorted(set(event_ids)),
    )
    return {
        row["event_id"]: (
            f"{catalogue.kind_title(row['kind'])}, {when_words(event_row(row, catalogue.vocabulary()))}",
            f"{row['source_system']}, {row['source_ref']}",
        )
        for row in rows
    }


def _line(line: FindingLine, began: Mapping[str, tuple[str, str]], holding_unit: str | None) -> Line:
    words, source = began.get(line.finding.trigger_event, ("a record of a case that is not open to you", ""))
    unit = line.finding.unit
    return Line(line, words, source, unit if unit and unit != holding_unit else "", line.duty == "partner")


def _together(lines: Sequence[FindingLine]) -> tuple[str, ...]:
    """Which one act could answer several of these at once, in words: those that wait for a record of the same kind about the same child or case.

    A standard that asks for the same action, interview or device is left out: one record answers one of these. The two that answer most are said.
    """
    waiting: dict[tuple[str, str | None], set[str]] = {}
    for line in lines:
        finding = line.finding
        standard = catalogue.standards().get((finding.standard, finding.version))
        if standard is None or standard.rule.same or finding.reason not in (Reason.NOT_ANSWERED, Reason.NOT_YET_DUE):
            continue
        for kind in {kind for one in answers_of(standard.rule, finding.stage) for kind in one.kinds}:
            waiting.setdefault((kind, finding.scope_key), set()).add(finding.finding_id)
    most = sorted(((kind, len(found)) for (kind, _), found in waiting.items() if len(found) > 1), key=lambda one: (-one[1], one[0]))
    return tuple(
        f"One record of “{catalogue.kind_title(kind)}” could answer {number} things in this case." for kind, number in most[:ACTS_A_CASE]
    )
