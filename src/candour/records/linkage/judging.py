"""Weighs the pairs and gives each its outcome: linked, possible, or not a pair at all.

The weight decides, but for a few rules that no weight can lift. They are there because what children of one household share (name, address, telephone,
and twins the date of birth) is not what tells them apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from candour.records.linkage.comparisons import COMPARISONS, level_sql, side_by_side
from candour.records.linkage.settings import LinkSettings
from candour.records.linkage.training import make_linker, quiet_splink, rounded
from candour.records.quoting import text

DIGITS = 6
"""How many decimals of a weight are kept, so that the order of sums on several processors cannot show."""


_PROBABILITY = "round(1 / (1 + pow(2, -greatest(-60, least(60, {weight})))), 12)"


_ANY = -10_000.0
Levels = tuple[str, tuple[str, ...]]
"""A comparison and some of its levels."""


@dataclass(frozen=True)
class Rule:
    """A rule over the weight: where the pair is at `all_of` and, if there are any, at one of `any_of`, and not at one of `unless`, it is at best `most` (possible or not).

    With `first_of_month` it applies only where both dates of birth are the first of a month, of the same or another.
    """

    name: str
    words: str
    kinds: tuple[str, ...]
    all_of: tuple[Levels, ...]
    any_of: tuple[Levels, ...]
    unless: tuple[Levels, ...]
    most: str
    first_of_month: bool = False


PEOPLE = ("child", "suspect")
_HOUSEHOLD: tuple[Levels, ...] = (("home", ("same", "address", "postcode")), ("phone", ("same",)))
"""What people of one household share. A child's e-mail address may be a parent's, so that it is of the household too."""
_CHILDS_HOUSEHOLD: tuple[Levels, ...] = (("home", ("same", "address", "postcode")), ("phone", ("same", "mail", "mail_near")))
_NUMBER: tuple[Levels, ...] = (("shared", ("same",)),)
_OWN: tuple[Levels, ...] = (("shared", ("same",)), ("phone", ("mail", "mail_near")))
"""What an adult has alone."""
_NAMELESS = Rule(
    "no given name",
    "a given name that is not there: birth and postcode are a twin's too, and a person decides",
    ("child",),
    (("given", ("blank",)),),
    (),
    _NUMBER,
    "possible",
)
"""For children alone: adults who share a birth seldom share what else is compared, and a return of children has no names at all."""


_NO_BIRTH = ("blank", "vague", "month", "placeholder", "figures", "year")
"""Where no birth is in common: it is not there, it may stand for a year or a month alone, or it is only near."""
_COMMON: tuple[Levels, ...] = (
    ("home", ("same", "address", "postcode")),
    ("phone", ("same", "mail")),
    ("school", ("same",)),
    ("shared", ("same",)),
)
"""What counts as something in common beside a name. What is only near does not: cousins of one name live in neighbouring streets, and an e-mail address is often
made of the name."""
_NOTHING_IN_COMMON = (
    "no address, postcode, telephone, e-mail address, school or number that is the same: others are called the same, and a person decides"
)
_NAME_ALONE = (
    Rule(
        "name alone",
        "no date of birth in common (it is not there, only near, or the first of January or of a month, which often stands for a year or a month alone), and "
        + _NOTHING_IN_COMMON,
        ("child",),
        (("born", _NO_BIRTH),),
        (),
        _COMMON,
        "possible",
    ),
    Rule(
        "name and the first of a month",
        "dates of birth that are both the first of a month, which often stands for a year or a month alone, and " + _NOTHING_IN_COMMON,
        ("child",),
        (("born", ("same", "figure")),),
        (),
        _COMMON,
        "possible",
        first_of_month=True,
    ),
)
"""For children alone: the first was made where two children of one name became one by a notice that gave little else (a made-up force of seed 113)."""


def _for_people(kind: str, household: tuple[Levels, ...], own: tuple[Levels, ...]) -> tuple[Rule, ...]:
    return (
        Rule(
            "one household",
            "different given names, and one household or one date of birth: twins, brothers and sisters are never linked by what they share",
            (kind,),
            (("given", ("otherwise",)),),
            (*household, ("born", ("same",))),
            own,
            "not",
        ),
        Rule("other given name", "different given names: a person decides", (kind,), (("given", ("otherwise",)),), (), own, "possible"),
        Rule(
            "like given name",
            "given names alike only in part, and one household or one date of birth: twins, brothers and sisters may be called so, and a person decides",
            (kind,),
            (("given", ("like", "among")),),
            (*household, ("born", ("same",))),
            own,
            "possible",
        ),
        Rule(
            "like names, other birth",
            "given names alike, one household, and dates of birth that are not alike or not there: brothers and sisters may be called so, and a person decides",
            (kind,),
            (("given", ("form", "near")), ("born", ("figures", "year", "blank"))),
            household,
            own,
            "possible",
        ),
        Rule("other birth", "dates of birth more than a year apart: a person decides", (kind,), (("born", ("otherwise",)),), (), own, "possible"),
    )  # fmt: skip


RULES: tuple[Rule, ...] = (
    Rule(
        "one number, two names",
        "different given names with the same shared number: the number may be written for twins alike, or be wrong, and a person decides",
        ("child",),
        (("given", ("otherwise",)), ("shared", ("same",))),
        (),
        (),
        "possible",
    ),
    _NAMELESS,
    *_for_people("child", _CHILDS_HOUSEHOLD, _NUMBER),
    *_NAME_ALONE,
    *_for_people("suspect", _HOUSEHOLD, _OWN),
    Rule(
        "other number", "another house or flat: neighbours are never linked", ("place",), (("number", ("otherwise",)),), (), _NUMBER, "not"
    ),
)
"""The rules, in order; of the rules of one kind the first that applies counts. A detail that is not compared is blank in every pair."""


def weigh(
    connection: duckdb.DuckDBPyConnection,
    model: dict[str, Any],
    names: Sequence[str],
    least: float,
    decided: Sequence[tuple[int, int]] = (),
) -> None:
    """Make the table `weighed` of the pairs in `found_pairs` with a weight of at least `least`; those `decided` by reviewers are kept whatever they weigh.

    Columns: record_l < record_r, weight and probability, for each comparison `level_` (a number as in `Comparison.value_of`) and `weight_`, and `first_of_month`:
    both dates of birth are the first of a month (FALSE where they are not compared).
    """
    with quiet_splink():
        _predict(connection, model, names, least, "found_pairs")
    connection.execute("CREATE OR REPLACE TEMP TABLE all_predicted AS FROM predicted")
    if decided:
        values = ", ".join(f"({one}, {two})" for one, two in decided)
        connection.execute(
            f"CREATE OR REPLACE TABLE decided_keys AS SELECT '0' AS match_key, l AS join_key_l, r AS join_key_r FROM (VALUES {values}) AS t(l, r)"
            " WHERE (l, r) NOT IN (SELECT (record_l, record_r) FROM predicted)"
        )
        with quiet_splink():
            _predict(connection, model, names, _ANY, "decided_keys")
        connection.execute("INSERT INTO all_predicted FROM predicted")
        connection.execute("DROP TABLE decided_keys")
    levels = ", ".join(f"{level_sql(name)} AS level_{name}" for name in names)
    kept = ", ".join(f"weight_{name}" for name in names)
    firsts = "coalesce(born_figures_l[7:8] = '01' AND born_figures_r[7:8] = '01', FALSE)" if "born" in names else "FALSE"
    connection.execute(
        f"CREATE OR REPLACE TABLE weighed AS SELECT record_l, record_r, weight, {_PROBABILITY.format(weight='weight')} AS probability,"
        f" {levels}, {kept}, {firsts} AS first_of_month FROM ({side_by_side(names, 'all_predicted')}) ORDER BY record_l, record_r"
    )
    connection.execute("DROP TABLE predicted")
    connection.execute("DROP TABLE all_predicted")


def _predict(connection: duckdb.DuckDBPyConnection, model: dict[str, Any], names: Sequence[str], least: float, keys: str) -> None:
    """Make the table `predicted` of the pairs in the table `keys` that weigh at least `least`."""
    linker = make_linker(connection, model)
    linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register(keys))
    found = linker.inference.predict(threshold_match_weight=least - 1, warning_mode="never")
    adjusted = {
        one["output_column_name"]
        for one in model["comparisons"]
        if any("tf_adjustment_column" in level for level in one["comparison_levels"])
    }
    weights = ", ".join(
        f"round(mw_{name}{f' + mw_tf_adj_{name}' if name in adjusted else ''}, {DIGITS}) AS weight_{name}" for name in names
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE predicted AS SELECT least(record_l, record_r) AS record_l, greatest(record_l, record_r) AS record_r,"
        f" round(match_weight, {DIGITS}) AS weight, {weights} FROM {found.physical_name} WHERE round(match_weight, {DIGITS}) >= {least}"
    )
    found.drop_table_from_database_and_remove_from_cache()


def judge(connection: duckdb.DuckDBPyConnection, settings: LinkSettings, names: Sequence[str]) -> None:
    """Make the table `judged`: `weighed` with `outcome` (linked, possible or not) and `held_back`, the name of the rule that held the pair back, or NULL."""
    whens = rules_sql(settings.person_kind, names)
    possible = f"CASE WHEN weight >= {settings.possible_weight} THEN 'possible' ELSE 'not' END"
    by_weight = f"CASE WHEN weight >= {settings.linked_weight} THEN 'linked' ELSE {possible} END"
    held = " ".join(f"WHEN {condition} THEN {text(rule.name)}" for rule, condition in whens)
    outcome = " ".join(f"WHEN {condition} THEN {text('not') if rule.most == 'not' else possible}" for rule, condition in whens)
    connection.execute(
        f"CREATE OR REPLACE TABLE judged AS SELECT *, {f'CASE {outcome} ELSE {by_weight} END' if whens else by_weight} AS outcome,"
        f" {f'CASE {held} END' if whens else 'CAST(NULL AS VARCHAR)'} AS held_back FROM weighed"
    )


def settle_share(connection: duckdb.DuckDBPyConnection, share: float, person_kind: str, names: Sequence[str]) -> float:
    """Find the share of true pairs that the weights themselves imply, move every weight in `weighed` by the difference, and return it.

    The certain rules of training find few of the true pairs where much is misspelt. Here the chances of all pairs that no rule holds back are added up,
    and again with the weights so moved, until the sum stands still (the step for the share in expectation and maximisation).
    """
    held = [condition for _, condition in rules_sql(person_kind, names)]
    free = f"NOT ({' OR '.join(f'({one})' for one in held)})" if held else "TRUE"
    (records,) = connection.execute("SELECT count(*) FROM prepared").fetchone() or (0,)
    everything, moved = records * (records - 1) / 2, 0.0
    for _ in range(50):
        (expected,) = connection.execute(
            f"SELECT sum(1 / (1 + pow(2, -greatest(-60, weight + {moved!r})))) FROM weighed WHERE {free}"
        ).fetchone() or (None,)
        now = min(0.5, max((expected or 0.0) / everything, 1 / everything / 10))
        step = _odds(now) - _odds(share) - moved
        moved = round(moved + step, DIGITS)
        if abs(step) < 0.001:
            break
    connection.execute(
        f"CREATE OR REPLACE TABLE weighed AS SELECT * REPLACE (round(weight + {moved!r}, {DIGITS}) AS weight, {_PROBABILITY.format(weight=f'(weight + {moved!r})')} AS probability)"
        " FROM weighed ORDER BY record_l, record_r"
    )
    return rounded(2 ** (_odds(share) + moved) / (1 + 2 ** (_odds(share) + moved)))


def _odds(share: float) -> float:
    return math.log2(share / (1 - share))


def rules_sql(person_kind: str, names: Sequence[str]) -> list[tuple[Rule, str]]:
    """The rules of a kind that can apply where these comparisons are made, each with its condition over the columns of `weighed`."""
    found = []
    for rule in RULES:
        either = [_among(name, levels) for name, levels in rule.any_of if name in names]
        if (
            person_kind not in rule.kinds
            or any(name not in names and "blank" not in levels for name, levels in rule.all_of)
            or (rule.any_of and not either)
        ):
            continue
        parts = [_among(name, levels) if name in names else "TRUE" for name, levels in rule.all_of]
        if either:
            parts.append(f"({' OR '.join(either)})")
        if rule.first_of_month:
            parts.append("first_of_month")
        parts += [f"NOT {_among(name, levels)}" for name, levels in rule.unless if name in names]
        found.append((rule, " AND ".join(parts)))
    return found


def _among(name: str, levels: Sequence[str]) -> str:
    return f"level_{name} IN ({', '.join(str(COMPARISONS[name].value_of(level)) for level in levels)})"
