"""Asks every question of the catalogue of a run's chronology, and gathers the prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from candour.findings.runs import Run
from candour.findings.stored_events import chronology_of
from candour.prompts.copies import find_copies, relation_of, shared_passages
from candour.prompts.definitions import Definition
from candour.prompts.emptiness import says_nothing
from candour.prompts.prompt import Prompt, PromptKind, prompt_id
from candour.prompts.stock import find_stock, sentences_held
from candour.prompts.texts import Entry, Texts
from candour.prompts.wording import find_wording
from candour.prompts.wording_list import WordingList
from candour.records.vocabulary import Vocabulary

STOCK_WORDS = 5
"""A stock sentence of fewer words is taken for a heading or a label, and nothing is asked of it (ours)."""
STOCK_SHARE, STOCK_ENTRIES = 0.1, 20
"""What is stock where a question has no figures of its own for it (ours, as in copied-text)."""
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """What came of one question: how many texts it was asked of, of how many there are, and how many prompts of each kind it raised."""

    definition: Definition
    looked_at: int
    eligible: int
    raised: Mapping[str, int]


@dataclass(frozen=True)
class Gathered:
    """Every prompt of a run, in the order of the questions and then of the chronology, and what came of each question."""

    prompts: tuple[Prompt, ...]
    asked: tuple[Asked, ...]


def gather_prompts(
    store: Path,
    run: Run,
    vocabulary: Vocabulary,
    definitions: Sequence[Definition],
    wording: Mapping[str, WordingList],
    *,
    every: bool = False,
    progress: Progress | None = None,
) -> Gathered:
    """Ask the questions of what the run saw: its chronology, known at its moment. `wording` is by question; with `every` nothing is drawn by
    chance. Raises InputRefused when the chronology cannot be read."""
    texts = Texts(chronology_of(store, run.chronology, run.links).events, vocabulary, run.as_of, run.known_at)
    prompts: dict[str, Prompt] = {}
    asked = []
    for number, one in enumerate(definitions):
        if progress is not None:
            progress(one.title, number / len(definitions))
        looked_at, eligible, found = _ask(one, texts, wording, every=every)
        for prompt in found:
            prompts.setdefault(prompt.prompt_id, prompt)
        asked.append(Asked(one, looked_at, eligible, _counted(found)))
    return Gathered(tuple(prompts.values()), tuple(asked))


def _counted(prompts: Sequence[Prompt]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in prompts:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return counts


def _ask(one: Definition, texts: Texts, wording: Mapping[str, WordingList], *, every: bool) -> tuple[int, int, list[Prompt]]:
    if one.check == "wording":
        counter = _Counting(texts.every(one.leave_out))
        found = list(_wording(one, counter, wording[one.id]))
        return counter.number, counter.number, found
    if one.check == "reading":
        drawn = list(texts.shown(one.shows, None if every else int(one.figures["each_unit"])))
        eligible = sum({entry.unit: entry.eligible for entry in drawn}.values())
        return len(drawn), eligible, [_prompt(one, PromptKind.READING, entry, 0, len(entry.text)) for entry in drawn]
    entries = list(texts.shown(one.shows))
    if one.check == "copied":
        return len(entries), len(entries), list(_copied(one, entries))
    stock = find_stock(entries, STOCK_SHARE, STOCK_ENTRIES).without_short_answers(STOCK_WORDS)
    empty = [_prompt(one, PromptKind.EMPTY, entry, 0, len(entry.text)) for entry in entries if says_nothing(entry, one, stock)]
    return len(entries), len(entries), empty


class _Counting:
    """Passes entries on and counts them."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self.entries, self.number = entries, 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self.entries:
            self.number += 1
            yield entry


def _wording(one: Definition, entries: _Counting, wording: WordingList) -> Iterator[Prompt]:
    for entry in entries:
        seen: dict[str, int] = {}
        for hit in find_wording(entry.text, wording, quotes_others=entry.quotes_others or entry.field in one.others_words):
            seen[hit.phrase] = seen.get(hit.phrase, 0) + 1
            phrase = wording.phrases[hit.phrase]
            kind = PromptKind.QUOTED if hit.quoted else PromptKind.WORDING
            asked = _prompt(one, kind, entry, hit.start, hit.end, hit.phrase, str(seen[hit.phrase]))
            yield replace(
                asked,
                phrase=hit.phrase,
                instead=phrase.instead,
                guidance=f"{phrase.why} From: {phrase.document}. What was read of it: {phrase.read}",
            )


def _copied(one: Definition, entries: Sequence[Entry]) -> Iterator[Prompt]:
    figures = one.figures
    stock = find_stock(entries, figures["stock_share"], int(figures["stock_entries"]))
    for entry, segment, number in sentences_held(stock, entries, STOCK_WORDS):
        asked = _prompt(one, PromptKind.STOCK, entry, segment.start, segment.end)
        where = f"{entry.source_system}/{entry.event_kind}/{entry.field}"
        yield replace(asked, prompt_id=prompt_id(one.id, where, "stock", " ".join(segment.words)), entries=number)
    for copy in find_copies(entries, stock, int(figures["least_words"]), figures["least_likeness"]):
        later, earlier = shared_passages(copy.later.text, copy.earlier.text)
        start, end = (later[0][0], later[-1][1]) if later else (0, len(copy.later.text))
        other_start, other_end = (earlier[0][0], earlier[-1][1]) if earlier else (0, len(copy.earlier.text))
        other = copy.earlier
        yield replace(
            _prompt(one, PromptKind.COPIED, copy.later, start, end, other.event_id, other.field),
            other_event_id=other.event_id,
            other_event_kind=other.event_kind, other_case_ref=other.case_ref, other_child_ref=other.child_ref, other_occurred_at=other.occurred_at,
            other_source_system=other.source_system, other_source_ref=other.source_ref, other_field=other.field, other_text=other.text,
            other_start=other_start, other_end=other_end, likeness=round(copy.likeness, 3), relation=relation_of(copy),
        )  # fmt: skip


def _prompt(one: Definition, kind: PromptKind, entry: Entry, start: int, end: int, *more: str) -> Prompt:
    question = {PromptKind.QUOTED: one.quoted_question, PromptKind.STOCK: one.stock_question}.get(kind, one.question)
    return Prompt(
        prompt_id=prompt_id(one.id, entry.event_id, entry.field, entry.text[start:end], *more), kind=kind.value, asks=one.id, question=question,
        reader=one.reader, guidance=one.guidance, case_ref=entry.case_ref, child_ref=entry.child_ref, children=entry.children, unit=entry.unit,
        event_id=entry.event_id, event_kind=entry.event_kind, occurred_at=entry.occurred_at, source_system=entry.source_system,
        source_ref=entry.source_ref, field=entry.field, text=entry.text, start=start, end=end,
    )  # fmt: skip
