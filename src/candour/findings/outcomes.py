"""The six outcomes a finding can have, and the reasons behind them."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What was found on one occasion. `EXCUSED`: an exception which the standard allows is on record, or it had already been done shortly before."""

    MET = "met"
    LATE = "late"
    MISSED = "missed"
    PENDING = "pending"
    EXCUSED = "excused"
    CANNOT_TELL = "cannot_tell"


class Reason(StrEnum):
    """Why that outcome: the words used in `how-a-finding-is-reached.md`."""

    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    NOT_ANSWERED = "not_answered"
    NOT_YET_DUE = "not_yet_due"
    EXCUSED = "excused"
    HOLDS = "holds"
    DOES_NOT_HOLD = "does_not_hold"
    HAPPENED = "happened"
    DID_NOT_HAPPEN = "did_not_happen"
    WITHIN_NUMBER = "within_number"
    OVER_NUMBER = "over_number"
    TRIGGER_CONDITION = "trigger_condition"
    TRIGGER_TIME = "trigger_time"
    LINK = "link"
    LIMIT = "limit"
    CALENDAR = "calendar"
    PRECISION = "precision"
    ANSWER_UNCERTAIN = "answer_uncertain"
    EXCUSE_UNCERTAIN = "excuse_uncertain"
    END_UNCERTAIN = "end_uncertain"
    EXTENSION_UNCERTAIN = "extension_uncertain"
    SOURCE = "source"
    FIELD = "field"
