"""How a standard is measured, in words: what is counted, out of what, what is left out, and what cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

from candour.findings.duties import PARTNER
from candour.findings.measures import TOO_FEW
from candour.findings.outcomes import Outcome
from candour.findings.possibilities import possible_outcomes
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Absence, Content, Count, Held, Invariant, Precedence, Recurrence, Response, Sequence, Standard
from candour.standards.rule_parts import triggers_of
from candour.standards.spoken import counted, listed
from candour.standards.wording import selector_words

_MET = {
    Response: "the answer is recorded in time",
    Recurrence: "the next one is recorded in time",
    Precedence: "what must come before is recorded before it",
    Sequence: "the stage before is recorded before it",
    Absence: "what must not happen is not recorded",
    Content: "the record shows what it must",
    Count: "the answer is recorded in time",
    Held: "no more than the number are held at once",
    Invariant: "it holds as the rule says",
}
_MISSED = {
    Absence: "it did happen",
    Content: "the record does not show it",
    Held: "more are held",
    Invariant: "it does not hold",
}


@dataclass(frozen=True)
class Defined:
    """The definition of a standard's measure, one sentence or two to each part."""

    occasion: str
    numerator: str
    denominator: str
    excused: str
    cannot_tell: str
    pending: str
    rate: str
    duty: str


def measure_of(standard: Standard, vocabulary: Vocabulary) -> Defined:
    """The measure that the report makes of a standard's findings (`candour.findings.measures.Counts`), in words."""
    rule, possible = standard.rule, possible_outcomes(standard)
    parts = [f"{_MET[type(rule)]} (done in time)"]
    if Outcome.LATE in possible:
        parts.append("it is recorded after the limit (late)")
    parts.append(f"{_MISSED.get(type(rule), 'complete sources do not show it and the time is over')} (not done)")
    return Defined(
        occasion=_occasion(standard, vocabulary),
        numerator=f"Occasions on which {_MET[type(rule)]}.",
        denominator=f"Occasions that could be decided: {listed(parts, 'or')}.",
        excused="Occasions with an exception that the rule names on record. They are counted apart, in neither figure."
        if Outcome.EXCUSED in possible
        else "Never: the rule names no exception.",
        cannot_tell="Occasions on which a field, an exact time or a complete source is missing that would decide it, or the records leave it open. "
        "They are counted apart, never as done and never as not done.",
        pending="Occasions whose time is not over when it is looked at. They are counted apart."
        if Outcome.PENDING in possible
        else "Never: nothing is waited for.",
        rate=f"The share is given with its 95 % interval (Wilson), and not at all below {TOO_FEW} decided occasions (a choice of this project).",
        duty="It is a partner's duty: it is in none of the police's totals." if standard.duty == PARTNER else "",
    )


def _occasion(standard: Standard, vocabulary: Vocabulary) -> str:
    rule = standard.rule
    said = listed([selector_words(one, vocabulary) for one in triggers_of(rule)[:1]])
    if isinstance(rule, Recurrence):
        return f"{said} is recorded, and then each time that one is due while it goes on."
    if isinstance(rule, Sequence):
        stages = listed([selector_words(one.before, vocabulary) for one in rule.stages], "or")
        return f"{stages} is recorded: each is looked at for the stage before it."
    if isinstance(rule, Count) and rule.after is not None:
        often = "" if rule.at_least == 1 else f" {counted(rule.at_least, 'time')} or more"
        return f"{said} is recorded, and {selector_words(rule.count, vocabulary)} was recorded{often} in the {rule.window.words} before."
    if isinstance(rule, Count):
        return f"{said} is recorded for the {counted(rule.at_least, 'time')} or more in {rule.window.words}.".replace("for the ", "")
    if isinstance(rule, Held):
        return f"{said} is recorded: a case is given to somebody."
    first = "The first " if triggers_of(rule)[0].take == "first" else ""
    return f"{first}{said} is recorded."
