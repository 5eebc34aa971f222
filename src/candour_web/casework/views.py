"""The pages of a case and of a finding. A request becomes one question; what is not open is not found.

Not found is answered and not raised: what is raised would take back with it what the trail was told.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from candour.records.scene import last_second, london_date
from candour.standards.spoken import day_words
from candour_web.casework.asking import Asker, answered_from_the_run
from candour_web.casework.drawing import limit_bar, span_of
from candour_web.casework.queries import case_page, finding_page


@require_safe
@answered_from_the_run
def case(request: HttpRequest, asker: Asker, case_ref: str) -> HttpResponse:
    """A case: its findings, and its chronology with both clocks."""
    asked = request.GET
    known_on, wrong_day = _day(asked.get("known", ""))
    found = case_page(
        case_ref,
        person=asker.person,
        scope=asker.scope,
        shown=asker.shown,
        group=asked.get("group", ""),
        newest_first=asked.get("order") == "newest",
        page=int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 7 else 1,
        known_on=known_on,
    )
    if found is None:
        return page_not_found(request, Http404())
    kept = {
        "group": asked.get("group", "") if asked.get("group", "") in dict(found.groups) else "",
        "order": "newest" if asked.get("order") == "newest" else "",
    }
    known = {"known": known_on.isoformat() if known_on else ""}
    as_of = asker.shown.as_of
    span = span_of([line.finding for line in found.findings], as_of)
    return render(
        request,
        "case.html",
        {
            "case": found,
            "kept": kept,
            "known_on": known_on,
            "known": asked.get("known", "")[:20],
            "wrong_day": wrong_day,
            "span": f"{day_words(london_date(span[0]), weekday=False)} to {day_words(london_date(span[1]), weekday=False)}",
            "needing": [(line, limit_bar(line.finding, span, as_of)) for line in found.needing],
            "settled": [(line, limit_bar(line.finding, span, as_of)) for line in found.settled],
            "groups": [(name, number, _address({**kept, **known, "group": name})) for name, number in found.groups],
            "addresses": {
                "all": _address({**kept, **known, "group": ""}),
                "turned": _address({**kept, **known, "order": "" if kept["order"] else "newest"}),
                "pages": f"{_address({**kept, **known})}&" if any({**kept, **known}.values()) else "?",
            },
        },
    )


def _address(asked: dict[str, str]) -> str:
    """The part of an address that asks for these; what is empty is left out."""
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


@require_safe
@answered_from_the_run
def finding(request: HttpRequest, asker: Asker, finding_id: str) -> HttpResponse:
    """A finding, as an argument: who says so, the rule, what happened, the sum."""
    found = finding_page(finding_id, person=asker.person, scope=asker.scope, shown=asker.shown)
    if found is None:
        return page_not_found(request, Http404())
    return render(
        request, "finding.html", {"one": found.explanation, "line": found.line, "notices": found.proof.notices if found.proof else ()}
    )


def _day(text: str) -> tuple[date | None, str]:
    """A day as `2026-03-01`, and what is wrong where it is none, or one whose end no clock can tell."""
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text)
        last_second(day)
        return day, ""
    except (ValueError, OverflowError):
        return None, "That is not a day. Give it as year, month and day, such as 2026-03-01."
