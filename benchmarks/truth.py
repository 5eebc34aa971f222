"""Holds findings against planted truth: makes a made-up force, imports and assesses it, and prints precision and recall per standard.

`python benchmarks/truth.py [--cases N] [--seed S] [--engine duckdb|reference|both] [--work DIR] [--show N]`
An occasion agrees when the finding's outcome is the planted one; reasons are counted beside it. Where the reference evaluator is asked, the relational one's
findings on the same force are held against its own, in every column. Then the questions for a person are asked on the same force, and the prompts of
each published failing told. Exits with 1 on any difference, and where a kind of prompt that is planted falls below its floor.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from failing_truth import FEWEST, FLOORS, below_floor, failing_lines
from prompts import Held, ask, hold

from candour.evaluation.assessing import Question, assess
from candour.findings.runs import FINDINGS, Run, run_folder
from candour.prompts.asking import Asked
from candour.prompts.prompt import PromptKind
from candour.records.importing import import_delivery
from candour.records.vocabulary import find_catalogue, load_vocabulary
from candour.simulation.run import simulate
from candour.simulation.truth.registry import known
from candour.standards.choosing import choose
from candour.standards.frameworks import load_frameworks
from candour.standards.loading import load_standards

REFERENCE_CASES = 500
"""With both evaluators, the plain one gets a force of at most this many cases."""
RECEIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)
DECLARED = 'nation = "England"\n'
"""How each mapping of the made-up force says its nation."""
COMPARED = """
create table compared as
select coalesce(t.standard, f.standard) standard, coalesce(t.trigger, f.trigger_event) trigger_event, coalesce(t.stage, f.stage) stage,
       t.outcome planted, f.outcome found, t.reason planted_reason, f.reason found_reason, t.why, f.case_ref, f.missing
from truth t full join (select * from findings where standard in (select standard from asked)) f
  on t.standard = f.standard and t.trigger = f.trigger_event and t.stage = f.stage
where coalesce(t.standard, f.standard) in (select standard from asked)
"""
PER_STANDARD = """
select standard, count(planted) planted, count(found) found, count(*) filter (planted = found) same,
       count(*) filter (planted = found and planted_reason = found_reason) same_reason,
       count(*) filter (planted = 'cannot_tell') withheld
from compared group by standard order by standard
"""
DIFFERENT = "select * from compared where planted is distinct from found or planted_reason is distinct from found_reason order by standard, trigger_event, stage"


def main() -> int:
    """Run the comparison, by default with both evaluators (the plain one on a smaller force), and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("duckdb", "reference", "both"), default="both")
    parser.add_argument("--show", type=int, default=10, help="differences shown for each standard")
    parser.add_argument("--work", type=Path, help="folder to keep what was made (default: a temporary one)")
    arguments = parser.parse_args()
    engines = ("duckdb", "reference") if arguments.engine == "both" else (arguments.engine,)
    worst = 0
    for engine in engines:
        cases = arguments.cases if len(engines) == 1 or engine == "duckdb" else min(arguments.cases, REFERENCE_CASES)
        with tempfile.TemporaryDirectory(prefix="candour-truth-") as folder:
            work = Path(folder) if arguments.work is None else arguments.work / engine
            worst = max(worst, compare(work, cases, arguments.seed, engine, arguments.show))
    return worst


def compare(work: Path, cases: int, seed: int, engine: str, show: int) -> int:
    """Make, import, assess and compare under `work`; 0 when everything agrees, 1 otherwise."""
    made, store = work / "made", work / "store"
    for folder in (made, store):
        shutil.rmtree(folder, ignore_errors=True)
    simulated = simulate(made, cases, seed, impossible_days=True)
    report = import_delivery(made / "exports", str(of_no_nation(work / "mappings")), store, received_at=RECEIVED)
    print(
        f"{simulated.cases:,} cases, {simulated.events:,} events made; import: {report.total('rows_in'):,} rows in = {report.total('rows_kept'):,} kept + {report.total('rows_refused'):,} refused"
    )
    run = assessed(store, engine, "England")
    found = findings_of(store, run)
    in_wales = findings_of(store, assessed(store, engine, "Wales"))
    prompts, asked = ask(store, run)
    held = hold(prompts, made / "truth" / "prompts.parquet")
    worst = max(against_truth(made / "truth" / "truth.parquet", found, in_wales, (asked, held), show), against_floors(held))
    if engine == "reference":
        worst = max(worst, to_the_byte(found, findings_of(store, assessed(store, "duckdb", "England")), show))
    return worst


def of_no_nation(folder: Path) -> Path:
    """The mappings of the made-up force in a folder of their own, without the nation that they declare: what is asked in Wales alone has planted truth
    too, and each assessment says the nation it is for."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in sorted((find_catalogue() / "sources" / "northshire").glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        if DECLARED not in text:
            raise ValueError(f"{file.name}: does not say {DECLARED.strip()}.")
        (folder / file.name).write_text(text.replace(DECLARED, ""), encoding="utf-8")
    return folder


def assessed(store: Path, engine: str, nation: str) -> Run:
    """Hold the store against the catalogue of a nation with an engine, as `candour assess --nation` does."""
    run = assess(store, Question(engine=engine, nation=nation), made_at=RECEIVED.replace(tzinfo=None))
    print(f"{run.findings:,} findings in {nation} by the {engine} engine in {run.seconds:.1f} s")
    return run


def findings_of(store: Path, run: Run) -> Path:
    """The file of a run's findings."""
    return run_folder(store, run.run_id) / FINDINGS


def against_floors(held: Mapping[PromptKind, Held]) -> int:
    """Print how the prompts stand to their floors. 0 when none is below."""
    below = below_floor(held)
    floors = ", ".join(f"{kind.value} {precision:.2f} and {recall:.2f}" for kind, (precision, recall) in FLOORS.items())
    print(*below or ["No kind of prompt is below its floor."], sep="\n")
    print(f"Floors of precision and recall, ours, where there are {FEWEST} or more: {floors}.")
    return 1 if below else 0


def to_the_byte(one: Path, two: Path, show: int) -> int:
    """Print the findings of either evaluator that the other does not give in every column. 0 when there are none."""
    db = duckdb.connect()
    rows = [
        (f"only {who}", *row)
        for who, here, there in (("reference", one, two), ("duckdb", two, one))
        for row in db.execute("select * from read_parquet(?) except all select * from read_parquet(?)", [str(here), str(there)]).fetchall()
    ]
    for row in rows[:show]:
        print("  ", *row)
    print(f"{len(rows):,} findings differ between the evaluators" if rows else "The two evaluators' findings are equal in every column.")
    return 1 if rows else 0


def against_truth(
    truth: Path, findings: Path, in_wales: Path, prompted: tuple[Sequence[Asked], Mapping[PromptKind, Held]], show: int
) -> int:
    """Print precision and recall per standard and failing, and the first differences of each. 0 when there are none. Of the findings `in_wales` those
    of standards that England does not have are taken. `prompted` is what came of each question, and what of it was planted."""
    db = duckdb.connect()
    every = load_standards(None, load_vocabulary(), examples=False)
    standards = choose(every, "England").held
    only = sorted({one.id for one in choose(every, "Wales").held} - {one.id for one in standards})
    db.execute("create table truth as select * from read_parquet(?)", [str(truth)])
    db.execute(
        "create table findings as select * from read_parquet(?) union all select * from read_parquet(?) where list_contains(?, standard)",
        [str(findings), str(in_wales), only],
    )
    db.execute("create table asked (standard varchar)")
    db.executemany("insert into asked values (?)", [[name] for name in sorted(known())])
    db.execute(COMPARED)
    print(f"{'standard':46} {'occasions':>9} {'precision':>9} {'recall':>9} {'reasons':>9} {'withheld':>9}")
    for name, planted, found, same, same_reason, withheld in db.execute(PER_STANDARD).fetchall():
        precision, recall = same / found if found else float(not planted), same / planted if planted else float(not found)
        print(f"{name:46} {planted:9,} {precision:9.4f} {recall:9.4f} {same_reason / max(planted, 1):9.4f} {withheld:9,}")
    total = db.execute(
        "select count(planted), count(found), count(*) filter (planted = found), count(*) filter (planted = found and planted_reason = found_reason), count(*) filter (planted = 'cannot_tell') from compared"
    ).fetchone() or (0, 0, 0, 0, 0)
    print(
        f"{'all':46} {total[0]:9,} {total[2] / max(total[1], 1):9.4f} {total[2] / max(total[0], 1):9.4f} {total[3] / max(total[0], 1):9.4f} {total[4]:9,}"
    )
    print("", *failing_lines(db, standards, load_frameworks(), *prompted), "", sep="\n")
    unknown = sorted({*only, *(standard.id for standard in standards)} - known())
    if unknown:
        print(f"Standards without planted truth ({len(unknown)}): {', '.join(unknown)}")
    columns = [column[0] for column in db.execute(DIFFERENT).description or []]
    shown: dict[str, int] = {}
    wrong = 0
    for row in db.execute(DIFFERENT).fetchall():
        one = dict(zip(columns, row, strict=True))
        wrong += 1
        shown[one["standard"]] = shown.get(one["standard"], 0) + 1
        if shown[one["standard"]] <= show:
            print(
                f"  {one['standard']} {one['trigger_event']} #{one['stage']} (case {one['case_ref']}): planted {one['planted']} {one['planted_reason']}, "
                f"found {one['found']} {one['found_reason']} {one['missing'] or ''}; {one['why']}"
            )
    print(f"{wrong:,} differences" if wrong else "Findings equal the planted truth.")
    return 1 if wrong or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
