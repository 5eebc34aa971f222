"""The words a chronology is written in: the kinds of event, their fields and their codes.

`catalogue/vocabulary.toml` is the one source. The Parquet schema, the checks on import, the manual and the
language of the standards are all read from the object made here.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

COLUMN_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "yes_no": "BOOLEAN",
        "text": "VARCHAR",
        "code": "VARCHAR",
        "codes": "VARCHAR[]",
        "whole": "BIGINT",
        "number": "DOUBLE",
        "moment": "TIMESTAMP",
        "day": "DATE",
        "ref": "VARCHAR",
        "refs": "VARCHAR[]",
    }
)
"""Vocabulary type to column type, as in `docs/explanation/the-chronology.md`."""


class VocabularyRefused(ValueError):
    """The vocabulary says something that cannot be meant; the message names the file, the key and the value."""


@dataclass(frozen=True)
class Field:
    """One field: its name, one of the types of COLUMN_TYPES, its meaning, and its codes in order (code to words)."""

    name: str
    type: str
    meaning: str
    codes: Mapping[str, str] | None = None
    ordered: bool = False

    @property
    def column_type(self) -> str:
        """The DuckDB type of the field's column."""
        return COLUMN_TYPES[self.type]


@dataclass(frozen=True)
class Kind:
    """One kind of event. `order` is its place in the vocabulary: it settles ties at the same second."""

    name: str
    title: str
    group: str
    meaning: str
    order: int
    fields: Mapping[str, Field]


@dataclass(frozen=True)
class Vocabulary:
    """Every kind, and the fields of the envelope, of a case and of a child. `fingerprint` is the SHA-256 of the file."""

    kinds: Mapping[str, Kind]
    envelope: Mapping[str, Field]
    case: Mapping[str, Field]
    child: Mapping[str, Field]
    fingerprint: str

    def payload(self) -> dict[str, Field]:
        """The fields of all kinds by column name, sorted by name: the columns after the envelope."""
        return dict(self._payload)

    def event_columns(self) -> dict[str, str]:
        """Every column of `events.parquet` in order, with its DuckDB type."""
        return dict(self._event_columns)

    @cached_property
    def _payload(self) -> dict[str, Field]:
        found: dict[str, Field] = {}
        for kind in self.kinds.values():
            found.update(kind.fields)
        return dict(sorted(found.items()))

    @cached_property
    def _event_columns(self) -> dict[str, str]:
        fields = [*self.envelope.values(), *self._payload.values()]
        return {field.name: field.column_type for field in fields}


def find_catalogue() -> Path:
    """The folder `catalogue/`: beside the sources in a checkout, inside the package when installed from a wheel.

    Raises FileNotFoundError when neither is there.
    """
    here = Path(__file__).resolve()
    for candidate in (here.parents[3] / "catalogue", here.parents[1] / "catalogue"):
        if (candidate / "vocabulary.toml").is_file():
            return candidate
    raise FileNotFoundError("The folder catalogue/ was found neither beside the sources nor inside the package. Install Candour again.")


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """Read a vocabulary (by default the catalogue's). Raises VocabularyRefused with the file, key and value at fault."""
    file = path or find_catalogue() / "vocabulary.toml"
    raw = file.read_bytes()
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise VocabularyRefused(f"{file.name}: this is not TOML that can be read ({error}).") from error
    return _Reader(file.name, content, hashlib.sha256(raw).hexdigest()).vocabulary()


def vocabulary_of(store: Path) -> Vocabulary:
    """The vocabulary a store is written in: its own `vocabulary.toml` where an import was given one, else the catalogue's. Raises VocabularyRefused."""
    own = store / "vocabulary.toml"
    return load_vocabulary(own if own.is_file() else None)


class _Reader:
    """Turns the parsed TOML into a Vocabulary, or refuses it."""

    def __init__(self, file: str, content: dict[str, object], fingerprint: str) -> None:
        self.file = file
        self.content = content
        self.fingerprint = fingerprint
        self.codes = self._table(content, "codes")

    def refuse(self, key: str, problem: str) -> VocabularyRefused:
        return VocabularyRefused(f"{self.file}: [{key}] {problem}")

    def _table(self, parent: Mapping[str, object], key: str) -> dict[str, object]:
        value = parent.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(key, f"must be a table; it is {value!r}.")
        return value

    def _text(self, parent: Mapping[str, object], at: str, key: str) -> str:
        value = parent.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(at, f"needs {key} = a text; it has {value!r}.")
        return value

    def field(self, at: str, name: str, raw: object) -> Field:
        key = f"{at}.{name}"
        if not isinstance(raw, dict):
            raise self.refuse(key, f"must be a table with type and meaning; it is {raw!r}.")
        unknown = set(raw) - {"type", "meaning", "codes"}
        if unknown:
            raise self.refuse(key, f"does not know {sorted(unknown)}; a field has type, meaning and codes.")
        type_ = self._text(raw, key, "type")
        if type_ not in COLUMN_TYPES:
            raise self.refuse(key, f"type {type_!r} is not one of {', '.join(COLUMN_TYPES)}.")
        codes, ordered = None, False
        if type_ in ("code", "codes"):
            named = self._text(raw, key, "codes")
            listed = self._table(self.codes, named)
            if not listed:
                raise self.refuse(key, f"names the code list {named!r}, which [codes.{named}] does not give.")
            ordered = listed.get("ordered") is True
            values = self._table(listed, "values")
            codes = MappingProxyType({code: str(words) for code, words in values.items()})
        return Field(name, type_, self._text(raw, key, "meaning"), codes, ordered)

    def fields(self, at: str, raw: Mapping[str, object]) -> Mapping[str, Field]:
        return MappingProxyType({name: self.field(at, name, value) for name, value in raw.items()})

    def vocabulary(self) -> Vocabulary:
        envelope = self.fields("envelope", self._table(self.content, "envelope"))
        kinds: dict[str, Kind] = {}
        types: dict[str, tuple[str, str]] = {}
        for order, (name, raw) in enumerate(self._table(self.content, "kinds").items()):
            at = f'kinds."{name}"'
            if not isinstance(raw, dict):
                raise self.refuse(at, f"must be a table; it is {raw!r}.")
            unknown = set(raw) - {"title", "group", "meaning", "fields"}
            if unknown:
                raise self.refuse(at, f"does not know {sorted(unknown)}; a kind has title, group, meaning and fields.")
            fields = self.fields(f"{at}.fields", self._table(raw, "fields"))
            for field in fields.values():
                if field.name in envelope:
                    raise self.refuse(at, f"has a field {field.name!r}, which is a column of the envelope.")
                before = types.setdefault(field.name, (field.type, name))
                if before[0] != field.type:
                    raise self.refuse(
                        at, f"gives {field.name!r} the type {field.type!r}; {before[1]} gives it {before[0]!r}. One name, one type."
                    )
            texts = (self._text(raw, at, "title"), self._text(raw, at, "group"), self._text(raw, at, "meaning"))
            kinds[name] = Kind(name, *texts, order=order, fields=fields)
        if not kinds:
            raise self.refuse("kinds", "is empty: a vocabulary needs at least one kind of event.")
        return Vocabulary(
            MappingProxyType(kinds),
            envelope,
            self.fields("case", self._table(self.content, "case")),
            self.fields("child", self._table(self.content, "child")),
            self.fingerprint,
        )
