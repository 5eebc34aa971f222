"""Record linkage on data that others made: Febrl 1 and Splink's fake_1000, with the settings that ship, and Splink's own published example beside it."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from candour.records.linkage.linking import link_records
from tests.support.outside import outside
from tests.support.repository import ROOT


def data(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module(name)


@pytest.mark.parametrize(("file", "recall"), [("febrl_dataset1.csv", 0.95), ("splink_fake_1000.csv", 0.85)])
def test_the_bars_are_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, recall: float) -> None:
    module = data(monkeypatch, "linkage_data")
    identities = module.write_outside(outside("linkage", file), tmp_path)
    result = link_records(identities, "suspect", tmp_path / "out")
    found = module.of_clusters(tmp_path / "truth.parquet", tmp_path / "out" / "clusters.parquet")
    assert result.records == 1000
    assert found.precision >= 0.99
    assert found.recall >= recall


def test_the_published_example_finds_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    found = data(monkeypatch, "linkage").published_example(outside("linkage", "splink_fake_1000.csv"))
    assert found.true == 2031
    assert found.precision >= 0.99
    assert 0.3 < found.recall < 0.85
