"""Every worked example of every standard in the catalogue, on every evaluator; and an example for every outcome."""

from __future__ import annotations

import pytest

from candour.evaluation.try_examples import Engine, outcomes_without_example, try_example
from candour.records.calendars import load_calendar
from candour.records.vocabulary import load_vocabulary
from candour.standards.loading import check_standards
from candour.standards.model import Example, Standard
from tests.support.engines import ENGINES

VOCABULARY = load_vocabulary()
CALENDAR = load_calendar()
STANDARDS, FAULTS = check_standards(None, VOCABULARY)


def _label(standard: Standard) -> str:
    return f"{standard.id}-v{standard.version}"


EXAMPLES = [
    pytest.param(engine, standard, example, id=f"{name}-{_label(standard)}-{example.name}")
    for name, engine in ENGINES.items()
    for standard in STANDARDS
    for example in standard.examples
]


def test_the_catalogue_can_be_read() -> None:
    assert [str(fault) for fault in FAULTS] == []
    assert STANDARDS


@pytest.mark.parametrize(("engine", "standard", "example"), EXAMPLES)
def test_the_example_comes_out_as_it_says(engine: Engine, standard: Standard, example: Example) -> None:
    assert try_example(example, standard, VOCABULARY, CALENDAR, engine).differences == ()


@pytest.mark.parametrize("standard", [pytest.param(standard, id=_label(standard)) for standard in STANDARDS])
def test_every_outcome_has_an_example(standard: Standard) -> None:
    assert outcomes_without_example(standard) == ()
