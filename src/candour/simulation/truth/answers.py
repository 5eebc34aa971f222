"""Three answers to a question about an entry: yes (True), no (False), and the export does not show it (None)."""

from __future__ import annotations

from collections.abc import Iterable

from candour.simulation.facts import Fact

Answer = bool | None


def yes(fact: Fact, name: str) -> Answer:
    """What a yes-or-no field says; None when it is blank."""
    value = fact.fields.get(name)
    return None if value is None else bool(value)


def equal(fact: Fact, name: str, value: object) -> Answer:
    """Whether a field has this value; None when it is blank."""
    found = fact.fields.get(name)
    return None if found is None else found == value


def among(fact: Fact, name: str, values: Iterable[object]) -> Answer:
    """Whether a field has one of these values; None when it is blank."""
    found = fact.fields.get(name)
    return None if found is None else found in tuple(values)


def written(fact: Fact, name: str) -> Answer:
    """Whether something was written in a field; None when that system has no such field."""
    if fact.fields.get(name) is not None:
        return True
    return False if name in fact.held else None


def written_yes(fact: Fact, name: str) -> Answer:
    """Whether a yes was written: a blank is a no here, and only a system without the field leaves it open."""
    return both(written(fact, name), yes(fact, name))


def both(*answers: Answer) -> Answer:
    """All of them: one no is enough for no."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def either(*answers: Answer) -> Answer:
    """One of them: one yes is enough for yes."""
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def opposite(answer: Answer) -> Answer:
    """Yes for no and no for yes; not known stays not known."""
    return None if answer is None else not answer
