"""Builds the style sheet of the service from `styles/`, and tells whether the one that is kept is what would be built.

`python -m candour_web.site.building_styles` writes it; `--check` writes nothing. Building needs npm and its registry, or a folder of its
packages that is already there. Running the service needs neither: the sheet is kept with the sources.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess  # nosec B404  # npm and sass, with fixed arguments
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "styles"
SHEET = HERE / "static" / "candour.css"
_HEADING = """/* Written by candour_web.site.building_styles from src/candour_web/site/styles. Change those, not this. Sources: {fingerprint}
 * Holds parts of GOV.UK Frontend {version}, MIT licence: Copyright (C) 2017 Crown Copyright (Government Digital Service). No crown, no GDS font. */
"""
_VERSION = "6.3.0"


class StylesCannotBeBuilt(RuntimeError):
    """npm is not there, or could not fetch or run what the sheet is built with."""


def fingerprint_of_sources() -> str:
    """SHA-256 over the names and contents of what the sheet is built from: the SCSS files and the lock file."""
    digest = hashlib.sha256()
    for file in sorted([*SOURCES.glob("*.scss"), SOURCES / "package-lock.json"]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def fingerprint_in(sheet: str) -> str:
    """The fingerprint that a kept sheet says it was built from; empty where it says none."""
    first = sheet.partition("\n")[0]
    return first.rpartition("Sources: ")[2].strip() if "Sources: " in first else ""


def build_sheet() -> str:
    """The style sheet, built in a temporary folder from the locked packages. Raises StylesCannotBeBuilt."""
    npm = shutil.which("npm")
    if npm is None:
        raise StylesCannotBeBuilt(
            "npm is not installed here. The style sheet can only be built where it is; the kept one can be used without."
        )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for file in SOURCES.iterdir():
            if file.is_file():
                shutil.copy(file, work / file.name)
        _run([npm, "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], work)
        sass = work / "node_modules" / ".bin" / "sass"
        css = _run(
            [
                str(sass),
                "--style=compressed",
                "--no-source-map",
                "--no-charset",
                "--quiet-deps",
                "--load-path=node_modules",
                "candour.scss",
            ],
            work,
        )
    return _HEADING.format(fingerprint=fingerprint_of_sources(), version=_VERSION) + css.removeprefix("\ufeff")


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603  # fixed commands
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise StylesCannotBeBuilt(f"{Path(command[0]).name} ended with {done.returncode}: {said[0] if said else 'it said nothing'}")
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Write the sheet, or with `--check` say whether it is what would be built. Returns 0 done, 1 stale or cannot be built."""
    parser = argparse.ArgumentParser(description="Build the style sheet of the service.")
    parser.add_argument("--check", action="store_true", help="Build it, compare it with the one that is kept, and write nothing.")
    asked = parser.parse_args(arguments)
    try:
        built = build_sheet()
    except StylesCannotBeBuilt as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if asked.check:
        fresh = SHEET.is_file() and SHEET.read_text(encoding="utf-8") == built
        sys.stdout.write(
            f"{SHEET.name}: {'is what its sources build' if fresh else 'differs from what its sources build; run this without --check'}\n"
        )
        return 0 if fresh else 1
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    SHEET.write_text(built, encoding="utf-8")
    sys.stdout.write(f"{SHEET.name}: written, {len(built.encode()):,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
