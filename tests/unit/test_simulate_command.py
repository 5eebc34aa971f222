"""`candour simulate` writes over nothing that is there already."""

from __future__ import annotations

from pathlib import Path

import pytest

from candour.cli.main import run


@pytest.mark.parametrize("folder", ["exports", "truth"])
def test_exports_that_are_there_already_are_left_alone(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / folder / "mine.csv"
    kept.parent.mkdir()
    kept.write_text("a,b\n", encoding="utf-8")
    assert run(["simulate", "--out", str(tmp_path), "--cases", "200", "--quiet"]) == 1
    assert f"{folder}: is there already" in capsys.readouterr().err
    assert kept.read_text(encoding="utf-8") == "a,b\n"
    assert [path.name for path in tmp_path.iterdir()] == [folder]


def test_other_things_in_the_folder_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    assert run(["simulate", "--out", str(tmp_path), "--cases", "200", "--quiet"]) == 0
    assert {"exports", "truth", "note.txt"} == {path.name for path in tmp_path.iterdir()}
