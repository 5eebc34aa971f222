"""Typed reading of one TOML table, with refusals that name the file, the key and the value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from candour.standards.refusals import StandardRefused, near


class Table:
    """A TOML table at a key of a file. Every reader returns a checked value or raises StandardRefused."""

    def __init__(self, file: str, at: str, content: Mapping[str, object]) -> None:
        self.file = file
        self.at = at
        self.content = content

    def _key(self, key: str) -> str:
        return f"{self.at}.{key}" if self.at and key else key or self.at

    def refuse(self, key: str, problem: str) -> StandardRefused:
        """The refusal of a key of this table."""
        return StandardRefused(self.file, self._key(key), problem)

    def only(self, known: tuple[str, ...]) -> None:
        """Refuse any key that is not known here."""
        for key in self.content:
            if key not in known:
                raise self.refuse(key, f"is not known here.{near(key, known)} Known keys: {', '.join(known)}.")

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.content

    def table(self, key: str, *, required: bool = True) -> Table:
        """The table at a key; an empty one where it is not required."""
        value = self.content.get(key)
        if value is None and not required:
            return Table(self.file, self._key(key), {})
        if not isinstance(value, dict):
            raise self.refuse(key, "is missing: a table is needed here." if value is None else f"must be a table; it is {value!r}.")
        return Table(self.file, self._key(key), value)

    def tables(self, key: str) -> tuple[Table, ...]:
        """The list of tables at a key; one table alone counts as a list of one; absent counts as empty."""
        value = self.content.get(key, [])
        listed = value if isinstance(value, list) else [value]
        if len(listed) == 1:
            return (self._one(key, listed[0]),)
        return tuple(self._one(f"{key}[{number}]", item) for number, item in enumerate(listed))

    def _one(self, key: str, item: object) -> Table:
        if not isinstance(item, dict):
            raise self.refuse(key, f"must be a table; it is {item!r}.")
        return Table(self.file, self._key(key), item)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank."""
        value = self.content.get(key, default)
        if value is None:
            raise self.refuse(key, "is missing: a text is needed here.")
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.refuse(
                key,
                "is blank: write it, or take the line out."
                if isinstance(value, str)
                else f"must be a text, between quotation marks; it is {value!r}.",
            )
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of them; absent counts as none."""
        value = self.content.get(key, [])
        listed = value if isinstance(value, list) else [value]
        for item in listed:
            if not isinstance(item, str) or not item.strip():
                raise self.refuse(key, f"must be a text or a list of texts, each between quotation marks and not blank; it has {item!r}.")
        return tuple(listed)

    def addresses(self, key: str) -> tuple[str, ...]:
        """As `texts`, each the address of a page: nothing that a click would run."""
        found = self.texts(key)
        for one in found:
            if not one.startswith(("https://", "http://")):
                raise self.refuse(key, f"{one!r} is not an address: one begins with https:// or http://.")
        return found

    def identifier(self, key: str) -> str:
        """A text of lower-case words joined by hyphens."""
        value = self.text(key)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            raise self.refuse(key, f"{value!r} must be lower-case words joined by hyphens, such as child-seen.")
        return value

    def choice(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of a few words."""
        value = self.content.get(key, default)
        if value is None:
            raise self.refuse(key, f"is missing. It is one of: {', '.join(options)}.")
        if value not in options:
            raise self.refuse(key, f"{value!r} is not one of: {', '.join(options)}.{near(str(value), options)}")
        return str(value)

    def whole(self, key: str, *, least: int) -> int:
        """A whole number of at least so much."""
        value = self.content.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refuse(key, f"must be a whole number of at least {least}; it is {value!r}.")
        return value

    def yes_no(self, key: str) -> bool:
        """true or false, which must be there."""
        value = self.content.get(key)
        if not isinstance(value, bool):
            raise self.refuse(
                key,
                "is missing: write true or false."
                if value is None
                else f"must be true or false, without quotation marks; it is {value!r}.",
            )
        return value

    def day(self, key: str) -> date | None:
        """A date, as a TOML date or a text such as 2026-03-01; absent is None."""
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, date) and type(value) is date:
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self.refuse(key, f"must be a date such as 2026-03-01; it is {value!r}.")
