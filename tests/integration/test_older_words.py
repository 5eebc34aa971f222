"""A store written before the vocabulary had a column is refused in words, and not read as if nothing had been recorded."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from candour.cli import assessing
from candour.records.chronology import open_chronology, refuse_older_words
from candour.records.refusals import InputRefused
from tests.support.small_store import INTERVIEW, VOCABULARY, scene_from, standards_in, write_generation


def older(store: Path) -> Path:
    (standard,) = standards_in(store.parent / "standards", INTERVIEW)
    folder = write_generation(store, scene_from("2026-01-01 18:00 | missing.located | episode=M1", standard))
    refuse_older_words(open_chronology(store), VOCABULARY)  # as it is written today
    children = folder / "children.parquet"
    pq.write_table(pq.read_table(children).drop_columns(["care_basis"]), children)
    return store


def test_it_is_refused_with_what_is_lacking_and_how_to_mend_it(tmp_path: Path) -> None:
    store = older(tmp_path / "store")
    with pytest.raises(InputRefused, match=r"lacks children: care_basis\. Import its deliveries again into a new store"):
        refuse_older_words(open_chronology(store), VOCABULARY)


def test_an_assessment_of_it_says_so_and_leaves_no_run(tmp_path: Path) -> None:
    store = older(tmp_path / "store")
    told = CliRunner().invoke(assessing.command, ["--store", str(store), "--standards", str(tmp_path / "standards")])
    assert isinstance(told.exception, InputRefused)  # the command line's main shows it and ends with 1
    assert "care_basis" in str(told.exception)
    assert not list(store.glob("runs/*"))
