"""The page about mappings shows an example that really loads, and names every key that can be written."""

from __future__ import annotations

import re
from pathlib import Path

from candour.records import mapping_file
from candour.records.mapping_file import read_mapping
from candour.records.vocabulary import load_vocabulary

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "mappings.md").read_text(encoding="utf-8")


def test_the_example_loads(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    (tmp_path / "example.toml").write_text(example[1])
    assert read_mapping(tmp_path / "example.toml", load_vocabulary()).name == "northshire-missing"


def test_every_key_is_described() -> None:
    keys = mapping_file._SOURCE_KEYS | mapping_file._TABLE_KEYS | mapping_file._EVENT_KEYS
    keys |= set(mapping_file.IDENTITY_FIELDS)
    missing = [key for key in keys if not re.search(rf"[`.]{key}\b", PAGE)]
    assert not missing
