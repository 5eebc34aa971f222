"""The import report in a few lines, as the screen shows it: first what came of every row, then what wants attention."""

from __future__ import annotations

from candour.records.reporting.account import ImportReport, Listed, SourceAccount
from candour.records.reporting.page import london_words

_SCREENFUL = 600
_MOST_WANTED = 3


def summary(report: ImportReport) -> str:
    """What was imported, in plain lines."""
    lines: list[str] = []
    for source in report.sources:
        lines.extend(_source_lines(source))
    rows = f"{report.total('rows_in'):,} rows in = {report.total('rows_kept'):,} kept + {report.total('rows_refused'):,} refused; {report.total('events'):,} events"
    lines += ["", rows]
    failing = [check for check in report.checks if check.found]
    for check in failing:
        found = check.found or []
        first = found[0]
        lines.append(f"  check: {check.sentence} Does not hold in {_of(len(found), 'place')} (first: {first.get('source', '')}).")
    if report.not_read:
        lines.append(
            f"  not read, as no mapping names them: {', '.join(report.not_read[:10])}{' ...' if len(report.not_read) > 10 else ''}"
        )
    for event in report.preview[:5]:
        lines.append(
            "  would make: "
            + ", ".join(
                f"{name}={value}" for name, value in event.items() if name not in ("delivery_id", "file_no", "occurred_to", "known_from")
            )
        )
    lines += _assessable(report)
    if report.dry_run:
        lines.append("A trial run: nothing was stored.")
    elif report.nothing_new:
        lines.append("Nothing is new: this delivery was stored before. Nothing was changed.")
    elif report.stored:
        folders = ", ".join(source.delivery_id for source in report.sources if source.files and not source.already_stored)
        lines.append(f"Stored as chronology {report.generation}. Reports: {report.store}/deliveries/ {folders} (report.html, .json, .csv)")
    else:
        lines.append("Nothing was stored, as --strict was given and something wants attention.")
    return "\n".join(lines)


def _of(number: int, what: str) -> str:
    """A count with its word: 1 row, 2 rows; nothing for none."""
    return "" if number == 0 else f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _source_lines(source: SourceAccount) -> list[str]:
    if source.already_stored:
        return [f"{source.title}: stored before ({source.delivery_id})"]
    if not source.files:
        return [f"{source.title}: MISSING, no file named {' or '.join(source.missing)}"]
    changes = source.changes
    lines = [
        f"{source.title}: {changes.added:,} events new, {changes.corrected:,} corrected, {changes.unchanged:,} unchanged, {changes.withdrawn:,} withdrawn; "
        f"reaches to {london_words(source.extracted_at)} ({source.extracted_at_from})"
    ]
    for file in source.files:
        notes = [_of(file.rows_repeated, "repeat"), _of(file.rows_older, "older version")]
        notes += [
            f"{file.rows_set_aside:,} set aside" if file.rows_set_aside else "",
            file.encoding if file.encoding not in ("", "utf-8") else "",
        ]
        extra = ", ".join(note for note in notes if note)
        lines.append(
            f"  {file.file}: {file.rows_in:,} rows in, {file.rows_kept:,} kept, {file.rows_refused:,} refused{f' ({extra})' if extra else ''}"
        )
    if source.identities:
        lines.append(
            f"  who {_of(source.identities, 'record')} {'is' if source.identities == 1 else 'are'} about was kept apart, for linking alone"
        )
    if source.missing:
        lines.append(f"  MISSING from this delivery: {', '.join(source.missing)}")
    for gap in source.silent:
        if gap["declared"] != "yes" and gap["still"] == "yes":
            lines.append(
                f"  nothing since {gap['from']}, although about {gap['expected']} new cases were to be expected by {gap['to']}; "
                "if the extract reaches less far, give --extracted-at, and declare it under [[source.gap]] if the feed stopped"
            )
        elif gap["declared"] != "yes":
            lines.append(
                f"  silent from {gap['from']} to {gap['to']}, where about {gap['expected']} new cases were to be expected; declare it under [[source.gap]] if the feed stopped"
            )
    return lines


def _assessable(report: ImportReport) -> list[str]:
    """What the records can decide, in a few lines, before any verdict."""
    if report.coverage is None:
        return []
    lines = [f"  caution: {_on_a_screen(caution)}" for caution in report.coverage.cautions]
    unsure = sum(bool(row["cannot tell"]) for row in report.coverage.standards)
    if report.coverage.standards:
        lines.append(f"  {_of(len(report.coverage.standards), 'standard')} with an occasion; in {unsure} something cannot be told")
    lines += [
        f"  would decide more: {row['what']} (in {_of(int(str(row['standards_it_decides'])), 'standard')}, {_of(int(str(row['findings_it_decides'])), 'occasion')})"
        for row in report.coverage.wanted[:_MOST_WANTED]
        if row["standards_it_decides"]
    ]
    return lines


def attention(report: ImportReport, most: int) -> str:
    """What was refused, could not be used or is doubtful, `most` lines of each; empty when there is nothing."""
    lines: list[str] = []
    lines += _listed("row refused", report.refused(), most)
    codes = report.unlisted_codes()
    lines += [
        f"unknown code: {code.file}, row {code.first_row}, {code.column}: {code.code!r} is not listed in the mapping ({_of(code.rows, 'row')})"
        for code in codes[:most]
    ]
    lines += [f"  ... and {len(codes) - most:,} more codes; the report has them all"] if len(codes) > most else []
    lines += _listed("value not used", report.problems(), most)
    lines += _listed("doubtful", [item for source in report.sources for item in source.doubtful], most)
    lines += [
        f"midnight: {item.file}, row {item.first_row}, {item.column}: {item.first_value!r} may be a time or no time ({_of(item.rows, 'row')}); it is read as no time given. "
        'Say which with midnight = "day" or midnight = "minute" in the mapping'
        for item in report.unsaid_midnights()[:most]
    ]
    return "\n".join(lines)


def _listed(what: str, items: list[Listed], most: int) -> list[str]:
    lines = [_line(what, item) for item in items[:most]]
    if len(items) > most:
        lines.append(f"  ... and {len(items) - most:,} more; the report has them all")
    return lines


def _line(what: str, item: Listed) -> str:
    place = f"{item.file}, row {item.row}" + (f", {item.column}" if item.column else "")
    value = f"{item.value[:80]!r} " if item.value else ""
    return f"{what}: {place}: {value}{item.reason}"


def _on_a_screen(caution: str) -> str:
    """A caution without the names that follow its colon, where these would fill a screen."""
    said, colon, _ = caution.partition(": ")
    return caution if len(caution) <= _SCREENFUL or not colon else f"{said} (the report names them)."
