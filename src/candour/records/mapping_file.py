"""Reads a mapping from TOML, and refuses one that cannot be meant: the message names the file, the key and the value."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from candour.records.identities import IDENTITY_FIELDS, NAMING, PERSON_KINDS
from candour.records.mapping import (
    NATIONS,
    UNMAPPED,
    CodeTable,
    Complete,
    Condition,
    EventRule,
    Gap,
    RecordRule,
    SourceMapping,
    TableRule,
    ValueUse,
)
from candour.records.mapping_values import MappingValues
from candour.records.readers import format_of
from candour.records.readers.xmlpaths import why_not_column, why_not_rows
from candour.records.refusals import InputRefused
from candour.records.vocabulary import Field, Vocabulary, find_catalogue

FORMATS = ("csv", "xlsx", "ods", "parquet", "jsonl", "xes", "xml")
TIMES = ("recorded_at", "tour_ends_at")
REFERENCES = MappingProxyType(
    {
        "case": "case_ref",
        "child": "child_ref",
        "episode": "episode_ref",
        "place": "place_ref",
        "household": "household_ref",
        "actor": "actor_ref",
        "actor_role": "actor_role",
        "actor_rank": "actor_rank",
        "unit": "unit",
        "org": "org",
    }
)
_EVENT_KEYS = {"name", "kind", "at", "blank_time", "when", "split_child", "fields", *TIMES, *REFERENCES}
_TABLE_KEYS = {
    *("file", "also", "format", "sheet", "heading", "encoding", "delimiter", "rows", "key", "version", "columns", "blank"),
    *("dates", "midnight", "set_aside", "event", "case", "child", "identities"),
}
_SOURCE_KEYS = {"name", "title", "force", "nation", "verified", "time_zone", "delivers", "due_every_days", "complete", "gap"}
_SIMPLE = MappingProxyType({"yes_no": frozenset({"yes", "no"})})
DUE_EVERY_DAYS = 7
"""A source is called late when its last extraction is older than this many days. A local default; a mapping may set its own."""


def load_mappings(source: str | Path, vocabulary: Vocabulary) -> list[SourceMapping]:
    """The mappings a `--source` names: a file, a folder of files, or a name in `catalogue/sources/`. Raises InputRefused."""
    files = _find(source)
    mappings = [read_mapping(file, vocabulary) for file in files]
    names: dict[str, str] = {}
    for mapping in mappings:
        if mapping.name in names:
            raise InputRefused(
                f"{mapping.file}: [source] name = {mapping.name!r} is also the name in {names[mapping.name]}. Every source needs its own."
            )
        names[mapping.name] = mapping.file
    return mappings


def _find(source: str | Path) -> list[Path]:
    path = Path(source)
    candidates = [path]
    if isinstance(source, str) and re.fullmatch(r"[A-Za-z0-9_.-]+", source):
        sources = find_catalogue() / "sources"
        candidates += [sources / source, sources / f"{source}.toml"]
    for candidate in candidates:
        if candidate.is_file():
            return [candidate]
        if candidate.is_dir():
            files = sorted(candidate.glob("*.toml"))
            if files:
                return files
    raise InputRefused(
        f"There is no mapping {str(source)!r}: it is neither a TOML file, a folder of them, nor a name in catalogue/sources/."
    )


def read_mapping(path: Path, vocabulary: Vocabulary) -> SourceMapping:
    """Read one mapping file. Raises InputRefused with the file, key and value at fault."""
    raw = path.read_bytes()
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused(f"{path.name}: this is not TOML that can be read ({error}).") from error
    return _Reader(path.name, content, vocabulary).mapping(hashlib.sha256(raw).hexdigest())


class _Reader(MappingValues):
    """Turns the parsed TOML into a SourceMapping, or refuses it."""

    def __init__(self, file: str, content: dict[str, object], vocabulary: Vocabulary) -> None:
        super().__init__(file)
        self.content = content
        self.vocabulary = vocabulary
        self.known("the file", content, {"source", "table", "codes"})
        self.codes = {name: self.code_table(name, raw) for name, raw in self.table(content, "codes", "codes").items()}
        self.event_names: set[str] = set()

    def mapping(self, fingerprint: str) -> SourceMapping:
        raw = self.table(self.content, "source", "source")
        self.known("source", raw, _SOURCE_KEYS)
        name = self.needed(raw, "name", "source")
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
            self.refuse("source", f"name = {name!r} may hold only small letters, digits, - and _.")
        zone = self.zone(self.text(raw, "time_zone", "source") or "Europe/London")
        verified = raw.get("verified", False)
        due = raw.get("due_every_days", DUE_EVERY_DAYS)
        if not isinstance(verified, bool):
            self.refuse("source", f"verified must be true or false; it is {verified!r}.")
        if not isinstance(due, int) or isinstance(due, bool) or due < 1:
            self.refuse("source", f"due_every_days must be a whole number of days, at least 1; it is {due!r}.")
        tables = tuple(self.table_rule(number, table) for number, table in enumerate(self.tables(self.content, "table", "table"), start=1))
        if not tables:
            self.refuse("table", "is missing: a mapping needs at least one [[table]] with a file.")
        made = {event.kind for table in tables for event in table.events}
        return SourceMapping(
            name=name,
            title=self.text(raw, "title", "source") or name,
            verified=verified,
            zone=zone,
            delivers=self.text(raw, "delivers", "source", ("changes", "everything")) or "changes",
            due_every_days=due,
            complete=tuple(self.complete(item, zone, made) for item in self.tables(raw, "complete", "source")),
            gaps=tuple(self.gap(item, zone, made) for item in self.tables(raw, "gap", "source")),
            tables=tables,
            file=self.file,
            fingerprint=fingerprint,
            force=self.text(raw, "force", "source") or "",
            nation=self.text(raw, "nation", "source", NATIONS) or "",
        )

    def kinds(self, raw: Mapping[str, object], at: str, made: set[str]) -> tuple[str, ...]:
        kinds = self.texts(raw, "kinds", at)
        for kind in kinds:
            if kind not in made:
                self.refuse(at, f"names the kind {kind!r}, which no event of this mapping makes.")
        return kinds

    def complete(self, raw: Mapping[str, object], zone: ZoneInfo, made: set[str]) -> Complete:
        at = "source.complete"
        self.known(at, raw, {"kinds", "from", "to"})
        kinds = self.kinds(raw, at, made)
        if not kinds:
            self.refuse(at, "needs kinds = the kinds the source is complete for.")
        start = self.moment(raw, "from", at, zone)
        end = self.moment(raw, "to", at, zone, end=True) if "to" in raw else None
        if end is not None and end < start:
            self.refuse(at, f"ends ({raw['to']}) before it begins ({raw['from']}).")
        return Complete(kinds, start, end)

    def gap(self, raw: Mapping[str, object], zone: ZoneInfo, made: set[str]) -> Gap:
        at = "source.gap"
        self.known(at, raw, {"kinds", "from", "to", "why"})
        start, end = self.moment(raw, "from", at, zone), self.moment(raw, "to", at, zone, end=True)
        if end < start:
            self.refuse(at, f"ends ({raw['to']}) before it begins ({raw['from']}).")
        return Gap(self.kinds(raw, at, made) or None, start, end, self.text(raw, "why", at) or "")

    def table_rule(self, number: int, raw: Mapping[str, object]) -> TableRule:
        at = f"table {number}"
        self.known(at, raw, _TABLE_KEYS)
        file = self.needed(raw, "file", at)
        also = self.texts(raw, "also", at)
        for pattern in (file, *also):
            if pattern.startswith(("/", "\\", "~")) or ".." in re.split(r"[/\\]", pattern) or re.match(r"[A-Za-z]:", pattern):
                self.refuse(at, f"file = {pattern!r} leads outside the delivered folder. Give a name or pattern inside it.")
        at = f"table {file}"
        dates = self.dates(raw, at) or ("iso",)
        heading = raw.get("heading", 1)
        if not isinstance(heading, int) or isinstance(heading, bool) or heading < 1:
            self.refuse(at, f"heading must be the number of the line with the column names, 1 or more; it is {heading!r}.")
        delimiter = self.text(raw, "delimiter", at)
        if delimiter is not None and len(delimiter) != 1:
            self.refuse(at, f"delimiter = {delimiter!r} must be one character.")
        events_raw = self.tables(raw, "event", at)
        same_time = len({self.texts(item, "at", at) for item in events_raw}) <= 1
        events = tuple(self.event(file, item, "unknown" if same_time else "skip") for item in events_raw)
        rule = TableRule(
            file=file,
            also=also,
            format=self.text(raw, "format", at, FORMATS),
            sheet=self.text(raw, "sheet", at),
            heading=heading,
            encoding=self.encoding(raw, at),
            delimiter=delimiter,
            rows=self.text(raw, "rows", at),
            key=self.texts(raw, "key", at),
            version=self.text(raw, "version", at),
            columns=self.texts(raw, "columns", at),
            blank=frozenset({"", *self.texts(raw, "blank", at)}),
            dates=dates,
            midnight=self.text(raw, "midnight", at, ("day", "minute")),
            set_aside=MappingProxyType(
                {key: frozenset(self.texts(self.table(raw, "set_aside", at), key, at)) for key in self.table(raw, "set_aside", at)}
            ),
            events=events,
            cases=tuple(self.record(f"{at}.case", item, self.vocabulary.case, "case_ref") for item in self.tables(raw, "case", at)),
            children=tuple(self.record(f"{at}.child", item, self.vocabulary.child, "child_ref") for item in self.tables(raw, "child", at)),
            identities=tuple(self.identity(f"{at}.identities", item) for item in self.tables(raw, "identities", at)),
        )
        if not (rule.events or rule.cases or rule.children or rule.identities):
            self.refuse(at, "makes nothing: give it at least one [[table.event]], [table.case], [table.child] or [[table.identities]].")
        self.keep_names_apart(rule, at)
        if rule.version and not rule.key:
            self.refuse(at, "has a version and no key: say which columns name the row.")
        self.check_paths(at, rule)
        return rule

    def check_paths(self, at: str, rule: TableRule) -> None:
        """Refuse paths that lead nowhere: those of XML rows and their columns."""
        is_xml = (rule.format or format_of(rule.file)) == "xml"
        if is_xml != (rule.rows is not None):
            self.refuse(
                at,
                "needs rows = the path of the elements that are rows, such as Message/Children/Child."
                if is_xml
                else "has rows, which only XML files have.",
            )
        if rule.rows is not None:
            problems = (why_not_rows(rule.rows), *(why_not_column(name, rule.rows) for name in (*rule.used_columns(), *rule.columns)))
            problem = next(filter(None, problems), "")
            if problem:
                self.refuse(at, f"{problem}.")

    def conditions(self, raw: Mapping[str, object], at: str) -> tuple[Condition, ...]:
        found = []
        for item in self.tables(raw, "when", at):
            self.known(f"{at}.when", item, {"column", "is", "is_not", "not_blank"})
            column = self.needed(item, "column", f"{at}.when")
            among = frozenset(self.texts(item, "is", at)) if "is" in item else None
            not_among = frozenset(self.texts(item, "is_not", at)) if "is_not" in item else None
            not_blank = item.get("not_blank", False)
            if not isinstance(not_blank, bool) or (among is None and not_among is None and not not_blank):
                self.refuse(f"{at}.when", f"about {column!r} needs is = [...], is_not = [...] or not_blank = true.")
            found.append(Condition(column, among, not_among, not_blank))
        return tuple(found)

    def event(self, file: str, raw: Mapping[str, object], blank_time: str) -> EventRule:
        name = self.needed(raw, "name", f"table {file}.event")
        at = f"table {file}.event {name}"
        self.known(at, raw, _EVENT_KEYS)
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
            self.refuse(at, f"name = {name!r} may hold only small letters, digits, - and _.")
        if name in self.event_names:
            self.refuse(at, "is the name of another event of this source too: every event needs its own, it is part of event_id.")
        self.event_names.add(name)
        kind = self.vocabulary.kinds.get(self.needed(raw, "kind", at))
        if kind is None:
            self.refuse(at, f"kind = {raw['kind']!r} is not a kind of the vocabulary (catalogue/vocabulary.toml).")
        times = self.texts(raw, "at", at)
        if not 1 <= len(times) <= 2:
            self.refuse(at, f"needs at = the column with the time, or [date column, time column]; it has {raw.get('at')!r}.")
        envelope = {key: self.use(f"{at}.{key}", raw[key], None) for key in TIMES if key in raw}
        for key, column in REFERENCES.items():
            if key in raw:
                envelope[column] = self.use(f"{at}.{key}", raw[key], self.vocabulary.envelope.get(column))
        fields = {}
        for key, value in self.table(raw, "fields", at).items():
            field = kind.fields.get(key)
            if field is None:
                self.refuse(f"{at}.fields", f"{key!r} is not a field of {kind.name}; its fields are {', '.join(kind.fields) or 'none'}.")
            fields[key] = self.use(f"{at}.fields.{key}", value, field)
        split_child = self.text(raw, "split_child", at)
        if split_child is not None and "child_ref" not in envelope:
            self.refuse(at, "has split_child and no child: say which column holds the children.")
        blank = self.text(raw, "blank_time", at, ("skip", "unknown")) or blank_time
        return EventRule(
            name, kind.name, times, blank, MappingProxyType(envelope), MappingProxyType(fields), self.conditions(raw, at), split_child
        )

    def record(self, at: str, raw: Mapping[str, object], fields: Mapping[str, Field], key: str) -> RecordRule:
        if key not in raw:
            self.refuse(at, f"needs {key} = the column that names it.")
        values = {}
        for name, value in raw.items():
            if name == "when":
                continue
            field = fields.get(name)
            if field is None or name == "source_system":
                self.refuse(at, f"does not know {name!r}; it can have {', '.join(other for other in fields if other != 'source_system')}.")
            values[name] = self.use(f"{at}.{name}", value, field)
        return RecordRule(MappingProxyType(values), self.conditions(raw, at))

    def identity(self, at: str, raw: Mapping[str, object]) -> RecordRule:
        kind = self.text(raw, "person_kind", at, tuple(PERSON_KINDS))
        if kind is None or "ref" not in raw:
            self.refuse(at, f"needs person_kind = one of {', '.join(PERSON_KINDS)}, and ref = the column that names the record.")
        self.known(at, raw, {"when", *IDENTITY_FIELDS})
        values = {"person_kind": ValueUse(constant=kind)}
        for name, field in IDENTITY_FIELDS.items():
            if name in raw and name != "person_kind":
                values[name] = self.use(f"{at}.{name}", raw[name], field)
        return RecordRule(MappingProxyType(values), self.conditions(raw, at))

    def keep_names_apart(self, rule: TableRule, at: str) -> None:
        """Refuse a table in which a column that tells who somebody is would also name its rows, or fill an event, a case or a child."""
        naming = {column for one in rule.identities for name in NAMING if name in one.values for column in one.values[name].columns}
        elsewhere = dict.fromkeys(
            (*rule.key, *([rule.version] if rule.version else []), *rule.set_aside), "the key, the version or set_aside"
        )
        for event in rule.events:
            for use in (*event.envelope.values(), *event.fields.values()):
                elsewhere.update(dict.fromkeys(use.columns, f"event {event.name}"))
            elsewhere.update({one.column: f"event {event.name}" for one in event.when})
        for record in (*rule.cases, *rule.children):
            elsewhere.update({column: "a case or child" for use in record.values.values() for column in use.columns})
            elsewhere.update({one.column: "a condition" for one in record.when})
        elsewhere.update({column: "ref" for one in rule.identities for column in one.values["ref"].columns})
        for column in sorted(naming & elsewhere.keys()):
            self.refuse(
                f"{at}.identities",
                f"reads {column!r} as a name, an address or a telephone number, and {elsewhere[column]} reads it too. Such a column may serve nothing else.",
            )

    def use(self, at: str, raw: object, field: Field | None) -> ValueUse:
        if isinstance(raw, str) and raw:
            return ValueUse(columns=(raw,))
        if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw):
            return ValueUse(columns=tuple(raw))
        if not isinstance(raw, dict):
            self.refuse(at, f"must be a column, or a table with column or value; it is {raw!r}.")
        self.known(at, raw, {"column", "columns", "value", "codes", "split", "dates"})
        columns = self.texts(raw, "column", at) or self.texts(raw, "columns", at)
        constant = raw.get("value")
        if isinstance(constant, bool):
            constant = "yes" if constant else "no"
        if (constant is None) == (not columns):
            self.refuse(at, "needs either column = a column or value = the same value for every row.")
        codes = self.codes_named(at, raw, field)
        return ValueUse(
            columns, None if constant is None else str(constant), codes, self.text(raw, "split", at), self.dates(raw, at) or None
        )

    def codes_named(self, at: str, raw: Mapping[str, object], field: Field | None) -> CodeTable | None:
        named = self.text(raw, "codes", at)
        if named is None:
            return None
        table = self.codes.get(named)
        if table is None:
            self.refuse(at, f"names the code table {named!r}, which [codes.{named}] does not give.")
        allowed = frozenset(field.codes) if field and field.codes is not None else _SIMPLE.get(field.type) if field else None
        for _, values in table.editions:
            for code, target in values.items():
                if allowed is not None and target != UNMAPPED and target not in allowed:
                    self.refuse(
                        f"codes.{named}", f"gives {code!r} the code {target!r}; {at} can take {', '.join(sorted(allowed))}, or unmapped."
                    )
        return table
