"""Reads standards from their TOML files, and refuses what cannot be meant with the file, the key and the way to mend it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from candour.records.vocabulary import Vocabulary, find_catalogue
from candour.standards.editions import base_file, faults_between, read_edition, shared
from candour.standards.faults import every_fault, example_faults
from candour.standards.frameworks import read_informs
from candour.standards.model import (
    BASES,
    DUTIES,
    ENGLAND_AND_WALES,
    JURISDICTIONS,
    SEVERITIES,
    STATUSES,
    Example,
    InForce,
    Source,
    Standard,
)
from candour.standards.reading_rules import RuleReader
from candour.standards.reading_tables import Table
from candour.standards.refusals import StandardRefused

OUTCOMES = ("met", "late", "missed", "pending", "excused", "cannot_tell")
_TOP = (
    "id", "title", "area", "version", "statement", "in_force", "status", "severity", "duty", "jurisdiction", "themes", "source", "reading",
    "rule", "examples", "informs", "edition",
)  # fmt: skip
_TOML = "Texts stand between quotation marks, every bracket and quotation mark is closed, and no key is there twice."
_LABEL = re.compile(r"^Our reading(, not the words of the source)?[.:]\s+")
"""Every page labels a reading as ours, so the label that opens one in its file is not said twice."""


def load_standard(file: Path, vocabulary: Vocabulary, *, examples: bool = True) -> Standard:
    """Read one standard; without its `examples` where only the rule is wanted, which is several times quicker. Raises StandardRefused."""
    table, fingerprint, same_rule = _whole(file, examples)
    standard = _standard(table, fingerprint, vocabulary)
    return replace(standard, edition=replace(standard.edition, same_rule=True)) if same_rule else standard


def _whole(file: Path, examples: bool) -> tuple[Table, str, bool]:
    """What a file says, made whole with its base where it is an edition of one; the SHA-256 of both; and whether the rule is the base's."""
    own, fingerprint = _table(file, examples)
    of = read_edition(own).of if own.has("edition") else None
    if of is None:
        return own, fingerprint, False
    base, of_base = _table(base_file(file, own, of), examples=False)
    return shared(base, own, of), hashlib.sha256(f"{of_base}{fingerprint}".encode()).hexdigest(), "rule" not in own.content


def _table(file: Path, examples: bool) -> tuple[Table, str]:
    """What a file says, and its SHA-256."""
    try:
        raw = file.read_bytes()
        content = _content(raw.decode("utf-8"), examples)
    except OSError as error:
        raise StandardRefused(file.name, "", f"cannot be opened ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StandardRefused(file.name, "", f"this is not TOML that can be read ({error}). {_TOML}") from error
    except RecursionError as error:
        raise StandardRefused(file.name, "", "this is not TOML that can be read (brackets within brackets without end).") from error
    return Table(file.name, "", content), hashlib.sha256(raw).hexdigest()


def _faults_in(file: Path, first: StandardRefused, vocabulary: Vocabulary) -> tuple[StandardRefused, ...]:
    """The first fault of a file, and those behind it."""
    if not first.key:
        return (first,)
    try:
        content = _whole(file, True)[0].content
    except StandardRefused:
        return (first,)
    return every_fault(first, content, lambda content: _standard(Table(file.name, "", content), "", vocabulary), vocabulary)


def _content(text: str, examples: bool) -> dict[str, object]:
    """The tables of a standard's file. Examples come last in a file; where nothing but examples follows the first, they can be left unread."""
    if not examples:
        head, mark, tail = text.partition("\n[[examples]]")
        only = all(line.startswith(("[[examples]]", "[examples.")) for line in tail.splitlines() if line.startswith("["))
        if mark and only and head.count('"""') % 2 == 0 and head.count("'''") % 2 == 0:
            return tomllib.loads(head)
    return tomllib.loads(text)


def load_standards(folder: Path | None, vocabulary: Vocabulary, *, examples: bool = True) -> tuple[Standard, ...]:
    """Every standard below a folder (by default the catalogue's `standards/`), sorted by id and version; `examples` as in `load_standard`.

    Raises StandardRefused for the first file at fault (files in order of path), and for two files with the same id and version or with
    the same id, the same nation and overlapping dates. Editions not confirmed as in force are among them: see `choosing`.
    """
    loaded, faults = check_standards(folder, vocabulary, examples=examples)
    if faults:
        raise faults[0]
    return loaded


def check_standards(
    folder: Path | None, vocabulary: Vocabulary, *, examples: bool = True
) -> tuple[tuple[Standard, ...], tuple[StandardRefused, ...]]:
    """As `load_standards`, but gathers every fault of every file instead of stopping at the first; with `examples` those of their chronologies too."""
    root = folder or find_catalogue() / "standards"
    if not root.exists():
        raise StandardRefused(str(root), "", "there is no such folder of standards.")
    loaded: list[Standard] = []
    faults: list[StandardRefused] = []
    for file in sorted(root.rglob("*.toml")) if root.is_dir() else [root]:
        try:
            loaded.append(load_standard(file, vocabulary, examples=examples))
            faults.extend(example_faults(loaded[-1], vocabulary))
        except StandardRefused as fault:
            faults.extend(_faults_in(file, fault, vocabulary))
    loaded.sort(key=lambda standard: (standard.id, standard.version))
    faults.extend(faults_between(loaded))
    return tuple(loaded), tuple(faults)


def _standard(table: Table, fingerprint: str, vocabulary: Vocabulary) -> Standard:
    table.only(_TOP)
    source = table.table("source")
    source.only(("document", "paragraph", "url", "urls", "verified", "basis", "note"))
    verified = source.yes_no("verified")
    basis = source.choice("basis", BASES, default=BASES[0] if verified else BASES[2])
    if verified and not basis.startswith("verified"):
        raise source.refuse("verified", f"is true, but basis says {basis!r}. Only a figure that someone has read in a source is verified.")
    reading = table.table("reading")
    reading.only(("text", "infers"))
    return Standard(
        id=table.identifier("id"),
        title=table.text("title"),
        area=table.text("area"),
        version=table.whole("version", least=1),
        statement=table.text("statement", default=table.text("title")),
        in_force=_in_force(table),
        status=table.choice("status", STATUSES),
        severity=table.choice("severity", SEVERITIES),
        duty=table.choice("duty", DUTIES, default="police"),
        jurisdiction=table.choice("jurisdiction", JURISDICTIONS, default=ENGLAND_AND_WALES),
        themes=table.texts("themes"),
        source=Source(
            source.text("document"), source.text("paragraph", default=""), source.addresses("urls") or source.addresses("url"), verified, basis,
            source.text("note", default=""),
        ),
        reading=_LABEL.sub("", reading.text("text")),
        rule=RuleReader(vocabulary).rule(table.table("rule")),
        examples=tuple(_example(example) for example in table.tables("examples")),
        file=table.file,
        fingerprint=fingerprint,
        infers=reading.yes_no("infers") if reading.has("infers") else False,
        informs=read_informs(table.table("informs", required=False)),
        edition=read_edition(table),
    )  # fmt: skip


def _in_force(table: Table) -> InForce:
    span = table.table("in_force", required=False)
    span.only(("from", "to"))
    begins, ends = span.day("from"), span.day("to")
    if begins and ends and ends < begins:
        raise span.refuse("to", f"{ends} is before from = {begins}.")
    return InForce(begins, ends)


def _example(table: Table) -> Example:
    table.only(
        (
            "name", "chronology", "finding", "because", "due", "reason", "as_of", "known_at", "children", "cases", "not_held", "not_complete",
            "complete_from", "complete_to", "born_on", "sex",
        )
    )  # fmt: skip
    finding = table.texts("finding")
    for outcome in finding:
        if outcome not in (*OUTCOMES, "none"):
            raise table.refuse("finding", f"{outcome!r} is not an outcome: {', '.join(OUTCOMES)}, or none where there is no occasion.")
    if "none" in finding and len(finding) > 1:
        raise table.refuse("finding", "none stands alone: it says that there is no occasion.")
    if not finding:
        raise table.refuse("finding", "is missing: say what the standard finds.")
    children = {name: dict(_rows(table, "children", name)) for name in table.table("children", required=False).content}
    default = {key: table.content[key] for key in ("born_on", "sex") if key in table.content}
    if default:
        children.setdefault("CHILD-1", {}).update(default)
    cases = {name: dict(_rows(table, "cases", name)) for name in table.table("cases", required=False).content}
    return Example(
        name=table.text("name"),
        chronology=table.text("chronology"),
        finding=() if finding == ("none",) else finding,
        because=table.text("because"),
        due=table.text("due", default="") or None,
        reason=table.text("reason", default="") or None,
        as_of=table.text("as_of", default="") or None,
        known_at=table.text("known_at", default="") or None,
        children=tuple((name, tuple(row.items())) for name, row in children.items()),
        cases=tuple((name, tuple(row.items())) for name, row in cases.items()),
        not_held=table.texts("not_held"),
        not_complete=table.texts("not_complete"),
        complete_from=table.text("complete_from", default="") or None,
        complete_to=table.text("complete_to", default="") or None,
    )


def _rows(table: Table, key: str, name: str) -> Mapping[str, object]:
    return table.table(key).table(name).content
