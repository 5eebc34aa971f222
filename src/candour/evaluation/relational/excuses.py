"""Recorded reasons for which a limit does not bind: certain ones excuse, possible ones leave the finding open (section 7 of the meaning)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from candour.evaluation.relational.candidates import Candidates
from candour.evaluation.relational.limits import back_columns
from candour.evaluation.relational.matching import Chain, Start, Starts
from candour.evaluation.relational.merging import Merge, Sought
from candour.evaluation.relational.occasions import Line, Occasions, Part
from candour.evaluation.relational.steps import both, either, place_of, time_of
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Excuse

Closing = Literal["limit", "trigger", "happened"]
"""What closes an excuse's window: the due moment, the trigger itself, or the event that should not have happened (`t.happened_lo`, `t.happened_hi`)."""


@dataclass
class Excused:
    """Whether an occasion is certainly or possibly excused, in SQL over `t`, and the position of the event that excuses."""

    certain: dict[str, tuple[str, str]]
    """By the entry's name, in the order of the list: when it excuses, and the evidence."""
    possible: list[str]
    apart: list[Callable[[Chain], bool]] = field(default_factory=list)
    """Searches that were put off: each adds what it finds to an occasion that still needs it."""

    def line(self) -> Line:
        """The line for a certain excuse; of several, the first in the list gives the evidence."""
        whens = " ".join(f"WHEN {test} THEN {evidence}" for test, evidence in self.certain.values())
        evidence = f"CASE {whens} END" if whens else "CAST(NULL AS BIGINT)"
        return Line(either([test for test, _ in self.certain.values()]), Outcome.EXCUSED, Reason.EXCUSED, evidence=evidence)

    def search_apart(self, chain: Chain) -> None:
        """Makes the searches that were put off."""
        for search in self.apart:
            search(chain)

    def unsure(self) -> Line:
        """The line for a possible excuse."""
        return Line(either(self.possible), Outcome.CANNOT_TELL, Reason.EXCUSE_UNCERTAIN)


def note_conditions(part: Part, occasions: Occasions) -> None:
    """Asks for the columns that excuses on the trigger itself rest on (before the occasions are made)."""
    for excuse in part.rule.unless:
        if excuse.selector is None and excuse.where is not None:
            occasions.condition(excuse.where)


def add_excuses(
    part: Part, chain: Chain, occasions: Occasions, closing: Closing, *, exact_too: bool, merge: Merge | None = None
) -> Excused:
    """Adds to every occasion in the chain what its excuses rest on.

    `merge`: where searches are collected that can be made together; what it cannot do is put off (`search_apart`). `exact_too`: whether an exact excuse may be possible without being certain (where the window has an uncertain end).
    """
    found = Excused({}, [])
    for number, excuse in enumerate(part.rule.unless):
        if excuse.selector is None:
            if excuse.where is not None:
                state = occasions.condition(excuse.where)
                found.certain[f"excuse{number}"] = (f"{state} = 1", "t.pos")
                found.possible.append(f"{state} = 2")
            continue
        _add_event(part, chain, excuse, closing, f"excuse{number}", found, exact_too, merge)
    return found


def _add_event(
    part: Part, chain: Chain, excuse: Excuse, closing: Closing, name: str, found: Excused, exact_too: bool, merge: Merge | None
) -> None:
    if excuse.selector is None:
        return
    candidates = part.candidates([excuse.selector])
    starts, opening = _opening(part, chain, excuse, closing, f"{name}_opens")
    if merge is not None and merge.can(candidates):
        _add_merged(part, chain, excuse, closing, name, found, merge.search(name, candidates, starts[0], opening), candidates, opening)
        return
    if merge is not None:
        found.certain[name] = ("FALSE", "CAST(NULL AS BIGINT)")
        found.apart.append(lambda later: _search(part, later, excuse, closing, name, found, exact_too, candidates, starts, opening))
        return
    _search(part, chain, excuse, closing, name, found, exact_too, candidates, starts, opening)


def _cap(chain: Chain, excuse: Excuse, closing: Closing) -> str | None:
    return {"limit": "t.due_hi", "trigger": chain.hi, "happened": "t.happened_hi"}[closing] if excuse.by == "limit" else None


def _add_merged(
    part: Part,
    chain: Chain,
    excuse: Excuse,
    closing: Closing,
    name: str,
    found: Excused,
    sought: Sought,
    candidates: Candidates,
    opening: str | None,
) -> None:
    """What a merged search tells of an excuse."""
    key = f"t.{sought.first}"
    found.certain[name] = (_closed(part, chain, excuse, closing, key, 0), place_of(key))
    cap = _cap(chain, excuse, closing)
    found.possible.append(sought.may_be(cap))
    if sought.apart:
        found.possible.append(f"t.{name}_possible")
        found.apart.append(
            lambda later: later.exists_possible(
                f"{name}_possible", candidates, certainty="any", opening=opening, cap=cap, bindings=sought.apart
            )
        )


def _search(
    part: Part, chain: Chain, excuse: Excuse, closing: Closing, name: str, found: Excused, exact_too: bool, candidates: Candidates, starts: Starts,
    opening: str | None,
) -> bool:  # fmt: skip
    made = chain.first_certain(name, candidates, starts, keep=True)
    tests = [(f"t.{one}", _closed(part, chain, excuse, closing, f"t.{one}", precision)) for one, precision in made.items()]
    if tests:
        evidence = [f"CASE WHEN {test} THEN {key} END" for key, test in tests]
        first = f"least({', '.join(evidence)})" if len(evidence) > 1 else evidence[0]
        found.certain[name] = (either([test for _, test in tests]), place_of(first))
    cap = _cap(chain, excuse, closing)
    if chain.exists_possible(f"{name}_possible", candidates, certainty="any", opening=opening, cap=cap, exact_too=exact_too):
        found.possible.append(f"t.{name}_possible")
    return True


def _opening(part: Part, chain: Chain, excuse: Excuse, closing: Closing, name: str) -> tuple[Starts, str | None]:
    """Where the window opens: for certain excuses by precision, and for possible ones the second at or after which their latest second lies."""
    if excuse.look_back is None and closing != "trigger":
        return chain.after(part.rule.grain), "t.lo"
    if excuse.look_back is None or excuse.look_back == "any":
        unbounded: Start = ("lo", None)
        return {0: unbounded, 1: unbounded}, None
    columns, begins, latest = back_columns(excuse.look_back, name, chain.hi)
    chain.extend(columns)
    start: Start = ("lo", latest)
    return {0: start, 1: start}, begins


def _closed(part: Part, chain: Chain, excuse: Excuse, closing: Closing, key: str, precision: int) -> str:
    """Whether the first certain excuse of one precision lies before the window closes."""
    there = f"{key} IS NOT NULL"
    if excuse.by == "any":
        return there
    if closing == "limit":
        return both(there, f"{time_of(key)} <= t.due_lo")
    if closing == "happened":
        return both(there, f"{time_of(key)} <= t.happened_lo")
    if part.rule.grain == "calendar":
        return both(there, f"{key}_lo <= {chain.hi}")
    if precision == 1:
        return both(there, f"{time_of(key)} < t.lo")
    return both(there, f"{time_of(key)} + CAST(t.prec = 1 AS BIGINT) <= t.lo" if chain.days else f"{time_of(key)} <= t.lo")
