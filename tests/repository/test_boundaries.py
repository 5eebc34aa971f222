"""The layers of the engine hold: the import contracts of pyproject.toml are kept, and no module stands outside them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.support.repository import ROOT


def test_the_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]


def test_every_layer_is_there_and_every_package_is_a_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layered,) = [contract for contract in contracts if contract["type"] == "layers"]
    packages = {path.parent.name for path in (ROOT / "src" / "candour").glob("*/__init__.py")}
    assert (set(layered["layers"]), layered["exhaustive"]) == (packages, True)
