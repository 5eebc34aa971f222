"""What is kept in the repository names no machine, no address of a registry, and stays of a size that can be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.repository import ROOT, sources, texts

MACHINE = re.compile(rf"(?<![\w./-])/({'|'.join(('work', 'root', 'home', 'Users'))})(?![\w-])")
REGISTRY = re.compile(
    "|".join(("py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.", "index" + "-url", "extra" + "-index", "find" + "-links"))
)
MOST_LINES = 600


def places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(texts()) > 200
    assert {"README.md", "Makefile", "requirements.lock", "src/candour/cli/main.py"} <= set(texts())


def test_no_file_names_a_place_on_one_machine() -> None:
    assert MACHINE.search("cd " + "/wo" + "rk/main")
    assert not places(MACHINE)


def test_no_file_names_a_registry() -> None:
    assert REGISTRY.search("https://py" + "pi.org/simple")
    assert not places(REGISTRY)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_a_lock_file_names_packages_and_hashes_and_nothing_else(name: str) -> None:
    package = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[0-9][\w.+!]*( ; [^:@]+)? \\")
    line_of_hash = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    comment = re.compile(r"    # via.*|    #   [A-Za-z0-9._ :()-]+")
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    strange = [line for line in lines if line and not any(one.fullmatch(line) for one in (package, line_of_hash, comment))]
    assert not strange
    assert sum(bool(package.fullmatch(line)) for line in lines) >= 10


def test_every_package_of_a_lock_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8").strip())
        assert not [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry], name


def test_the_program_needs_nothing_that_its_lock_lacks() -> None:
    wanted = re.findall(
        r'^    "([a-z0-9-]+)[=<>]', (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.scripts]")[0], re.M
    )
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(wanted) >= 5
    assert not [package for package in wanted if not re.search(rf"^{package}==", locked, re.M)]


def test_no_source_file_is_too_long_to_read() -> None:
    lengths = {name: len(text.splitlines()) for name, text in sources().items()}
    assert not {name: length for name, length in lengths.items() if length > MOST_LINES}


def calls_of(name: str) -> Iterator[str]:
    for file, text in sources().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield f"{file}:{node.lineno}"


def test_the_program_does_not_print() -> None:
    """Words for people go through click, so that they can be hushed and tested."""
    assert not list(calls_of("print"))


def test_the_program_does_not_run_text() -> None:
    assert not [place for name in ("eval", "exec", "compile", "__import__") for place in calls_of(name)]


DJANGOS_OWN = {"Meta", "Migration"}
"""Classes that Django asks for by name: the class or the module around them says what they are."""


def undescribed(node: ast.AST, file: str) -> Iterator[str]:
    """The public functions and classes below a node without a docstring; what stands in a function is its own affair."""
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not child.name.startswith("_")
            and child.name not in DJANGOS_OWN
        ):
            if ast.get_docstring(child) is None:
                yield f"{file}:{child.lineno} {child.name}"
            if isinstance(child, ast.ClassDef):
                yield from undescribed(child, file)


def test_every_module_and_public_function_says_what_it_does() -> None:
    trees = {file: ast.parse(text) for file, text in sources().items()}
    assert not [file for file, tree in trees.items() if ast.get_docstring(tree) is None]
    assert not [place for file, tree in trees.items() for place in undescribed(tree, file)]


def test_an_exemption_from_a_check_has_its_reason() -> None:
    """`noqa` and `type: ignore` name what they exempt from, and say why on the same line."""
    bare = re.compile(r"#\s*(noqa|type: ignore)(?!: [A-Z]+\d+|\[[a-z-]+\])|(# noqa: [A-Z0-9, ]+|# type: ignore\[[a-z, -]+\])\s*$")
    assert bare.search("x = 1  # no" + "qa")
    assert bare.search("x = 1  # no" + "qa: S608")
    assert not bare.search("x = 1  # no" + "qa: S608  # fixed words")
    found = [
        f"{file}:{number}" for file, text in sources().items() for number, line in enumerate(text.splitlines(), 1) if bare.search(line)
    ]
    assert not found
