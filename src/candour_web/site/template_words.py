"""Words, marks and controls for every template: times and numbers as people say them, an outcome as a shape with its word, a field in our style.

Django loads it into all templates (`builtins` of the settings). The words are the engine's own; nothing is worded here a second time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from django import template
from django.forms import BoundField, widgets
from django.utils.html import format_html
from django.utils.safestring import SafeString
from markupsafe import Markup

from candour.findings.outcome_words import OUTCOME_TITLES
from candour.findings.reporting.charts import MARKS
from candour.standards import spoken

register = template.Library()

_CONTROLS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.Textarea, "govuk-textarea"),
    (widgets.FileInput, "govuk-file-upload"),
    (widgets.Select, "govuk-select"),
    (widgets.Input, "govuk-input"),
)


def _plain_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


@register.filter
def number(value: int) -> str:
    """`1,200`."""
    return f"{value:,}"


@register.filter
def moment(value: datetime | None) -> str:
    """`Tue 3 March 2026, 18:00` in London, for a moment in UTC (with its zone or without one); empty for none."""
    return spoken.moment_words(_plain_utc(value)) if value else ""


@register.filter
def due(value: datetime | None) -> str:
    """When something is due: the day alone where the whole day counts; empty for none."""
    return spoken.due_words(_plain_utc(value)) if value else ""


@register.filter
def day(value: date | None) -> str:
    """`Tue 3 March 2026`; empty for none."""
    return spoken.day_words(value) if value else ""


@register.filter
def machine_time(value: datetime) -> str:
    """What `<time datetime="">` holds: `2026-03-03T18:00:00Z`."""
    return f"{_plain_utc(value):%Y-%m-%dT%H:%M:%SZ}"


@register.filter
def counted(number_of: int, one: str) -> str:
    """`{{ 2|counted:"child,children" }}` gives `2 children`; without a comma an s is added."""
    single, _, many = one.partition(",")
    return spoken.counted(number_of, single, many or None)


@register.filter
def outcome_mark(outcome: str) -> SafeString:
    """The shape of an outcome. A reader by ear is not told it: the words always stand beside it."""
    return format_html(
        '<svg class="candour-mark" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        Markup(MARKS[outcome]),  # noqa: S704  # our own drawings
    )


@register.filter
def outcome_title(outcome: str) -> str:
    """`Not done` for `missed`."""
    return OUTCOME_TITLES[outcome]


@register.filter
def styled(field: BoundField) -> SafeString:
    """The control of a form's field with the class that GOV.UK Frontend wants, and its classes of error where it has one."""
    widget = field.field.widget
    name = next((name for kind, name in _CONTROLS if isinstance(widget, kind)), "")
    if not name:
        return field.as_widget()
    wrong = f" {name}--error" if field.errors else ""
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} {name}{wrong}".strip()})


@register.simple_tag
def time_of(value: datetime | None, otherwise: str = "time not known") -> SafeString:
    """A moment as `<time>` with London's words in it; `otherwise` where there is none."""
    if value is None:
        return format_html("{}", otherwise)
    return format_html('<time datetime="{}">{}</time>', machine_time(value), moment(value))
