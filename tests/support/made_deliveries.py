"""Random sequences of deliveries to a store in the made vocabulary: what is added, corrected, withdrawn, brought again, and learnt of cases and children.

With people, both sources say who their children are, in names that often agree, and one of them who its places are."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from candour.records.importing import import_delivery
from candour.records.scene import Row, from_london
from tests.support.made_scenes import BASES, Dirt, dirt, event
from tests.support.made_vocabulary import EVERY, MADE

_ENVELOPE = {
    "CASE": "case_ref", "CHILD": "child_ref", "EPISODE": "episode_ref", "PLACE": "place_ref", "HOUSEHOLD": "household_ref", "ACTOR": "actor_ref",
    "UNIT": "unit",
}  # fmt: skip
_LISTED = ("tags", "agencies")
_PEOPLE = "\n".join(
    ["[[table]]", 'file = "people.csv"', 'key = ["WHAT", "REF"]']
    + [
        f'[[table.identities]]\nperson_kind = "{kind}"\nref = "REF"\nwhen = [{{ column = "WHAT", is = ["{kind}"] }}]\n'
        + "\n".join(f'{name} = "{name}"' for name in ("given_names", "family_name", "born_on"))
        for kind in ("child", "place")
    ]
)


class MadeDeliveries:
    """Two sources, of which one always delivers everything; and a store that they are imported into, delivery by delivery."""

    def __init__(self, base: Path, random: Random, *, people: bool = False) -> None:
        self.with_people = people
        self.people: dict[tuple[str, str, str], dict[str, object]] = {}
        self.base = base
        self.store = base / "store"
        self.random = random
        self.how: Dirt = dirt(random)
        self.first = random.choice(BASES)
        self.length = random.choice((3, 10, 70))
        self.received = from_london(datetime.combine(self.first + timedelta(days=self.length), datetime.min.time()))
        self.rows: dict[str, dict[str, object]] = {}
        self.cases: dict[str, dict[str, object]] = {}
        self.children: dict[str, dict[str, object]] = {}
        self.complete = {name: [kind for kind in EVERY if not self.how.gaps or random.random() < 0.7] for name in ("one", "two")}
        self.made = 0
        for _ in range(random.randint(5, 60)):
            self.add()
        self.learn()
        for _ in range(30 if people else 0):
            self.name()

    def add(self) -> None:
        """One more event."""
        number = self.random.randint(0, 6)
        for row in event(self.random, self.how, f"C{number}", number, self.first, self.length, self.made)[:1]:
            self.rows[f"e{self.made}"] = {**row, "child_ref": row["child_ref"]}
        self.made += 1

    def correct(self) -> None:
        """Another content for an event: of its fields, its time, its keys."""
        if not self.rows:
            return
        name = self.random.choice(sorted(self.rows))
        number = self.random.randint(0, 6)
        other = event(self.random, self.how, f"C{number}", number, self.first, self.length, self.made)[0]
        mine = self.rows[name]
        if self.random.random() < 0.5:
            fresh = {**other, "kind": mine["kind"], "source_system": mine["source_system"]}
        else:
            fresh = {**mine, **{key: other[key] for key in self.random.sample(sorted(set(_ENVELOPE.values())), 2)}}
        fields = MADE.kinds[str(mine["kind"])].fields
        self.rows[name] = {key: value for key, value in fresh.items() if key in MADE.envelope or key in fields}

    def withdraw(self) -> None:
        """An event that is no longer there; one of a source that delivers changes stays in the chronology all the same."""
        if self.rows:
            del self.rows[self.random.choice(sorted(self.rows))]

    def learn(self) -> None:
        """Details of a case and of a child, for the first time or others than before."""
        number = self.random.randint(0, 6)
        born = date(self.first.year - 10, self.first.month, min(self.first.day, 28)) + timedelta(days=self.random.choice((0, 1, 400)))
        self.cases[f"C{number}"] = {"district": self.random.choice(("north", "south")), "opened_on": self.first}
        self.children[f"C{number}-{self.random.choice('AB')}"] = {"born_on": born, "sex": self.random.choice(("female", "male"))}

    def name(self) -> None:
        """Who a child or a place is, said for the first time or otherwise than before: by one source, or by both alike."""
        place = self.random.random() < 0.15
        ref = f"P{self.random.randint(0, 2)}" if place else f"C{self.random.randint(0, 6)}-{self.random.choice('AB')}"
        said = {
            "given_names": self.random.choice(("Orla", "Una", "Else", "Orlagh", "O")),
            "family_name": self.random.choice(("Quillfeather", "Whoever", "Marsh")),
            "born_on": date(2012, 3, self.random.choice((12, 21))),
        }
        for source in ("one",) if place else self.random.choice((("one",), ("two",), ("one", "two"), ("one", "two"))):
            self.people[source, "place" if place else "child", ref] = said

    def deliver(self, later: timedelta) -> None:
        """Import what there is now, so much later than the last time."""
        self.received += later
        for source in ("one", "two"):
            folder = self.base / "delivered" / f"{source}-{self.received:%Y%m%d%H%M%S}-{self.random.random()}"
            folder.mkdir(parents=True)
            for kind in EVERY:
                rows = {name: row for name, row in self.rows.items() if (row["source_system"], row["kind"]) == (source, kind)}
                _write(
                    folder / f"{kind}.csv",
                    ["ID", "AT", "RECORDED", *_ENVELOPE, *MADE.kinds[kind].fields],
                    [_cells(*one) for one in rows.items()],
                )
            for what, key, told in (("cases", "case_ref", self.cases), ("children", "child_ref", self.children)):
                names = ["district", "opened_on"] if what == "cases" else ["born_on", "sex"]
                _write(
                    folder / f"{what}.csv",
                    [key, *names],
                    [{key: ref, **{name: str(row[name]) for name in names}} for ref, row in told.items()],
                )
            mapping = self.base / f"{source}.toml"
            mapping.write_text(_mapping(source, self.complete[source]) + (_PEOPLE if self.with_people else ""), encoding="utf-8")
            if self.with_people:
                rows = [
                    {"WHAT": kind, "REF": ref, **{name: str(value) for name, value in said.items()}}
                    for (theirs, kind, ref), said in self.people.items()
                    if theirs == source
                ]
                _write(folder / "people.csv", ["WHAT", "REF", "given_names", "family_name", "born_on"], rows)
            import_delivery(folder, mapping, self.store, received_at=self.received, extracted_at=self.received, vocabulary=MADE)


def _write(file: Path, heading: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, heading)
        writer.writeheader()
        writer.writerows(rows)


def _cells(name: str, row: Row) -> dict[str, str]:
    at = row["occurred_at"]
    shown = "" if at is None else str(row["occurred_on"]) if row["precision"] == "day" else f"{at:%Y-%m-%dT%H:%M:%S}Z"
    cells = {"ID": name, "AT": shown, "RECORDED": _text(row["recorded_at"])}
    cells.update({column: _text(row[field]) for column, field in _ENVELOPE.items()})
    return {**cells, **{field: _text(row.get(field)) for field in MADE.kinds[str(row["kind"])].fields}}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    return ";".join(value) if isinstance(value, list) else str(value)


def _mapping(source: str, complete: Sequence[str]) -> str:
    lines = ["[source]", f'name = "{source}"', f'delivers = "{"everything" if source == "one" else "changes"}"']
    if complete:
        lines += ["[[source.complete]]", f"kinds = {list(complete)}", 'from = "1980-01-01"']
    for kind in EVERY:
        lines += ["[[table]]", f'file = "{kind}.csv"', 'key = ["ID"]', 'midnight = "minute"', "[[table.event]]"]
        lines += [f'name = "{kind.split(".")[1]}"', f'kind = "{kind}"', 'at = "AT"', 'blank_time = "unknown"', 'recorded_at = "RECORDED"']
        lines += [f'{field.removesuffix("_ref")} = "{column}"' for column, field in _ENVELOPE.items()]
        lines += ["[table.event.fields]", *(f"{field} = {_value(field)}" for field in MADE.kinds[kind].fields)]
    lines += ["[[table]]", 'file = "cases.csv"', 'key = ["case_ref"]', "[table.case]"]
    lines += [f'{name} = "{name}"' for name in ("case_ref", "district", "opened_on")]
    lines += ["[[table]]", 'file = "children.csv"', 'key = ["child_ref"]', "[table.child]"]
    lines += [f'{name} = "{name}"' for name in ("child_ref", "born_on")]
    lines += ['sex = { column = "sex", codes = "sex" }', "[codes.sex]", 'female = "female"', 'male = "male"']
    for name in ("level", "tags"):
        field = next(told.fields[name] for told in MADE.kinds.values() if name in told.fields)
        lines += [f"[codes.{name}]", *(f'{code} = "{code}"' for code in field.codes or ())]
    return "\n".join(lines) + "\n"


def _value(field: str) -> str:
    codes = f', codes = "{field}"' if field in ("level", "tags") else ""
    split = ', split = ";"' if field in _LISTED else ""
    return f'{{ column = "{field}"{codes}{split} }}'
