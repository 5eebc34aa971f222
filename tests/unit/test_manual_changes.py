"""What changed since: which edition took the place of which, from what day, what changed and why, and what is only waiting to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import html

from candour.manual.changes import Change, changes_by_day, changes_of_manual, days_of
from candour.manual.gathering import Manual, gather_manual
from candour.manual.pages import pages_of
from candour.manual.published import Publication
from candour.manual.site import render
from tests.support.made_manual import whole_manual
from tests.support.small_store import INTERVIEW

BEFORE = "version = 2\nin_force = { to = 2016-12-31 }\n[edition]\nof = 1\nchanges = 'Before 2017 two days were allowed.'\n[rule]\nwithin = { days = 2 }"
AFTER = "version = 3\nin_force = { from = 2026-03-01 }\n[edition]\nof = 1\nchanges = 'Twelve hours.'\n[rule]\nwithin = { hours = 12 }"
WALES = "version = 4\njurisdiction = 'Wales'\nin_force = { from = 2026-03-01 }\n[edition]\nof = 1\nchanges = 'As in Wales.'"
WAITING = "version = 5\n[edition]\nof = 1\nchanges = 'Six hours.'\ncommenced = false\ncommencement = 'No day is known.'\n[rule]\nwithin = { hours = 6 }"


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Manual:
    folder = tmp_path_factory.mktemp("changes")
    first = INTERVIEW.replace('from = "2017-01-01"', 'from = "2017-01-01", to = "2026-02-28"').replace(
        'severity = "critical"', 'severity = "critical"\njurisdiction = "England"'
    )
    (folder / "interview.toml").write_text(first, encoding="utf-8")
    for number, text in enumerate((BEFORE, AFTER, WALES, WAITING), start=2):
        (folder / f"interview.v{number}.toml").write_text(f'id = "interview"\n{text}\n', encoding="utf-8")
    return gather_manual(folder)


def told_of(change: Change) -> tuple[int, date | None, int | None, str, str]:
    return change.version, change.from_day, change.beside, change.only_in, change.commencement


def test_each_change_has_its_day_and_the_edition_beside_it(manual: Manual) -> None:
    assert sorted(told_of(one) for one in changes_of_manual(manual)) == [
        (2, date(2017, 1, 1), 1, "England", ""),  # written down later, of an earlier time: the change came with what followed it
        (3, date(2026, 3, 1), 1, "England", ""),
        (4, date(2026, 3, 1), 1, "Wales", ""),
        (5, None, 1, "England", "No day is known."),
    ]


def test_the_newest_day_is_first_and_what_is_not_in_force_is_in_none(manual: Manual) -> None:
    days = changes_by_day(changes_of_manual(manual))
    assert [(day.title, [same.what for same in day.same]) for day in days] == [
        ("From 1 March 2026", ["Twelve hours.", "As in Wales."]),
        ("From 1 January 2017", ["Before 2017 two days were allowed."]),
    ]


def test_the_page_says_what_changed_and_leads_to_both_editions(manual: Manual) -> None:
    page = html.fromstring(next(render(page, manual) for page in pages_of(manual) if page.address == "changes.html"))
    change = next(one for one in page.xpath("//*[@data-changed-from='from-2026-03-01']") if "Twelve hours." in one.text_content())
    assert change.xpath(".//a/@href") == ["standards/interview.html#v3", "standards/interview.html#v1"]
    (waiting,) = page.xpath("//*[@data-waiting='interview']")
    assert "Six hours." in waiting.text_content() and "No day is known." in waiting.text_content()
    editions = {one.get("data-edition"): one.text_content() for one in page.xpath("//*[@data-edition]")}
    assert set(editions) == {f"interview@{number}" for number in range(1, 6)}
    assert "up to 31 December 2016" in editions["interview@2"] and "Before 2017 two days were allowed." in editions["interview@2"]


def test_what_a_standard_had_on_its_first_day_is_new_and_what_came_later_is_a_change(manual: Manual) -> None:
    def published(on: date, version: int, mended: str = "") -> Publication:
        return Publication(on, "interview", version, "0" * 64, mended or f"Change of {version}.", mended)

    first, later = date(2026, 1, 10), date(2026, 4, 1)
    entries = (published(first, 1), published(first, 2), published(first, 1, "Mistyped."), published(later, 3))
    told = days_of(replace(manual, publications=entries))
    assert [
        (day.title, [versions for _, versions in day.first], [(one.version, one.change, one.mended) for one in day.changed]) for day in told
    ] == [
        ("Wed 1 April 2026", [], [(3, "Change of 3.", False)]),
        ("Sat 10 January 2026", [(1, 2)], [(1, "Mistyped.", True)]),
    ]


def beside(folder: Path, *texts: str) -> dict[int, tuple[date | None, int | None]]:
    """The day and the version beside of every edition that says what changed, by its version; the first text is the file of version 1."""
    folder.mkdir()
    for number, text in enumerate(texts, start=1):
        (folder / ("interview.toml" if number == 1 else f"interview.v{number}.toml")).write_text(text, encoding="utf-8")
    return {one.version: (one.from_day, one.beside) for one in changes_of_manual(gather_manual(folder))}


def test_what_stands_beside_an_edition_is_of_the_same_place(tmp_path: Path) -> None:
    """Versions 1, for England, and 3, for Wales, begin on one day; version 2 is of before that day and for Wales, so that version 3 is what followed."""
    england = INTERVIEW.replace('severity = "critical"', 'severity = "critical"\njurisdiction = "England"')
    head = "id = 'interview'\njurisdiction = 'Wales'\n"
    earlier = (
        f"{head}version = 2\nin_force = {{ to = 2016-12-31 }}\n[edition]\nof = 1\nchanges = 'Two days.'\n[rule]\nwithin = {{ days = 2 }}"
    )
    later = f"{head}version = 3\nin_force = {{ from = 2017-01-01 }}\n[edition]\nof = 1\nchanges = 'One day.'\n"
    assert beside(tmp_path / "s", england, earlier, later) == {2: (date(2017, 1, 1), 3), 3: (date(2017, 1, 1), 2)}


def test_what_is_not_confirmed_as_in_force_stands_beside_nothing(tmp_path: Path) -> None:
    """Version 2 is not confirmed as in force: it did not follow on version 3, nor did version 4 follow on it. They have what they are made from beside them."""
    first = INTERVIEW.replace('from = "2017-01-01"', 'from = "2018-01-01", to = "2025-06-30"')
    head = "id = 'interview'\nversion = {}\nin_force = {{ {} }}\n[edition]\nof = 1\nchanges = 'Other hours.'\n"
    waiting = head.format(2, "from = 2017-01-01, to = 2025-12-31") + "commenced = false\ncommencement = 'No day is known.'\n"
    found = beside(tmp_path / "s", first, waiting, head.format(3, "to = 2016-12-31"), head.format(4, "from = 2026-01-01"))
    assert found == {2: (date(2017, 1, 1), 3), 3: (date(2017, 1, 1), 1), 4: (date(2026, 1, 1), 1)}


def test_every_change_in_the_catalogue_is_on_the_page() -> None:
    manual = whole_manual()
    page = html.fromstring(next(render(page, manual) for page in pages_of(manual) if page.address == "changes.html"))
    said = [one.standard for one in manual.editions() if one.standard.edition.changes or not one.standard.edition.commenced]
    assert len(said) > 30 and any(not one.edition.commenced for one in said)
    for one in said:
        place = "@data-changed-from" if one.edition.commenced else f"@data-waiting='{one.id}'"
        link = f"standards/{one.id}.html#v{one.version}"
        there = [" ".join(found.text_content().split()) for found in page.xpath(f"//*[{place}][.//a[1][@href='{link}']]")]
        wanted = [" ".join(words.split()) for words in (one.edition.changes, one.edition.commencement) if words]
        assert wanted and any(all(words in found for words in wanted) for found in there), (one.id, one.version)
    assert len(page.xpath("//*[@data-edition]")) == sum(len(one.editions) for one in manual.standards if len(one.editions) > 1)
