"""One PostgreSQL for a whole run of the tests: named here, started by the first web test that needs it, and stopped at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

SERVER = "CANDOUR_TEST_SERVER"
"""The folder of the server of this run. Workers of pytest-xdist inherit it, so that they share the server."""


def pytest_configure(config: pytest.Config) -> None:
    if SERVER not in os.environ and not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="candour-test-"))
        folder.chmod(0o711)  # the server may run as another account, which has to come through
        os.environ[SERVER] = str(folder)
        config.add_cleanup(lambda: _end(folder))


def _end(folder: Path) -> None:
    os.environ.pop(SERVER, None)
    if (folder / "database").exists():
        from candour_web.site.embedded import Embedded

        Embedded(folder / "database", lasting=False).stop()
    shutil.rmtree(folder, ignore_errors=True)
