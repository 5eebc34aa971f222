"""The people, clock and files of the made-up force: work waits for duty and leave, time is told as London tells it, files are what they seem."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from random import Random

import openpyxl
import pyarrow.parquet as pq
import pytest

from candour.simulation.exports import write_time
from candour.simulation.facts import Fact
from candour.simulation.files import DelimitedSheet, JsonLinesSheet, ParquetSheet, WorkbookSheet
from candour.simulation.moments import at, day_of, is_school_day, local, months_after, utc, working_days_after
from candour.simulation.people import age_on, make_children
from candour.simulation.run import eighteenth
from candour.simulation.staff import Crews, Desk, Officer, leave_of, staff_needed
from candour.simulation.truth.answers import both, either, opposite
from candour.simulation.truth.coverage import covered
from candour.simulation.truth.reckoning import (
    Duty,
    Excuse,
    Question,
    Rung,
    after_hours,
    after_minutes,
    after_working_days,
    climb,
    precede,
    recur,
    respond,
)
from candour.simulation.truth.sharing import next_school_day
from candour.simulation.truth.view import View, counted, first_of, tie
from candour.simulation.world import tidy

MONDAY = date(2025, 6, 2)


def officer(*, crew: int = 0, leave: frozenset[int] = frozenset()) -> Officer:
    return Officer("N1", "investigator", "dc", "CAIT", crew, leave)


def fact(moment: int, *, kind: str = "child.contact", day_only: bool = False, **fields: str | int | bool) -> Fact:
    return Fact(
        "x", kind, moment, f"s:{moment}", 0, "C1", child="K1", episode="E1", fields=dict(fields), day_only=day_only, held=frozenset(fields)
    )


def test_work_is_done_in_office_hours_and_waits_for_the_next_day() -> None:
    done, tour_end = officer().work(at(MONDAY, 16, 30), 60)
    assert local(done) == datetime(2025, 6, 3, 8, 30)
    assert local(tour_end) == datetime(2025, 6, 3, 17)


def test_work_waits_for_what_is_in_hand() -> None:
    busy = officer()
    busy.work(at(MONDAY, 9), 120)
    done, _ = busy.work(at(MONDAY, 9, 30), 60)
    assert local(done) == datetime(2025, 6, 2, 12)


def test_work_waits_for_the_end_of_leave() -> None:
    away = officer(leave=frozenset(range(MONDAY.toordinal(), MONDAY.toordinal() + 3)))
    assert local(away.work(at(MONDAY, 9), 60)[0]) == datetime(2025, 6, 5, 9)


def test_a_weekend_off_is_a_weekend_off() -> None:
    off = next(one for one in (officer(crew=crew) for crew in range(4)) if one.office_hours(date(2025, 6, 7)) is None)
    assert local(off.work(at(date(2025, 6, 6), 16, 59), 2)[0]) >= datetime(2025, 6, 9, 8)


def test_a_crew_on_duty_takes_the_call_and_a_busy_one_makes_it_wait() -> None:
    crews = Crews([officer(crew=crew) for crew in range(5)])
    first = crews.take(at(MONDAY, 10), 60)
    second = crews.take(at(MONDAY, 10), 60)
    assert first.start == at(MONDAY, 10)
    assert first.tour_end == at(MONDAY, 15)
    assert second.start == at(MONDAY, 11)
    assert crews.take(at(MONDAY, 10), 10, urgent=True).start == at(MONDAY, 10)


def test_nobody_on_leave_is_sent() -> None:
    everyone = [officer(crew=crew, leave=frozenset({MONDAY.toordinal()})) for crew in range(5)]
    assert day_of(Crews(everyone).take(at(MONDAY, 10), 30).start) > MONDAY


def test_a_desk_gives_work_to_whoever_is_free_and_a_case_to_whoever_has_fewest() -> None:
    one, two = officer(), officer()
    two.ref = "N2"
    desk = Desk([one, two])
    assert {desk.take(at(MONDAY, 9), 60).officer.ref, desk.take(at(MONDAY, 9), 60).officer.ref} == {"N1", "N2"}
    one.open_cases = 3
    assert desk.allocate() is two


def test_leave_and_numbers_of_staff() -> None:
    assert len(leave_of(Random(1), MONDAY, 365)) >= 15
    assert staff_needed(80, 8, 0.5, 1) == 20
    assert staff_needed(0.1, 8, 0.5, 3) == 3


def test_days_and_months() -> None:
    assert working_days_after(date(2025, 4, 17), 1) == date(2025, 4, 22)
    assert months_after(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert months_after(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert is_school_day(date(2025, 6, 2))
    assert not is_school_day(date(2025, 8, 4))
    assert next_school_day(at(date(2025, 6, 6), 9)) == at(date(2025, 6, 9), 9)
    assert next_school_day(at(date(2025, 7, 22), 10)) == at(date(2025, 9, 2), 9)


def test_london_time() -> None:
    assert utc(at(date(2025, 6, 2), 12)) == datetime(2025, 6, 2, 11)
    assert utc(at(date(2025, 12, 2), 12)) == datetime(2025, 12, 2, 12)
    assert utc(at(date(2026, 3, 29), 12)) == datetime(2026, 3, 29, 11)


def test_nothing_is_timed_at_midnight_or_in_the_hour_shown_twice() -> None:
    assert local(tidy(at(MONDAY))) == datetime(2025, 6, 2, 0, 1)
    twice = at(date(2025, 10, 26), 3) - 1800
    assert local(tidy(twice)) == datetime(2025, 10, 26, 2, 30 if local(twice).minute == 30 else 0)


@pytest.mark.parametrize(
    ("form", "day_only", "text"),
    [
        ("%d/%m/%Y %H:%M", False, "02/06/2025 12:05"),
        ("%d/%m/%Y %H:%M", True, "02/06/2025"),
        ("iso", False, "2025-06-02T12:05"),
        ("%d-%b-%Y %H:%M", False, "02-Jun-2025 12:05"),
    ],
)
def test_each_system_writes_times_in_its_own_way(form: str, day_only: bool, text: str) -> None:
    assert write_time(form, at(MONDAY, 12, 5), day_only) == text


def test_a_workbook_counts_days_since_1899() -> None:
    assert write_time("excel", at(MONDAY, 12), False) == (MONDAY - date(1899, 12, 30)).days + 0.5
    assert write_time("excel", at(MONDAY, 12), True) == (MONDAY - date(1899, 12, 30)).days


def test_a_workbook_opens_and_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        sheet = WorkbookSheet(tmp_path / name, ["EXHIBIT", "SEIZED"], "Queue")
        sheet.write(["E<1>", 45810.5])
        sheet.write([None, 3])
        sheet.close()
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Queue"].iter_rows(values_only=True))
    assert rows == [("EXHIBIT", "SEIZED"), ("E<1>", 45810.5), (None, 3)]
    assert zipfile.ZipFile(tmp_path / "a.xlsx").testzip() is None


def test_text_json_and_parquet_files(tmp_path: Path) -> None:
    text = DelimitedSheet(tmp_path / "a.csv", ["A", "B"], "cp1252", ";")
    text.write(["caf\u00e9; two", None])
    text.close()
    assert (tmp_path / "a.csv").read_bytes() == b'A;B\r\n"caf\xe9; two";\r\n'
    lines = JsonLinesSheet(tmp_path / "a.jsonl", ["a", "b"])
    lines.write(["1", None])
    lines.write(["2", None])
    lines.close()
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == '{"a":"1","b":null}\n{"a":"2"}\n'
    table = ParquetSheet(tmp_path / "a.parquet", ["no", "at"], frozenset({"at"}))
    table.write(["1", 60])
    table.close()
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == [{"no": "1", "at": datetime(1970, 1, 1, 0, 1)}]


def test_three_answers() -> None:
    assert both(True, None) is None
    assert both(False, None) is False
    assert either(True, None) is True
    assert either(False, None) is None
    assert opposite(None) is None


def test_the_week_that_never_came_and_the_end_of_the_year_are_not_covered() -> None:
    assert covered(("referral.sent",), at(date(2026, 2, 1)), at(date(2026, 2, 8), 23))
    assert not covered(("referral.sent",), at(date(2026, 2, 1)), at(date(2026, 2, 9)))
    assert covered(("child.contact",), at(date(2026, 2, 1)), at(date(2026, 2, 20)))
    assert not covered(("child.contact",), at(date(2025, 3, 31)), at(date(2025, 4, 2)))


def outcome(
    answers: list[tuple[Fact, bool | None]], *, minutes: int = 60, start: Fact | None = None, excuses: list[Excuse] | None = None
) -> str:
    began = start or fact(at(MONDAY, 12))
    verdict = respond(Question(began, after_minutes(began, minutes), answers, ("child.contact",), excuses or []))
    return f"{verdict.outcome} {verdict.reason}"


def test_a_response_in_time_late_missed_or_not_to_be_told() -> None:
    assert outcome([(fact(at(MONDAY, 13)), True)]) == "met answered"
    assert outcome([(fact(at(MONDAY, 13, 1)), True)]) == "late answered_late"
    assert outcome([(fact(at(MONDAY, 11, 59)), True)]) == "missed not_answered"
    assert outcome([(fact(at(MONDAY, 12, 30)), None)]) == "cannot_tell answer_uncertain"
    assert outcome([(fact(at(MONDAY, 12, 30), day_only=True), True)]) == "cannot_tell answer_uncertain"
    assert outcome([], excuses=[Excuse([(fact(at(MONDAY, 12, 30)), True)])]) == "excused excused"
    assert outcome([], excuses=[Excuse([(fact(at(MONDAY, 14)), True)])]) == "missed not_answered"
    assert outcome([], excuses=[Excuse([(fact(at(MONDAY, 14)), True)], afterwards=True)]) == "excused excused"
    assert outcome([], start=fact(at(date(2026, 4, 1), 5, 30))) == "pending not_yet_due"


def test_what_went_before() -> None:
    end = fact(at(MONDAY, 12))
    assert precede(end, [(fact(at(MONDAY, 11)), True)], ("child.contact",), end.lo).outcome == "met"
    assert precede(end, [(fact(at(MONDAY, 13)), True)], ("child.contact",), end.lo).outcome == "late"
    assert precede(end, [(fact(at(MONDAY, 13), day_only=True), True)], ("child.contact",), end.lo).outcome == "cannot_tell"
    assert precede(end, [], ("child.contact",), end.lo).outcome == "missed"


def test_a_recurring_duty_turn_by_turn() -> None:
    opening, first, last = fact(at(MONDAY, 8)), fact(at(MONDAY, 13)), fact(at(MONDAY, 23, 30))
    duty = Duty(
        [(opening, True)],
        [(first, True)],
        [(last, True)],
        lambda anchor, number: after_hours(anchor, 6 if number == 0 else 9),
        ("child.contact",),
        ("child.contact",),
    )
    assert [(turn.number, turn.verdict.outcome) for turn in recur(duty)] == [(0, "met"), (1, "missed")]


def test_working_days_leave_out_the_day_itself() -> None:
    assert after_working_days(fact(at(date(2025, 6, 6), 9)), 1).lo == at(date(2025, 6, 10)) - 1


def test_counting_and_matching() -> None:
    found: list[tuple[Fact, bool | None]] = [
        (fact(at(day, 12)), True) for day in (date(2025, 6, 1), date(2025, 6, 2), date(2025, 8, 30), date(2025, 9, 1))
    ]
    assert [one.moment for one, _ in counted(found, 3, days=90)] == [found[2][0].moment]
    assert first_of(found, ("episode",)) == found[:1]
    stray = fact(at(MONDAY, 13))
    stray.episode = None
    assert tie([(stray, True)], found[0][0], ("child", "episode")) == [(stray, None)]


def test_an_entry_of_the_case_that_names_no_child_may_be_meant_and_one_of_another_case_is_not() -> None:
    start, same, other = fact(at(MONDAY, 12)), fact(at(MONDAY, 13)), fact(at(MONDAY, 14))
    same.child = other.child = None
    other.case_ref = "C2"
    view = View([start], {}, unnamed={"C1": [same], "C2": [other]})
    assert view.near(start, "child.contact") == [(start, True), (same, None)]
    assert view.near(start, "case.closed") == []
    homeless = fact(at(MONDAY, 12))
    homeless.case_ref = None
    assert View([homeless], {}, unnamed={"": [same]}).near(homeless, "child.contact") == [(homeless, True)]


def test_one_that_names_no_child_may_make_the_number() -> None:
    two: list[tuple[Fact, bool | None]] = [(fact(at(date(2025, 6, 1), 12)), True), (fact(at(date(2025, 6, 2), 12)), True)]

    def among(moment: int) -> list[tuple[Fact, bool | None]]:
        return counted(two, 3, days=90, perhaps=lambda _: [(fact(moment), None)])

    assert among(at(date(2025, 5, 1), 12)) == [(two[1][0], None)]
    assert among(at(date(2025, 6, 3), 12)) == []
    assert among(at(date(2025, 1, 1), 12)) == []


def test_a_ladder_of_extensions_and_its_doubt() -> None:
    start = fact(at(MONDAY, 8))
    limit = after_hours(start, 4)

    def ladder(*rungs: tuple[Fact, bool | None, int | None]) -> tuple[int, bool]:
        steps = [
            Rung([(entry, sure)], lambda _, hours=hours: None if hours is None else after_hours(start, hours))
            for entry, sure, hours in rungs
        ]
        due, perhaps = climb(start, limit, steps)
        return (due.lo - start.lo) // 3600, perhaps

    noon, late, night = fact(at(MONDAY, 12)), fact(at(MONDAY, 12, 1)), fact(at(MONDAY, 20))
    assert ladder((noon, True, 12)) == (12, False)
    assert ladder((late, True, 12)) == (4, False)
    assert ladder((noon, None, 12)) == (4, True)
    assert ladder((noon, True, None)) == (4, True)
    assert ladder((noon, True, 12), (night, True, 20)) == (20, False)
    assert ladder((noon, True, None), (night, True, 20)) == (4, True)
    assert ladder((late, True, 12), (noon, None, 20)) == (4, False)
    question = Question(start, limit, [(night, True)], ("child.contact",), perhaps_longer=True)
    assert respond(question).reason == "extension_uncertain"


def test_a_birthday_on_29_february_makes_eighteen_on_1_march() -> None:
    child = make_children(Random(1), 25)[0]
    child.born = date(2008, 2, 29).toordinal()
    assert eighteenth(child) == date(2026, 3, 1)
    assert age_on(child, date(2026, 2, 28)) == 17
    assert age_on(child, eighteenth(child)) == 18
