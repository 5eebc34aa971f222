"""A small store of two cases for the tests of the service: a child seen in time and one not seen, with texts that are awkward to copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from candour.records.scene import Row, Scene
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

AWKWARD = 'He said "no, never",\nthen left; \\N and \\. and 100 % 😀'

CHRONOLOGY = """
2026-03-01 18:00 | missing.located | case=K1 episode=M1 child=C1
2026-03-01 21:30 | missing.interviewed | case=K1 episode=M1 child=C1 face_to_face=yes
2026-03-02 09:00 | missing.located | case=K2 episode=M2 child=C2
2026-03-02 10:00 | investigation.allocated | case=K2 child=C2 oic_ref=PC7 supervisor_ref=DS3 team=child_abuse risk_level=high
"""
CASES: tuple[Row, ...] = (
    {"case_ref": "K1", "case_kind": "missing", "opened_on": date(2026, 3, 1), "flags": ["missing"], "unit": "EAST"},
    {"case_ref": "K2", "case_kind": "investigation", "opened_on": date(2026, 3, 2), "flags": ['a "flag"', "cse"], "unit": "EAST"},
)
CHILDREN: tuple[Row, ...] = ({"child_ref": "C1", "sex": "female", "born_on": date(2012, 3, 1)}, {"child_ref": "C2", "sex": "male"})
AS_OF = "2026-03-10 12:00"


def scene_of(folder: Path, chronology: str = CHRONOLOGY) -> Scene:
    """The scene of a chronology, with an awkward text in its first event and an empty one in its second."""
    (standard,) = standards_in(folder, INTERVIEW)
    scene = scene_from(chronology, standard)
    texts = (AWKWARD, "")
    events = tuple({**row, "occurred_text": texts[place]} if place < len(texts) else row for place, row in enumerate(scene.events))
    return replace(scene, events=events, cases=CASES, children=CHILDREN)


def small_store(store: Path, chronology: str = CHRONOLOGY, as_of: str = AS_OF) -> Path:
    """Make a store with one run in `store`, and give the folder of its standard."""
    folder = store.parent / "standards"
    scene = scene_of(folder, chronology)
    write_generation(store, scene)
    assess(store, scene, standards_in(folder, INTERVIEW), as_of)
    return folder


def assess_again(store: Path, as_of: str) -> str:
    """Another run of the same store, at another moment. Returns its id."""
    folder = store.parent / "standards"
    return assess(store, scene_of(folder), standards_in(folder, INTERVIEW), as_of)
