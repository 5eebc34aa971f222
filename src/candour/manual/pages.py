"""The pages of the manual: their addresses, and what each is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from candour.findings.manual_links import INDEX, page_of, section_of
from candour.manual.changes import changes_by_day, changes_of_manual, days_of
from candour.manual.gathering import Grouping, Manual, StandardShown, groupings_of
from candour.records.vocabulary import Kind
from candour.standards.verification import VERIFICATIONS

_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    a about after all also an and any are as at be been before being by can child children did do does each every for from had has
    have if in into is it its last made may more most must no not of on one or other out over same so such than that the their then
    there they this those time to two under until up was were what when where which while who whose with within without
        """,
    )
)
"""Words that are in most sentences, and so find nothing."""
_LETTERS = 3


@dataclass(frozen=True)
class Page:
    """One page: its address from the root of the manual, its template, its title, and what the template is given."""

    address: str
    template: str
    title: str
    given: Mapping[str, object] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way from the page to the root of the manual: empty, or `../`."""
        return "../" * self.address.count("/")


@dataclass(frozen=True)
class ReportKnown:
    """The report that the manual leads back to: its link from the root of the manual, and the standards that have a section in it."""

    link: str
    standards: frozenset[str]

    def to(self, standard: str) -> str:
        """The link to a standard's section in the report, from the root of the manual; empty where it has none."""
        return f"{self.link}#{section_of(standard)}" if standard in self.standards else ""


def sections_in(report: Path) -> frozenset[str]:
    """The standards that have a section in a report."""
    return frozenset(re.findall(rf'id="{section_of("")}([a-z0-9-]+)"', report.read_text(encoding="utf-8")))


def pages_of(manual: Manual) -> Iterator[Page]:
    """Every page of the manual. Those of groups and kinds lead to the standards, and each standard to all of its."""
    groupings = groupings_of(manual)
    uses = uses_of_kinds(manual)
    shared = {"groupings": groupings, "group_links": group_links(groupings)}
    yield Page(INDEX, "index.html", "All standards", shared)
    yield Page("how-to-read.html", "reading.html", "How to read this manual", shared)
    for one in manual.standards:
        yield Page(page_of(one.id), "standard.html", one.title, {**shared, "one": one})
    for grouping in groupings:
        yield Page(grouping.page, "group.html", grouping.title, {**shared, "grouping": grouping})
    groups: dict[str, list[Kind]] = {}
    for kind in manual.vocabulary.kinds.values():
        groups.setdefault(kind.group, []).append(kind)
    yield Page("kinds.html", "kinds.html", "By kind of event", {**shared, "groups": groups, "uses": uses})
    for kind in manual.vocabulary.kinds.values():
        yield Page(kind_page(kind), "kind.html", kind.title, {**shared, "kind": kind, "uses": uses.get(kind.name, ())})
    if manual.questions:
        yield Page("questions.html", "questions.html", "Questions for a reader", {**shared, "verifications": VERIFICATIONS})
    changes = changes_of_manual(manual)
    given = {"changes": changes, "by_day": changes_by_day(changes), "days": days_of(manual)}
    yield Page("changes.html", "changes.html", "What changed since", {**shared, **given})
    yield Page("words.html", "words.html", "Index of words", {**shared, "letters": words_of(manual)})


def kind_page(kind: Kind | str) -> str:
    """The address of a kind of event."""
    return f"kinds/{kind if isinstance(kind, str) else kind.name}.html"


def group_links(groupings: tuple[Grouping, ...]) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each standard the groups it is in: address and title."""
    found: dict[str, list[tuple[str, str]]] = {}
    for grouping in groupings:
        for group in grouping.groups:
            for one in group.standards:
                found.setdefault(one.id, []).append(
                    (f"{grouping.page}#{group.key}", f"{grouping.title.removeprefix('By ').capitalize()}: {group.title}")
                )
    return {key: tuple(some) for key, some in found.items()}


def uses_of_kinds(manual: Manual) -> dict[str, tuple[tuple[StandardShown, str], ...]]:
    """For each kind of event the standards that read it, and what it is to each."""
    found: dict[str, dict[str, tuple[StandardShown, list[str]]]] = {}
    for one in manual.standards:
        for edition in one.editions:
            for need in edition.needs.kinds:
                _, parts = found.setdefault(need.kind, {}).setdefault(one.id, (one, []))
                parts += [part for part in need.parts if part not in parts]
    return {kind: tuple((one, ", ".join(parts)) for one, parts in some.values()) for kind, some in found.items()}


def words_of(manual: Manual) -> tuple[tuple[str, tuple[tuple[str, tuple[StandardShown, ...]], ...]], ...]:
    """An index of the words of titles, of what is asked, and of themes: by first letter, each word with its standards."""
    found: dict[str, dict[str, StandardShown]] = {}
    for one in manual.standards:
        for word in re.findall(r"[a-z][a-z']+", search_text(one)):
            if len(word) >= _LETTERS and word not in _COMMON:
                found.setdefault(word.removesuffix("'s"), {}).setdefault(one.id, one)
    most = max(3, len(manual.standards) // 4)
    words = [(word, tuple(some.values())) for word, some in sorted(found.items()) if len(some) <= most]
    return tuple((letter, tuple(some)) for letter, some in groupby(words, key=lambda pair: pair[0][0].upper()))


def search_text(one: StandardShown) -> str:
    """The words by which a standard is found: titles, what is asked, themes and area, in lower case."""
    texts = [
        text
        for edition in one.editions
        for text in (edition.standard.title, edition.standard.statement, *edition.standard.themes, edition.standard.area)
    ]
    return " ".join(dict.fromkeys(texts)).lower().replace("-", " ")
