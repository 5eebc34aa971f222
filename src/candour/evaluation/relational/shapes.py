"""Finds the shape of a rule and has it compiled."""

from __future__ import annotations

from candour.evaluation.relational.abstaining import compile_absence
from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.completeness import Completeness
from candour.evaluation.relational.counting import compile_count
from candour.evaluation.relational.editions import Editions
from candour.evaluation.relational.holding import compile_held
from candour.evaluation.relational.limits import Tables
from candour.evaluation.relational.occasions import Part
from candour.evaluation.relational.preceding import compile_precedence
from candour.evaluation.relational.recording import compile_alone, compile_content
from candour.evaluation.relational.recurring import compile_recurrence
from candour.evaluation.relational.relating import compile_invariant
from candour.evaluation.relational.responding import compile_response
from candour.evaluation.relational.staging import Staging
from candour.standards.model import (
    Absence,
    Content,
    Count,
    Held,
    Invariant,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Sequence,
)


def compile_rule(editions: Editions, name: str, staging: Staging, tables: Tables, completeness: Completeness, as_of: int) -> list[Compiled]:
    """The compiled parts of the rule that the editions share: one, or one a stage. `as_of` is in seconds since 1970."""

    def part(rule: Rule, stage: int = 0) -> Part:
        return Part(f"{name}_{stage}" if stage else name, editions, rule, staging, tables, completeness, as_of, stage)

    rule = editions[0].rule
    if isinstance(rule, Sequence):
        found = [compile_precedence(part(stage, stage.stage), stage) for stage in rule.stages]
    else:
        found = [_compile(part(rule), rule)]
    return [one for one in found if one is not None]


def _compile(part: Part, rule: Rule) -> Compiled | None:
    match rule:
        case Response():
            return compile_response(part, rule)
        case Recurrence():
            return compile_recurrence(part, rule)
        case Precedence():
            return compile_precedence(part, rule)
        case Content():
            return compile_content(part, rule)
        case Invariant(other=None):
            return compile_alone(part, rule)
        case Invariant():
            return compile_invariant(part, rule)
        case Absence():
            return compile_absence(part, rule)
        case Count():
            return compile_count(part, rule)
        case Held():
            return compile_held(part, rule)
        case Sequence():
            raise TypeError("The stages of a sequence are compiled one by one.")
