"""The trained model as it is kept beside a linkage, so that it can be read, explained and used again: `model.json`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from candour.records.linkage.comparisons import COMPARISONS
from candour.records.linkage.settings import LinkRefused, LinkSettings, settings_file, settings_from_dict

FORMAT = 1
LISTS = ("short_names.toml", "spellings.toml", "words.toml")


@dataclass(frozen=True)
class Model:
    """A trained model: its settings, the comparisons it makes, Splink's settings with every m and u, and the share of true pairs among all pairs.

    `left_out` counts by rule the values that too many records share to find pairs by; `versions` names the programs and the hashes of the lists.
    """

    settings: LinkSettings
    comparisons: tuple[str, ...]
    splink: Mapping[str, Any]
    share: float
    left_out: Mapping[str, int]
    versions: Mapping[str, str]

    def weights(self) -> dict[str, dict[int, tuple[float, float]]]:
        """By comparison and number of its level: m and u."""
        found: dict[str, dict[int, tuple[float, float]]] = {}
        for comparison in self.splink["comparisons"]:
            levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
            found[comparison["output_column_name"]] = {
                len(levels) - 1 - place: (level["m_probability"], level["u_probability"]) for place, level in enumerate(levels)
            }
        return found


def versions_now() -> dict[str, str]:
    """The versions of Splink and DuckDB, and the SHA-256 of each list of names."""
    return {"splink": version("splink"), "duckdb": version("duckdb")} | {
        name: hashlib.sha256(settings_file(name).read_bytes()).hexdigest() for name in LISTS
    }


def write_model(model: Model, path: Path) -> None:
    """Write a model as JSON."""
    content = {
        "format": FORMAT,
        "person_kind": model.settings.person_kind,
        "settings": model.settings.as_dict(),
        "comparisons": list(model.comparisons),
        "share_of_true_pairs": model.share,
        "values_left_out": dict(model.left_out),
        "versions": dict(model.versions),
        "splink": dict(model.splink),
    }
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_model(path: Path, person_kind: str | None = None) -> Model:
    """Read a model that `write_model` wrote, of one kind where that is given. Raises LinkRefused with the file and what is wrong with it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise LinkRefused(
                f"{path.name}: is of format {content['format']!r}, and this release reads format {FORMAT}. Train the model again."
            )
        _refuse_other(path, content, person_kind)
        return Model(
            settings=settings_from_dict(content["settings"]),
            comparisons=tuple(content["comparisons"]),
            splink=content["splink"],
            share=float(content["share_of_true_pairs"]),
            left_out=content["values_left_out"],
            versions=content["versions"],
        )
    except OSError as error:
        raise LinkRefused(f"{path.name}: cannot be read ({error.strerror}). Name the model.json of a linkage.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LinkRefused(f"{path.name}: is not a model of a linkage ({error}). Train the model again.") from error


def _refuse_other(path: Path, content: Mapping[str, Any], person_kind: str | None) -> None:
    if person_kind is not None and content["person_kind"] != person_kind:
        raise LinkRefused(
            f"{path.name}: was trained on the kind {content['person_kind']}, and {person_kind} is asked for. Name its own model, or train one."
        )
    for comparison in content["splink"]["comparisons"]:
        name = comparison["output_column_name"]
        told = [level["label_for_charts"] for level in comparison["comparison_levels"]]
        known = ["blank", *(level.name for level in COMPARISONS[name].levels), "otherwise"] if name in COMPARISONS else []
        if told != known:
            raise LinkRefused(f"{path.name}: compares {name} in other ways than this release does. Train the model again.")
