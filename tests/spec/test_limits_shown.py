"""Every finding that rests on a limit says which limit was used and whose it is, whatever the shape of the rule, in both evaluators."""

from __future__ import annotations

from pathlib import Path

import pytest

from candour.evaluation.try_examples import Engine
from candour.findings.explanation import whose_limit
from candour.standards.parameters import apply_parameters, load_parameters
from tests.support.engines import ENGINES
from tests.support.tiny import VOCABULARY, findings_of, standard_of

AFTER = 'after = { event = "missing.located" }\nexpect = { event = "missing.interviewed" }\n'
FOUND = "2026-05-02 18:00 | missing.located"
SHAPES = {
    # name: the rule, a chronology, a local value, and the limit in words as the standard has it and as the force has it
    "response": (f'shape = "response"\n{AFTER}within = {{ hours = 24, parameter = "ours" }}', FOUND, "{ hours = 12 }", "24 hours", "12 hours"),
    "response by code": (
        'shape = "response"\nafter = { event = "missing.assessed" }\nexpect = { event = "missing.reviewed" }\n'
        'within = { look_up = "risk_level", values = { high = { hours = 2 }, low = { hours = 9 } }, parameter = "ours" }',
        "2026-05-02 18:00 | missing.assessed | risk_level=high", "{ high = { hours = 1 } }", "2 hours", "1 hour",
    ),
    "response by a field": (
        f'shape = "response"\n{AFTER}within = {{ by = "found_at", else = {{ hours = 5 }}, parameter = "ours" }}', FOUND, "{ hours = 3 }", "5 hours", "3 hours",
    ),
    "recurrence": (
        'shape = "recurrence"\nafter = { event = "missing.reported" }\nuntil = { event = "missing.located" }\nexpect = { event = "missing.reviewed" }\n'
        'every = { hours = 12, parameter = "ours" }',
        "2026-05-02 18:00 | missing.reported", "{ hours = 6 }", "12 hours", "6 hours",
    ),
    "precedence": (
        'shape = "precedence"\nbefore = { event = "case.closed" }\nexpect = { event = "supervision.reviewed" }\nwithin = { days = 7, parameter = "ours" }',
        "2026-05-02 18:00 | case.closed", "{ days = 3 }", "7 calendar days", "3 calendar days",
    ),
    "absence": (
        'shape = "absence"\nafter = { event = "case.closed" }\nnever = { event = "missing.reported" }\nwithin = { days = 7, parameter = "ours" }',
        "2026-05-02 18:00 | case.closed\n2026-05-03 18:00 | missing.reported", "{ days = 5 }", "7 calendar days", "5 calendar days",
    ),
    "content": (
        'shape = "content"\nof = { event = "missing.interviewed" }\ncheck = "recorded(reason)"\nwithin = { hours = 4, parameter = "ours" }',
        "2026-05-02 18:00 | missing.interviewed", "{ hours = 2 }", "4 hours", "2 hours",
    ),
    "count": (
        'shape = "count"\ncount = { event = "missing.reported" }\nat_least = 2\nin = { days = 90 }\nexpect = { event = "strategy.held" }\n'
        'within = { days = 7, parameter = "ours" }',
        "2026-05-02 18:00 | missing.reported\n2026-05-03 18:00 | missing.reported", "{ days = 5 }", "7 calendar days", "5 calendar days",
    ),
    "held": (
        'shape = "count"\ncount = { event = "investigation.allocated", held_by = "oic_ref" }\nuntil = { event = "case.closed" }\nat_most = 9\nparameter = "ours"',
        "2026-05-02 18:00 | investigation.allocated | oic_ref=PC1", "8", "at most 9", "at most 8",
    ),
}  # fmt: skip
LOCAL = '[[parameter]]\nname = "ours"\nvalue = {value}\nfrom = {begins}\napproved_by = "ACC Lowe"\napproved_on = 2026-01-15\nreason = "Made up."\n'


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("begins", "local"), [("2026-05-02", True), ("2026-05-04", False)])
def test_a_finding_says_which_limit_was_used_and_whose_it_is(shape: str, engine: Engine, begins: str, local: bool, tmp_path: Path) -> None:
    rule, chronology, value, ours, theirs = SHAPES[shape]
    file = tmp_path / "local.toml"
    file.write_text(LOCAL.format(value=value, begins=begins), encoding="utf-8")
    parameters = load_parameters(file, VOCABULARY)
    standards = apply_parameters([standard_of(rule)], parameters)
    found = findings_of(engine, standards, chronology, {})
    assert found
    assert {(one.limit_text, one.limit_whose) for one in found} == {(theirs, "local: ours") if local else (ours, "standard")}
    said = whose_limit(found[-1], standards[0], parameters.in_words())
    if local:
        assert said.startswith(f"The limit used: {theirs}. It is the force's own figure for ours: ")
        assert "approved by ACC Lowe on 2026-01-15: Made up." in said
    else:
        assert said.startswith(f"The limit used: {ours}. It is a local default of this catalogue, not national policy")


OTHERS = {
    "a look-back before the trigger": f'shape = "response"\n{AFTER}within = {{ hours = 24 }}\nearly = {{ hours = 2, parameter = "ours" }}',
    "the look-back of an excuse": f'shape = "response"\n{AFTER}within = {{ hours = 24 }}\nunless = {{ event = "missing.reviewed", look_back = {{ hours = 2, parameter = "ours" }} }}',
}


@pytest.mark.parametrize("rule", OTHERS.values(), ids=OTHERS)
def test_a_proof_says_what_else_in_the_rule_is_the_forces_own(rule: str, tmp_path: Path) -> None:
    file = tmp_path / "local.toml"
    file.write_text(LOCAL.format(value="{ hours = 1 }", begins="2026-05-02"), encoding="utf-8")
    parameters = load_parameters(file, VOCABULARY)
    standards = apply_parameters([standard_of(rule)], parameters)
    (found,) = findings_of(ENGINES["reference"], standards, FOUND, {})
    assert (found.limit_text, found.limit_whose) == ("24 hours", "standard")
    said = whose_limit(found, standards[0], parameters.in_words())
    assert said.endswith(" The force's own figure for ours: 1 hour from 2026-05-02 (approved by ACC Lowe on 2026-01-15: Made up.).")


def test_every_shape_that_can_have_a_limit_is_here() -> None:
    words = {shape.split()[0] for shape in SHAPES}
    assert words == {"response", "recurrence", "precedence", "absence", "content", "count", "held"}
