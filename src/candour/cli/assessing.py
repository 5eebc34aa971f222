"""`candour assess`: hold every case of a store against the practice standards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from candour.cli.showing import progress_bar
from candour.evaluation.assessing import ENGINES, Question, assess, default_parameters, export_findings
from candour.findings.doubt import read_doubt
from candour.findings.duties import JOINT, PARTNER, POLICE
from candour.findings.outcome_words import OUTCOME_TITLES
from candour.findings.outcomes import Outcome
from candour.findings.runs import FINDINGS, Refreshed, Run, count_outcomes, run_folder
from candour.records.identities import PLURALS
from candour.records.links import linked_kinds
from candour.records.mapping import NATIONS
from candour.records.scene import from_london
from candour.standards.spoken import listed, moment_words


class Moment(click.ParamType[datetime]):
    """A moment as a person writes it: 2026-03-31, 2026-03-31T18:00 (London), or with an offset or Z. Gives UTC without zone."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC without zone; a date alone is its last second in London. Text that is no moment is wrong usage."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            moment = datetime.fromisoformat(text if len(text) > 10 else f"{text}T23:59:59")
        except ValueError:
            self.fail(f"{text!r} is not a moment such as 2026-03-31T18:00 (London time) or 2026-03-31 (its last second).", param, ctx)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else from_london(moment)


@click.command()
@click.option("--store", type=click.Path(path_type=Path), required=True, help="Folder of the store.")
@click.option("--as-of", type=Moment(), help="Judge what is due at this moment (default: the latest that any source reaches).")
@click.option("--known-at", type=Moment(), help="Use only what was on record at this moment (default: everything).")
@click.option("--standards", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")
@click.option("--parameters", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A force's own limits, as a TOML file.")
@click.option(
    "--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True, help="Which evaluator; the findings are the same."
)
@click.option("--master", help="Address of the Spark cluster, for --engine spark: such as spark://host:7077, or local[2].")
@click.option("--nation", type=click.Choice(NATIONS), help="The force's nation, where its mappings do not declare it.")
@click.option(
    "--with",
    "switched_on",
    multiple=True,
    metavar="ID[@VERSION]",
    help="Also hold the edition of this standard that is not confirmed as in force (where it has several: ID@VERSION); may be given more than once.",
)
@click.option(
    "--changed-only",
    is_flag=True,
    help="Look again only at what can have changed since the last run; the findings are those of assessing everything.",
)
@click.option("--unlinked", is_flag=True, help="Leave the last link run aside, and assess the records as their sources name people.")
@click.option("--memory-limit", help="Most memory for the DuckDB engine, such as 4GB (more goes to disk).")
@click.option(
    "--events-at-once",
    type=click.IntRange(min=1),
    help="Divide a chronology with more events than this into parts of about so many (default: parts of 5,000,000, above 12,000,000).",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Also write the findings here: .parquet, .csv or .jsonl.")
@click.option("--json", "as_json", is_flag=True, help="For machines: docs/reference/assess-json.md says what is printed.")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def command(
    store: Path, as_of: datetime | None, known_at: datetime | None, standards: Path | None, parameters: Path | None,
    engine: str, master: str | None, nation: str | None, switched_on: tuple[str, ...], changed_only: bool, unlinked: bool, memory_limit: str | None, events_at_once: int | None,
    out: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Hold every case of a store against the practice standards, and keep the findings as a run."""
    question = Question(
        as_of, known_at, standards, parameters or default_parameters(), engine, memory_limit, nation, switched_on,
        events_at_once=events_at_once, changed_only=changed_only, unlinked=unlinked, master=master,
    )  # fmt: skip
    with progress_bar("Assessing", quiet=quiet or as_json) as progress:
        run = assess(store, question, made_at=datetime.now(UTC).replace(tzinfo=None), progress=progress)
    if out is not None:
        export_findings(run_folder(store, run.run_id) / FINDINGS, out)
    if as_json:
        click.echo(json.dumps(told(run, store)))
    elif not quiet:
        click.echo(summary(run, store))


JSON_KEYS: Mapping[str, str] = {
    "run": "The id of the run, under which `STORE/runs` keeps it.",
    "as_of": "The moment as of which it was judged what is due: UTC, ISO 8601 without an offset.",
    "nation": "`England` or `Wales`; null where nobody said which nation the force is of.",
    "findings": "How many findings the run has, of every outcome and duty.",
    "counts": f"How many of each outcome ({', '.join(f'`{one}`' for one in Outcome)}), whosever duty it is: their sum is `findings`.",
    "counts_by_duty": "The same for each duty apart: `police`, `joint` (shared) and `partner`. Those of `partner` are no measure of the police; the report and the summary "
    "on screen put `police` and `joint` together.",
    "seconds": "How long the run took.",
    "refreshed": "With `--changed-only` what was looked at again: `since` (the run), `records`, `standards`, `findings`, `in_full`; or `whole_because`, the sentence that says "
    "why everything was assessed. Null without it.",
    "links": "The link run whose chronology was assessed; null where it was the sources' own, unlinked.",
    "doubt": "What undecided links leave open: `pairs` that are possible, of how many `persons`, how many `findings` rest on them, and `moved`: for each edition and outcome whose "
    "count would be another if all were joined, `lowest`, `highest` and the run's own, `found`. Null where no link is undecided.",
    "local_figures": "The force's own figures by name, in words.",
    "notes": "A sentence for each of the force's own figures that is looser than the standard's or cannot be compared with it.",
    "cautions": "A sentence for each edition that was switched on though it is not confirmed as in force, on what could not be checked for want of a nation, and "
    "on records that were not linked though several sources say who theirs are about.",
    "not_applied": "The editions that were left out: `id`, `version`, `title`, `jurisdiction`, `why` in a few words and the `sentence` that says what would change it.",
}
"""What `candour assess --json` prints: each key, in order, and what it means."""


def told(run: Run, store: Path) -> dict[str, object]:
    """What `--json` prints of a run: JSON_KEYS."""
    return {
        "run": run.run_id,
        "as_of": run.as_of.isoformat(),
        "nation": run.nation,
        "findings": run.findings,
        "counts": {outcome: run.counts.get(outcome, 0) for outcome in Outcome},
        "counts_by_duty": counts_by_duty(run, store),
        "seconds": run.seconds,
        "refreshed": asdict(run.refreshed) if run.refreshed else None,
        "links": run.links,
        "doubt": asdict(doubt) if (doubt := read_doubt(run_folder(store, run.run_id))) else None,
        "local_figures": dict(run.parameters),
        "notes": list(run.notes),
        "cautions": list(run.cautions),
        "not_applied": [asdict(one) for one in run.not_applied],
    }


def summary(run: Run, store: Path) -> str:
    """What was assessed and found in a few lines: what is to be said before any count, the counts, and every figure of the force's own with what is to be noted of it."""
    by_duty = counts_by_duty(run, store)
    police = {outcome: by_duty[POLICE][outcome] + by_duty[JOINT][outcome] for outcome in by_duty[POLICE]}
    lines = [
        f"Run {run.run_id}: {run.events:,} records held against {len({one.id for one in run.standards})} standards ({len(run.standards)} editions), as of {moment_words(run.as_of)}; {run.seconds:.1f} seconds.",
        *(f"  Note: {caution}" for caution in run.cautions),
        *(f"  {words:15} {police[outcome]:>9,}" for outcome, words in OUTCOME_TITLES.items()),
        *_partners(by_duty[PARTNER]),
        *looked_again(run.refreshed),
        *_linked(run, store),
        *(["The force's own figures:"] if run.parameters else []),
        *(f"  {name}: {words}" for name, words in run.parameters.items()),
        *(f"  Note: {note}" for note in run.notes),
        *_left_out(run),
        f"Next: candour report --store {store} --out report.html",
    ]
    return "\n".join(lines)


def _linked(run: Run, store: Path) -> list[str]:
    """Of which kinds links were used, and what rests on those that nobody has decided."""
    if run.links is None:
        return []
    doubt = read_doubt(run_folder(store, run.run_id))
    return [
        f"  {listed([PLURALS[kind] for kind in linked_kinds(store, run.links)]).capitalize()} are linked across sources, as links {run.links} have them (--unlinked leaves them aside).",
        *([f"  {doubt.sentence()}"] if doubt else []),
    ]


def looked_again(refreshed: Refreshed | None) -> list[str]:
    """What was looked at again where only what changed was asked for; or why everything was assessed."""
    if refreshed is None:
        return []
    if refreshed.whole_because:
        return [f"  Everything was assessed. {refreshed.whole_because}"]
    in_full = f"; in full: {', '.join(refreshed.in_full)}" if refreshed.in_full else ""
    return [
        f"  Only what changed since run {refreshed.since} was looked at again: {refreshed.records:,} versions of records, "
        f"{refreshed.findings:,} findings of {refreshed.standards} editions{in_full}."
    ]


def _left_out(run: Run) -> list[str]:
    """How many editions were left out, by reason, so that nobody takes them for checked."""
    reasons = Counter(one.why for one in run.not_applied)
    return [f"  Not applied: {number} {'edition' if number == 1 else 'editions'} ({why})." for why, number in reasons.items()]


def counts_by_duty(run: Run, store: Path) -> dict[str, dict[str, int]]:
    """How many of a run's findings of each outcome are of the police's own duties, of those they share, and of a partner's."""
    findings = run_folder(store, run.run_id) / FINDINGS
    return {duty: count_outcomes(findings, [one for one in run.standards if one.duty == duty]) for duty in (POLICE, JOINT, PARTNER)}


def _partners(counts: dict[str, int]) -> list[str]:
    """What was found of partners' duties, apart: it is in none of the counts above."""
    if not any(counts.values()):
        return []
    said = listed([f"{counts[outcome]:,} {words.lower()}" for outcome, words in OUTCOME_TITLES.items() if counts[outcome]])
    return [f"  Partners' duties, not counted above: {said}. The police are not measured by them."]
