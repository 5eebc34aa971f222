"""The pages that people read name only commands, files and tests that exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import click
import pytest

from candour.cli import main
from candour.cli.main import program
from tests.support.program import declared
from tests.support.repository import ROOT, pages

COMMAND = re.compile(r"(?:^|`)(candour [a-z][^`#\n]*|make [a-z][^`#\n]*)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture(autouse=True)
def _the_declared_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of this checkout are looked up, whatever an earlier install knew."""
    monkeypatch.setattr(main, "entry_points", lambda group: declared(group))


def fault_of(command: str) -> str | None:
    """What is wrong with a command as a page writes it: no such command, no such option; None where it exists."""
    words = shlex.split(command.replace("...", ""))
    if words[0] == "make":
        targets = [word for word in words[1:] if "=" not in word]
        return next((f"make has no target {target}" for target in targets[:1] if target not in TARGETS), None)
    context, found, name, rest = click.Context(program), program, "candour", words[1:]
    while isinstance(found, click.Group) and rest and not rest[0].startswith("-"):
        inner = found.get_command(context, rest[0])
        if inner is None:
            return f"there is no command {rest[0]}"
        found, name, rest = inner, rest[0], rest[1:]
    options = {word for option in found.get_params(context) for word in option.opts} | {"--help", "--version"}
    return next((f"{name} has no option {word}" for word in rest if word.startswith("--") and word.partition("=")[0] not in options), None)


def commands_in(text: str) -> list[str]:
    return [found.strip() for found in COMMAND.findall(text)]


def test_a_command_that_does_not_exist_would_be_seen() -> None:
    assert fault_of("candour improve --store STORE") == "there is no command improve"
    assert fault_of("candour assess --shop STORE") == "assess has no option --shop"
    assert fault_of("candour standards show ID --nothing") == "show has no option --nothing"
    assert fault_of("make sense") == "make has no target sense"
    assert fault_of("candour assess --store STORE --as-of 2026-03-31") is None


def test_the_readme_opens_with_the_two_commands() -> None:
    assert commands_in(pages()["README.md"])[:2] == ["make demo", "make test"]


def test_every_command_on_every_page_exists() -> None:
    faults = {(page, command): fault for page, text in pages().items() for command in commands_in(text) if (fault := fault_of(command))}
    assert not faults
    assert len(commands_in(pages()["README.md"])) >= 8


def test_every_link_leads_somewhere() -> None:
    broken = [
        (page, target)
        for page, text in pages().items()
        for target in LINK.findall(text)
        if not ((ROOT / page).parent / target.partition("#")[0]).exists()
    ]
    assert not broken


def rows_below(text: str, heading: str) -> list[list[str]]:
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    (body,) = [part for part in section if part.startswith(heading)]
    lines = [line for line in body.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_where_security_rests_names_files_and_tests_that_exist() -> None:
    rows = rows_below(pages()["DEVELOPERS.md"], "Where security rests")
    assert rows
    for place, _, test in rows:
        for cell in (place, test):
            named = re.findall(r"`([^`]+)`", cell)
            assert named, f"{cell!r} names no file"
            assert not [name for name in named if not (ROOT / name.partition("::")[0]).exists()]
        assert all(name.startswith("tests/") for name in re.findall(r"`([^`]+)`", test))


def test_which_test_for_which_change_names_what_exists() -> None:
    for row in rows_below(pages()["DEVELOPERS.md"], "Which test for which change"):
        for name in re.findall(r"`((?:tests|docs|src|catalogue)/[^`]+)`", " ".join(row)):
            assert (ROOT / name).exists(), name
        for target in re.findall(r"`make ([a-z-]+)`", " ".join(row)):
            assert target in TARGETS


def test_the_glossary_is_in_order() -> None:
    for section in re.split(r"^## ", pages()["GLOSSARY.md"], flags=re.MULTILINE)[1:]:
        terms = [re.sub(r"[^a-z0-9 ]", "", term.lower()) for term in re.findall(r"^\*\*(.+?)\.\*\*", section, re.MULTILINE)]
        assert len(terms) > 10
        assert terms == sorted(terms)
        assert len(terms) == len(set(terms))


@pytest.mark.parametrize("outcome", ["met", "late", "missed", "pending", "excused", "cannot_tell"])
def test_the_glossary_has_every_outcome(outcome: str) -> None:
    assert f"| `{outcome}` |" in pages()["GLOSSARY.md"]


def test_changes_are_told() -> None:
    assert re.search(r"^## (Unreleased|\d+\.\d+\.\d+)", pages()["CHANGELOG.md"], re.MULTILINE)


def test_the_generated_pages_are_what_the_sources_say() -> None:
    # In a process of its own, as `make docs` is: the library keeps the help option of a command from its first use.
    asked = [sys.executable, "-m", "candour.cli.documenting", "--check"]
    result = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
