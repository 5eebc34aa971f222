"""Measures record linkage against data whose truth is known, with the settings that Candour ships.

    PYTHONPATH=src python benchmarks/linkage.py [--records 20000] [--seeds 111 112 113] [--cases 2000] [--people 1000000]

Febrl 1 and fake_1000 are read from ../shared/data/linkage (or CANDOUR_OUTSIDE_DATA). Splink's own published example for fake_1000 (the quick start of
its README, release 5.0.0) runs beside it. Northshire's people are made with seeds that nothing was tuned on, and so is a force of so many cases whose seven systems share no key (`candour simulate
--own-keys`), for each seed. With `--people` so many records, and a
hundred thousand for the growth, are linked in processes of their own, and time and memory are printed. Ends with 1 where a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import duckdb
from linkage_data import FAKE, FEBRL, Found, of_clusters, of_pairs, write_outside

from candour.records.chronology import open_chronology
from candour.records.importing import import_delivery
from candour.records.linkage.linking import CLUSTERS, PAIRS, link_records
from candour.records.linkage.training import quiet_splink
from candour.simulation.identities.making import write_identities
from candour.simulation.run import MAPPINGS, simulate

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = Path(os.environ.get("CANDOUR_OUTSIDE_DATA", ROOT.parent / "shared" / "data")) / "linkage"
BARS = {"Febrl 1": (0.99, 0.95), "fake_1000": (0.99, 0.85), "Northshire": (0.998, 0.97)}
"""Least precision and recall, by what is linked."""
CURVE = (0, 2, 4, 5, 6, 8, 10, 12, 15, 20, 25)
SMALL = 100_000
RECEIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)


def main() -> None:
    """Measure, print, and end with 1 where a bar is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[111, 112, 113])
    parser.add_argument("--cases", type=int, default=2_000, help="cases of a force whose systems share no key; 0 leaves it out")
    parser.add_argument("--people", type=int, default=0, help="link so many records, and print time, memory and growth")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure_one(given.one)
        return
    met: list[bool] = []
    with tempfile.TemporaryDirectory(prefix="candour-linkage-") as made:
        folder = Path(made)
        if given.people:
            _grow(folder, given.people)
            return
        for name, file in (("Febrl 1", FEBRL), ("fake_1000", FAKE)):
            if not (OUTSIDE / file).is_file():
                print(f"{name}: not here ({OUTSIDE / file}); left out")
                continue
            identities = write_outside(OUTSIDE / file, folder / file)
            met.append(_link(name, name, identities, identities.parent / "truth.parquet", "suspect", folder / file / "linked"))
            if name == "fake_1000":
                shown = published_example(OUTSIDE / file)
                print(
                    f"fake_1000, Splink's published example: precision {shown.precision:.4f}, recall {shown.recall:.4f} (shown, not judged)"
                )
        for seed in given.seeds:
            made_up = write_identities(folder / str(seed), given.records, seed)
            title = f"Northshire, {given.records:,} records of children, seed {seed}"
            met.append(_link(title, "Northshire", made_up, folder / str(seed) / "truth.parquet", "child", folder / str(seed) / "linked"))
        for seed in given.seeds if given.cases else ():
            force = folder / f"force-{seed}"
            simulate(force, given.cases, seed, own_keys=True)
            import_delivery(force / "exports", force / MAPPINGS, force / "store", received_at=RECEIVED)
            title = f"Northshire, {given.cases:,} cases in seven systems that share no key, seed {seed}"
            identities = open_chronology(force / "store").identities
            met.append(_link(title, "Northshire", identities, force / "truth" / "links.parquet", "child", force / "linked"))
    sys.exit(0 if all(met) else 1)


def _link(title: str, bar: str, identities: Path, truth: Path, kind: str, out: Path) -> bool:
    began = monotonic()
    result = link_records(identities, kind, out)
    met = _say(f"{title} ({monotonic() - began:.0f} s)", of_clusters(truth, out / CLUSTERS), BARS[bar])
    print(f"    {result.persons:,} persons; {result.linked:,} pairs linked, {result.possible:,} possible; {len(result.raised):,} raised")
    print(
        "    pairs linked directly, by the weight from which they would be (the settings say "
        + f"{result.model.settings.linked_weight:g}):"
    )
    for least in CURVE:
        found = of_pairs(truth, out / PAIRS, least)
        print(f"      {least:>3}: precision {found.precision:.4f}, recall {found.recall:.4f}")
    return met


def _say(title: str, found: Found, bar: tuple[float, float]) -> bool:
    met = found.precision >= bar[0] and found.recall >= bar[1]
    print(
        f"{title}: precision {found.precision:.4f} (bar {bar[0]}), recall {found.recall:.4f} (bar {bar[1]}): {'met' if met else 'not met'}"
    )
    return met


def published_example(source: Path) -> Found:
    """Splink's quick start for fake_1000 (README of release 5.0.0, as in the package's METADATA): its comparisons, rules and threshold of 0.95."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE fake AS SELECT * FROM read_csv('{source}', header = true)")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("first_name", [0.9, 0.7]),
            cl.JaroAtThresholds("surname", [0.9, 0.7]),
            cl.DateOfBirthComparison("dob", input_is_string=False, datetime_metrics=["year", "month"], datetime_thresholds=[1, 1]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=[block_on("first_name"), block_on("surname")],
    )
    with quiet_splink():
        linker = Linker(DuckDBAPI(connection=connection).register("fake"), settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on("first_name", "surname")], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("first_name", "surname"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(linker.inference.predict(threshold_match_weight=-10), 0.95)
    joined, right, true = connection.execute(
        f"""
        WITH each AS (SELECT "cluster" AS person, cluster_id, count(*) AS held FROM {clusters.physical_name} GROUP BY ALL)
        SELECT (SELECT sum(k * (k - 1) / 2) FROM (SELECT sum(held) AS k FROM each GROUP BY cluster_id)), sum(held * (held - 1) / 2),
            (SELECT sum(k * (k - 1) / 2) FROM (SELECT sum(held) AS k FROM each GROUP BY person)) FROM each
        """
    ).fetchone() or (0, 0, 0)
    return Found(int(joined), int(right), int(true))


def _grow(folder: Path, people: int) -> None:
    """Link a hundred thousand records and so many, each in a process of its own."""
    measured: dict[int, dict[str, float]] = {}
    for records in (SMALL, people):
        made = folder / str(records)
        write_identities(made, records, seed=201)
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(made)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        measured[records] = json.loads(done.stdout.splitlines()[-1])
        one = measured[records]
        found = of_clusters(made / "truth.parquet", made / "linked" / CLUSTERS)
        print(
            f"{records:,} records: {one['seconds']:.0f} s, {one['gib']:.2f} GiB at most, precision {found.precision:.4f}, recall {found.recall:.4f}"
        )
    if people != SMALL:
        steps = math.log(people / SMALL)
        print(
            f"growth from {SMALL:,} to {people:,}: time to the power {math.log(measured[people]['seconds'] / measured[SMALL]['seconds']) / steps:.2f}, "
            f"memory {math.log(measured[people]['gib'] / measured[SMALL]['gib']) / steps:.2f}"
        )


def _measure_one(folder: Path) -> None:
    began = monotonic()
    link_records(
        folder / "identities.parquet",
        "child",
        folder / "linked",
        progress=lambda words: print(f"{monotonic() - began:.0f} s: {words}", file=sys.stderr),
    )
    print(json.dumps({"seconds": monotonic() - began, "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2}))


if __name__ == "__main__":
    main()
