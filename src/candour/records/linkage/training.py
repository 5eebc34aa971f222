"""Learns without labels how often each way of agreeing is seen in true pairs (m) and in pairs of strangers (u), with Splink.

u comes from random pairs; m from expectation and maximisation over pairs that agree in something, once for each rule of TRAINED_ON; the share of
true pairs among all from rules that hardly ever join strangers. The model is that of Fellegi and Sunter (A Theory for Record Linkage, JASA 1969).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import duckdb

from candour.records.linkage.comparisons import splink_settings
from candour.records.linkage.settings import LinkRefused, Training

if TYPE_CHECKING:
    from splink import Linker

TRAINED_ON = {
    "person": (("given", "family"), ("born_figures",)),
    "place": (("postcode", "number"), ("street",)),
}
"""Two records that agree in these are compared in everything else, to learn m of that."""
CERTAIN = {
    "person": (("given", "family", "born_figures"), ("shared",), ("family", "born_figures", "given_initial", "postcode")),
    "place": (("number", "street", "postcode"), ("shared",)),
}
"""Two records that agree in all of these are hardly ever strangers."""
FIGURES = 6
"""How many significant figures of a learned share are kept, so that the order of sums on several processors cannot show."""


def train(
    connection: duckdb.DuckDBPyConnection, group: str, names: Sequence[str], training: Training, say: Callable[[str], None]
) -> tuple[dict[str, Any], list[str], list[str]]:
    """Splink's settings with every m and u filled; the comparisons that could not be learned and were given defaults; and in what the records
    of each training rule agree that taught nothing.

    `group` is 'person' or 'place'; `names` are the comparisons. Raises LinkRefused where no certain pair is found.
    """
    with quiet_splink():
        return _train(connection, group, names, training, say)


@contextmanager
def quiet_splink() -> Iterator[None]:
    """Nothing of Splink's log while the block runs: it speaks of thresholds and levels that are settled here, and could name values."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _train(
    connection: duckdb.DuckDBPyConnection, group: str, names: Sequence[str], training: Training, say: Callable[[str], None]
) -> tuple[dict[str, Any], list[str], list[str]]:
    filled = {row[0] for row in connection.execute("SELECT column_name FROM (SUMMARIZE prepared) WHERE null_percentage < 100").fetchall()}
    settings = splink_settings(names)
    settings["probability_two_random_records_match"] = _share_of_true_pairs(
        connection, [rule for rule in CERTAIN[group] if set(rule) <= filled], training
    )
    rules = [rule for rule in TRAINED_ON[group] if set(rule) <= filled]
    linker = make_linker(connection, settings)
    say("learning how often strangers agree")
    linker.training.estimate_u_using_random_sampling(
        max_pairs=training.random_pairs, seed=training.seed, min_count_per_level=None, num_chunks=1
    )
    _learn_m(linker, rules, training, say)
    settings = without_true_pairs(_filled(linker.misc.save_model_to_json(), training)[0], training)
    linker = make_linker(connection, settings)
    failed = _learn_m(linker, rules, training, say)
    return *_filled(linker.misc.save_model_to_json(), training), failed


def without_true_pairs(settings: dict[str, Any], training: Training) -> dict[str, Any]:
    """The settings with u less what the true pairs among random pairs added to it: in a small file they are many. Every m is forgotten, to be learned again."""
    share = settings["probability_two_random_records_match"]
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level.get("is_null_level") or level.get("fix_u_probability"):
                continue
            m, u = level.pop("m_probability"), level["u_probability"]
            level["u_probability"] = rounded(max((u - share * m) / (1 - share), min(u, u / 50), training.least_u))
    return settings


def _learn_m(linker: Linker, rules: Sequence[tuple[str, ...]], training: Training, say: Callable[[str], None]) -> list[str]:
    """Learn m from each rule, and return in words the rules that taught nothing.

    Splink raises EMTrainingException where a rule gives nothing to learn from, and ValueError where a share falls to nought on the way, as in small files.
    """
    from splink.internals.exceptions import EMTrainingException  # read only when records are linked

    failed: list[str] = []
    for rule in rules:
        agreed = " and ".join(rule).replace("born_figures", "date of birth")
        say(f"learning from records with the same {agreed}")
        before = deepcopy(linker._settings_obj.core_model_settings)  # a session that fails leaves out what it did not compare
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                " AND ".join(f'l."{one}" = r."{one}"' for one in rule),
                estimate_without_term_frequencies=True,
                max_pairs=training.training_pairs,
                record_sample_proportion=1.0,
            )
        except (EMTrainingException, ValueError) as error:
            if isinstance(error, ValueError) and "below the minimum" not in str(error):
                raise
            linker._settings_obj.core_model_settings = before
            say(f"nothing could be learned from records with the same {agreed}")
            failed.append(agreed)
    return failed


def make_linker(connection: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> Linker:
    """A linker of Splink over the table `prepared`."""
    from splink import DuckDBAPI, Linker  # read only when records are linked

    api = DuckDBAPI(connection=connection)
    return Linker(api.register("prepared"), settings, log_level=None, validate_settings=False)


def _share_of_true_pairs(connection: duckdb.DuckDBPyConnection, rules: Sequence[tuple[str, ...]], training: Training) -> float:
    same = [" AND ".join(f"l.{one} = r.{one}" for one in rule) for rule in rules]
    joined = " UNION ".join(
        f"SELECT l.record AS one, r.record AS two FROM prepared AS l JOIN prepared AS r ON l.record < r.record AND {rule}" for rule in same
    )
    (pairs,) = connection.execute(f"SELECT count(*) FROM ({joined})").fetchone() if rules else (0,)  # type: ignore[misc]  # count gives a row
    (records,) = connection.execute("SELECT count(*) FROM prepared").fetchone() or (0,)
    if not pairs:
        raise LinkRefused(
            "No two records agree in names and date of birth, in address, or in a shared number: there is nothing to learn from, and nothing is linked. "
            "See whether the mapping's [[identities]] names the right columns."
        )
    return rounded(min(0.5, pairs / training.rules_recall / (records * (records - 1) / 2)))


def _filled(model: dict[str, Any], training: Training) -> tuple[dict[str, Any], list[str]]:
    """Every m and u filled and rounded; and the comparisons of which no m was learned. A level that was seen in no pair at all gets no weight."""
    said: list[str] = []
    for comparison in model["comparisons"]:
        levels = [
            level for level in comparison["comparison_levels"] if not level.get("is_null_level") and not level.get("fix_m_probability")
        ]
        if not any("m_probability" in level for level in levels):
            said.append(comparison["output_column_name"])
        for place, level in enumerate(levels):
            default = 0.9 if place == 0 else 0.1 / max(1, len(levels) - 1)
            unseen = "m_probability" not in level and "u_probability" not in level
            m = level.get("m_probability", default if comparison["output_column_name"] in said else training.least_m)
            u = (
                training.least_m
                if unseen and comparison["output_column_name"] not in said
                else level.get("u_probability", training.least_u)
            )
            level["m_probability"] = rounded(min(1.0, max(m, training.least_m)))
            level["u_probability"] = rounded(min(1.0, max(u, training.least_u)))
    model["probability_two_random_records_match"] = rounded(model["probability_two_random_records_match"])
    return model, said


def rounded(value: float) -> float:
    """A figure above nought to the significant figures that are kept; 0 for anything else."""
    return 0.0 if value <= 0 else round(value, FIGURES - 1 - math.floor(math.log10(value)))
