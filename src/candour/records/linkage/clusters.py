"""Follows links from record to record, and stops where that would make one person of two.

Links are followed from the surest on. A link is not followed where it would join two records that contradict each other, and not where a record is linked
about as surely to two that do. What would join more records than the settings allow is not joined at all. Each time it is raised, in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from candour.records.linkage.comparisons import COMPARISONS, level_sql, side_by_side
from candour.records.linkage.settings import LinkSettings
from candour.records.linkage.unions import Unions
from candour.records.quoting import text

TOO_LONG = 25
"""A chain of more than so many times the most records of a cluster is not looked through for contradictions: it is raised as it is."""


@dataclass(frozen=True)
class Contradiction:
    """No agreement at all in a comparison, where it contradicts. With `firm`, a column of `prepared`, only where two records of the chain hold each value.

    Where it is `lifted`, agreement in one of LIFTED_BY takes it away."""

    comparison: str
    words: str
    firm: str | None = None
    lifted: bool = True


CONTRADICTIONS: Mapping[str, tuple[Contradiction, ...]] = {
    "child": (
        Contradiction("given", "different given names", lifted=False),
        Contradiction("born", "dates of birth more than a year apart, each in two records", "born"),
    ),
    "suspect": (
        Contradiction("given", "different given names, each in two records", "given"),
        Contradiction("born", "dates of birth more than a year apart, each in two records", "born"),
    ),
    "place": (Contradiction("number", "different house or flat numbers"),),
}
"""What contradicts, by kind. One record alone may be a slip; but one child's given name in one record is enough, because twins share all the rest."""
LIFTED_BY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "child": {"shared": ("same",)},
    "suspect": {"shared": ("same",), "phone": ("mail", "mail_near")},
    "place": {"shared": ("same",)},
}
"""The agreement that lifts a contradiction which can be lifted, by kind, comparison and levels. A number written for two twins alike does not make one of them."""


@dataclass(frozen=True)
class Raised:
    """Something that was not done and that a person should look at: its sort, the words, and the records it is about (the first fifty)."""

    sort: str
    words: str
    record_refs: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As it is kept in `raised.json`."""
        return {"sort": self.sort, "words": self.words, "record_refs": list(self.record_refs[:50])}


@dataclass
class Clustered:
    """Which records are together (`person` by number of the record), which links were not followed, and what was raised."""

    person: Unions
    not_followed: set[tuple[int, int]] = field(default_factory=set)
    raised: list[Raised] = field(default_factory=list)


Link = tuple[int, int, float, bool]
"""Two records by their numbers, the weight, and whether a reviewer joined them."""
Reasons = Mapping[tuple[int, int], str]
"""Why two records (the lesser number first) cannot be one."""


def cluster(
    connection: duckdb.DuckDBPyConnection,
    settings: LinkSettings,
    names: Sequence[str],
    apart: Sequence[tuple[int, int]],
    unique_sources: Sequence[str],
) -> Clustered:
    """Follow the linked pairs of `judged` (with `decided`). `apart` are pairs that reviewers keep apart; in a unique source each record is a person of its own."""
    rows = connection.execute(
        "SELECT record_l, record_r, weight, decided FROM judged WHERE outcome = 'linked' ORDER BY decided DESC, weight DESC, record_l, record_r"
    ).fetchall()
    links: list[Link] = [(left, right, weight, bool(decided)) for left, right, weight, decided in rows]
    whole = Unions()
    for left, right, _, _ in links:
        whole.join(left, right)
    chains = whole.groups(sorted({record for link in links for record in link[:2]}))
    longest = settings.clusters.most_records * TOO_LONG
    looked_at = {name: members for name, members in chains.items() if len(members) <= longest}
    reasons = _contradictions(connection, settings, names, looked_at, unique_sources) | {
        (min(one), max(one)): "a reviewer keeps them apart" for one in apart if whole.of(one[0]) == whole.of(one[1])
    }
    doubtful = {whole.of(pair[0]) for pair in reasons} | {
        name for name, members in chains.items() if len(members) > settings.clusters.most_records
    }
    own: dict[int, list[Link]] = {name: [] for name in doubtful}
    found = Clustered(Unions())
    for link in links:
        name = whole.of(link[0])
        if name in doubtful:
            own[name].append(link)
        else:
            found.person.join(link[0], link[1])
    against: dict[int, dict[int, str]] = {}
    for (one, two), why in reasons.items():
        against.setdefault(one, {})[two] = why
        against.setdefault(two, {})[one] = why
    refs = _refs(connection, [record for name in doubtful for record in chains[name]])
    for name in sorted(doubtful):
        _follow(own[name], chains[name], against, settings, found, refs, looked=name in looked_at)
    return found


def _contradictions(
    connection: duckdb.DuckDBPyConnection,
    settings: LinkSettings,
    names: Sequence[str],
    chains: Mapping[int, Sequence[int]],
    unique_sources: Sequence[str],
) -> dict[tuple[int, int], str]:
    told = [one for one in CONTRADICTIONS[settings.person_kind] if one.comparison in names]
    lifts = {name: levels for name, levels in LIFTED_BY[settings.person_kind].items() if name in names}
    table = pa.table(
        {
            "chain": [name for name, members in chains.items() for _ in members],
            "record": [one for members in chains.values() for one in members],
        },
        schema=pa.schema([("chain", pa.int64()), ("record", pa.int64())]),
    )
    connection.register("chains_found", table)
    firm = "".join(f", count(*) OVER (PARTITION BY chain, {one.firm}) > 1 AS firm_{one.comparison}" for one in told if one.firm)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE of_chain AS SELECT chain, record, source_system{firm} FROM chains_found JOIN prepared USING (record)"
    )
    connection.unregister("chains_found")
    firms = "".join(
        f", one.firm_{told_one.comparison} AND two.firm_{told_one.comparison} AS firm_{told_one.comparison}"
        for told_one in told
        if told_one.firm
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE in_chain AS SELECT one.record AS record_l, two.record AS record_r, one.source_system AS source_l,"
        f" two.source_system AS source_r{firms} FROM of_chain AS one JOIN of_chain AS two ON one.chain = two.chain AND one.record < two.record"
    )
    lifted = [
        f"({level_sql(name)}) IN ({', '.join(str(COMPARISONS[name].value_of(level)) for level in levels)})"
        for name, levels in lifts.items()
    ]
    unlifted = f" AND NOT ({' OR '.join(lifted)})" if lifted else ""
    whens = [
        f"WHEN ({level_sql(one.comparison)}) = 0{f' AND firm_{one.comparison}' if one.firm else ''}{unlifted if one.lifted else ''} THEN {text(one.words)}"
        for one in told
    ]
    listed = ", ".join(text(one) for one in unique_sources)
    kept = f"WHEN source_l = source_r AND source_l IN ({listed}) THEN 'one source that keeps them apart'" if listed else ""
    compared = sorted({*(one.comparison for one in told), *lifts})
    rows = connection.execute(
        f"SELECT record_l, record_r, why FROM (SELECT record_l, record_r, CASE {kept} {' '.join(whens)} ELSE NULL END AS why"
        f" FROM ({side_by_side(compared, 'in_chain')})) WHERE why IS NOT NULL ORDER BY record_l, record_r"
    ).fetchall()
    connection.execute("DROP TABLE of_chain")
    connection.execute("DROP TABLE in_chain")
    return {(left, right): why for left, right, why in rows}


def _refs(connection: duckdb.DuckDBPyConnection, records: Sequence[int]) -> dict[int, str]:
    connection.register("records_asked", pa.table({"record": pa.array(records, pa.int64())}))
    rows = connection.execute("SELECT record, record_ref FROM prepared JOIN records_asked USING (record)").fetchall()
    connection.unregister("records_asked")
    return dict(rows)


def _follow(
    links: Sequence[Link],
    members: Sequence[int],
    against: Mapping[int, Mapping[int, str]],
    settings: LinkSettings,
    found: Clustered,
    refs: Mapping[int, str],
    *,
    looked: bool,
) -> None:
    """Follow the links of one chain that has a contradiction in it, or is too long."""
    most = settings.clusters.most_records
    if not looked:
        _dissolve(links, members, found, refs, most)
        return
    torn = _between_two(links, against, settings.clusters.margin)
    groups = {one: {one} for one in members}
    heads = Unions()
    for left, right, _, decided in links:
        first, second = heads.of(left), heads.of(right)
        if first == second:
            continue
        why = None if decided else torn.get((left, right)) or _why_not(groups[first], groups[second], against, refs)
        if why is not None:
            found.not_followed.add((left, right))
            found.raised.append(
                Raised(
                    "contradiction",
                    f"The link of {refs[left]} and {refs[right]} was not followed: {why}. Put the pair to a reviewer.",
                    (refs[left], refs[right]),
                )
            )
            continue
        head = heads.join(left, right)
        groups[head] = groups.pop(first) | groups.pop(second)
    for group in (sorted(group) for group in groups.values() if len(group) > 1):
        inside = [link for link in links if link[0] in group and heads.of(link[0]) == heads.of(link[1])]
        if len(group) > most:
            _dissolve(inside, group, found, refs, most)
        else:
            for one in group[1:]:
                found.person.join(group[0], one)


def _dissolve(links: Sequence[Link], members: Sequence[int], found: Clustered, refs: Mapping[int, str], most: int) -> None:
    """Join none of a chain that is too long but what reviewers joined, and raise it."""
    for left, right, _, decided in links:
        if decided:
            found.person.join(left, right)
        else:
            found.not_followed.add((left, right))
    found.raised.append(
        Raised(
            "chain",
            f"A chain of links would make one of {len(members)} records, more than the {most} that the settings allow. None of them was joined. "
            f"It begins with {refs[members[0]]}. Often a value that stands for 'unknown' is at fault: see what these records have in common.",
            tuple(refs[one] for one in members),
        )
    )


def _between_two(links: Sequence[Link], against: Mapping[int, Mapping[int, str]], margin: float) -> dict[tuple[int, int], str]:
    """The links of a record that is linked about as surely to two records that contradict each other: with neither does it go."""
    linked: dict[int, list[tuple[int, float, tuple[int, int], bool]]] = {}
    for left, right, weight, decided in links:
        linked.setdefault(left, []).append((right, weight, (left, right), decided))
        linked.setdefault(right, []).append((left, weight, (left, right), decided))
    torn: dict[tuple[int, int], str] = {}
    for others in linked.values():
        for place, (one, weight, pair, decided) in enumerate(others):
            for two, weight_two, pair_two, decided_two in others[place + 1 :]:
                why = against.get(one, {}).get(two)
                if why is None or decided or decided_two:
                    continue
                for nearer, other, link in ((weight, weight_two, pair), (weight_two, weight, pair_two)):
                    if nearer - other < margin:
                        torn[link] = f"one of the two is linked as surely, or more, to a record that contradicts the other ({why})"
    return torn


def _why_not(first: set[int], second: set[int], against: Mapping[int, Mapping[int, str]], refs: Mapping[int, str]) -> str | None:
    small, large = (first, second) if len(first) <= len(second) else (second, first)
    for one in sorted(small):
        for two, why in sorted(against.get(one, {}).items()):
            if two in large:
                return f"it would make one of {refs[one]} and {refs[two]}, which contradict each other ({why})"
    return None
