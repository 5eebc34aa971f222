"""Where outside data for tests are, and what to say where they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def outside(*parts: str) -> Path:
    """A path in the folder of outside data (CANDOUR_OUTSIDE_DATA, or ../shared/data beside the repository); skips the test where it is absent."""
    folder = Path(os.environ.get("CANDOUR_OUTSIDE_DATA", ROOT.parent / "shared" / "data"))
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"outside data are not here: {Path(*parts)} (set CANDOUR_OUTSIDE_DATA to their folder)")
    return path
