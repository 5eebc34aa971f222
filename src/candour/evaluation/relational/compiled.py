"""A rule turned into SQL: the step that makes its findings, and what is needed to write them out in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from candour.evaluation.relational.occasions import VERDICTS, Part
from candour.evaluation.relational.staging import Staging
from candour.evaluation.relational.steps import Step, moment_of, text, union
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Recurrence

_AT_ONCE = (Reason.TRIGGER_CONDITION, Reason.TRIGGER_TIME, Reason.LINK)
"""Findings 1 to 3: in a recurrence an event may have one of them as an opening, and another finding as an answer; this one comes first."""


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
    joins: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The table of the rule's findings before they are written out."""
        return f"findings_{self.part.name}"

    def step(self) -> Step:
        """The step that makes the findings."""
        branches = union(self.part.branches)
        return Step(f"findings of {self.part.standard.id}", f"CREATE TEMP TABLE {self.table} AS\n{self.with_clause}\n{branches}")

    def select(self) -> str:
        """The findings with every column, in the order of the trigger's position."""
        part, standard = self.part, self.part.standard
        staging = part.staging
        events = [self._trigger(staging, kind, by) for kind, by in self.triggers.items() if staging.rows(kind)]
        evidence, join = self._evidence(staging)
        stage = f" || '#{part.stage}'" if part.stage else ""
        outcome = _by_verdict(part, lambda number: VERDICTS[number][0].value)
        reason = _by_verdict(part, lambda number: VERDICTS[number][1].value)
        done = [number for number in part.verdicts if VERDICTS[number][0] in (Outcome.MET, Outcome.LATE)]
        late = [number for number in part.verdicts if VERDICTS[number][0] is Outcome.LATE]
        when = f"{evidence}.recorded_at" if self.on_record else moment_of(f"{evidence}.lo")
        since = f"epoch_ms({evidence}.recorded_at) // 1000" if self.on_record else f"{evidence}.lo"
        columns = [
            f"{text(standard.id + '@')} || x.event_id{stage}",
            text(standard.id),
            f"{standard.version}::BIGINT",
            text(self.scope),
            "x.scope_key",
            "x.case_ref",
            "x.child_ref",
            "x.episode_ref",
            "x.event_id",
            "x.pos",
            f"{part.stage}::BIGINT",
            moment_of("x.lo"),
            moment_of("f.due"),
            outcome,
            reason,
            "f.missing",
            f"{evidence}.event_id" if evidence != "x" else "CASE WHEN f.evidence IS NOT NULL THEN x.event_id END",
            _where(f"f.verdict IN ({_listed(done)}) AND f.evidence IS NOT NULL", when, "TIMESTAMP") if done else "CAST(NULL AS TIMESTAMP)",
            f"{evidence}.recorded_at" if evidence != "x" else "CASE WHEN f.evidence IS NOT NULL THEN x.recorded_at END",
            _where(f"f.verdict IN ({_listed(late)})", f"{since} - f.due", "BIGINT") if late else "CAST(NULL AS BIGINT)",
            "f.measured",
            self._words(0),
            self._words(1),
            "x.actor_ref",
            "x.unit",
        ]
        early = [number for number in part.verdicts if VERDICTS[number][1] in _AT_ONCE]
        twice = isinstance(part.rule, Recurrence) and early
        order = f"\nORDER BY x.pos{f', f.verdict NOT IN ({_listed(early)})' if twice else ''}"
        listed = ", ".join(columns)
        return f"SELECT {listed}\nFROM ({union(events)}) AS x JOIN {self.table} AS f ON x.pos = f.pos{join}{order}"

    def _trigger(self, staging: Staging, kind: str, by: str) -> str:
        names = ("event_id", "case_ref", "child_ref", "episode_ref", "actor_ref", "unit", "recorded_at")
        kept = ", ".join(staging.value(kind, name) for name in names)
        return f"SELECT pos, lo, {kept}, {staging.value(kind, by)} AS scope_key FROM {staging.kind(kind).table}"

    def _evidence(self, staging: Staging) -> tuple[str, str]:
        if self.own_evidence:
            return "x", ""
        kinds = [kind for kind in self.part.evidence_kinds if staging.rows(kind)]
        for kind in self.part.evidence_kinds:
            staging.value(kind, "event_id")
            staging.value(kind, "recorded_at")
        if not kinds:
            return (
                "v",
                "\nLEFT JOIN (SELECT NULL::BIGINT AS pos, NULL::BIGINT AS lo, NULL::VARCHAR AS event_id, NULL::TIMESTAMP AS recorded_at) AS v ON FALSE",
            )
        rows = union([f"SELECT pos, lo, event_id, recorded_at FROM {staging.kind(kind).table}" for kind in kinds])
        return "v", f"\nLEFT JOIN ({rows}) AS v ON v.pos = f.evidence"

    def _words(self, place: int) -> str:
        if not self.words:
            return "CAST(NULL AS VARCHAR)"
        whens = " ".join(f"WHEN {number} THEN {text(words[place])}" for number, words in self.words.items())
        return f"CASE f.lim {whens} END"


def _by_verdict(part: Part, word: Callable[[int], str]) -> str:
    whens = " ".join(f"WHEN {number} THEN {text(word(number))}" for number in sorted(part.verdicts))
    return f"CASE f.verdict {whens} END"


def _where(condition: str, value: str, type_: str) -> str:
    return f"CASE WHEN {condition} THEN {value} ELSE CAST(NULL AS {type_}) END"


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))
