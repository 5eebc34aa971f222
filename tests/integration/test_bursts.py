"""A hundred events in one minute, again and again: both evaluators find the same, whatever order the database happens to put them in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.repository import ROOT


def run(script: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks" / script), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


def test_bursts_are_judged_alike(tmp_path: Path) -> None:
    """Found by the benchmark: a window that ends 0 seconds before a row left out some events of its second."""
    run("make_chronology.py", str(tmp_path), "--events", "4000", "--bursts", "20")
    told = json.loads(run("assess_once.py", str(tmp_path), str(tmp_path / "findings.parquet"), "--against-reference"))
    assert told["findings"] > 400
    assert told["different"] == 0
