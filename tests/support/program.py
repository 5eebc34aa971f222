"""The program `candour` as a process, with the commands that pyproject declares: `python -m tests.support.program serve --port 8000`.

An install knows the declared commands only once it was made anew, so that a test of a new one would not find it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

from candour.cli import main
from tests.support.repository import ROOT


def declared(group: str = main.JOINED) -> list[EntryPoint]:
    """The entry points of a group as pyproject declares them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [EntryPoint(name, value, group) for name, value in project["entry-points"][group].items()]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of such a process whose service keeps everything in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CANDOUR_", "DATABASE_", "DJANGO_"))}
    return kept | {"CANDOUR_HOME": str(home), "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))} | more


def candour(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "tests.support.program", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(home, **more), capture_output=True, text=True, check=False, timeout=120)


if __name__ == "__main__":
    main.entry_points = lambda group: declared(group)  # type: ignore[assignment]
    sys.exit(main.run(sys.argv[1:]))
