"""`candour review`: put possible links to reviewers, blind to the score, and keep what they decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from candour.findings.link_queue import Estimates, estimates, queue, to_check
from candour.findings.runs import run_ids
from candour.records.link_decisions import APART, JOIN, Decided, read_decisions, standing, undone_of
from candour.records.links import read_links
from candour.records.reviewing import SHOWN, Pair, decide, read_records, undo
from candour.records.vocabulary import vocabulary_of
from candour.statistics.intervals import Interval

_STORE = click.option("--store", type=click.Path(path_type=Path), required=True, help="Folder of the store.")
_BY = click.option("--by", required=True, help="Who decides: the reviewer's own name.")
_REASON = click.option("--reason", required=True, help="Why, in words. Write no more of the person than is needed.")
_JSON = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group()
def command() -> None:
    """Put pairs of records that may be of one person to reviewers, and keep what they decide. Every later candour link honours it."""


@command.command("next")
@_STORE
@click.option("--by", default="", help="Who asks: pairs on which this person has decided are left out.")
@_JSON
def next_pair(store: Path, by: str, as_json: bool) -> None:
    """Show the pair on which most hangs. It names people: the screen is for the reviewer alone. What the linker thought of it is not shown."""
    from candour.standards.loading import load_standards

    severities = {one.id: one.severity for one in load_standards(None, vocabulary_of(store), examples=False)}
    waiting = queue(store, severities, by)
    if not waiting:
        click.echo(json.dumps({"waiting": 0}) if as_json else "No pair waits for a reviewer.")
        return
    first = waiting[0]
    assessed = bool(run_ids(store))
    facts = {
        "waiting": len(waiting),
        "findings": first.findings if assessed else None,
        "serious": first.serious if assessed else None,
        "two_people": first.guarded,
    }
    _show(store, first.pair, facts, as_json=as_json)


@command.command()
@_STORE
@_JSON
def check(store: Path, as_json: bool) -> None:
    """Show a pair that was linked, drawn without regard to anything, so that it can be told how often links are right."""
    pair = to_check(store)
    if pair is None:
        click.echo(json.dumps({"waiting": 0}) if as_json else "Every linked pair was decided by a reviewer.")
        return
    _show(store, pair, {}, as_json=as_json)


def _show(store: Path, pair: Pair, facts: Mapping[str, object], *, as_json: bool) -> None:
    records = read_records(store, (pair.left_ref, pair.right_ref))
    sides = [records.get(ref, {}) for ref in (pair.left_ref, pair.right_ref)]
    if as_json:
        shown = [
            {"record_ref": ref, **{name: side.get(name) for name in SHOWN}}
            for ref, side in zip((pair.left_ref, pair.right_ref), sides, strict=True)
        ]
        click.echo(json.dumps({"pair": pair.id, **facts, "records": shown}, default=str, ensure_ascii=False))
        return
    lines = [f"Pair {pair.id} ({pair.person_kind})", f"{'':14}  {pair.left_ref:36}  {pair.right_ref}"]
    for name in SHOWN:
        values = [str(side.get(name) if side.get(name) is not None else "-") for side in sides]
        if values != ["-", "-"]:
            lines.append(f"{name.replace('_', ' '):14}  {values[0]:36}  {values[1]}")
    if facts:
        lines.append(
            f"Findings about one of them: {facts['findings']:,}, serious ones among them: {facts['serious']:,}. Pairs that wait: {facts['waiting']:,}."
            if facts["findings"] is not None
            else f"Pairs that wait: {facts['waiting']:,}. Nothing was assessed yet, so that it is not known on which most hangs: candour assess --store {store}"
        )
    if facts.get("two_people"):
        lines.append("Joining them touches a restricted or high-risk record: two people must decide it, each alone.")
    lines.append(f"Next: candour review decide {pair.id} join|apart --by NAME --reason TEXT --store {store}")
    click.echo("\n".join(lines))


@command.command("decide")
@click.argument("pair")
@click.argument("what", type=click.Choice((JOIN, APART)))
@_STORE
@_BY
@_REASON
@_JSON
def decide_pair(pair: str, what: str, store: Path, by: str, reason: str, as_json: bool) -> None:
    """Decide a PAIR (its id, or LEFT_REF,RIGHT_REF): join, or keep apart. The next candour link honours it."""
    one = decide(store, pair, what, by=by, reason=reason, at=_now())
    waits = one.pair in standing(read_decisions(store)).waiting
    _said(one, "A second person must decide it too before it stands." if waits else f"Next: candour link --store {store}", as_json=as_json)


@command.command("undo")
@click.argument("number", type=int)
@_STORE
@_BY
@_REASON
@_JSON
def undo_decision(number: int, store: Path, by: str, reason: str, as_json: bool) -> None:
    """Take decision NUMBER back. It stays on record, and so does this."""
    one = undo(store, number, by=by, reason=reason, at=_now())
    waits = number not in undone_of(read_decisions(store))
    more = "A second person must take it back too before it falls." if waits else f"Next: candour link --store {store}"
    _said(one, more, as_json=as_json)


@command.command("list")
@_STORE
@_JSON
def list_decisions(store: Path, as_json: bool) -> None:
    """List every decision, and how often links are right as far as reviewers have looked."""
    decisions = read_decisions(store)
    told = estimates(store)
    if as_json:
        click.echo(json.dumps({"decisions": [_plain(one) for one in decisions], "estimates": asdict(told)}, ensure_ascii=False))
        return
    now = standing(decisions)
    stand = {one.number for ones in now.decided.values() for one in ones}
    waiting = {one.number for ones in now.waiting.values() for one in ones}
    links = read_links(store)
    not_followed = set(links.not_followed) if links else set()
    for one in decisions:
        state = (
            "was not followed by the last candour link, which says why: decide it again"
            if one.number in stand and one.what == JOIN and one.pair in not_followed
            else "stands"
            if one.number in stand
            else "waits for a second person"
            if one.number in waiting
            else "of old"
            if one.undoes is None
            else ""
        )
        what = f"undo {one.undoes}" if one.undoes is not None else one.what
        click.echo(
            f"{one.number:>4}  {one.at:%Y-%m-%d %H:%M} UTC  {what:8}  {one.left_ref}  {one.right_ref}  by {one.by}: {one.reason}  {state}".rstrip()
        )
    click.echo(estimate_words(told))


def estimate_words(one: Estimates) -> str:
    """The estimates in two sentences, each with its interval, or why there is none."""
    if not one.linked_reviewed and not one.possible_reviewed:
        return (
            "No pair was reviewed yet, so it is not known how often links are right. candour review check draws linked pairs for that; "
            "candour review next gives those that wait."
        )
    recall = (
        f"between {_range(one.recall)} of the true pairs that were found at all are linked"
        if one.recall
        else "too little was reviewed to say how many true pairs are linked"
    )
    estimated = (
        f"With 95 % confidence between {_range(one.precision)} of linked pairs are right; {recall}."
        if one.precision
        else "No linked pair was reviewed (candour review check draws one), so it is not known how often links are right, nor how many true pairs are linked."
    )
    return (
        f"Reviewed: {one.linked_right} of {one.linked_reviewed} linked pairs right, {one.possible_right} of {one.possible_reviewed} possible pairs joined. "
        f"{estimated} Possible pairs are reviewed by consequence, not drawn at random."
    )


def _range(interval: Interval) -> str:
    return f"{100 * interval.lower:.1f} and {100 * interval.upper:.1f} %"


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _plain(one: Decided) -> dict[str, object]:
    return {name: value for name, value in {**asdict(one), "at": one.at.isoformat()}.items() if name != "shown_as"}


def _said(one: Decided, more: str, *, as_json: bool) -> None:
    click.echo(json.dumps(_plain(one), ensure_ascii=False) if as_json else f"Decision {one.number} is kept. {more}")
