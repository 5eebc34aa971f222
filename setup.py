"""Puts the catalogue into the wheel, beside the package that reads it. Everything else about the build is in pyproject.toml."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

CATALOGUE = Path(__file__).resolve().parent / "catalogue"


class BuildWithCatalogue(build_py):
    """Builds the package, then copies `catalogue/` to `candour/catalogue`, where `find_catalogue` looks when there is no checkout."""

    def run(self) -> None:
        """Build, and copy unless the install is editable: then the checkout's own catalogue is read."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "candour" / "catalogue"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(CATALOGUE, target)


setup(cmdclass={"build_py": BuildWithCatalogue})
