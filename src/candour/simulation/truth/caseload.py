"""True of caseloads: how many open child abuse cases an officer held when given another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from candour.simulation.facts import Fact
from candour.simulation.truth.answers import equal, opposite, written_yes
from candour.simulation.truth.reckoning import Verdict, unknown_start

MOST = 15
STANDARD = "oic-caseload-within-limit"


def caseloads(facts: Iterable[Fact]) -> Iterator[tuple[Fact, Verdict]]:
    """For every allocation to the child abuse team: whether its officer then held at most fifteen such cases."""
    line = sorted((fact for fact in facts if not fact.lost), key=lambda fact: (fact.lo, fact.place_in_order))
    holder: dict[str, str] = {}
    held: dict[str, set[str]] = {}
    perhaps: dict[str, str] = {}
    for fact in line:
        case = fact.case_ref or ""
        ours = equal(fact, "team", "child_abuse") if fact.kind == "investigation.allocated" else None
        ends = fact.kind == "case.closed" and equal(fact, "closure_kind", "investigation") is True
        moved = fact.kind == "investigation.allocated" and opposite(ours) is True
        officer = fact.get("oic_ref")
        unnamed = ours is True and not isinstance(officer, str)
        if (ends or moved or ours is True) and case in holder:
            before = holder.pop(case)
            held[before].discard(case)
            if unnamed:
                perhaps[case] = before
        if ends or moved or (ours is True and not unnamed):
            perhaps.pop(case, None)
        if fact.kind != "investigation.allocated" or ours is False:
            continue
        if ours is None:
            yield fact, unknown_start()
            continue
        if not isinstance(officer, str):
            yield fact, Verdict("cannot_tell", "field", "Who was given the case is not shown.")
            continue
        holder[case] = officer
        cases = held.setdefault(officer, set())
        cases.add(case)
        more = sum(before == officer for before in perhaps.values())
        if len(cases) + more <= MOST:
            yield fact, Verdict("met", "within_number", f"The officer held {len(cases)} cases.")
        elif written_yes(fact, "caseload_plan") is True:
            yield fact, Verdict("excused", "excused", "A plan for the caseload was written.")
        elif len(cases) <= MOST:
            yield fact, Verdict("cannot_tell", "field", f"{len(cases)} for certain; {more} more were given on to nobody that is named.")
        else:
            yield fact, Verdict("missed", "over_number", f"The officer held {len(cases)} cases.")
