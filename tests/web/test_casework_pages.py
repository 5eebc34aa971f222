"""The pages of casework on the made-up force: who sees what, in the engine's own words, and every reading of a child's record on the trail."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import duckdb
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from candour.findings.explanation import as_text
from candour.findings.proofs import OpenedRun, open_run, proofs_of
from candour.findings.stored_events import read_findings
from candour.standards.rule_parts import answers_of
from candour_web.casework import catalogue
from candour_web.casework.proving import prove
from candour_web.casework.queries import case_page, finding_lines, finding_page, shown_run
from candour_web.people.models import ActorRef, Person
from candour_web.people.rules import Scope
from candour_web.people.scope import set_scope, within
from candour_web.trail.models import Entry
from candour_web.worklists.queries import own_list, team_list
from candour_web.worklists.rules import Wanted
from tests.support.made_up_force import TEAM, Northshire

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def on_the_force(northshire: Northshire, db: None) -> None:
    """Every test here stands on the made-up force, and is rolled back after it."""


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content.decode())))


def links(content: bytes, kind: str) -> list[str]:
    return list(dict.fromkeys(html.unescape(one) for one in re.findall(rf'href="(/{kind}/[^"]+)"', content.decode())))


def trail() -> list[tuple[str, str, str, str]]:
    set_scope(Scope(powers=frozenset({"trail"})))
    return list(Entry.objects.filter(kind="consultation").order_by("at").values_list("who", "what", "record", "why"))


def refusals() -> list[tuple[str, str, str]]:
    set_scope(Scope(powers=frozenset({"trail"})))
    return list(Entry.objects.filter(kind="access").exclude(what="signed in").order_by("at").values_list("who", "what", "record"))


def everything(store: Northshire) -> Scope:
    """A scope that opens every case of the force."""
    units = duckdb.sql(f"select distinct unit from '{store.store}/chronology/1/events.parquet' where unit is not null").fetchall()
    return Scope(person=store.supervisor.pk, units=frozenset(unit for (unit,) in units))


@pytest.fixture(scope="module")
def opened(northshire: Northshire) -> OpenedRun:
    """The run as the engine opens it."""
    return open_run(northshire.store)


def test_every_proof_is_word_for_word_that_of_the_engine(northshire: Northshire, opened: OpenedRun) -> None:
    """One finding of every standard and outcome, where all that decides it is open to the reader."""
    findings = read_findings(
        opened.findings, "true", (), "qualify row_number() over (partition by standard, version, outcome order by finding_id) = 1"
    )
    set_scope(everything(northshire))
    shown = shown_run()
    assert shown is not None and len(findings) > 200
    different = []
    for finding, told in zip(findings, proofs_of(opened, findings), strict=True):
        made = prove(shown.publication, finding, 0)
        assert made is not None
        if as_text(made.explanation) != as_text(told):
            different.append(finding.finding_id)
    assert different == []


def test_a_finding_of_what_is_not_open_says_so(opened: OpenedRun) -> None:
    (finding,) = read_findings(opened.findings, "evidence_event is not null and case_ref is not null", (), "order by finding_id limit 1")
    set_scope(Scope(person=1))
    shown = shown_run()
    assert shown is not None
    made = prove(shown.publication, finding, 0)
    assert made is not None
    assert "is of a case that is not open to you" in " ".join(made.notices)
    assert made.explanation.events == ()


def test_the_list_of_a_team_counts_what_the_findings_say(northshire: Northshire, opened: OpenedRun, signed_in: BrowserOf) -> None:
    """One number everywhere: the list against the run's own findings file."""
    answer = signed_in(northshire.supervisor).get("/my-team")
    assert answer.status_code == 200
    store = northshire.store
    (expected,) = duckdb.sql(
        f"""with held as (select case_ref, arg_max(unit, (occurred_at, position)) as unit from '{store}/chronology/1/events.parquet'
              where kind in ('investigation.allocated', 'rso.registered') and occurred_at is not null group by 1),
            last as (select case_ref, arg_max(unit, (occurred_at, position)) as unit from '{store}/chronology/1/events.parquet'
              where unit is not null and occurred_at is not null group by 1), open as (
            select f.*, coalesce(h.unit, l.unit, c.unit) as holder from '{store}/runs/0001/findings.parquet' f
            left join '{store}/chronology/1/cases.parquet' c using (case_ref) left join held h using (case_ref) left join last l using (case_ref)
            where (c.closed_on is null or c.closed_on > date '2026-04-01') and f.case_ref is not null and f.standard not in (select unnest(?))
        )
        select count(distinct case_ref) from open where outcome = 'missed' and (holder = '{TEAM}'
            or case_ref in (select case_ref from open where outcome in ('missed', 'pending') and unit = '{TEAM}'))""",
        params=[[one.id for one in opened.standards.values() if one.duty == "partner"]],
    ).fetchone() or (None,)
    assert f"Not done ({expected:,})" in text_of(answer.content)
    assert expected > 5


def test_the_list_stands_in_its_order_and_each_page_of_it_goes_on(northshire: Northshire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("candour_web.worklists.queries.CASES_A_PAGE", 4)
    scope = Scope(person=northshire.supervisor.pk, units=frozenset({TEAM}))
    set_scope(scope)
    shown = shown_run()
    assert shown is not None
    found = [team_list([TEAM], person=northshire.supervisor, scope=scope, shown=shown, wanted=Wanted.ALL, page=page) for page in (1, 2, 99)]
    refs = [[case.case_ref for case in one.cases] for one in found]
    assert len(refs[0]) == 4 and not set(refs[0]) & set(refs[1]) and found[2].page == found[2].pages
    assert next(case.risk for case in found[0].cases) == "High risk"
    assert all(case.lines for one in found for case in one.cases)


def test_a_supervisor_opens_a_case_and_a_finding_and_both_are_on_the_trail(northshire: Northshire, signed_in: BrowserOf) -> None:
    browser = signed_in(northshire.supervisor)
    team = browser.get("/my-team").content
    case, finding = links(team, "cases")[0], links(team, "findings")[0]
    assert (browser.get(case).status_code, browser.get(finding).status_code) == (200, 200)
    first, second, third, *_ = trail()
    assert first[:3] == ("ds.okafor", f"team list read ({TEAM})", "list of cases")
    assert second == ("ds.okafor", "case read", f"case {case.removeprefix('/cases/')}", f"The case is held by their unit, {TEAM}.")
    assert third[:2] == ("ds.okafor", "finding read")
    set_scope(Scope(powers=frozenset({"trail"})))
    assert case.removeprefix("/cases/") in Entry.objects.get(what=f"team list read ({TEAM})").detail
    assert re.fullmatch(r"run \S+; children: C\d+(, C\d+)*", Entry.objects.get(what="case read").detail)


def test_every_case_of_which_a_finding_shows_a_record_is_on_the_trail(northshire: Northshire, signed_in: BrowserOf) -> None:
    """Of a finding about everything of one child or person, where the records of more than one case are open."""
    scope = everything(northshire)
    set_scope(scope)
    shown = shown_run()
    assert shown is not None
    lines = finding_lines(shown, sql.SQL("f.scope <> 'case' AND f.case_ref IS NOT NULL AND f.evidence_event IS NOT NULL"))
    proofs = ((line, prove(shown.publication, line.finding, 0)) for line in lines)
    line, proof = next((line, proof) for line, proof in proofs if proof and proof.further_cases)
    assert proof.explanation.events
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT case_ref FROM casework_event WHERE event_id = ANY(%s) AND case_ref IS NOT NULL",
            [[event.event_id for event in proof.explanation.events]],
        )
        shown_cases = {ref for (ref,) in cursor.fetchall()}
    assert finding_page(line.finding_id, person=northshire.supervisor, scope=scope, shown=shown) is not None
    told = trail()
    assert all(why for *_, why in told)
    assert [what for _, what, *_ in told] == ["finding read", *["case shown in a finding"] * len(proof.further_cases)]
    assert {record for _, _, record, _ in told} == {f"case {ref}" for ref in shown_cases | {line.finding.case_ref}}


def test_the_officers_list_holds_their_own_cases_alone(northshire: Northshire, signed_in: BrowserOf) -> None:
    answer = signed_in(northshire.officer).get("/my-work")
    cases = [one.removeprefix("/cases/") for one in links(answer.content, "cases")]
    set_scope(everything(northshire))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.case_ref FROM casework_case c WHERE c.officer_ref IN (SELECT ref FROM people_actor_ref) OR EXISTS "
            "(SELECT FROM casework_finding f WHERE f.case_ref = c.case_ref AND f.actor_ref IN (SELECT ref FROM people_actor_ref))"
        )
        own = {ref for (ref,) in cursor.fetchall()}
    assert cases and set(cases) <= own


def test_a_unit_without_a_case_reads_that_nothing_needs_it(northshire: Northshire, signed_in: BrowserOf) -> None:
    answer = signed_in(northshire.stranger).get("/my-team")
    assert "Nothing needs you" in text_of(answer.content)
    assert links(answer.content, "cases") == []


def test_what_is_of_no_case_stands_on_the_list_of_whose_it_is(northshire: Northshire, opened: OpenedRun, signed_in: BrowserOf) -> None:
    """Every person with such findings is told how many, and reads no comfort beside what was missed."""
    expected = duckdb.sql(
        f"""select actor_ref, count(*) filter (outcome = 'missed'), count(*) filter (outcome = 'pending'), count(*) filter (outcome = 'cannot_tell')
        from '{northshire.store}/runs/0001/findings.parquet' where case_ref is null and actor_ref is not null
        and outcome in ('missed', 'pending', 'cannot_tell') and standard not in (select unnest(?)) group by 1""",
        params=[[one.id for one in opened.standards.values() if one.duty == "partner"]],
    ).fetchall()
    shown = shown_run()
    assert shown is not None and len(expected) > 2 and max(sum(numbers) for _, *numbers in expected) > 10
    for actor, *numbers in expected:
        scope = Scope(person=northshire.officer.pk, actors=frozenset({actor}))
        set_scope(scope)
        found = own_list(person=northshire.officer, scope=scope, shown=shown, wanted=Wanted.ALL).of_no_case
        assert [found.not_done, found.due, found.cannot_tell] == numbers
        assert len(found.lines) == min(10, sum(numbers)) and found.more == sum(numbers) - len(found.lines)
        assert {(line.finding.case_ref, line.finding.actor_ref) for line in found.lines} == {(None, actor)}
    missed = next(actor for actor, not_done, *_ in expected if not_done)
    with within(Scope(powers=frozenset({"accounts"}))):
        ActorRef.objects.filter(person=northshire.officer).delete()
        ActorRef.objects.create(ref=missed, person=northshire.officer)
    browser = signed_in(northshire.officer)
    answer = browser.get("/my-work")
    assert "Nothing needs you" not in text_of(answer.content) and "of no case, such as training: " in text_of(answer.content)
    of_no_case = links(answer.content.partition(b'id="of-no-case"')[2], "findings")
    assert browser.get(of_no_case[0]).status_code == 200
    set_scope(Scope(powers=frozenset({"trail"})))
    assert of_no_case[0].removeprefix("/findings/") in Entry.objects.filter(what="own list read").latest("at").detail


def test_what_is_not_open_is_not_found_and_looks_like_what_is_not_there(northshire: Northshire, signed_in: BrowserOf) -> None:
    team = signed_in(northshire.supervisor).get("/my-team").content
    stranger = signed_in(northshire.stranger)
    asked: list[tuple[str, str, str]] = []
    for there, not_there in ((links(team, "cases")[0], "/cases/NS99/000000"), (links(team, "findings")[0], "/findings/interview@nothing")):
        answers = [stranger.get(address) for address in (there, not_there)]
        assert [one.status_code for one in answers] == [404, 404]
        assert len({re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", one.content) for one in answers}) == 1
        for _, kind, reference in (address.split("/", 2) for address in (there, not_there)):
            asked.append(("ds.bell", f"{kind.removesuffix('s')} refused", f"{kind.removesuffix('s')} {reference}"))
    assert refusals() == asked


def test_an_address_that_no_case_can_have_is_not_found_and_told(northshire: Northshire, signed_in: BrowserOf) -> None:
    browser = signed_in(northshire.supervisor)
    for address in ("/cases/%00", "/findings/a%00b", f"/cases/{'x' * 500}", "/cases/%FF"):
        assert browser.get(address).status_code == 404
    assert [record for _, _, record in refusals()] == ["case \ufffd", "finding a\ufffdb", f"case {'x' * 195}", "case %FF"]


@pytest.mark.parametrize("table", ["case", "event", "finding", "child", "casechild"])
def test_the_database_alone_shows_no_row_without_a_scope_and_none_to_a_stranger(northshire: Northshire, table: str) -> None:
    def seen(scope: Scope) -> int:
        set_scope(scope)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM casework_{table}{of_children}")
            return int(cursor.fetchone()[0])

    of_children = " WHERE case_ref IS NOT NULL OR child_ref IS NOT NULL" if table == "event" else ""
    assert (seen(Scope()), seen(Scope(person=3, units=frozenset({"NOCASE"}), actors=frozenset({"N0"}), cases=frozenset({"X"})))) == (0, 0)
    assert 0 < seen(Scope(units=frozenset({TEAM}))) < seen(everything(northshire))


@pytest.mark.parametrize(
    "words",
    ["INSERT INTO casework_case SELECT * FROM casework_case", "UPDATE casework_finding SET outcome = 'met'", "DELETE FROM casework_event"],
)
def test_the_service_changes_no_published_row(northshire: Northshire, words: str) -> None:
    set_scope(everything(northshire))
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words)


def test_the_chronology_is_kept_to_a_group_turned_round_and_marked_by_what_was_known(northshire: Northshire, signed_in: BrowserOf) -> None:
    browser = signed_in(northshire.supervisor)
    address = links(browser.get("/my-team").content, "cases")[0]
    scope = Scope(person=northshire.supervisor.pk, units=frozenset({TEAM}))
    set_scope(scope)
    shown = shown_run()
    assert shown is not None
    ref = address.removeprefix("/cases/")
    first, last = (case_page(ref, person=northshire.supervisor, scope=scope, shown=shown, newest_first=newest) for newest in (False, True))
    assert first is not None and last is not None
    assert first.number_of_entries == first.row["events"] == sum(number for _, number in first.groups)
    if first.pages == 1:
        assert [one.event_id for one in last.entries] == [one.event_id for one in first.entries][::-1]
    group, number = first.groups[0]
    kept = case_page(ref, person=northshire.supervisor, scope=scope, shown=shown, group=group, known_on=first.row["opened_on"])
    assert kept is not None and kept.number_of_entries == number and {one.group for one in kept.entries} == {group}
    assert "Not yet known on" in text_of(browser.get(address, {"known": "2020-01-01"}).content)
    wrong = browser.get(address, {"known": "yesterday", "page": "-1", "group": "<b>", "order": "x"})
    for beyond in ("9999-12-31", "0001-01-01"):
        assert ("That is not a day" in text_of(browser.get(address, {"known": beyond}).content)) == (beyond == "9999-12-31")
    assert wrong.status_code == 200 and "That is not a day" in text_of(wrong.content) and b"<b>" not in wrong.content


def test_a_case_and_its_list_and_its_findings_agree(northshire: Northshire) -> None:
    scope = everything(northshire)
    set_scope(scope)
    shown = shown_run()
    assert shown is not None
    ref = "NS25/000003"
    case = case_page(ref, person=northshire.supervisor, scope=scope, shown=shown)
    assert case is not None
    (expected,) = duckdb.sql(
        f"select count(*) from '{northshire.store}/runs/0001/findings.parquet' where case_ref = '{ref}'"
    ).fetchone() or (None,)
    assert len(case.findings) == len(case.needing) + len(case.settled) == expected
    for line in case.findings[:5]:
        page = finding_page(line.finding_id, person=northshire.supervisor, scope=scope, shown=shown)
        assert page is not None and page.explanation is not None
        assert (page.line.words, page.line.title) == (line.words, line.title) == (page.explanation.outcome_words, page.explanation.title)


def test_the_number_of_questions_does_not_grow_with_the_list(northshire: Northshire, signed_in: BrowserOf) -> None:
    browser = signed_in(northshire.supervisor)
    team = browser.get("/my-team").content
    for address in ("/my-team", links(team, "cases")[0], links(team, "findings")[0]):
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        assert len(asked) <= 30, address


def test_before_anything_is_published_the_page_says_so(
    northshire: Northshire, signed_in: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("candour_web.casework.asking.shown_run", lambda: None)
    answer = signed_in(northshire.supervisor).get("/my-team")
    assert "Nothing is published yet" in text_of(answer.content)
    assert "does not mean that nothing needs you" in text_of(answer.content)


def test_one_record_is_said_to_answer_several_only_where_it_can(northshire: Northshire) -> None:
    """Never of standards that bind by an action, an interview or a device of their own."""
    scope = everything(northshire)
    set_scope(scope)
    shown = shown_run()
    assert shown is not None
    bound = {one.id for one in catalogue.standards().values() if one.rule.same}
    said = 0
    for page in range(1, 4):
        for case in team_list(
            sorted(scope.units), person=northshire.supervisor, scope=scope, shown=shown, wanted=Wanted.ALL, page=page
        ).cases:
            whole = finding_lines(
                shown,
                sql.SQL("f.case_ref = {case} AND f.reason IN ('not_answered', 'not_yet_due')").format(case=sql.Literal(case.case_ref)),
            )
            for words in case.together:
                title, number = re.findall(r"“(.+)” could answer (\d+) things", words)[0]
                asking = [
                    line
                    for line in whole
                    if line.finding.standard not in bound
                    and title
                    in {
                        catalogue.kind_title(kind)
                        for one in answers_of(catalogue.standards()[line.finding.standard, line.finding.version].rule, line.finding.stage)
                        for kind in one.kinds
                    }
                ]
                assert 2 <= int(number) <= len(asking)
                said += 1
    assert said > 3
