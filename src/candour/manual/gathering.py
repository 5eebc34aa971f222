"""Gathers the manual: every standard with its editions, what each needs, how it is measured and its examples worked; and the ways to find one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from candour.findings.duties import duty_words
from candour.findings.reporting.gathering import area_title
from candour.manual.editions import changes_of, days_in_words, latest_first
from candour.manual.measuring import Defined, measure_of
from candour.manual.needs import Needs, needs_of, own_figures
from candour.manual.published import Publication, read_published
from candour.manual.sentences import Stored, read_sentences
from candour.manual.worked import Worked, work
from candour.prompts.definitions import Definition, load_definitions
from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.framework_map import MapRow, framework_map
from candour.standards.frameworks import KINDS, load_frameworks
from candour.standards.loading import load_standards
from candour.standards.model import BASES, STATUSES, Standard
from candour.standards.verification import VERIFICATIONS
from candour.standards.wording import rule_sentence

Progress = Callable[[str, float], None]
_INFORMED = (
    ("inspection", "by-criterion.html", "By inspection criterion", "The areas of inspection that a standard informs: our reading, as of most areas only the heading was seen. A finding informs a judgement and is none."),
    ("failing", "by-failing.html", "By failing", "Practice failings that inspections and reviews have published, in our words, and the standards that would show each."),
    ("north_yorkshire", "by-inspection-finding.html", "By North Yorkshire finding", "What inspectors found in North Yorkshire, in our words, and the standards that would have shown it."),
)  # fmt: skip
"""Each framework that standards inform, with its page."""


@dataclass(frozen=True)
class EditionShown:
    """One edition as its page tells of it."""

    standard: Standard
    sentence: str
    stored: Stored | None
    span: str
    changes: tuple[str, ...]
    needs: Needs
    figures: tuple[tuple[str, str], ...]
    measure: Defined
    worked: tuple[Worked, ...]

    @property
    def standing(self) -> str:
        """Whether a person approved the sentence of the rule as it is now."""
        if self.stored is None or self.stored.sentence != self.sentence:
            return "This sentence is not stored yet, and no person has approved it."
        return self.stored.standing()

    @property
    def approved(self) -> bool:
        """Whether a person approved the sentence that stands on the page."""
        return self.stored is not None and self.stored.approved and self.stored.sentence == self.sentence

    def one_of_each_outcome(self) -> tuple[Worked, ...]:
        """The first example that shows each outcome (no occasion is one), in their order: what is drawn on paper, where all would be a thousand sheets."""
        seen: set[str] = set()
        chosen = []
        for one in self.worked:
            outcomes = {found.outcome for found in one.findings} or {""}
            if outcomes - seen:
                chosen.append(one)
            seen |= outcomes
        return tuple(chosen)

    @property
    def verification(self) -> str:
        """How far the source was verified, in a sentence."""
        return VERIFICATIONS.get(self.standard.source.basis, self.standard.source.basis)


@dataclass(frozen=True)
class StandardShown:
    """One standard with its editions, in the order of `latest_first`."""

    id: str
    editions: tuple[EditionShown, ...]

    @property
    def latest(self) -> Standard:
        """The latest edition."""
        return self.editions[0].standard

    @property
    def title(self) -> str:
        """The title of the latest edition."""
        return self.latest.title

    @property
    def has_more_than_one_edition(self) -> bool:
        """Whether it was ever changed."""
        return len(self.editions) > 1


@dataclass(frozen=True)
class Group:
    """Standards, and questions for readers, that have something in common. `note` says what it is, where a name is not enough."""

    key: str
    title: str
    standards: tuple[StandardShown, ...]
    note: str = ""
    questions: tuple[Definition, ...] = ()


@dataclass(frozen=True)
class Grouping:
    """One way to find a standard: a page, its groups in order, and what the page says of itself."""

    page: str
    title: str
    lead: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Manual:
    """Everything the manual says."""

    standards: tuple[StandardShown, ...]
    vocabulary: Vocabulary
    publications: tuple[Publication, ...]
    questions: tuple[Definition, ...] = ()

    def ids(self) -> frozenset[str]:
        """The ids of the standards."""
        return frozenset(one.id for one in self.standards)

    def question_of(self, standard: str) -> Definition | None:
        """The question for a reader that goes with a standard, which has its id."""
        return next((one for one in self.questions if one.id == standard), None)

    def editions(self) -> tuple[EditionShown, ...]:
        """Every edition of every standard."""
        return tuple(edition for one in self.standards for edition in one.editions)


def gather_manual(folder: Path | None = None, progress: Progress | None = None) -> Manual:
    """Read the standards (by default the catalogue's, and then its questions for readers too), and work every example. Raises StandardRefused for the
    first file at fault.

    Stored sentences and publications are the catalogue's: of a folder of a force's own they say nothing, and its pages say so.
    """
    vocabulary = load_vocabulary()
    standards = load_standards(folder, vocabulary)
    stored, shown = read_sentences(), []
    for place, (name, group) in enumerate(groupby(standards, key=lambda one: one.id)):
        if progress:
            progress(name, place / max(1, len(standards)))
        editions = list(group)
        befores = [None, *editions[:-1]]
        made = [_edition(one, before, stored, vocabulary) for one, before in zip(editions, befores, strict=True)]
        shown.append(StandardShown(name, tuple(sorted(made, key=lambda one: latest_first(one.standard)))))
    shown.sort(key=lambda one: (one.title.lower(), one.id))
    known = {(one.id, one.version) for one in standards}
    questions = load_definitions(vocabulary) if folder is None else ()
    return Manual(tuple(shown), vocabulary, tuple(one for one in read_published() if (one.id, one.version) in known), questions)


def _edition(standard: Standard, before: Standard | None, stored: dict[tuple[str, int], Stored], vocabulary: Vocabulary) -> EditionShown:
    return EditionShown(
        standard=standard,
        sentence=rule_sentence(standard, vocabulary),
        stored=stored.get((standard.id, standard.version)),
        span=days_in_words(standard),
        changes=changes_of(standard, before),
        needs=needs_of(standard, vocabulary),
        figures=own_figures(standard.rule),
        measure=measure_of(standard, vocabulary),
        worked=tuple(work(example, standard, vocabulary) for example in standard.examples),
    )


# Ways to find a standard


def groupings_of(manual: Manual) -> tuple[Grouping, ...]:
    """The pages of groups: by area, theme, duty, source document, status and verification; and, where standards say so, what they inform."""
    found = [
        Grouping("by-area.html", "By area", "The areas of the catalogue, as the report has them.", _by(manual, lambda one: [one.area], area_title)),
        Grouping("by-theme.html", "By theme", "A standard can have several themes.", _by(manual, lambda one: one.themes, _plain_title)),
        Grouping("by-duty.html", "By whose duty it is", "The police are measured by their own duties and those they share, never by a partner's.", _by_duty(manual)),
        Grouping("by-source.html", "By source document", "The documents that the standards name. Where a standard names several, it is under each.", _by(manual, _documents, str)),
        Grouping("by-status.html", "By status and verification", "What a standard rests on, how far that was verified, and whether a person has approved the sentence of its rule.", _by_status(manual)),
        *_informed(manual),
    ]  # fmt: skip
    return tuple(found)


def _by(manual: Manual, keys: Callable[[Standard], Iterable[str]], title: Callable[[str], str]) -> tuple[Group, ...]:
    """Groups by the keys that any edition gives, in order of title. Keys that differ only in capitals and signs are one."""
    found: dict[str, tuple[str, dict[str, StandardShown]]] = {}
    for one in manual.standards:
        for key in (key for edition in one.editions for key in keys(edition.standard)):
            found.setdefault(slug(key), (title(key), {}))[1].setdefault(one.id, one)
    groups = [Group(key, words, tuple(some.values())) for key, (words, some) in found.items()]
    return tuple(sorted(groups, key=lambda group: group.title.lower()))


def slug(text: str) -> str:
    """A text as part of an address: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "none"


def _plain_title(key: str) -> str:
    return key.replace("-", " ").capitalize()


def _documents(standard: Standard) -> list[str]:
    """The documents in `[source] document`, which are parted by semicolons; what stands in brackets is a remark."""
    bare = re.sub(r"\s*\([^)]*\)", "", standard.source.document)
    return [part.strip(" ,.") for part in bare.split(";") if part.strip(" ,.")]


def _by_duty(manual: Manual) -> tuple[Group, ...]:
    titles = {"police": "The police's", "joint": "Shared", "partner": "A partner's"}
    groups = _by(manual, lambda one: [one.duty], lambda key: titles.get(key, key))
    return tuple(Group(one.key, one.title, one.standards, duty_words(one.key)) for one in groups)


def _by_status(manual: Manual) -> tuple[Group, ...]:
    found = []
    for prefix, order, key in (("status", STATUSES, "status"), ("verified", BASES, "basis")):
        for word in order:
            some = tuple(one for one in manual.standards if any(_word(edition.standard, key) == word for edition in one.editions))
            title = f"Status: {word}" if key == "status" else f"Source: {word}"
            found.append(Group(f"{prefix}-{slug(word)}", title, some, VERIFICATIONS.get(word, "") if key == "basis" else ""))
    approved = tuple(one for one in manual.standards if all(edition.approved for edition in one.editions))
    waiting = tuple(one for one in manual.standards if one not in approved)
    found += [
        Group("approved", "Sentence of the rule: approved by a person", approved),
        Group("not-approved", "Sentence of the rule: not yet", waiting),
    ]
    return tuple(found)


def _word(standard: Standard, key: str) -> str:
    return standard.status if key == "status" else standard.source.basis


def _informed(manual: Manual) -> list[Grouping]:
    """The pages by what standards inform (`[informs]`), with what none informs: each left out where no standard of these informs any of it."""
    by_id = {one.id: one for one in manual.standards}
    rows = framework_map([edition.standard for edition in manual.editions()], load_frameworks())
    found = []
    for framework, page, title, lead in _INFORMED:
        groups = tuple(_informed_group(row, manual, by_id) for row in rows if row.framework == framework)
        if any(group.standards for group in groups):
            found.append(Grouping(page, title, lead, groups))
    return found


def _informed_group(row: MapRow, manual: Manual, by_id: dict[str, StandardShown]) -> Group:
    notes = [f"What would show it: {_listed_kinds(row.known)}." if row.framework == "failing" else f"How far it was read: {row.known}."]
    if row.not_yet:
        notes.append(f"On the project's list, and not in the catalogue yet: {', '.join(row.not_yet)}.")
    title = f"{row.id}. {row.words}" if row.framework == "failing" else row.words
    key = {"inspection": "criteria", "failing": "failings"}.get(row.framework, row.framework)
    questions = tuple(one for one in manual.questions if row.id in {str(named) for named in one.informs.get(key, ())})
    return Group(slug(f"{row.framework}-{row.id}"), title, tuple(by_id[one] for one in row.standards), " ".join(notes), questions)


def _listed_kinds(letters: str) -> str:
    return "; ".join(KINDS.get(letter, letter) for letter in letters.split("/"))
