"""Says why two records were linked, or why they are only possibly one: the weight of each detail, in words and as a waterfall.

Nothing here shows a name, a date or an address: only in what the two records agree, and what that is worth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb
from markupsafe import Markup

from candour.records.linkage.comparisons import COMPARISONS
from candour.records.linkage.judging import RULES
from candour.records.linkage.linking import MODEL, PAIRS
from candour.records.linkage.model import Model, read_model
from candour.records.linkage.settings import LinkRefused
from candour.records.quoting import text

OUTCOME_WORDS = {"linked": "linked", "possible": "possible: a person decides"}
SURE = 0.9999
"""From this on no figure is given: within a household the details are not independent, and a smaller chance of error would be a boast."""
STOPPED = "its link would have joined records that contradict each other, or too many of them, and was not followed"


@dataclass(frozen=True)
class Step:
    """One detail: its title, how the records agree in it, the weight of that (log2), and in words how often that is seen in one person and in strangers."""

    comparison: str
    title: str
    agreement: str
    weight: float
    how_often: str


@dataclass(frozen=True)
class PairExplanation:
    """Why two records have their outcome. `begin` is the weight of any two records before anything is compared; `weight` is its sum with the steps."""

    left_ref: str
    right_ref: str
    outcome: str
    begin: float
    steps: tuple[Step, ...]
    weight: float
    probability: float
    linked_weight: float
    possible_weight: float
    held_back: str | None
    decided: bool

    def sentences(self) -> list[str]:
        """The explanation in sentences, one a detail."""
        said = [
            f"{self.left_ref} and {self.right_ref} are {OUTCOME_WORDS[self.outcome]}.",
            f"Before anything is compared, two records are one person in 1 of {_whole(1 + 2**-self.begin)} pairs (weight {self.begin:+.1f}).",
        ]
        for step in self.steps:
            said.append(f"{step.title}: {step.agreement} ({step.weight:+.1f}). {step.how_often}".rstrip())
        said.append(
            f"Together {self.weight:+.1f}: {_chance(self.probability)}. From {self.linked_weight:g} on a pair is linked, from {self.possible_weight:g} on it is possible."
        )
        if self.held_back is not None:
            said.append(f"The weight did not decide: {self.held_back}.")
        if self.decided:
            said.append("A reviewer joined these records, and that stands above the weight.")
        return said

    def waterfall(self, ident: str = "waterfall") -> Markup:
        """The weights as a picture and a table (HTML, without scripts, for a page with the report's styles). `ident` makes the ids of the page unique."""
        return Markup('<figure class="waterfall"><figcaption>What each detail is worth</figcaption>{}</figure>{}').format(
            _picture(self, ident), _table(self, ident)
        )


def explain_pair(folder: Path, left_ref: str, right_ref: str) -> PairExplanation:
    """Explain one pair of a linkage that is written in `folder`. The order of the two does not matter.

    Raises LinkRefused where the pair is neither linked nor possible there.
    """
    left, right = sorted((left_ref, right_ref))
    model = read_model(folder / MODEL)
    connection = duckdb.connect()
    try:
        result = connection.execute(
            f"SELECT * FROM read_parquet({text(str(folder / PAIRS))}) WHERE left_ref = {text(left)} AND right_ref = {text(right)}"
        )
        names = [column[0] for column in result.description or ()]
        row = result.fetchone()
    except duckdb.Error as error:
        raise LinkRefused(f"{PAIRS}: cannot be read. Name the folder of a linkage.") from error
    finally:
        connection.close()
    if row is None:
        raise LinkRefused(
            f"{left} and {right} are no pair of this linkage: they weigh less than {model.settings.possible_weight:g}, agree in nothing by which pairs are found, or a reviewer keeps them apart."
        )
    return _explained(model, dict(zip(names, row, strict=True)))


def _explained(model: Model, pair: dict[str, object]) -> PairExplanation:
    shares = model.weights()
    steps = []
    for name in model.comparisons:
        comparison = COMPARISONS[name]
        level, weight = int(str(pair[f"level_{name}"])), float(str(pair[f"weight_{name}"]))
        steps.append(Step(name, comparison.title, comparison.words_of(level), weight, _how_often(shares[name].get(level), weight)))
    rule = pair["held_back"]
    words = {one.name: one.words for one in RULES} | {"cluster": STOPPED}
    return PairExplanation(
        left_ref=str(pair["left_ref"]),
        right_ref=str(pair["right_ref"]),
        outcome=str(pair["outcome"]),
        begin=math.log2(model.share / (1 - model.share)),
        steps=tuple(steps),
        weight=float(str(pair["weight"])),
        probability=float(str(pair["probability"])),
        linked_weight=model.settings.linked_weight,
        possible_weight=model.settings.possible_weight,
        held_back=words.get(str(rule), str(rule)) if rule is not None else None,
        decided=pair["decision"] is not None,
    )


def _how_often(shares: tuple[float, float] | None, weight: float) -> str:
    if shares is None or shares[0] == shares[1]:
        return ""
    m, u = shares
    words = f"So it is in {_percent(m)} of the pairs of one person and in {_percent(u)} of pairs of strangers"
    change = weight - math.log2(m / u)
    if abs(change) < 0.05:
        return f"{words}."
    return f"{words}; the value is {'rarer' if change > 0 else 'more common'} than most, which {'adds' if change > 0 else 'takes'} {abs(change):.1f}."


def _percent(share: float) -> str:
    if share >= 0.995:
        return "nearly all"
    if share >= 0.001:
        return f"{share * 100:.2g} %"
    return f"1 of {_whole(1 / share)}"


def _whole(number: float) -> str:
    return f"{round(number, -max(0, int(math.log10(number)) - 1)):,.0f}"


def _chance(probability: float) -> str:
    if probability >= SURE:
        return (
            "fewer than 1 such pair in 10,000 is of two people, if the details are independent of each other, as the model takes them to be"
        )
    if probability > 0.9:
        return f"about 1 such pair in {_whole(1 / (1 - probability))} is of two people, if the details are independent of each other"
    return f"a chance of {probability:.0%} that it is one person, if the details are independent of each other"


_LEFT, _WIDTH, _ROW = 190, 420, 26


def _picture(pair: PairExplanation, ident: str) -> Markup:
    bars = [("Any two records", 0.0, pair.begin)]
    at = pair.begin
    for step in pair.steps:
        bars.append((step.title, at, at + step.weight))
        at += step.weight
    bars.append(("Together", 0.0, pair.weight))
    edges = [edge for _, start, end in bars for edge in (start, end)] + [0.0, pair.linked_weight, pair.possible_weight]
    low, high = min(edges), max(edges)

    def x(weight: float) -> float:
        return _LEFT + (weight - low) / (high - low) * _WIDTH

    height = _ROW * len(bars) + 28
    parts = [
        f'<path class="tick" d="M{x(0):.1f} 4V{height - 22}"/><text x="{x(0):.1f}" y="{height - 6}" text-anchor="middle">0</text>',
        f'<path class="half" d="M{x(pair.linked_weight):.1f} 4V{height - 22}"/><text x="{x(pair.linked_weight):.1f}" y="{height - 6}">linked from here</text>',
    ]
    for place, (title, start, end) in enumerate(bars):
        top = 6 + place * _ROW
        sort = "whole" if place in (0, len(bars) - 1) else "more" if end >= start else "less"
        fill = {"whole": "#4c5866", "more": "#0a4a5e", "less": "#fff"}[sort]
        parts.append(
            f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{Markup.escape(title)}</text>'
            f'<rect x="{min(x(start), x(end)):.1f}" y="{top + 3}" width="{max(abs(x(end) - x(start)), 1):.1f}" height="{_ROW - 10}" fill="{fill}" stroke="#16202b"/>'
            f'<text x="{max(x(start), x(end)) + 4:.1f}" y="{top + 14}">{end - start:+.1f}</text>'
        )
    return Markup(  # noqa: S704  # titles are escaped, the rest are numbers and our own words
        f'<svg class="steps" viewBox="0 0 {_LEFT + _WIDTH + 60} {height}" role="img" aria-labelledby="{ident}">'
        f'<title id="{ident}">{Markup.escape(f"The weights add up to {pair.weight:+.1f}; from {pair.linked_weight:g} on a pair is linked")}</title>{"".join(parts)}</svg>'
    )


def _table(pair: PairExplanation, ident: str) -> Markup:
    at = pair.begin
    rows = [("Any two records", "before anything is compared", pair.begin, at)]
    for step in pair.steps:
        at += step.weight
        rows.append((step.title, step.agreement, step.weight, at))
    body = "".join(
        f'<tr><th scope="row">{Markup.escape(title)}</th><td>{Markup.escape(words)}</td><td class="n">{weight:+.1f}</td><td class="n">{total:+.1f}</td></tr>'
        for title, words, weight, total in rows
    )
    return Markup(  # noqa: S704  # titles and words are escaped
        f'<div class="scroll" role="region" aria-labelledby="{ident}-table" tabindex="0"><table>'
        f'<caption id="{ident}-table">Weights in doublings: +1 makes it twice as likely that the two records are of one person</caption>'
        '<thead><tr><th scope="col">Detail</th><th scope="col">How the records agree</th><th scope="col" class="n">Weight</th><th scope="col" class="n">So far</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
