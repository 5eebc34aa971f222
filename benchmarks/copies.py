"""Measures the search for copied entries: how long it takes and how much memory, and whether it finds what comparing every pair would find.

    PYTHONPATH=src python benchmarks/copies.py [--entries 200000] [--pairs 3000]

Entries are made as the made-up force makes its supervision, with form headings; two in a hundred are copied from an earlier one with nought to three words
changed. Times are of the processor, so that other work on the machine does not count; memory is the most the process held (VmHWM) less what it held before. Then so many entries
(`--pairs`) are compared pair by pair, and the pairs that are alike are counted in both.
"""

from __future__ import annotations

import argparse
import resource
from datetime import datetime, timedelta
from itertools import combinations
from random import Random
from time import process_time

from candour.prompts.copies import find_copies, runs_of
from candour.prompts.stock import Stock, find_stock
from candour.prompts.texts import Entry
from candour.simulation.stories.words import ACCOUNTS, DIRECTIONS, FILLERS, VOICE_FRAMES
from candour.simulation.stories.written import Pen

LEAST_WORDS, LEAST_LIKENESS, STOCK_SHARE, STOCK_ENTRIES = 12, 0.6, 0.1, 20
COPIED, CHANGED = 0.02, (0, 1, 2, 3)


def make_entries(number: int, seed: int = 1) -> tuple[list[Entry], set[str]]:
    """So many entries in order of time, and the ids of those that were copied."""
    random, pen = Random(seed), Pen(seed)
    start = datetime(2025, 4, 1)
    entries: list[Entry] = []
    copied: set[str] = set()
    for place in range(number):
        if place > 100 and random.random() < COPIED:
            words = entries[random.randrange(place)].text.split(" ")
            for _ in range(random.choice(CHANGED)):
                words[random.randrange(len(words))] = random.choice(FILLERS["thing"])
            text = " ".join(words)
            copied.add(f"E{place}")
        else:
            said = f"Progress: {pen._put(ACCOUNTS, 3)} Safety of the child: {pen._put(VOICE_FRAMES, 2)}"
            text = f"{said} Direction: {pen._put(DIRECTIONS, 2)}"
        when = start + timedelta(minutes=place * 2)
        entries.append(
            Entry(
                f"E{place}",
                "supervision.reviewed",
                f"C{place // 3}",
                f"K{place // 3}",
                1,
                "U1",
                when,
                "occurrences",
                f"r#{place}",
                "text",
                text,
            )
        )
    return entries, copied


def every_pair(entries: list[Entry], stock: Stock) -> set[str]:
    """The ids of the later entry of each pair that is alike, by comparing every pair."""
    runs = [runs_of(stock.own_words(entry)) for entry in entries]
    return {
        entries[two].event_id
        for one, two in combinations(range(len(entries)), 2)
        if len(both := runs[one] & runs[two]) and len(both) / len(runs[one] | runs[two]) >= LEAST_LIKENESS
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--pairs", type=int, default=3_000)
    given = parser.parse_args()
    entries, copied = make_entries(given.entries)
    words = sum(len(one.text.split()) for one in entries) / len(entries)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = process_time()
    stock = find_stock(entries, STOCK_SHARE, STOCK_ENTRIES)
    middle = process_time()
    found = {one.later.event_id for one in find_copies(entries, stock, LEAST_WORDS, LEAST_LIKENESS)}
    ended = process_time()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024
    print(
        f"{len(entries):,} entries of {words:.0f} words: stock sentences {middle - began:.1f} s, copies {ended - middle:.1f} s, {grown:.0f} MB more memory"
    )
    print(
        f"copied entries: {len(copied):,} made, {len(found & copied):,} found (with up to three words changed, not all are still alike); {len(found - copied):,} others raised"
    )
    some, _ = make_entries(given.pairs, seed=2)
    stock = find_stock(some, STOCK_SHARE, STOCK_ENTRIES)
    there = every_pair(some, stock)
    raised = {one.later.event_id for one in find_copies(some, stock, LEAST_WORDS, LEAST_LIKENESS)}
    print(
        f"{given.pairs:,} entries, every pair: {len(there)} are like an earlier one; the search finds {len(there & raised)} of them and {len(raised - there)} others"
    )


if __name__ == "__main__":
    main()
