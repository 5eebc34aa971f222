"""Measures the list of wording on sentences written for the purpose: how many of the questions it raises are right, and how many it misses.

    PYTHONPATH=src python benchmarks/wording.py [--part "tuning"] [--misses]

Prints a table in Markdown: each part of tests/prompts/sentences.csv by what a reader would say of the sentence (blaming: the writer's own
words put it on the child; quoted: another person's words do; none). --misses lists the sentences of the tuning part that came out otherwise; those of
the held-out part are never listed, so that nobody tunes on them.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from candour.prompts.wording import find_wording
from candour.prompts.wording_list import WordingList, load_wording
from candour.records.vocabulary import find_catalogue
from candour.statistics.intervals import wilson_interval

SENTENCES = Path(__file__).resolve().parents[1] / "tests" / "prompts" / "sentences.csv"
PARTS = ("tuning", "held out")


def read_sentences(file: Path = SENTENCES) -> list[dict[str, str]]:
    """The sentences: number, part, expected, sort and sentence."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def said(sentence: str, wording: WordingList) -> str:
    """What the list makes of a sentence: blaming, quoted or none."""
    hits = find_wording(sentence, wording)
    if any(not hit.quoted for hit in hits):
        return "blaming"
    return "quoted" if hits else "none"


def measured(rows: Sequence[dict[str, str]], wording: WordingList, label: str) -> tuple[int, int, int]:
    """Rightly raised, raised, and there to be raised, of one label; `any` is a question of either kind where there is one to ask."""
    right = raised = there = 0
    for row in rows:
        expected, found = row["expected"], said(row["sentence"], wording)
        is_there, is_raised = (expected != "none", found != "none") if label == "any" else (expected == label, found == label)
        right, raised, there = right + (is_there and is_raised), raised + is_raised, there + is_there
    return right, raised, there


def table(rows: Sequence[dict[str, str]], wording: WordingList) -> str:
    """Precision and recall of each part and label, with their 95 % Wilson intervals, in Markdown."""
    lines = ["| part | question | precision | recall |", "|---|---|---|---|"]
    for part in PARTS:
        of_part = [row for row in rows if row["part"] == part]
        for label, words in (
            ("blaming", "blames, in the writer's own words"),
            ("quoted", "quoted: whose words?"),
            ("any", "a question of either kind"),
        ):
            right, raised, there = measured(of_part, wording, label)
            lines.append(f"| {part} ({len(of_part)} sentences) | {words} | {_share(right, raised)} | {_share(right, there)} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    reach = wilson_interval(part, whole)
    return f"{part} of {whole}: {part / whole:.2f} ({reach.lower:.2f} to {reach.upper:.2f})" if reach else "none"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="This part alone.")
    parser.add_argument("--misses", action="store_true", help="List what came out otherwise in the tuning part.")
    given = parser.parse_args()
    wording = load_wording(find_catalogue() / "wording" / "victim_blaming.toml")
    rows = [row for row in read_sentences() if given.part in (None, row["part"])]
    if given.misses:
        for row in rows:
            if row["part"] == "tuning" and said(row["sentence"], wording) != row["expected"]:
                hits = ", ".join(hit.phrase for hit in find_wording(row["sentence"], wording))
                print(
                    f"{row['number']:>4} {row['expected']:8} {said(row['sentence'], wording):8} {row['sort']:15} {row['sentence']} [{hits}]"
                )
        return
    print(table(rows, wording))


if __name__ == "__main__":
    main()
