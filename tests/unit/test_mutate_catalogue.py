"""The mutation run makes the changes it says, lets weak examples be seen, and does not let a declared change hide."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from candour.records.vocabulary import load_vocabulary
from candour.standards.loading import load_standard

ROOT = Path(__file__).resolve().parents[2]

SEEN = """
id = "child-seen-again"
title = "Police see the child again"
area = "voice"
version = 1
in_force = { from = "2026-01-01" }
status = "local default"
severity = "high"

[source]
document = "made up for a test"
verified = false

[reading]
text = "24 hours."

[rule]
shape = "response"
after = { event = "response.arrived", where = "domestic_abuse and child_present" }
expect = { event = "child.contact", where = "seen" }
within = { hours = 24 }
same = "child"

[[examples]]
name = "seen the same evening"
chronology = \"\"\"
2026-03-02 18:00 | response.arrived | domestic_abuse=yes child_present=yes
2026-03-02 18:20 | child.contact    | seen=yes
\"\"\"
finding = "met"
because = "Twenty minutes."

[[examples]]
name = "never seen"
chronology = "2026-03-02 18:00 | response.arrived | domestic_abuse=yes child_present=yes"
finding = "missed"
because = "Nothing is recorded."
"""


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("mutate_catalogue")


def run(tool: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, declared: str = "") -> Result:
    (folder / "child-seen-again.toml").write_text(SEEN, encoding="utf-8")
    equivalent = folder.parent / "equivalent.toml"
    equivalent.write_text(declared, encoding="utf-8")
    monkeypatch.setattr(tool, "EQUIVALENT", equivalent)
    return CliRunner().invoke(tool.main, [str(folder)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "standards"
    found.mkdir()
    return found


def test_every_small_change_to_a_response_is_made(tool: ModuleType, folder: Path) -> None:
    file = folder / "child-seen-again.toml"
    file.write_text(SEEN, encoding="utf-8")
    vocabulary = load_vocabulary()
    made = {mutant.change for mutant in tool.mutants(load_standard(file, vocabulary), vocabulary)}
    assert made == {
        "scope case swapped for child", "same child_ref dropped", "grain swapped", "after take first", "after where dropped",
        "after where negated (domestic_abuse and child_present)", "after where (domestic_abuse and child_present) with or",
        "after where dropped domestic_abuse", "after where negated domestic_abuse", "after where dropped child_present",
        "after where negated child_present", "expect where dropped", "expect where negated seen", "within 24 hours: a minute less",
        "within 24 hours: the end not counted", "within 24 hours: a minute more", "in_force.from: a day earlier", "in_force.from: a day later",
    }  # fmt: skip


def test_weak_examples_let_mutants_survive(tool: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tool, folder, monkeypatch)
    assert result.exit_code == 1
    assert "survived: within 24 hours: a minute more" in result.output
    assert "survived: same child_ref dropped" in result.output
    assert "survived: expect where negated seen" not in result.output


def test_a_change_declared_equivalent_is_no_survivor(tool: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = '[[equivalent]]\nstandard = "child-seen-again"\nchange = "grain swapped"\nwhy = "made up"\n'
    result = run(tool, folder, monkeypatch, declared)
    assert "survived: grain swapped" not in result.output
    assert "1 declared equivalent" in result.output


@pytest.mark.parametrize(
    ("change", "words"),
    [("expect where negated seen", "an example notices it"), ("within 24 hours: a week more", "no such mutant is made")],
)
def test_a_declaration_that_is_wrong_is_told(
    tool: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, change: str, words: str
) -> None:
    declared = f'[[equivalent]]\nstandard = "child-seen-again"\nchange = "{change}"\nwhy = "made up"\n'
    result = run(tool, folder, monkeypatch, declared)
    assert f"declared equivalent, but {words}: {change}" in result.output


def test_a_declaration_needs_a_reason(tool: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tool, folder, monkeypatch, '[[equivalent]]\nstandard = "child-seen-again"\nchange = "grain swapped"\nwhy = " "\n')
    assert result.exit_code == 1
    assert "has no reason" in result.output


def test_a_standard_that_fails_its_own_examples_is_refused(tool: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(__name__ + ".SEEN", SEEN.replace('finding = "met"', 'finding = "late"'))
    result = run(tool, folder, monkeypatch)
    assert result.exit_code == 1
    assert "does not agree with its own examples: seen the same evening" in result.output
