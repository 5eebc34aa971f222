"""Rules that peers wrote about order, duration, limit, overlap, recurrence and missing dates, said in our language: the same rows must fail.

The table of what is expressed and equal is printed by `python -m pytest tests/external/test_peer_rules.py -s`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from candour.evaluation.try_examples import Engine
from candour.records.calendars import Calendar
from candour.records.vocabulary import Field, Kind, Vocabulary, load_vocabulary
from candour.standards.loading import load_standard
from candour.standards.model import Standard
from tests.support.engines import ENGINES
from tests.support.outside import outside
from tests.support.peer_returns import RuleCase, read_cases, scene_of_case

HERE = Path(__file__).parent / "peers"
FAMILIES_OF_TIME = 0.9
"""The least share of the peers' families that must be expressed and equal."""


@dataclass(frozen=True)
class Peer:
    """A return: its outside file, its tables with their columns (those in capitals hold dates), and the start column of tables that have one."""

    name: str
    cases: str
    tables: Mapping[str, str]
    child: tuple[str, ...]
    starts: Mapping[str, str]


CIN = Peer(
    "cin",
    "cin/rule_cases.jsonl",
    {
        "assessments": "lachildid cindetailsid ASSESSMENTACTUALSTARTDATE ASSESSMENTAUTHORISATIONDATE",
        "cindetails": "lachildid cindetailsid CINREFERRALDATE DATEOFINITIALCPC CINCLOSUREDATE referralnfa reasonforclosure",
        "childprotectionplans": "lachildid cindetailsid cppid CPPSTARTDATE CPPENDDATE",
        "section47": "lachildid cindetailsid DATEOFINITIALCPC S47ACTUALSTARTDATE icpcnotrequired",
        "cinplandates": "lachildid cindetailsid CINPLANSTARTDATE CINPLANENDDATE",
        "childidentifiers": "lachildid PERSONBIRTHDATE PERSONDEATHDATE EXPECTEDPERSONBIRTHDATE",
        "reviews": "CPPREVIEWDATE",
    },
    ("LAchildID",),
    {},
)
LOOKED_AFTER = Peer(
    "ssda903",
    "ssda903/rule_cases.jsonl",
    {
        "episodes": "child ls rec rne place pl_distance pl_la place_provider urn pl_location pl_post DECOM DEC",
        "episodes_last": "child ls rec rne pl_distance pl_la place_provider urn pl_location DECOM DEC",
        "uasc": "child DUC",
        "ad1": "child DATE_MATCH DATE_INT",
        "placedadoption": "child reason_placed_ceased DATE_PLACED_CEASED DATE_PLACED",
        "placedadoption_last": "child reason_placed_ceased DATE_PLACED_CEASED DATE_PLACED",
        "reviews": "child review_code REVIEW",
        "header": "child mother MC_DOB DOB",
        "oc2": "child sdq_score sdq_reason health_check DOB",
        "missing": "child missing MIS_START MIS_END DOB",
        "swepisodes": "child SW_DECOM SW_DEC",
        "dolo": "DOLO_START DOLO_END",
    },
    ("CHILD",),
    {"Episodes": "DECOM", "Episodes_last": "DECOM", "Missing": "MIS_START", "SWEpisodes": "SW_DECOM"},
)
PEERS = {peer.name: peer for peer in (CIN, LOOKED_AFTER)}


def vocabulary_of(peer: Peer) -> Vocabulary:
    """The peer's tables as kinds of event: one for each row as returned, and for tables with a start one for its beginning."""
    kinds: dict[str, Kind] = {}
    for table, columns in peer.tables.items():
        fields: dict[str, Field] = {}
        for column in columns.split():
            name = column.lower()
            fields[name] = Field(name, "day" if column.isupper() else "text", name)
            if column.isupper():
                fields[f"{name}_text"] = Field(f"{name}_text", "text", f"{name} as written")
        for name in ("collection_start", "collection_end"):
            fields[name] = Field(name, "day", name)
        for suffix in ("", ".began"):
            kind = f"{peer.name}.{table}{suffix}"
            kinds[kind] = Kind(kind, kind, peer.name, kind, len(kinds), MappingProxyType(fields))
    return replace(load_vocabulary(), kinds=MappingProxyType(kinds))


def standards_of(peer: Peer, vocabulary: Vocabulary, folder: Path) -> tuple[dict[str, list[Standard]], dict[str, str]]:
    """The peer's rules by code, loaded as standards, and what cannot be said with its reason."""
    content = tomllib.loads((HERE / f"{peer.name}.toml").read_text(encoding="utf-8"))
    found: dict[str, list[Standard]] = {}
    raw = (HERE / f"{peer.name}.toml").read_text(encoding="utf-8").split("[[rule]]")[1:]
    assert len(raw) == len(content["rule"])
    for number, text in enumerate(raw):
        rule = content["rule"][number]
        body = "\n".join(line for line in text.split("[[not_expressible]]")[0].splitlines() if not line.startswith("code = "))
        file = folder / f"{peer.name}-{number}.toml"
        file.write_text(
            f'id = "{peer.name}-{number}"\ntitle = "Rule {rule["code"]}"\narea = "external"\nversion = 1\nstatus = "local default"\nseverity = "low"\n'
            f'[source]\ndocument = "DfE"\nverified = false\n[reading]\ntext = "As the peer reads it."\n[rule]\n{body}',
            encoding="utf-8",
        )
        for code in rule["code"].split(","):
            found.setdefault(code.strip(), []).append(load_standard(file, vocabulary))
    return found, {entry["code"]: entry["lacks"] for entry in content.get("not_expressible", [])}


def failing_rows(case: RuleCase, peer: Peer, standards: list[Standard], vocabulary: Vocabulary, evaluate: Engine) -> dict[str, list[int]]:
    """Rows, by table, on which a standard of the rule finds something missed or late."""
    scene = scene_of_case(case, peer.name, vocabulary, peer.child, peer.starts)
    calendar = Calendar(frozenset(), date(1900, 1, 1), date(2100, 12, 31), ())
    found = evaluate(scene, standards, vocabulary, calendar, datetime(2100, 1, 1), datetime(2100, 12, 31))
    rows: dict[str, set[int]] = {}
    for finding in found:
        if finding.outcome in ("missed", "late"):
            table, _, row = finding.trigger_event.rstrip("!").partition("#")
            rows.setdefault(table, set()).add(int(row))
    return {table: sorted(numbers) for table, numbers in rows.items()}


@pytest.fixture(scope="module", params=list(PEERS))
def peer(request: pytest.FixtureRequest) -> Peer:
    return PEERS[request.param]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_peers_rows_fail(peer: Peer, engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vocabulary = vocabulary_of(peer)
    standards, lacking = standards_of(peer, vocabulary, tmp_path)
    cases = [case for case in read_cases(outside(peer.cases)) if case.families]
    lines, equal, different = [], 0, []
    for case in cases:
        key = next((name for name in (f"{case.code}@{case.year}", case.code) if name in standards or name in lacking), None)
        if key is None or key in lacking:
            lines.append(f"  {case.id:26} not expressible  {lacking.get(key or '', 'NOT SAID WHY')}")
            assert key is not None, f"{case.id} is neither expressed nor declared"
            continue
        found = failing_rows(case, peer, standards[key], vocabulary, ENGINES[engine])
        wanted = {table: rows for table, rows in case.failing.items() if rows}
        if found == wanted:
            equal += 1
            lines.append(f"  {case.id:26} expressed and equal  ({', '.join(case.families)})")
        else:
            different.append(case.id)
            lines.append(f"  {case.id:26} DIFFERENT  ours {found}  theirs {wanted}")
    with capsys.disabled():
        print(
            f"\n{engine}: {peer.name}: {len(cases)} rules in families; {equal} expressed and equal, {len(different)} different, {len(cases) - equal - len(different)} not expressible"
        )
        print("\n".join(lines))
    assert not different
    assert equal >= FAMILIES_OF_TIME * len(cases)
