"""How two records are compared: the ways in which each detail can agree, from the best to none, as Splink takes them.

Each way has words for people. The same conditions decide which records contradict each other, so that there is one meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Level:
    """One way of agreeing: its name, its words, and its condition in SQL over columns with _l and _r. `counted` False: it carries no weight of its own."""

    name: str
    words: str
    condition: str
    frequency: str | None = None
    counted: bool = True


@dataclass(frozen=True)
class Comparison:
    """One detail that is compared. `blank` is the condition under which there is nothing to compare; `otherwise` the words for no agreement."""

    name: str
    title: str
    blank: str
    levels: tuple[Level, ...]
    otherwise: str
    columns: tuple[str, ...]

    def value_of(self, level: str) -> int:
        """The number under which Splink writes a level: 0 for no agreement, rising to the best; -1 for nothing to compare."""
        if level in ("blank", "otherwise"):
            return -1 if level == "blank" else 0
        return len(self.levels) - [one.name for one in self.levels].index(level)

    def words_of(self, value: int) -> str:
        """The words of a level by its number."""
        if value < 0:
            return "not recorded in one or both"
        return self.otherwise if value == 0 else self.levels[len(self.levels) - value].words

    def name_of(self, value: int) -> str:
        """The name of a level by its number: `blank`, `otherwise` or the level's own."""
        return "blank" if value < 0 else "otherwise" if value == 0 else self.levels[len(self.levels) - value].name


def _either_blank(*columns: str) -> str:
    return " OR ".join(f"{one}_{side} IS NULL" for one in columns for side in "lr")


def _slip(left: str, right: str) -> str:
    """One slip of the finger: a letter wrong, left out, doubled or swapped with the next. The cheap tests before it leave nothing out: one slip changes one end alone."""
    return (
        f"(abs(length({left}) - length({right})) <= 1 AND (left({left}, 1) = left({right}, 1) OR right({left}, 1) = right({right}, 1))"
        f" AND damerau_levenshtein({left}, {right}) <= 1)"
    )


def _near(column: str, likeness: float) -> str:
    """Very like: by Jaro and Winkler's measure, or one slip of the finger in a word of four letters or more."""
    left, right = f"{column}_l", f"{column}_r"
    return (
        f"jaro_winkler_similarity({left}, {right}) >= {likeness} OR (least(length({left}), length({right})) >= 4 AND {_slip(left, right)})"
    )


def _crossed(given_side: str, family_side: str) -> str:
    """The given name of one record is the family name of the other, or a part of it, or very like it."""
    given, family = f"given_{given_side}", f"family_{family_side}"
    return (
        f"({given} = {family} OR list_contains(family_parts_{family_side}, {given}) OR jaro_winkler_similarity({given}, {family}) >= 0.92"
        f" OR (least(length({given}), length({family})) >= 4 AND {_slip(given, family)}))"
    )


_TURNED_NAMES = f"({_crossed('l', 'r')} AND ({_crossed('r', 'l')} OR family_l IS NULL)) OR ({_crossed('r', 'l')} AND ({_crossed('l', 'r')} OR family_r IS NULL))"
_STREET = (
    "(jaro_winkler_similarity(street_l, street_r) >= 0.92 OR"
    " len(list_intersect(street_words_l, street_words_r)) >= 0.6 * least(len(street_words_l), len(street_words_r)))"
)
_NUMBERS = "number_l IS NOT DISTINCT FROM number_r AND coalesce(flat_l = flat_r, TRUE)"
_ADDRESS = f"({_NUMBERS} AND {_STREET})"

COMPARISONS: Mapping[str, Comparison] = {
    one.name: one
    for one in (
        Comparison(
            "given",
            "Given name",
            _either_blank("given"),
            (
                Level("same", "the same first given name", "given_l = given_r", frequency="given"),
                Level("form", "a short form, or another spelling of one name", "list_has_any(given_forms_l, given_forms_r)"),
                Level("near", "one slip apart, or very like", _near("given", 0.92)),
                Level("turned", "given and family name the other way round", _TURNED_NAMES),
                Level("among", "a given name in common, not the first", "list_has_any(given_all_l, given_all_r)"),
                Level(
                    "like",
                    "somewhat like, one slip apart in a short name, or an initial of the other",
                    f"jaro_winkler_similarity(given_l, given_r) >= 0.8 OR {_slip('given_l', 'given_r')}"
                    " OR (least(length(given_l), length(given_r)) = 1 AND given_l[1] = given_r[1])",
                ),
            ),
            "different given names",
            ("given",),
        ),
        Comparison(
            "family",
            "Family name",
            _either_blank("family"),
            (
                Level("same", "the same family name", "family_l = family_r", frequency="family"),
                Level("form", "another spelling of one family name", "list_has_any(family_forms_l, family_forms_r)"),
                Level("near", "one slip apart, or very like", _near("family", 0.92)),
                Level("turned", "given and family name the other way round (weighed under given name)", _TURNED_NAMES, counted=False),
                Level("part", "a part in common, or known by the other's name", "list_has_any(family_parts_l, family_parts_r)"),
                Level("like", "somewhat like", "jaro_winkler_similarity(family_l, family_r) >= 0.85"),
            ),
            "different family names",
            ("family",),
        ),
        Comparison(
            "born",
            "Date of birth",
            _either_blank("born"),
            (
                Level("same", "the same date of birth", "born_l = born_r AND NOT born_vague_l"),
                Level("vague", "both the first of January of one year, which often stands for a year alone", "born_l = born_r"),
                Level("turned", "day and month the other way round", "born_figures_l = born_turned_r"),
                Level(
                    "month",
                    "one is the first of the month that the other is in, which often stands for a month alone",
                    "born_figures_l[1:6] = born_figures_r[1:6] AND (born_figures_l[7:8] = '01' OR born_figures_r[7:8] = '01')",
                ),
                Level("figure", "one figure out", _slip("born_figures_l", "born_figures_r")),
                Level(
                    "placeholder",
                    "one is the first of January of that year or the next to it, which often stands for a year alone",
                    "(born_vague_l OR born_vague_r) AND abs(born_year_l - born_year_r) <= 1",
                ),
                Level("figures", "two figures out", "damerau_levenshtein(born_figures_l, born_figures_r) <= 2"),
                Level("year", "within a year", "abs(born_day_l - born_day_r) <= 366"),
            ),
            "dates of birth more than a year apart",
            ("born",),
        ),
        Comparison("sex", "Sex", _either_blank("sex"), (Level("same", "the same sex", "sex_l = sex_r"),), "different sexes", ("sex",)),
        Comparison(
            "home",
            "Address",
            "(street_l IS NULL OR street_r IS NULL) AND (postcode_l IS NULL OR postcode_r IS NULL)",
            (
                Level("same", "the same address and postcode", f"postcode_l = postcode_r AND {_ADDRESS}"),
                Level("address", "the same address, with another postcode or none", f"number_l IS NOT NULL AND {_ADDRESS}"),
                Level("postcode", "the same postcode", "postcode_l = postcode_r"),
                Level("street", "the same or nearly the same words of the address, another house number or none", _STREET),
                Level("sector", "the same postcode sector, or the postcode one slip out", f"sector_l = sector_r OR {_slip('postcode_l', 'postcode_r')}"),
                Level("district", "the same postcode district", "district_l = district_r"),
            ),
            "different addresses",
            ("street", "postcode"),
        ),
        Comparison(
            "phone",
            "Telephone or e-mail",
            _either_blank("phone"),
            (
                Level("mail", "the same e-mail address", "phone_l = phone_r AND contains(phone_l, '@')", frequency="phone"),
                Level("mail_near", "nearly the same e-mail address", "contains(phone_l, '@') AND jaro_winkler_similarity(phone_l, phone_r) >= 0.92"),
                Level("same", "the same telephone number", "phone_l = phone_r", frequency="phone"),
                Level("near", "a telephone number one figure out", _slip("phone_l", "phone_r")),
            ),
            "different telephone numbers or e-mail addresses",
            ("phone",),
        ),
        Comparison("school", "School", _either_blank("school"), (Level("same", "the same school", "school_l = school_r", frequency="school"),), "different schools", ("school",)),
        Comparison(
            "shared",
            "Shared number",
            _either_blank("shared"),
            (
                Level("same", "the same number of a kind that several systems carry", "shared_l = shared_r"),
                Level("near", "such numbers one figure apart", _slip("shared_l", "shared_r")),
            ),
            "different numbers of such a kind",
            ("shared",),
        ),
        Comparison(
            "number",
            "House and flat number",
            "number_l IS NULL AND number_r IS NULL",
            (
                Level("same", "the same house and flat number", "number_l = number_r AND flat_l IS NOT DISTINCT FROM flat_r"),
                Level("house", "the same house number, the flat given in one alone", "number_l = number_r AND (flat_l IS NULL OR flat_r IS NULL)"),
            ),
            "different house or flat numbers",
            ("number",),
        ),
        Comparison(
            "street",
            "Street",
            _either_blank("street"),
            (
                Level("same", "the same street", "street_l = street_r"),
                Level("near", "nearly the same street", _STREET),
                Level("like", "a word of the street in common", "list_has_any(street_words_l, street_words_r)"),
            ),
            "different streets",
            ("street",),
        ),
        Comparison(
            "postcode",
            "Postcode",
            _either_blank("postcode"),
            (
                Level("same", "the same postcode", "postcode_l = postcode_r", frequency="postcode"),
                Level("near", "the postcode one slip out", _slip("postcode_l", "postcode_r")),
                Level("sector", "the same postcode sector", "sector_l = sector_r"),
                Level("district", "the same postcode district", "district_l = district_r"),
            ),
            "different postcodes",
            ("postcode",),
        ),
    )
}  # fmt: skip
"""Every comparison by name. In `given`, `near` comes before `among`, so that a slip in the first name is not hidden by a middle name in common."""


def splink_settings(names: Sequence[str]) -> dict[str, Any]:
    """The comparisons by name as a dictionary of Splink's settings for one file of records, without blocking rules."""
    return {
        "link_type": "dedupe_only",
        "linker_uid": "candour",
        "unique_id_column_name": "record",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_as_splink(COMPARISONS[name]) for name in names],
        "blocking_rules_to_generate_predictions": [],
    }


def _as_splink(comparison: Comparison) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [{"sql_condition": comparison.blank, "label_for_charts": "blank", "is_null_level": True}]
    for level in comparison.levels:
        one: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.name}
        if level.frequency is not None:
            one |= {"tf_adjustment_column": level.frequency, "disable_tf_exact_match_detection": True}
        if not level.counted:
            one |= {"m_probability": 0.001, "u_probability": 0.001, "fix_m_probability": True, "fix_u_probability": True}
        levels.append(one)
    levels.append({"sql_condition": "ELSE", "label_for_charts": "otherwise"})
    return {"output_column_name": comparison.name, "comparison_description": comparison.title, "comparison_levels": levels}


def columns_used(names: Sequence[str]) -> list[str]:
    """The columns of `prepared` that the comparisons read, in alphabetical order."""
    conditions = [
        condition for name in names for condition in (COMPARISONS[name].blank, *(level.condition for level in COMPARISONS[name].levels))
    ]
    return sorted(set(re.findall(r"\b([a-z_]+)_[lr]\b", " ".join(conditions))))


def level_sql(name: str) -> str:
    """The number of the level that two records reach in a comparison, as SQL over the columns of `columns_used` with _l and _r."""
    comparison = COMPARISONS[name]
    whens = " ".join(f"WHEN {level.condition} THEN {comparison.value_of(level.name)}" for level in comparison.levels)
    return f"CASE WHEN {comparison.blank} THEN -1 {whens} ELSE 0 END"


def side_by_side(names: Sequence[str], pairs: str) -> str:
    """A query of pairs (a table with record_l and record_r) with the columns the comparisons read, as level_sql takes them."""
    columns = "".join(f", {side}.{column} AS {column}_{side}" for column in columns_used(names) for side in "lr")
    return f"SELECT {pairs}.*{columns} FROM {pairs} JOIN prepared AS l ON l.record = record_l JOIN prepared AS r ON r.record = record_r"
