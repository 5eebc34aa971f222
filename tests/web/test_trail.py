"""The trail: written with what it tells or not at all, never changed, and chained so that a change by anybody is seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from candour_web.site.embedded import ADMINISTRATOR, Embedded
from candour_web.trail.actions import write
from candour_web.trail.models import Entry
from candour_web.trail.queries import verified
from candour_web.trail.rules import FIRST, KINDS, Anchor, Linked, next_link, verify, why_not_write


@dataclass(frozen=True)
class Reader:
    pk: int = 7
    sign_in_name: str = "ds.okafor"


def write_many(number: int) -> None:
    for position in range(number):
        with transaction.atomic():
            write(by=Reader(), kind="consultation", what="case read", record=f"case NR/{position}", why="supervision: Ünï – “words”")


def meddle(server: Embedded, words: str) -> None:
    """Do as a person with every power over the database could: put the triggers aside, change something, and put them back."""
    with psycopg.connect(server.address(ADMINISTRATOR, connection.settings_dict["NAME"])) as meddler:
        meddler.execute("SET session_replication_role = replica")
        meddler.execute(words)  # type: ignore[arg-type]


def test_an_entry_needs_its_reason_and_a_disclosure_its_recipient() -> None:
    assert why_not_write("consultation", what="case read", why="", recipients="") == "A consultation needs its reason."
    assert (
        why_not_write("disclosure", what="pack sent", why="asked for", recipients=" ")
        == "A disclosure names who received what was disclosed."
    )
    assert why_not_write("reading", what="case read", why="x", recipients="") is not None
    assert why_not_write("access", what="", why="", recipients="") == "An entry says what was done."
    assert [kind for kind in KINDS if why_not_write(kind, what="done", why="", recipients="")] == [
        "consultation", "disclosure", "combination", "erasure",
    ]  # fmt: skip
    assert not [kind for kind in KINDS if why_not_write(kind, what="done", why="for", recipients="who")]


@pytest.mark.django_db
def test_a_refused_entry_is_not_written() -> None:
    with pytest.raises(ValueError, match="needs its reason"):
        write(by=Reader(), kind="consultation", what="case read")
    assert verified().entries == 0


def test_an_entry_is_written_in_a_transaction_or_not_at_all(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        write(by=Reader(), kind="access", what="signed in")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(by=Reader(), kind="access", what="signed in")
        raise ZeroDivisionError
    assert (verified().entries, verified().faults) == (0, [])


def test_the_chain_is_whole_and_goes_on_from_an_anchor(transactional_db: None) -> None:
    write_many(3)
    first = verified()
    assert (first.entries, first.faults, first.anchor.position) == (3, [], 3)
    with transaction.atomic():
        write(by=None, kind="access", what="sign-in refused", who="nobody known")
    assert verified(kept=first.anchor).faults == []
    assert verified(kept=Anchor(3, "0" * 64)).faults == ["The chain at position 3 is not the one that the anchor was taken of."]
    assert verified(kept=Anchor(9, "0" * 64)).faults == ["The chain ends at position 4, before the anchor at 9."]


def test_entries_written_at_once_stand_in_one_order(transactional_db: None) -> None:
    def write_some(_: int) -> None:
        write_many(10)
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_some, range(4)))
    found = verified()
    assert (found.entries, found.anchor.position, found.faults) == (40, 40, [])


CHANGES = (
    "UPDATE trail_entry SET why = ''",
    "DELETE FROM trail_entry",
    "TRUNCATE trail_entry CASCADE",
    "UPDATE trail_link SET link = ''",
    "DELETE FROM trail_link",
)
MADE_LINK = "INSERT INTO trail_link (position, entry_id, link) VALUES (99, gen_random_uuid(), '')"
"""The owner, who makes the tables, could do this; reckoning the chain again finds it. The service cannot."""


@pytest.mark.parametrize(
    ("alias", "words"), [*(("owner", words) for words in CHANGES), *(("default", words) for words in (*CHANGES, MADE_LINK))]
)
def test_neither_the_service_nor_the_owner_can_change_it(transactional_db: None, alias: str, words: str) -> None:
    write_many(1)
    with pytest.raises(DatabaseError, match=r"permission denied|never changed"), connections[alias].cursor() as cursor:
        cursor.execute(words)
    assert (verified().entries, verified().faults) == (1, [])


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        ("UPDATE trail_entry SET why = 'another' WHERE record = 'case NR/1'", ["The entry at position 2, or its link, is not what was written."]),
        ("UPDATE trail_entry SET at = at - interval '1 day' WHERE record = 'case NR/1'", ["The entry at position 2, or its link, is not what was written."]),
        ("DELETE FROM trail_entry WHERE record = 'case NR/1'", ["The entry at position 2 is gone."]),
        (
            "WITH gone AS (DELETE FROM trail_link WHERE position = 2 RETURNING entry_id) DELETE FROM trail_entry WHERE id IN (TABLE gone)",
            ["Positions 2 to 2 are missing.", "The entry at position 3, or its link, is not what was written."],
        ),
        (
            "INSERT INTO trail_entry (id, at, who, kind, what, record, why, recipients, detail) "
            "VALUES (gen_random_uuid(), now(), 'x', 'access', 'x', '', '', '', '')",
            ["1 entries stand outside the chain."],
        ),
    ],
)  # fmt: skip
def test_what_the_most_powerful_change_is_seen(server: Embedded, transactional_db: None, words: str, faults: list[str]) -> None:
    write_many(3)
    meddle(server, words)
    assert verified().faults == faults


def test_an_end_that_is_cut_off_is_seen_with_an_anchor(server: Embedded, transactional_db: None) -> None:
    write_many(3)
    kept = verified().anchor
    meddle(
        server,
        "WITH gone AS (DELETE FROM trail_link WHERE position = 3 RETURNING entry_id) DELETE FROM trail_entry WHERE id IN (TABLE gone)",
    )
    assert verified().faults == []
    assert verified(kept=kept).faults == ["The chain ends at position 2, before the anchor at 3."]


def test_a_chain_of_made_up_entries_moves_with_every_field() -> None:
    one, two = next_link(FIRST, ["ab", "c"]), next_link(FIRST, ["a", "bc"])
    assert one != two
    assert verify([Linked(1, one, ("ab", "c")), Linked(2, next_link(one, ["é"]), ("é",))]).faults == []


@pytest.mark.parametrize("words", ["", "12", "12:abc", "x:" + "0" * 64, "12:" + "G" * 64])
def test_what_is_no_anchor_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is not an anchor"):
        Anchor.read(words)
    assert Anchor.read(str(Anchor(12, "a" * 64))) == Anchor(12, "a" * 64)


@pytest.mark.django_db
def test_entries_are_read_by_nobody_whose_scope_does_not_say_so() -> None:
    write(by=Reader(), kind="access", what="signed in")
    assert Entry.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('candour.powers', '{trail}', true)")
    assert Entry.objects.count() == 1
