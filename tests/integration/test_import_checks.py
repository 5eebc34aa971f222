"""Import checks speak up where a chronology cannot well be true, and only there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from candour.records.checking import CHECKS
from candour.records.importing import import_delivery
from candour.records.reporting.summary import summary
from tests.support.deliveries import MAPPING, Desk, row

RECEIVED = datetime(2026, 9, 1)
LOG = """
[source]
name = "northshire-log"
title = "A log of everything (made up)"
[[table]]
file = "log.csv"
dates = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
midnight = "minute"
[table.child]
child_ref = "CHILD"
born_on = "BORN"
"""
KINDS = [
    "case.closed",
    "case.reopened",
    "audit.done",
    "activity.logged",
    "custody.arrived",
    "custody.authorised",
    "custody.reviewed",
    "custody.ended",
    "pp.taken",
    "pp.designated",
    "missing.reported",
    "missing.located",
    "missing.interviewed",
    "rhi.done",
    "conference.held",
    "referral.sent",
    "action.raised",
    "action.done",
    "supervision.reviewed",
    "investigation.allocated",
]
FIELDS = {
    "case.closed": {"closure_kind": '{ value = "investigation" }'},
    "pp.taken": {"initiating_officer_ref": '"X"'},
    "pp.designated": {"designated_officer_ref": '"X"'},
    "action.raised": {"action_ref": '"X"', "due_at": '"DUE"'},
    "action.done": {"action_ref": '"X"'},
    "supervision.reviewed": {"reviewer_ref": '"X"'},
    "investigation.allocated": {"oic_ref": '"X"'},
}


def failing(tmp_path: Path, *lines: str) -> dict[str, int]:
    """Import a log with these lines (`kind, time, episode, X`; case C and child K) and give the checks that do not hold."""
    mapping = LOG
    for kind in KINDS:
        mapping += f'[[table.event]]\nname = "{kind.replace(".", "-")}"\nkind = "{kind}"\nat = "AT"\nrecorded_at = "TYPED"\ncase = "CASE"\nchild = "CHILD"\nepisode = "EPISODE"\n'
        mapping += f'when = {{ column = "KIND", is = ["{kind}"] }}\n[table.event.fields]\n'
        mapping += "".join(f"{name} = {use}\n" for name, use in FIELDS.get(kind, {}).items())
    folder = tmp_path / "delivered"
    folder.mkdir()
    (tmp_path / "m.toml").write_text(mapping)
    rows = []
    for line in lines:
        kind, at, *more = [part.strip() for part in line.split("|")]
        named = dict(part.split("=") for part in more)
        cells = [
            kind,
            at,
            named.get("typed", ""),
            named.get("case", "C"),
            named.get("child", "K"),
            named.get("born", ""),
            named.get("episode", ""),
            named.get("x", ""),
            named.get("due", ""),
        ]
        rows.append(",".join(cells))
    (folder / "log.csv").write_text("\n".join(["KIND,AT,TYPED,CASE,CHILD,BORN,EPISODE,X,DUE", *rows]) + "\n")
    report = import_delivery(folder, tmp_path / "m.toml", tmp_path / "store", received_at=RECEIVED)
    assert report.total("rows_refused") == 0, report.refused()
    return {check.name: len(check.found) for check in report.checks if check.found}


CASES = {
    "recorded in time": (("activity.logged | 2026-03-01 10:00 | typed=2026-03-01 09:55",), {}),
    "recorded before": (("activity.logged | 2026-03-01 10:00 | typed=2026-03-01 09:54",), {"recorded before it happened": 1}),
    "recorded on the day": (("activity.logged | 2026-03-01 | typed=2026-03-01 00:01",), {}),
    "after closing": (
        ("case.closed | 2026-03-01 10:00", "activity.logged | 2026-03-01 10:01", "audit.done | 2026-03-02 10:00"),
        {"after closing": 1},
    ),
    "closing day": (("case.closed | 2026-03-01", "activity.logged | 2026-03-01 23:59"), {}),
    "reopened": (("case.closed | 2026-03-01 10:00", "case.reopened | 2026-03-02 10:00", "activity.logged | 2026-03-03 10:00"), {}),
    "custody in order": (
        (
            "custody.arrived | 2026-03-01 10:00 | episode=E",
            "custody.authorised | 2026-03-01 10:00 | episode=E",
            "custody.reviewed | 2026-03-01 16:00 | episode=E",
        ),
        {},
    ),
    "custody out of order": (
        (
            "custody.arrived | 2026-03-01 10:00 | episode=E",
            "custody.authorised | 2026-03-01 09:59 | episode=E",
            "custody.reviewed | 2026-03-01 09:00 | episode=E",
        ),
        {"custody authorised before arrival": 1, "custody reviewed before authorised": 1},
    ),
    "same officer": (
        ("pp.taken | 2026-03-01 10:00 | episode=E | x=PC1", "pp.designated | 2026-03-01 11:00 | episode=E | x=PC1"),
        {"same officer designated": 1},
    ),
    "other officer": (("pp.taken | 2026-03-01 10:00 | episode=E | x=PC1", "pp.designated | 2026-03-01 11:00 | episode=E | x=INSP2"), {}),
    "interview in order": (
        (
            "missing.reported | 2026-03-01 10:00 | episode=E",
            "missing.located | 2026-03-01 11:00 | episode=E",
            "missing.interviewed | 2026-03-01 11:00 | episode=E",
        ),
        {},
    ),
    "interviews out of place": (
        (
            "missing.reported | 2026-03-01 10:00 | episode=E",
            "missing.located | 2026-03-01 11:00 | episode=E",
            "missing.interviewed | 2026-03-01 10:59 | episode=E",
            "rhi.done | 2026-03-02 10:00",
            "rhi.done | 2026-03-02 10:00 | episode=F",
        ),
        {"interview without its episode": 3},
    ),
    "conference": (
        (
            "conference.held | 2026-03-01 10:00",
            "conference.held | 2026-03-02 10:00",
            "referral.sent | 2026-03-02 11:00",
            "conference.held | 2026-03-03 10:00",
        ),
        {"conference at a weekend": 1, "conference before referral": 2},
    ),
    "actions": (
        (
            "action.raised | 2026-03-01 10:00 | x=A | due=2026-03-02",
            "action.done | 2026-03-02 10:00 | x=A",
            "action.done | 2026-03-02 10:00 | x=B",
        ),
        {"action done but not raised": 1},
    ),
    "due before": (("action.raised | 2026-03-03 10:00 | x=A | due=2026-03-01",), {"due before raised": 1}),
    "due today": (("action.raised | 2026-03-03 10:00 | x=A | due=2026-03-03",), {}),
    "last day of childhood": (("activity.logged | 2026-02-28 10:00 | born=2008-02-29",), {}),
    "eighteen": (("activity.logged | 2026-03-01 10:00 | born=2008-02-29",), {"not a child": 1}),
    "unborn": (("activity.logged | 2026-03-01 10:00 | born=2026-04-01",), {"not a child": 1}),
    "own supervisor": (
        ("investigation.allocated | 2026-03-01 10:00 | x=PC1", "supervision.reviewed | 2026-03-02 10:00 | x=PC1"),
        {"own supervisor": 1},
    ),
    "reallocated": (
        (
            "investigation.allocated | 2026-03-01 10:00 | x=PC1",
            "investigation.allocated | 2026-03-02 10:00 | x=PC2",
            "supervision.reviewed | 2026-03-03 10:00 | x=PC1",
        ),
        {},
    ),
    "overlap": (
        (
            "missing.reported | 2026-03-01 10:00 | episode=E",
            "missing.located | 2026-03-03 10:00 | episode=E",
            "missing.reported | 2026-03-02 10:00 | episode=F",
            "missing.located | 2026-03-02 12:00 | episode=F",
            "missing.reported | 2026-03-03 10:00 | episode=G",
            "missing.reported | 2026-03-04 10:00 | episode=H",
        ),
        {"overlapping missing episodes": 2},
    ),
    "found before": (
        ("missing.reported | 2026-03-02 10:00 | episode=E", "missing.located | 2026-03-02 09:59 | episode=E"),
        {"found before reported missing": 1},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_speaks_up_only_where_its_sentence_does_not_hold(tmp_path: Path, name: str) -> None:
    lines, expected = CASES[name]
    assert failing(tmp_path, *lines) == expected


def test_a_check_that_has_nothing_to_test_says_so_and_not_that_all_is_well(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.deliver(row("M1", created_at="", dob=""))
    told = {check.name: check.why_not for check in desk.take().checks if check.found is None}
    assert told["recorded before it happened"] == "no source says when things were recorded"
    assert told["conference at a weekend"] == "the records hold no event of the kind Conference or core group held (conference.held)"
    assert told["not a child"] == "no child's date of birth is known"
    assert told["found before reported missing"].endswith("(missing.located)")


def test_every_check_is_tried() -> None:
    tried = {name for _, expected in CASES.values() for name in expected}
    same_shape = {"custody ended before arrival", "overlapping stays in custody", "overlapping uses of police protection"}
    assert tried | same_shape == {check.name for check in CHECKS}


def test_overlaps_are_told_as_pairs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.deliver(
        row("M1", located_at="05/03/2026 10:00"), row("M2", reported_at="02/03/2026 10:00", created_at="", located_at="03/03/2026 10:00")
    )
    (check,) = [check for check in desk.take().checks if check.found]
    assert check.found == [
        {
            "case": "C1",
            "child": "K1",
            "event": "northshire-missing:M1:reported",
            "at": "01/03/2026 18:00",
            "source": "missing.csv#1",
            "other_event": "northshire-missing:M2:reported",
            "other_at": "02/03/2026 10:00",
            "other_source": "missing.csv#2",
            "note": "one lies inside the other",
        }
    ]


def test_a_feed_that_stopped_is_noticed_and_a_declared_gap_is_said_to_be(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    days = [date(2026, 2, day) for day in range(1, 29) if not 10 <= day <= 14]
    desk.deliver(*(row(f"M{day.day}-{number}", reported_at=f"{day:%d/%m/%Y} 10:00") for day in days for number in range(6)))
    report = desk.take(dry_run=True)
    assert report.sources[0].silent == [{"from": "2026-02-10", "to": "2026-02-14", "expected": "30", "declared": "no", "still": "no"}]
    text = desk.mapping.read_text().replace("[[table]]", '[[source.gap]]\nfrom = "2026-02-10"\nto = "2026-02-14"\n[[table]]', 1)
    desk.mapping.write_text(text)
    assert desk.take(dry_run=True).sources[0].silent[0]["declared"] == "yes"


def steady(days: list[date]) -> list[str]:
    """Six reports on each day."""
    return [row(f"M{day}-{number}", reported_at=f"{day:%d/%m/%Y} 10:00", created_at="") for day in days for number in range(6)]


def test_a_feed_that_stopped_and_never_came_back_is_noticed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.deliver(*steady([date(2026, 2, day) for day in range(1, 29)]))
    report = desk.take(dry_run=True, extracted_at=datetime(2026, 3, 6))
    assert report.sources[0].silent == [{"from": "2026-03-01", "to": "2026-03-05", "expected": "30", "declared": "no", "still": "yes"}]
    assert "nothing since 2026-03-01, although about 30 new cases were to be expected by 2026-03-05" in summary(report)
    assert desk.take(dry_run=True, extracted_at=datetime(2026, 3, 3)).sources[0].silent == []
    desk.mapping.write_text(MAPPING.replace('from = "2025-01-01"', 'from = "2025-01-01"\nto = "2026-02-28"'))
    assert desk.take(dry_run=True, extracted_at=datetime(2026, 3, 6)).sources[0].silent == []


@pytest.mark.parametrize(
    "stray", ["01/03/2925 10:00", "01/03/2199 10:00", "01/03/1025 10:00", "01/03/1997 10:00", "01/01/1000", "31/12/2199"]
)
def test_a_mistyped_year_stops_no_import_and_makes_no_silence(tmp_path: Path, stray: str) -> None:
    desk = Desk(tmp_path)
    days = [date(2026, 3, 1) + timedelta(days=place) for place in range(30)]
    desk.deliver(*(row(f"M{day}", reported_at=f"{day:%d/%m/%Y} 10:00", created_at="") for day in days), row("M0", reported_at=stray))
    report = desk.take(extracted_at=datetime(2026, 3, 31))
    assert report.stored and report.sources[0].silent == []
    assert len(report.sources[0].doubtful) + len(report.refused()) == (0 if "1997" in stray else 1)  # 1997 is less than 30 years before


def test_sources_that_are_late_are_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.deliver(row("M1"))
    report = desk.take(datetime(2026, 3, 8, 18, 10))
    assert [(state.days_behind, state.late) for state in report.states] == [(7, False)]
    desk.deliver(row("M2"))
    report = desk.take(datetime(2026, 3, 9, 18, 10))
    assert [(state.days_behind, state.late) for state in report.states] == [(8, True)]
