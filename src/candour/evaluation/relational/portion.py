"""A part of a chronology that is evaluated on its own: where its events are, and which findings are its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from candour.records.quoting import paths_list
from candour.standards.model import Rule
from candour.standards.rule_parts import triggers_of


@dataclass(frozen=True)
class Portion:
    """Events of a chronology in Parquet, with the positions that they have in the whole.

    `between` are positions (the first counts, the last does not), where the files hold more than the part. `firsts` is a file of the first dated
    event of each key of one scope, where the events of the part are not all of those keys'. The part is number `part` of `parts`: of the
    findings made, those whose key belongs to another part are not kept.
    """

    files: tuple[Path, ...]
    between: tuple[int, int] | None = None
    firsts: Path | None = None
    part: int = 0
    parts: int = 1

    @property
    def relation(self) -> str:
        """The events, for DuckDB."""
        read = f"read_parquet({paths_list(self.files)}, hive_partitioning = false)"
        if self.between is None:
            return read
        return f"(SELECT * FROM {read} WHERE position >= {self.between[0]} AND position < {self.between[1]})"

    def own(self, rule: Rule) -> str:
        """SQL over findings of a rule: whether they are this part's own; empty where all are."""
        if self.parts == 1:
            return ""
        keyless = owner_of_keyless(rule, "trigger_event", self.parts)
        return f"coalesce({part_of('scope_key', self.parts)}, {keyless}) = {self.part}"


def part_of(key: str, parts: int) -> str:
    """SQL of the part to which a key belongs; NULL where there is none."""
    return f"CASE WHEN {key} IS NOT NULL THEN CAST(hash({key}) % {parts} AS INTEGER) END"


def owner_of_keyless(rule: Rule, event: str, parts: int) -> str:
    """SQL of the part to which a trigger without a key belongs: where only the first counts, all of them belong to one, as they are one group."""
    return "0" if takes_first(rule) else f"CAST(hash({event}) % {parts} AS INTEGER)"


def takes_first(rule: Rule) -> bool:
    """Whether some trigger of a rule counts only where it is the first of its group."""
    return any(selector.take == "first" for selector in triggers_of(rule))
