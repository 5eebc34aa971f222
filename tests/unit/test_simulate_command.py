"""`candour simulate` writes over nothing that is there already."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from candour.cli.main import run
from candour.records.vocabulary import find_catalogue


@pytest.mark.parametrize(("folder", "options"), [("exports", []), ("truth", []), ("mappings", ["--own-keys"])])
def test_what_is_there_already_is_left_alone(folder: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / folder / "mine.csv"
    kept.parent.mkdir()
    kept.write_text("a,b\n", encoding="utf-8")
    assert run(["simulate", "--out", str(tmp_path), "--cases", "200", "--quiet", *options]) == 1
    assert f"{folder}: is there already" in capsys.readouterr().err
    assert kept.read_text(encoding="utf-8") == "a,b\n"
    assert [path.name for path in tmp_path.iterdir()] == [folder]


def test_other_things_in_the_folder_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    assert run(["simulate", "--out", str(tmp_path), "--cases", "200", "--quiet"]) == 0
    assert {"exports", "truth", "note.txt"} == {path.name for path in tmp_path.iterdir()}


def test_with_own_keys_the_mappings_are_beside_the_exports_and_the_same_seed_gives_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "here"
    assert run(["simulate", "--out", str(made), "--cases", "40", "--own-keys"]) == 0
    assert f"candour import {made / 'exports'} --source {made / 'mappings'} --store STORE" in capsys.readouterr().out
    assert {"exports", "mappings", "truth"} == {path.name for path in made.iterdir()}
    asked = [sys.executable, "-m", "candour", "simulate", "--out", str(tmp_path / "there"), "--cases", "40", "--own-keys", "--quiet"]
    subprocess.run(asked, check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    assert Path("truth/links.csv") in files
    assert [(made / name).read_bytes() for name in files] == [(tmp_path / "there" / name).read_bytes() for name in files]
    shipped = find_catalogue() / "sources" / "northshire"
    for file in shipped.glob("*.toml"):
        assert (made / "mappings" / file.name).read_text(encoding="utf-8").startswith(file.read_text(encoding="utf-8").rstrip("\n"))
