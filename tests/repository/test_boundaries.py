"""The layers of the engine hold: the import contracts of pyproject.toml are kept, and no module stands outside them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.repository import ROOT


def test_the_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]


@pytest.mark.parametrize("package", ["candour", "candour_web"])
def test_every_layer_is_there_and_every_package_is_a_layer(package: str) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layered,) = [contract for contract in contracts if contract["type"] == "layers" and contract["containers"] == [package]]
    listed = {name.strip(" ()"): name.strip().startswith("(") for layer in layered["layers"] for name in layer.split("|")}
    packages = {path.parent.name for path in (ROOT / "src" / package).glob("*/__init__.py")}
    assert {name for name, to_come in listed.items() if not to_come} <= packages <= set(listed)
    assert layered["exhaustive"]
