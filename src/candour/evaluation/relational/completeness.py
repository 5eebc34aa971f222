"""Whether the sources were complete for the kinds that mattered, over the time that mattered."""

from __future__ import annotations

from collections.abc import Sequence

from candour.evaluation.relational.steps import either, seconds
from candour.records.quoting import text
from candour.records.scene import SourceTold


class Completeness:
    """The spans over which each kind is complete, joined where they overlap or touch; in whole seconds, both ends counted."""

    def __init__(self, sources: Sequence[SourceTold]) -> None:
        spans: dict[str, list[tuple[int, int]]] = {}
        for source in sources:
            for told in source.complete:
                for kind in told.kinds:
                    spans.setdefault(kind, []).append((seconds(told.begins), seconds(told.ends)))
        self.spans = {kind: _joined(found) for kind, found in spans.items()}

    def missing(self, kinds: Sequence[str], begins: str, ends: str) -> str:
        """SQL of the kinds not covered from `begins` to `ends` (seconds, both counted), joined by comma and space; NULL where all are covered."""
        listed = ", ".join(f"CASE WHEN NOT {self._covered(kind, begins, ends)} THEN {text(kind)} END" for kind in dict.fromkeys(kinds))
        return f"nullif(concat_ws(', ', {listed}), '')" if listed else "CAST(NULL AS VARCHAR)"

    def _covered(self, kind: str, begins: str, ends: str) -> str:
        return either([f"({begins} >= {first} AND {ends} <= {last})" for first, last in self.spans.get(kind, [])])


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if ends < begins:
            continue
        if found and begins <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found
