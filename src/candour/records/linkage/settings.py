"""The settings of a linkage: thresholds, limits and what is compared, read from `catalogue/linkage/settings.toml` or a force's copy of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from candour.records.refusals import InputRefused
from candour.records.vocabulary import find_catalogue

KINDS = ("child", "suspect", "place")
"""The kinds of person whose records are linked; a place is linked in the same way, by other comparisons."""
COMPARED = {
    "person": ("given", "family", "born", "sex", "home", "phone", "school", "shared"),
    "place": ("number", "street", "postcode", "phone", "shared"),
}
"""What can be compared, by whether it is a person or a place."""


class LinkRefused(InputRefused):
    """Records cannot be linked as asked; the message names the file, the source or the pair of record_refs, and says how to mend it."""


@dataclass(frozen=True)
class Training:
    """How the model is trained; see the comments in `catalogue/linkage/settings.toml`."""

    seed: int
    random_pairs: int
    training_pairs: int
    least_m: float
    least_u: float
    rules_recall: float


@dataclass(frozen=True)
class Identifiers:
    """When a source or a column is of no use. Shares are from 0 to 1."""

    least_usable: float
    one_value_share: float
    one_value_rows: int
    number_records: int
    least_filled: float
    block_records: int
    rule_pairs: float


@dataclass(frozen=True)
class Clusters:
    """When links are not followed: the most records that links may join, and the least margin in weight between two that contradict."""

    most_records: int
    margin: float


@dataclass(frozen=True)
class LinkSettings:
    """What one kind of person or place is linked by. Weights are log2; at or above `linked_weight` a pair is linked, at or above `possible_weight` possible."""

    person_kind: str
    comparisons: tuple[str, ...]
    linked_weight: float
    possible_weight: float
    training: Training
    identifiers: Identifiers
    clusters: Clusters

    def as_dict(self) -> dict[str, Any]:
        """The settings as they are kept in `model.json`."""
        return asdict(self)


def settings_file(name: str = "settings.toml") -> Path:
    """A file of `catalogue/linkage`."""
    return find_catalogue() / "linkage" / name


def load_settings(person_kind: str, path: Path | None = None) -> LinkSettings:
    """The settings for one kind (child, suspect or place), from a file or the catalogue's. Raises LinkRefused with the file, key and value at fault."""
    file = path or settings_file()
    if person_kind not in KINDS:
        raise LinkRefused(f"person_kind is {person_kind!r}; it is one of {', '.join(KINDS)}.")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LinkRefused(f"{file.name}: cannot be read ({error.strerror}). Name a file like catalogue/linkage/settings.toml.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LinkRefused(f"{file.name}: this is not TOML that can be read ({error}).") from error
    kinds = _table(file, content, "kinds")
    own = _table(file, kinds, person_kind, "kinds.")
    at = f"kinds.{person_kind}"
    _only(file, at, own, ("comparisons", "linked_weight", "possible_weight"))
    comparisons = own.get("comparisons")
    known = COMPARED["place" if person_kind == "place" else "person"]
    if not isinstance(comparisons, list) or not comparisons:
        raise LinkRefused(f"{file.name}: [{at}] comparisons must be a list of some of {', '.join(known)}; it is {comparisons!r}.")
    for one in comparisons:
        if one not in known:
            raise LinkRefused(f"{file.name}: [{at}] comparisons names {one!r}; a {person_kind} is compared by {', '.join(known)}.")
    linked, possible = (_number(file, at, own, name) for name in ("linked_weight", "possible_weight"))
    if possible > linked:
        raise LinkRefused(
            f"{file.name}: [{at}] possible_weight is {possible:g} and linked_weight {linked:g}; the first must not be greater."
        )
    return LinkSettings(
        person_kind=person_kind,
        comparisons=tuple(comparisons),
        linked_weight=linked,
        possible_weight=possible,
        training=Training(**_figures(file, content, "training", Training)),
        identifiers=Identifiers(**_figures(file, content, "identifiers", Identifiers)),
        clusters=Clusters(**_figures(file, content, "clusters", Clusters)),
    )


def settings_from_dict(kept: Mapping[str, Any]) -> LinkSettings:
    """The settings again from what `LinkSettings.as_dict` gave."""
    return LinkSettings(
        **{
            **kept,
            "comparisons": tuple(kept["comparisons"]),
            "training": Training(**kept["training"]),
            "identifiers": Identifiers(**kept["identifiers"]),
            "clusters": Clusters(**kept["clusters"]),
        }
    )


def _figures(file: Path, content: Mapping[str, Any], at: str, shape: type) -> dict[str, Any]:
    table = _table(file, content, at)
    wanted = {one.name: one.type for one in fields(shape)}
    _only(file, at, table, wanted)
    return {name: int(number) if wanted[name] == "int" else number for name in wanted for number in [_number(file, at, table, name)]}


def _number(file: Path, at: str, table: Mapping[str, Any], name: str) -> float:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise LinkRefused(f"{file.name}: [{at}] {name} must be a number; it is {value!r}.")
    if value < 0 and not name.endswith("_weight"):
        raise LinkRefused(f"{file.name}: [{at}] {name} must not be below nought; it is {value!r}.")
    return float(value)


def _table(file: Path, parent: Mapping[str, Any], key: str, prefix: str = "") -> Mapping[str, Any]:
    value = parent.get(key)
    if not isinstance(value, dict):
        raise LinkRefused(f"{file.name}: [{prefix}{key}] is not there. See catalogue/linkage/settings.toml.")
    return value


def _only(file: Path, at: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
    for name in table:
        if name not in known:
            close = get_close_matches(name, list(known), n=1)
            raise LinkRefused(f"{file.name}: [{at}] does not know {name!r}.{f' Near it: {close[0]}.' if close else ''}")
