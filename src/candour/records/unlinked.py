"""Says, before any figure, which records are assessed as their sources name people and places, though several sources say who theirs are about."""

from __future__ import annotations

import duckdb

from candour.records.chronology import Chronology
from candour.records.identities import PERSON_KINDS, PLURALS
from candour.records.links import LinkRun, linked_kinds


def unlinked_words(chronology: Chronology, used: LinkRun | None, left_aside: LinkRun | None) -> str:
    """What is to be said of every kind that two or more sources tell of and that the link run `used` did not link; empty where there is none.

    `used` is None where the sources' own references are assessed, and `left_aside` is then the link run that was not used because that was asked.
    """
    linked = linked_kinds(chronology.store, used.link_id) if used is not None else ()
    telling = {kind: number for kind, number in _telling(chronology).items() if kind not in linked}
    if not telling:
        return ""
    those = " or ".join(PLURALS[kind] for kind in telling)
    if used is not None:
        why, then = f"Links {used.link_id} could not link {those} across sources", "candour link prints the reason."
    elif left_aside is not None:
        why, then = f"Links {left_aside.link_id} were left aside, as was asked (--unlinked)", "Leave --unlinked out to use them."
    else:
        why, then = "Nothing was linked across sources", "Use candour link first."
    return (
        f"{why}, though {_sources(telling)}. Two references were taken for two {those} and equal ones for one: what one system holds of one of them "
        "does not answer what another asks, so that something can be shown as not done, or as impossible to tell, that another system shows. "
        f"{then}"
    )


def _telling(chronology: Chronology) -> dict[str, int]:
    """How many sources say who their records are about, of each kind that more than one does."""
    if not chronology.identities.is_file():
        return {}
    with duckdb.connect() as db:
        counted = dict(
            db.execute(
                "select person_kind, count(distinct source_system) as sources from read_parquet(?) group by person_kind having sources > 1",
                [str(chronology.identities)],
            ).fetchall()
        )
    return {kind: int(counted[kind]) for kind in PERSON_KINDS if kind in counted}


def _sources(telling: dict[str, int]) -> str:
    first, *others = telling
    return ", and ".join(
        [
            f"{telling[first]} sources say which {PLURALS[first]} their records are about",
            *(f"{telling[kind]} say which {PLURALS[kind]}" for kind in others),
        ]
    )
