"""Makes the page of prompts: one HTML file that needs nothing else, with each passage marked in its text and copies side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup, escape

from candour.findings.runs import Run
from candour.prompts.asking import Asked, Gathered
from candour.prompts.copies import shared_passages
from candour.prompts.prompt import KIND_TITLES, Prompt, PromptKind
from candour.records.refusals import InputRefused
from candour.records.vocabulary import Vocabulary
from candour.standards.spoken import moment_words

SHOWN: Final = 100
"""At most so many prompts of one question and kind are on the page, drawn by their ids; all are in the file (ours)."""
AROUND: Final = 400
"""How many letters are shown before and after a passage in a long text (ours)."""
RELATIONS: Final = {
    "another_case": "another case",
    "another_child": "another child of the same case",
    "same_case": "the same case and child",
    "unlinked": "an entry that names no case",
}


@dataclass(frozen=True)
class Group:
    """The prompts of one question and kind that a page shows, and how many there are in all."""

    anchor: str
    kind: str
    title: str
    asked: Asked
    shown: tuple[Prompt, ...]
    number: int


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """A text, escaped, with its spans in <mark>; far from every span it is cut, which is shown."""
    places = sorted(spans)
    if not places:
        return escape(text)
    begin, finish = max(0, places[0][0] - AROUND), min(len(text), places[-1][1] + AROUND)
    found, last = escape("… " if begin else ""), begin
    for start, end in places:
        found += escape(text[last:start]) + Markup("<mark>") + escape(text[start:end]) + Markup("</mark>")
        last = end
    return found + escape(text[last:finish]) + escape(" …" if finish < len(text) else "")


def both_marked(prompt: Prompt) -> tuple[Markup, Markup]:
    """The two texts of a copy, with the runs of words that both have in <mark>."""
    other = prompt.other_text or ""
    later, earlier = shared_passages(prompt.text, other)
    return marked(prompt.text, later), marked(other, earlier)


def groups_of(gathered: Gathered) -> list[Group]:
    """What a page shows, in the order of KIND_TITLES and then of the questions."""
    found = []
    for kind, title in KIND_TITLES.items():
        for asked in gathered.asked:
            own = [one for one in gathered.prompts if one.kind == kind and one.asks == asked.definition.id]
            if own:
                named = asked.definition.title if kind == PromptKind.READING else title
                shown = tuple(sorted(own, key=lambda one: one.prompt_id)[:SHOWN])
                found.append(Group(f"{asked.definition.id}-{kind}", kind.value, named, asked, shown, len(own)))
    return found


def render(gathered: Gathered, run: Run, vocabulary: Vocabulary, name: str = "") -> str:
    """The page as HTML. `name` is the force's, where the store says it."""
    folder = files(__package__).joinpath("templates")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda one: folder.joinpath(one).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=lambda value: f"{value:,}", moment=moment_words)
    environment.globals.update(
        marked=lambda one: marked(one.text, [(one.start, one.end)] if one.kind != PromptKind.READING else []),
        both=both_marked,
        relations=RELATIONS,
        record=lambda kind: vocabulary.kinds[kind].title if kind in vocabulary.kinds else kind,
        questions_of=_questions_of,
    )
    style = files("candour.findings.reporting").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return environment.get_template("prompts.html").render(
        groups=groups_of(gathered), asked=gathered.asked, run=run, total=len(gathered.prompts), name=name, style=style
    )


def _questions_of(asked: Asked) -> Sequence[str]:
    return [one for one in (asked.definition.question, asked.definition.quoted_question, asked.definition.stock_question) if one]


def write_page(gathered: Gathered, run: Run, vocabulary: Vocabulary, out: Path, name: str = "") -> None:
    """Write the page, whole or not at all. Raises InputRefused for an ending that is not .html or a folder that is not there."""
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputRefused(f"{out}: the page of prompts is written as .html. Give the file this ending.")
    if not out.parent.is_dir():
        raise InputRefused(f"{out}: the folder {out.parent} is not there. Make it, or name another.")
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_text(render(gathered, run, vocabulary, name), encoding="utf-8")
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
