"""`candour demo`: the main job on a made-up force, from its exports to a report a detective inspector can read."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import webbrowser
from pathlib import Path
from time import perf_counter

import click

from candour.cli.main import joined, run
from candour.findings.runs import read_run, run_folder
from candour.records.refusals import InputRefused

MARK = ".candour-demo"
"""A file of this name says that a folder was made by `candour demo`, so that everybody in it is made up."""
_MADE = ("exports", "truth", "store", "report.html")


@click.command()
@click.option("--cases", type=click.IntRange(min=1), default=2000, show_default=True, help="How many cases the made-up force has.")
@click.option("--seed", type=int, default=2021, show_default=True, help="The same seed makes the same force.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True, help="Folder to work in.")
@click.option("--check", is_flag=True, help="Do it small in a temporary folder, print one line and stop.")
def command(cases: int, seed: int, out: Path, check: bool) -> None:
    """The main job on a made-up force: exports, import, assessment, report. Nobody in it is real."""
    if check:
        folder = Path(tempfile.mkdtemp(prefix="candour-demo-"))
        try:
            _work(folder, min(cases, 200), seed, quiet=True)
            found = read_run(run_folder(folder / "store"))
            click.echo(f"The demonstration works: {found.events:,} made-up records, {found.findings:,} findings, one report.")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    _clear(out)
    _work(out, cases, seed, quiet=False)
    report = (out / "report.html").resolve()
    click.echo(f"\nThe report on the made-up force is {report}")
    click.echo(f"One finding with its proof:  candour explain FINDING_ID --store {out / 'store'}   (the ids stand in the report)")
    if "serve" in joined():
        elsewhere = "" if out == Path("demo") else f" --store {out / 'store'}"
        click.echo(f"The same in a browser, as a supervisor or an officer:  candour serve --demo{elsewhere}")
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin"):
        webbrowser.open(report.as_uri())


def _clear(out: Path) -> None:
    """Make the folder ready: empty it of an earlier demonstration, and touch nothing else."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).is_file():
        raise InputRefused(f"{out}: is a folder with other things in it. Give the demonstration a folder of its own with --out.")
    for name in _MADE:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("Made by `candour demo`; it may be emptied by the next one.\n", encoding="utf-8")


def _work(out: Path, cases: int, seed: int, *, quiet: bool) -> None:
    store = str(out / "store")
    hush = ["--quiet"] if quiet else []
    steps = (
        ("1 of 4  Making a force that does not exist", ["simulate", "--out", str(out), "--cases", str(cases), "--seed", str(seed), *hush]),
        ("2 of 4  Importing its exports", ["import", str(out / "exports"), "--source", "northshire", "--store", store, *hush]),
        ("3 of 4  Holding every case against the standards", ["assess", "--store", store, *hush]),
        ("4 of 4  Writing the report", ["report", "--store", store, "--out", str(out / "report.html"), *hush]),
    )
    for words, arguments in steps:
        started = perf_counter()
        if not quiet:
            click.echo(f"\n{words}  (candour {' '.join(arguments)})")
        code = run(arguments)
        if code != 0:
            raise click.exceptions.Exit(code)
        if not quiet:
            click.echo(f"        {perf_counter() - started:.1f} seconds")
