"""Makes every small change to every practice standard, and asks whether its worked examples would notice.

`python benchmarks/mutate_catalogue.py [--only ID ...] [--list]`: for each standard the mutants made and killed, then the survivors with what
was changed. A mutant is killed when, on the reference evaluator, at least one example gives other outcomes (or another due moment or reason,
where the example gives one) than it says. Exit code 1 when a mutant survives that is not declared, with its reason, in `equivalent_mutants.toml`,
or when one that is declared is killed after all or is not made.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from mutated_rules import Mutant, mutants

from candour.evaluation.reference import evaluate
from candour.evaluation.try_examples import due_texts
from candour.records.calendars import Calendar, load_calendar
from candour.records.scene import Scene
from candour.records.vocabulary import Vocabulary, find_catalogue, load_vocabulary
from candour.standards.examples import scene_of
from candour.standards.loading import check_standards
from candour.standards.model import Example, Standard

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")
Declared = dict[tuple[str, int, str], str]


@dataclass(frozen=True)
class Prepared:
    """An example with its scene, read once and asked of every mutant."""

    example: Example
    scene: Scene
    as_of: datetime
    known_at: datetime


def agrees(one: Prepared, standard: Standard, vocabulary: Vocabulary, calendar: Calendar) -> bool:
    """Whether a standard finds in an example what the example says."""
    findings = evaluate(one.scene, (standard,), vocabulary, calendar, one.as_of, one.known_at)
    if tuple(finding.outcome for finding in findings) != one.example.finding:
        return False
    last = findings[-1] if findings else None
    if one.example.due is not None and (last is None or last.due_at is None or one.example.due not in due_texts(last.due_at)):
        return False
    return one.example.reason is None or (last is not None and last.reason == one.example.reason)


def survivors(standard: Standard, made: Sequence[Mutant], vocabulary: Vocabulary, calendar: Calendar) -> list[Mutant]:
    """The mutants that no example of the standard notices. A fault of the evaluator on a mutant is raised with the change named.

    Raises click.ClickException where the standard itself does not agree with one of its examples.
    """
    prepared = [Prepared(example, *scene_of(example, standard, vocabulary)) for example in standard.examples]
    wrong = [one.example.name for one in prepared if not agrees(one, standard, vocabulary, calendar)]
    if wrong:
        raise click.ClickException(f"{standard.file}: does not agree with its own examples: {'; '.join(wrong)}. Mend these first.")
    alive = []
    for mutant in made:
        for place, one in enumerate(prepared):
            try:
                same = agrees(one, mutant.standard, vocabulary, calendar)
            except Exception as fault:
                raise RuntimeError(f"{standard.file}: the reference evaluator failed on the mutant {mutant.change!r}.") from fault
            if not same:
                prepared.insert(0, prepared.pop(place))
                break
        else:
            alive.append(mutant)
    return alive


def declared_equivalent(file: Path) -> Declared:
    """The mutants declared as equivalent: standard, version and change to the reason. Raises click.ClickException."""
    if not file.is_file():
        return {}
    found: Declared = {}
    for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("equivalent", []):
        try:
            key, why = (entry["standard"], entry.get("version", 1), entry["change"]), entry["why"]
        except KeyError as missing:
            raise click.ClickException(f"{file.name}: {entry!r} has no {missing}. Each needs standard, change and why.") from missing
        if not str(why).strip():
            raise click.ClickException(f"{file.name}: {key[0]}: {key[2]!r} has no reason. Say why no chronology could show a difference.")
        found[key] = why
    return found


def _report(standard: Standard, made: Sequence[Mutant], alive: Sequence[Mutant], declared: Declared) -> int:
    """Print one standard; the number of faults."""
    own = {change: why for (name, version, change), why in declared.items() if (name, version) == (standard.id, standard.version)}
    surviving = {mutant.change for mutant in alive}
    undeclared = [mutant.change for mutant in alive if mutant.change not in own]
    equivalent = len(alive) - len(undeclared)
    click.echo(
        f"{standard.id} version {standard.version}: {len(made)} mutants, {len(made) - len(alive)} killed"
        + (f", {equivalent} declared equivalent" if equivalent else "")
        + (f", {len(undeclared)} SURVIVED" if undeclared else "")
    )
    for change in undeclared:
        click.echo(f"  survived: {change}")
    stale = [change for change in own if change not in surviving]
    for change in stale:
        made_at_all = any(mutant.change == change for mutant in made)
        click.echo(f"  declared equivalent, but {'an example notices it' if made_at_all else 'no such mutant is made'}: {change}")
    return len(undeclared) + len(stale)


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--only", multiple=True, metavar="ID", help="Only the standard of this id, or those of this area; may be given more than once."
)
@click.option("--list", "listing", is_flag=True, help="Print the mutants without trying them.")
def main(folder: Path | None, only: tuple[str, ...], listing: bool) -> None:
    """Try every small change to the standards of FOLDER (by default the catalogue's) against their worked examples."""
    vocabulary, calendar = load_vocabulary(), load_calendar()
    standards, refusals = check_standards(folder or find_catalogue() / "standards", vocabulary)
    faults = 0
    for refusal in refusals:
        click.echo(f"REFUSED  {refusal}")
        faults += not only
    chosen = [one for one in standards if not only or one.id in only or one.area in only]
    unknown = [name for name in only if all(name not in (one.id, one.area) for one in standards)]
    if unknown:
        raise click.ClickException(f"no standard or area is called {', '.join(unknown)}.")
    declared = declared_equivalent(EQUIVALENT)
    total = killed = 0
    for standard in chosen:
        made = mutants(standard, vocabulary)
        if listing:
            click.echo(f"{standard.id} version {standard.version}: {len(made)} mutants")
            for mutant in made:
                click.echo(f"  {mutant.change}")
            continue
        try:
            alive = survivors(standard, made, vocabulary, calendar)
        except click.ClickException as problem:
            click.echo(f"REFUSED  {problem.message}")
            faults += 1
            continue
        faults += _report(standard, made, alive, declared)
        total, killed = total + len(made), killed + len(made) - len(alive)
    if not listing:
        click.echo(f"{len(chosen)} standards, {total} mutants, {killed} killed; {faults} to mend.")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
