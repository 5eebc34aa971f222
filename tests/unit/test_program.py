"""The program's exit codes and its words about faults: 0 done, 1 refused, 2 wrong usage, 3 a fault, and nothing of the data in a message about a fault."""

from __future__ import annotations

import click
import pytest

from candour.cli import cataloguing, main
from candour.records.refusals import InputRefused

SECRET = "Rebecca Made-Up, 14 Nowhere Street"


def ending_in(error: BaseException) -> click.Command:
    def body() -> None:
        raise error

    return click.Command("check", callback=body)


def code_of(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    monkeypatch.setattr(cataloguing, "command", ending_in(error))
    return main.run(["standards"])


def test_done_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["standards", "list"]) == 0
    assert "child-seen" in capsys.readouterr().out


def test_refused_is_1_with_its_own_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(monkeypatch, InputRefused("a.csv: row 3: 31/02/2026 is no date.")) == 1
    assert capsys.readouterr().err == "a.csv: row 3: 31/02/2026 is no date.\n"


def test_a_command_may_end_with_1_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(monkeypatch, click.exceptions.Exit(1)) == 1


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["import"], ["assess", "--store", "x", "--as-of", "soon"], ["standards", "list", "--no-such-option"]]
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(arguments) == 2
    assert capsys.readouterr().err


def test_a_fault_is_3_and_says_nothing_of_the_data(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("CANDOUR_DEBUG", raising=False)
    assert code_of(monkeypatch, KeyError(SECRET)) == 3
    said = capsys.readouterr()
    assert "fault in Candour" in said.err
    assert "KeyError" in said.err
    assert "Rebecca" not in said.err + said.out


def test_stopping_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(monkeypatch, click.Abort()) == 1


def test_every_command_is_there() -> None:
    context = click.Context(main.program)
    for name in main.program.list_commands(context):
        assert main.program.get_command(context, name) is not None, name
