"""The standards that pm4py's temporal profile and log skeleton can say, run in pm4py.

`python benchmarks/pm4py_rules.py FOLDER (temporal|skeleton) [--whole]`
Prints the seconds for making the event log from the Parquet and for checking it, apart. By default the log holds only the events these rules speak of;
with `--whole` it holds them all, as an event log usually does.

What pm4py can say of a standard, once each event's label already says which condition it meets:
- temporal profile: of two labels, how many seconds may lie between them (elapsed time only). It speaks only of pairs that are both there.
- log skeleton: that one label is always preceded (or always followed) by another somewhere in the case, without a time.
What neither can say: limits in working days, school days, months or from a field; limits looked up by risk; that an answer is missing and its limit has
passed, or is not yet due; excuses; conditions on two events together; a binding other than the case of the log; counts in a window; recurrence;
rolling states; ages; dates from which a standard holds; missing fields, doubtful times and sources that are not complete.
So its answers are coarser than findings, and only the time is compared.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from time import perf_counter

import pandas as pd

EPISODE_PAIRS: dict[str, tuple[str, str, float]] = {
    "rhi-within-72-hours": ("missing.located", "rhi.done", 72),
    "missing-initial-risk-assessed": ("missing.reported", "missing.assessed", 1),
    "missing-prevention-interview-face-to-face": ("missing.located", "missing.interviewed", 24),
    "police-protection-72h-cap": ("pp.taken", "pp.ended", 72),
    "pp-designated-officer": ("pp.taken", "pp.designated", 1),
    "pp-la-informed": ("pp.taken", "pp.notified", 1),
    "custody-risk-assessed": ("custody.arrived", "custody.assessed", 0.5),
    "missing-ukmpu-72h": ("missing.reported", "info.shared", 72),
}
"""Standards whose case of the log is the episode: trigger, answer, hours."""

CASE_PAIRS: dict[str, tuple[str, str, float]] = {
    "csods-initial-checks-24h": ("csods.applied", "csods.staged initial_checks", 24),
    "csods-decision-28-days": ("csods.applied", "csods.staged decision", 28 * 24),
    "supervisor-initial-review": ("investigation.allocated", "supervision.reviewed initial", 72),
    "investigation-plan-recorded": ("investigation.allocated", "plan.recorded", 48),
    "da-high-risk-marac": ("da.assessed high", "marac.referred", 24),
    "crime-recorded-24h": ("contact.received", "crime.recorded", 24),
}
"""Standards whose case of the log is the case: trigger, answer, hours."""

CASE_ORDERS: dict[str, tuple[str, str]] = {
    "closure-supervisor-signed": ("case.closed", "supervision.reviewed closure"),
    "contact-risk-assessed": ("contact.graded", "contact.assessed"),
    "contact-history-researched": ("response.arrived", "contact.researched"),
    "bail-victim-views-sought": ("bail.set", "victim.contacted consult_bail"),
}
"""Standards on what comes before: the event, and what must have come before it."""

WHERE: dict[str, dict[str, str]] = {
    "csods.staged": {"stage": "*"}, "supervision.reviewed": {"review_kind": "*"}, "da.assessed": {"grade": "high"}, "rhi.done": {"outcome": "held"},
    "missing.reported": {"classification": "missing"}, "pp.notified": {"recipient_kind": "la"}, "info.shared": {"recipient_kind": "ukmpu"},
    "victim.contacted": {"purpose": "consult_bail"}, "custody.assessed": {"assessment_kind": "arrival"},
}  # fmt: skip
"""The field that goes into a label: `*` for each of its codes, else the one code that the rules speak of."""

BARE = ("rhi.done", "missing.reported", "pp.notified", "info.shared", "custody.assessed")
"""Kinds whose one code that matters keeps the bare label; the others are `<kind> other`."""

TEMPORAL = (*EPISODE_PAIRS, *CASE_PAIRS)
SKELETON = (*EPISODE_PAIRS, *CASE_PAIRS, *CASE_ORDERS)


def labels(events: pd.DataFrame) -> pd.Series:
    """A label for each event: its kind, and the code that its rules ask for."""
    label = events["kind"].astype(str)
    for kind, by in WHERE.items():
        of_kind = events["kind"].eq(kind)
        for field, code in by.items():
            if code == "*":
                label = label.mask(of_kind, kind + " " + events[field].fillna("other"))
            else:
                label = label.mask(of_kind & events[field].eq(code), kind if kind in BARE else f"{kind} {code}")
                label = label.mask(of_kind & ~events[field].eq(code), f"{kind} other")
    return label


def event_log(folder: Path, key: str, kinds: set[str] | None) -> pd.DataFrame:
    """The Parquet as pm4py's event log: one case of the log for each value of `key`."""
    import pm4py

    fields = sorted({field for by in WHERE.values() for field in by})
    filters = [("kind", "in", sorted(kinds))] if kinds is not None else None
    events = pd.read_parquet(folder / "events.parquet", columns=["kind", key, "occurred_at", "known_to", *fields], filters=filters)
    events = events[events.known_to.isna() & events.occurred_at.notna() & events[key].notna()]
    log = pd.DataFrame({"case": events[key], "label": labels(events), "time": events.occurred_at.dt.tz_localize("UTC")})
    return pm4py.format_dataframe(log, case_id="case", activity_key="label", timestamp_key="time")


def temporal(log: pd.DataFrame, pairs: dict[str, tuple[str, str, float]]) -> int:
    """Deviations from the temporal profile in which an answer may come from 0 to so many hours after its trigger."""
    import pm4py

    profile = {(trigger, answer): (hours * 1800, hours * 1800) for trigger, answer, hours in pairs.values()}
    return sum(len(case) for case in pm4py.conformance_temporal_profile(log, profile, zeta=1.0))


def skeleton(log: pd.DataFrame, after: set[tuple[str, str]], before: set[tuple[str, str]]) -> int:
    """Deviations from the log skeleton with these pairs (and nothing else)."""
    from pm4py.algo.conformance.log_skeleton import algorithm

    model = {
        "equivalence": set(),
        "always_after": after,
        "always_before": before,
        "never_together": set(),
        "directly_follows": set(),
        "activ_freq": {},
    }
    checked = algorithm.apply(log, model, parameters={"considered_constraints": ["always_after", "always_before"]})
    return sum(case["no_dev_total"] for case in checked)


def main() -> None:
    """Make the logs, check them, and print the seconds of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("method", choices=("temporal", "skeleton"))
    parser.add_argument("--whole", action="store_true")
    told = parser.parse_args()
    os.environ["TQDM_DISABLE"] = "1"
    making, checking, deviations, size = 0.0, 0.0, 0, 0
    for key, pairs, orders in (("episode_ref", EPISODE_PAIRS, {}), ("case_ref", CASE_PAIRS, CASE_ORDERS)):
        names = {name.split(" ")[0] for trigger, answer, _ in pairs.values() for name in (trigger, answer)}
        if told.method == "skeleton":
            names |= {name.split(" ")[0] for pair in orders.values() for name in pair}
        began = perf_counter()
        log = event_log(told.folder, key, None if told.whole else names)
        made = perf_counter()
        if told.method == "temporal":
            deviations += temporal(log, pairs)
        else:
            deviations += skeleton(log, {(trigger, answer) for trigger, answer, _ in pairs.values()}, set(orders.values()))
        making, checking, size = making + made - began, checking + perf_counter() - made, size + len(log)
    print(
        json.dumps({"events_in_logs": size, "making_the_log": round(making, 3), "checking": round(checking, 3), "deviations": deviations})
    )


if __name__ == "__main__":
    main()
