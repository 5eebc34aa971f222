"""A rule turned into SQL: the step that makes its findings, and what is needed to write them out in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from candour.evaluation.relational.occasions import VERDICTS, Part
from candour.evaluation.relational.staging import Staging
from candour.evaluation.relational.steps import Step, moment_of, text, union
from candour.findings.finding import FINDING_COLUMNS
from candour.findings.outcomes import Outcome


@dataclass
class Compiled:
    """One rule or stage. `triggers` are its trigger's kinds with the column of the scope key; `words` the limits by number (words, whose)."""

    part: Part
    with_clause: str
    triggers: Mapping[str, str]
    words: Mapping[int, tuple[str, str]]
    scope: str
    on_record: bool = False
    """The evidence is the trigger, and what counts is when it was written down (content with a limit)."""
    own_evidence: bool = False
    """The evidence is never another event than the trigger."""

    @property
    def table(self) -> str:
        """The table of the rule's findings before they are written out."""
        return f"findings_{self.part.name}"

    def step(self) -> Step:
        """The step that makes the findings."""
        branches = union(self.part.branches)
        return Step(f"findings of {self.part.standard.id}", f"CREATE TABLE {self.table} AS\n{self.with_clause}\n{branches}")

    def narrow(self) -> str:
        """The findings with what differs from row to row: what is the same in many is kept as the numbers of the verdict, the limit and the stage."""
        stage = f"CAST({self.part.stage} AS UTINYINT) AS stage"
        return self._from(", ".join([*(f"{sql} AS {name}" for name, sql in self._own().items()), "f.verdict", "f.lim", stage]))

    @property
    def _suffix(self) -> str:
        return f"#{self.part.stage}" if self.part.stage else ""

    def _own(self) -> dict[str, str]:
        """The columns that differ from row to row, over `x` (the trigger), `f` (the finding) and the evidence."""
        part = self.part
        evidence = self._evidence_alias()
        done = [number for number in part.verdicts if VERDICTS[number][0] in (Outcome.MET, Outcome.LATE)]
        late = [number for number in part.verdicts if VERDICTS[number][0] is Outcome.LATE]
        when = f"{evidence}.recorded_at" if self.on_record else moment_of(f"{evidence}.lo")
        since = f"epoch_ms({evidence}.recorded_at) // 1000" if self.on_record else f"{evidence}.lo"
        return {
            "scope_key": "x.scope_key",
            "case_ref": "x.case_ref",
            "child_ref": "x.child_ref",
            "episode_ref": "x.episode_ref",
            "trigger_event": "x.event_id",
            "trigger_position": "x.pos",
            "triggered_at": moment_of("x.lo"),
            "due_at": moment_of("f.due"),
            "missing": "f.missing",
            "evidence_event": f"{evidence}.event_id" if evidence != "x" else "CASE WHEN f.evidence IS NOT NULL THEN x.event_id END",
            "satisfied_at": _where(f"f.verdict IN ({_listed(done)}) AND f.evidence IS NOT NULL", when, "TIMESTAMP")
            if done
            else "CAST(NULL AS TIMESTAMP)",
            "written_at": f"{evidence}.recorded_at" if evidence != "x" else "CASE WHEN f.evidence IS NOT NULL THEN x.recorded_at END",
            "late_by": _where(f"f.verdict IN ({_listed(late)})", f"{since} - f.due", "BIGINT") if late else "CAST(NULL AS BIGINT)",
            "measured": "f.measured",
            "actor_ref": "x.actor_ref",
            "unit": "x.unit",
        }

    def _from(self, columns: str) -> str:
        """The columns, over the trigger, the finding and its evidence."""
        staging = self.part.staging
        events = [self._trigger(staging, kind, by) for kind, by in self.triggers.items() if staging.rows(kind)]
        return f"SELECT {columns}\nFROM ({union(events)}) AS x JOIN {self.table} AS f ON x.pos = f.pos{self._evidence(staging)}\nORDER BY x.pos"

    def _trigger(self, staging: Staging, kind: str, by: str) -> str:
        names = ("event_id", "case_ref", "child_ref", "episode_ref", "actor_ref", "unit", "recorded_at")
        kept = ", ".join(staging.value(kind, name) for name in names)
        return f"SELECT pos, lo, {kept}, {staging.value(kind, by)} AS scope_key FROM {staging.kind(kind).table}"

    def _evidence_alias(self) -> str:
        return "x" if self.own_evidence else "v"

    def _evidence(self, staging: Staging) -> str:
        """The join to the events that may be named as evidence."""
        if self.own_evidence:
            return ""
        kinds = [kind for kind in self.part.evidence_kinds if staging.rows(kind)]
        for kind in self.part.evidence_kinds:
            staging.value(kind, "event_id")
            staging.value(kind, "recorded_at")
        if not kinds:
            nothing = "NULL::BIGINT AS pos, NULL::BIGINT AS lo, NULL::VARCHAR AS event_id, NULL::TIMESTAMP AS recorded_at"
            return f"\nLEFT JOIN (SELECT {nothing}) AS v ON FALSE"
        rows = union([f"SELECT pos, lo, event_id, recorded_at FROM {staging.kind(kind).table}" for kind in kinds])
        return f"\nLEFT JOIN ({rows}) AS v ON v.pos = f.evidence"

    def _words(self, place: int) -> str:
        if not self.words:
            return "CAST(NULL AS VARCHAR)"
        whens = " ".join(f"WHEN {number} THEN {text(words[place])}" for number, words in self.words.items())
        return f"CASE f.lim {whens} END"


def in_full(group: Sequence[Compiled]) -> str:
    """The findings of all stages of one standard, with every column of a finding, in the order of the trigger's position and the stage.

    What is the same in many is written out last, over the ordered rows and without a join: DuckDB does not keep the order of rows through one.
    """
    narrow = [one.narrow() for one in group]
    rows = narrow[0] if len(narrow) == 1 else f"SELECT * FROM ({union([f'({one})' for one in narrow])}) ORDER BY trigger_position, stage"
    first = group[0]
    standard = first.part.standard
    stages = {one.part.stage: one for one in group}
    verdicts = sorted({verdict for one in group for verdict in one.part.verdicts})

    def by_stage(value: Callable[[Compiled], str]) -> str:
        if len(stages) == 1:
            return value(first)
        return "CASE f.stage " + " ".join(f"WHEN {stage} THEN {value(one)}" for stage, one in stages.items()) + " END"

    given = {
        "finding_id": f"{text(standard.id + '@')} || f.trigger_event || {by_stage(lambda one: text(one._suffix))}",
        "standard": text(standard.id),
        "version": f"{standard.version}::BIGINT",
        "scope": text(first.scope),
        "stage": "f.stage::BIGINT",
        "outcome": _by_verdict(verdicts, lambda number: VERDICTS[number][0].value),
        "reason": _by_verdict(verdicts, lambda number: VERDICTS[number][1].value),
        "limit_text": by_stage(lambda one: one._words(0)),
        "limit_whose": by_stage(lambda one: one._words(1)),
    }
    listed = ", ".join(f"{given[name]} AS {name}" if name in given else f"f.{name}" for name in FINDING_COLUMNS)
    return f"SELECT {listed} FROM ({rows}) AS f"


def _by_verdict(verdicts: Iterable[int], word: Callable[[int], str]) -> str:
    whens = " ".join(f"WHEN {number} THEN {text(word(number))}" for number in sorted(verdicts))
    return f"CASE f.verdict {whens} END"


def _where(condition: str, value: str, type_: str) -> str:
    return f"CASE WHEN {condition} THEN {value} ELSE CAST(NULL AS {type_}) END"


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))
