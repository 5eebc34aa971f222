"""Holds the standards against one case at once, in a process that has read them before: for a page that opens a case, or records something in it.

The findings are those of the batch whose trigger lies in the case, column for column, when nothing new is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from candour.evaluation.looking_again import EVERYTHING_KNOWN, Details, Setting, Surroundings
from candour.evaluation.reach import Touched, columns_read, kinds_read, taking_part
from candour.evaluation.reference import evaluate
from candour.findings.finding import FINDING_ORDER, Finding
from candour.records.by_kind import KINDS, KindRows
from candour.records.calendars import Calendar
from candour.records.chronology import Chronology
from candour.records.references import REFERENCES_FILE, References
from candour.records.refusals import InputRefused
from candour.records.scene import Row, Scene, ordered
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Held, Standard
from candour.standards.rule_parts import selectors_of, triggers_of


class CaseDesk:
    """One generation of a store's chronology, linked or not, kept at hand with the standards (the force's own figures filled in) for one case after another.

    What it keeps grows with what was looked at: the order of the columns by which events are found is made when a kind is first asked for. It
    never sees what is imported later: make another then. `as_of` is UTC without zone; everything known takes part.
    """

    def __init__(
        self, chronology: Chronology, standards: Sequence[Standard], vocabulary: Vocabulary, calendar: Calendar, as_of: datetime
    ) -> None:
        """Raises InputRefused for a chronology without rows by kind, and for a linked one that does not tell whose each reference is, or no longer whole."""
        if not (chronology.folder / KINDS).is_dir():
            raise InputRefused(
                f"{chronology.folder}: has no rows by kind, so that one case cannot be found quickly. It is too large for them, or was written by an older version: import again."
            )
        if chronology.files is not None and not (chronology.files / REFERENCES_FILE).is_file():
            raise InputRefused(
                f"{chronology.files}: has no {REFERENCES_FILE}, so that one case cannot be found quickly. It was written by an older version: link again."
            )
        self._standards = tuple(standards)
        self._references = References(chronology.files) if chronology.files is not None else None
        self._records = KindRows(chronology.folder / KINDS, columns_read(standards), one_by_one=True, references=self._references)
        self._details = Details(chronology.cases, "case_ref"), Details(chronology.children, "child_ref")
        self._at = Setting(vocabulary, calendar, tuple(source.told for source in chronology.sources), as_of)
        self._takes_part = taking_part(as_of)
        self._reading: dict[str, list[int]] = {}
        for place, standard in enumerate(self._standards):
            for kind in sorted({kind for selector in triggers_of(standard.rule) for kind in selector.kinds} & kinds_read(standard.rule)):
                self._reading.setdefault(kind, []).append(place)

    def findings(self, case_ref: str, recorded: Sequence[Row] = ()) -> list[Finding]:
        """The findings whose trigger is an event of the case, in FINDING_ORDER; none for a case that is not there.

        `recorded` are events that are not in the store yet (every column of the chronology but `position`; in a linked one they refer to its persons); one with the id of a stored event stands in
        its place. With them `trigger_position` is a place among the events looked at, and no place in the chronology.
        Raises InputRefused for one that has a source's own reference where records are linked: it would be of nobody.
        """
        if self._references is not None and (why := self._references.why_not_persons(recorded)):
            raise InputRefused(why)
        touched = self._touched(case_ref, recorded)
        standards = [self._standards[place] for place in touched]
        whats = list(touched.values())
        surroundings = Surroundings(self._records, self._at.as_of, *self._details, frozenset(str(row["event_id"]) for row in recorded))
        surroundings.gather(standards, whats)
        found: list[Finding] = []
        for alike in _together(standards, whats):
            scene = surroundings.scenes(alike, self._at.sources)
            if recorded:
                scene = self._with(scene, recorded)
            held = [one for one, _ in alike]
            found += evaluate(scene, held, self._at.vocabulary, self._at.calendar, self._at.as_of, EVERYTHING_KNOWN)
        self._records.forget()
        mine = [one for one in found if one.case_ref == case_ref]
        return sorted(mine, key=lambda one: tuple(getattr(one, name) for name in FINDING_ORDER))

    def _touched(self, case_ref: str, recorded: Sequence[Row]) -> dict[int, Touched]:
        """For each standard with a trigger in the case, its triggers there and their keys."""
        found: dict[int, Touched] = {}
        for kind, places in self._reading.items():
            rows = [row for row in self._records.of_keys(kind, "case_ref", {case_ref}) if self._takes_part(row)]
            new = [row for row in recorded if row["kind"] == kind and row["case_ref"] == case_ref]
            for place in places if rows or new else ():
                touched = found.setdefault(place, Touched(near={case_ref}))
                _name(touched, self._standards[place], kind, [*rows, *new], self._records)
                touched.rows.update((int(str(row["position"])), row) for row in rows)
        return found

    def _with(self, scene: Scene, recorded: Sequence[Row]) -> Scene:
        """A scene with events that were recorded now, in the order of a chronology."""
        replaced = {row["event_id"] for row in recorded}
        events = [row for row in scene.events if row["event_id"] not in replaced]
        cases, children = ({row[key] for row in (*events, *recorded)} for key in ("case_ref", "child_ref"))
        details = self._details[0].of(cases), self._details[1].of(children)
        return Scene(ordered([*events, *recorded], self._at.vocabulary), *details, scene.sources)


def _name(touched: Touched, standard: Standard, kind: str, rows: Iterable[Row], records: KindRows) -> None:
    """Take in the keys of triggers of a case, by which what decides them is looked for."""
    rule = standard.rule
    for row in rows:
        touched.triggers.add(str(row["event_id"]))
        for selector in triggers_of(rule):
            if kind not in selector.kinds:
                continue
            key = row.get(selector.by)
            if isinstance(rule, Held):
                if row.get(rule.held_by) is not None:
                    touched.keys.add(str(row[rule.held_by]))
                if key is not None:
                    touched.cases.add(str(key))
            elif key is not None:
                touched.around.add(str(key))
            elif selector.take == "first":
                for one in selector.kinds:
                    touched.rows.update((int(str(other["position"])), other) for other in records.blank(one, selector.by))


def _together(standards: Sequence[Standard], touched: Sequence[Touched]) -> list[list[tuple[Standard, Touched]]]:
    """Standards that go by the case or the child share one scene, as it is small; each of the others has its own."""
    near: list[tuple[Standard, Touched]] = []
    far: list[list[tuple[Standard, Touched]]] = []
    for standard, one in zip(standards, touched, strict=True):
        by = {selector.by for selector in selectors_of(standard.rule)}
        if by <= {"case_ref", "child_ref", "episode_ref", "household_ref"} and not isinstance(standard.rule, Held):
            near.append((standard, one))
        else:
            far.append([(standard, one)])
    return [near, *far] if near else far
