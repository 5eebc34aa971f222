"""A part of the catalogue's standards as a good analyst writes them in pandas.

`python benchmarks/pandas_analysis.py FOLDER OUT.parquet`
Whole columns at a time (merge_asof, groupby, shift, rolling), no loop over rows. As an analyst would, it takes a blank for "no" and absence for
"not done": it has no `cannot_tell`, looks at no completeness, and takes times as exact. On a chronology without such rows its outcomes are Candour's
(`bars.py` compares them, occasion by occasion, before it compares the times).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

ENVELOPE = [
    "position", "event_id", "kind", "case_ref", "child_ref", "episode_ref", "place_ref", "occurred_at", "occurred_on", "recorded_at", "actor_ref", "unit", "known_to",
]  # fmt: skip
FIELDS = [
    "actions_owned", "actions_set", "adult_present", "agencies", "alone", "arrested_at", "assessment_kind", "bail_kind", "before_charge", "by_rank", "child_abuse", "child_concern",
    "child_declined", "child_protection_case", "child_risk", "child_safety_considered", "child_victim", "classification", "closure_kind", "conditions_relate_to_victim",
    "decision", "decision_kind", "demeanour_text", "device_ref", "domestic_abuse", "emergency", "exceptional_reason", "extenuating", "face_to_face", "factors", "found_by",
    "immediate_threat", "intermediary_considered", "interview_ref", "level", "mode", "not_practicable", "nothing_to_share", "outcome", "bail_outcome", "passed_to",
    "pause_agreed", "place_kind", "police_attended", "postponed", "pre_verbal", "priority", "purpose", "rationale", "reason", "reason_not_seen", "recipient_kind",
    "referral_kind", "review_kind", "risk_level", "seen", "seen_by_agency", "sending_kind", "spoken", "stage", "subject_role", "success", "supervisor_agreed",
    "suspect_ref", "text", "third_party_sighting", "voice_text", "vulnerability", "waiting_for", "expected_at",
]  # fmt: skip
KINDS = [
    "action.raised", "bail.set", "case.closed", "child.contact", "contact.researched", "csods.applied", "csods.staged", "custody.arrived", "custody.assessed",
    "custody.authorised", "custody.charged", "custody.ended", "custody.reviewed", "decision.recorded", "device.examined", "device.submitted", "interview.held",
    "interview.planned", "investigation.allocated", "missing.assessed", "missing.enquiry", "missing.interviewed", "missing.located", "missing.reported",
    "missing.reviewed", "online.scored", "pp.designated", "pp.ended", "pp.notified", "pp.placed", "pp.taken", "referral.decided", "referral.sent",
    "referral.submitted", "response.arrived", "rhi.done", "rhi.received", "strategy.held", "strategy.requested", "supervision.reviewed", "suspect.actioned",
    "victim.contacted",
]  # fmt: skip
SENIOR = ["inspector", "chief_inspector", "superintendent", "chief_superintendent"]
HOLIDAYS = np.array(
    sorted(
        line.split(",")[0]
        for line in (Path(__file__).parents[1] / "catalogue" / "calendars" / "bank_holidays.csv").read_text().splitlines()[1:]
    ),
    dtype="datetime64[D]",
)
Frame = pd.DataFrame
Due = Callable[[Frame], pd.Series]


def yes(column: pd.Series) -> pd.Series:
    """True where the value is true; a blank is no."""
    return column.eq(True)


def london_day(moments: pd.Series) -> pd.Series:
    """The London days of moments in UTC, without zone; a blank has none."""
    return moments.dt.tz_localize("UTC").dt.tz_convert("Europe/London").dt.tz_localize(None).dt.normalize()


def end_of_day(days: pd.Series) -> pd.Series:
    """The last second of London days, in UTC without zone."""
    midnight = (days + pd.Timedelta(days=1)).dt.tz_localize("Europe/London")
    return midnight.dt.tz_convert("UTC").dt.tz_localize(None) - pd.Timedelta(seconds=1)


def hours(number: float) -> Due:
    """A limit in elapsed hours."""
    return lambda triggers: triggers.occurred_at + pd.Timedelta(hours=number)


def days(number: int) -> Due:
    """A limit in calendar days."""
    return lambda triggers: end_of_day(triggers.occurred_on + pd.Timedelta(days=number))


def working_days(number: int) -> Due:
    """A limit in working days; the day after the trigger is day 1."""

    def due(triggers: Frame) -> pd.Series:
        moved = np.busday_offset(triggers.occurred_on.to_numpy().astype("datetime64[D]"), number, roll="backward", holidays=HOLIDAYS)
        return end_of_day(pd.Series(moved.astype("datetime64[ns]"), index=triggers.index))

    return due


def days_by(column: str, values: dict[str, int]) -> Due:
    """A limit in calendar days chosen by a code."""
    return lambda triggers: end_of_day(triggers.occurred_on + pd.to_timedelta(triggers[column].map(values), unit="D"))


class Analysis:
    """The events of each kind, the children, and the findings so far."""

    def __init__(self, folder: Path, as_of: pd.Timestamp) -> None:
        self.as_of = as_of
        table = pq.read_table(folder / "events.parquet", columns=ENVELOPE + FIELDS, filters=[("kind", "in", KINDS)])
        events = table.to_pandas(date_as_object=False, categories=["kind"], split_blocks=True, self_destruct=True)
        del table
        events = events[events.known_to.isna() & events.occurred_at.notna() & (events.occurred_at <= as_of)].sort_values(
            ["occurred_at", "position"]
        )
        self.kinds = dict(iter(events.groupby("kind", observed=True)))
        self.empty = events.iloc[:0]
        self.children = pd.read_parquet(folder / "children.parquet", columns=["child_ref", "born_on"])
        self.found: list[Frame] = []

    def of(self, *kinds: str) -> Frame:
        """The events of some kinds, by time."""
        frames = [self.kinds.get(kind, self.empty) for kind in kinds]
        return frames[0] if len(frames) == 1 else pd.concat(frames).sort_values(["occurred_at", "position"])

    def minors(self, events: Frame) -> Frame:
        """Those whose child was under 18 on the day."""
        born = pd.to_datetime(events.child_ref.map(self.children.set_index("child_ref").born_on))
        on = events.occurred_on
        before = (on.dt.month < born.dt.month) | ((on.dt.month == born.dt.month) & (on.dt.day < born.dt.day))
        return events[(on.dt.year - born.dt.year - before) < 18]

    def nearest(
        self, triggers: Frame, answers: Frame, by: list[str], direction: str = "forward", opens: pd.Series | None = None
    ) -> pd.Series:
        """The time of the nearest answer after (or before) each trigger, or after `opens`; NaT where there is none."""
        left = (
            triggers[by]
            .assign(at=triggers.occurred_at if opens is None else opens, row=np.arange(len(triggers)))
            .dropna()
            .sort_values("at", kind="stable")
        )
        right = answers[[*by, "occurred_at"]].dropna()
        met = pd.merge_asof(
            left, right.rename(columns={"occurred_at": "answered"}), left_on="at", right_on="answered", by=by, direction=direction
        )
        return pd.Series(met.answered.to_numpy(), index=met.row).reindex(np.arange(len(triggers))).set_axis(triggers.index)

    def keep(
        self, standard: str, triggers: Frame, outcome: np.ndarray, due: pd.Series | None = None, answered: pd.Series | None = None
    ) -> None:
        """Keep the findings of one standard."""
        told = triggers[["event_id", "case_ref", "child_ref", "actor_ref", "unit", "occurred_at"]].rename(
            columns={"event_id": "trigger_event", "occurred_at": "triggered_at"}
        )
        told = told.assign(
            standard=standard,
            outcome=outcome,
            due_at=due if due is not None else pd.NaT,
            satisfied_at=answered if answered is not None else pd.NaT,
        )
        self.found.append(told[outcome != ""])

    def response(
        self, standard: str, triggers: Frame, answers: Frame, due_by: Due, by: Iterable[str] = ("case_ref",), excuses: Frame | None = None,
        take: bool = False, excused: pd.Series | None = None, early: pd.Timedelta | None = None,
    ) -> None:  # fmt: skip
        """After a trigger, an answer within a limit; one may come `early`, but not earlier."""
        by = list(by)
        if take:
            triggers = triggers.drop_duplicates(by)
        due = due_by(triggers)
        triggers, due = triggers[due.notna()], due[due.notna()]
        answered = self.nearest(triggers, answers, by, opens=None if early is None else triggers.occurred_at - early)
        excuse = (self.nearest(triggers, excuses, by) <= due) if excuses is not None else pd.Series(False, index=triggers.index)
        if excused is not None:
            excuse |= excused.loc[triggers.index]
        conditions = [answered <= due, excuse, (due >= self.as_of) & answered.isna(), answered.notna()]
        self.keep(standard, triggers, np.select(conditions, ["met", "excused", "pending", "late"], "missed"), due, answered)

    def precedence(
        self,
        standard: str,
        triggers: Frame,
        answers: Frame,
        by: Iterable[str] = ("case_ref",),
        excuses: Frame | None = None,
        excused: pd.Series | None = None,
    ) -> None:
        """Before an event, another has happened."""
        by = list(by)
        earlier, later = self.nearest(triggers, answers, by, "backward"), self.nearest(triggers, answers, by)
        excuse = self.nearest(triggers, excuses, by, "backward").notna() if excuses is not None else pd.Series(False, index=triggers.index)
        if excused is not None:
            excuse |= excused
        outcome = np.select([earlier.notna(), excuse, later.notna()], ["met", "excused", "late"], "missed")
        self.keep(standard, triggers, outcome, triggers.occurred_at, earlier.fillna(later))

    def content(
        self, standard: str, triggers: Frame, holds: pd.Series, excused: pd.Series | None = None, due_by: Due | None = None
    ) -> None:
        """A record says what it must, perhaps within a time."""
        excuse = excused if excused is not None else pd.Series(False, index=triggers.index)
        if due_by is None:
            self.keep(standard, triggers, np.select([holds, excuse], ["met", "excused"], "missed"))
            return
        due = due_by(triggers)
        conditions = [holds & (triggers.recorded_at <= due), holds, excuse, due >= self.as_of]
        self.keep(standard, triggers, np.select(conditions, ["met", "late", "excused", "pending"], "missed"), due, triggers.recorded_at)

    def recurrence(
        self, standard: str, opens: Frame, answers: Frame, ends: Frame, limit: Callable[[Frame], pd.Series], by: Iterable[str] = ("case_ref",),
        excuses: Frame | None = None, always: pd.Series | None = None,
    ) -> None:  # fmt: skip
        """While a state is open, an answer at most every so often. `limit` gives the due moment of each anchor (its place in the state is `k`)."""
        by = list(by)
        rows = pd.concat([opens.assign(part=1), answers.assign(part=2), ends.assign(part=0)]).dropna(subset=by)
        rows = rows.sort_values([*by, "occurred_at", "position"])
        state = rows.part.where(rows.part != 2).groupby([rows[key] for key in by], sort=False).ffill()
        open_before = state.groupby([rows[key] for key in by], sort=False).shift().eq(1)
        rows["starts"] = rows.part.eq(1) & ~open_before
        rows = rows[rows.starts | (open_before & rows.part.isin([0, 2]))]
        rows["state"] = rows.starts.cumsum()
        group = rows.groupby("state", sort=False)
        rows["k"], rows["next_part"], rows["next_at"] = group.cumcount(), group.part.shift(-1), group.occurred_at.shift(-1)
        anchors = rows[rows.part != 0]
        due = limit(anchors)
        anchors, due = anchors[due.notna()], due[due.notna()]
        answered = anchors.next_at.where(anchors.next_part.eq(2))
        ended = anchors.next_at.where(anchors.next_part.eq(0))
        excuse = (self.nearest(anchors, excuses, by) <= due) if excuses is not None else pd.Series(False, index=anchors.index)
        if always is not None:
            first = pd.Series(always.reindex(anchors[by[-1]]).to_numpy(), index=anchors.index)
            excuse |= first <= due
        conditions = [answered <= due, ended <= due, excuse, answered.isna() & ended.isna() & (due >= self.as_of), answered.notna()]
        self.keep(standard, anchors, np.select(conditions, ["met", "", "excused", "pending", "late"], "missed"), due, answered)


def missing_children(a: Analysis) -> None:
    """Standards on missing children."""
    episode = ("case_ref", "episode_ref")
    located, reported, assessed = a.of("missing.located"), a.of("missing.reported"), a.of("missing.assessed")
    rhi, interviews, reviewed = a.of("rhi.done"), a.of("missing.interviewed"), a.of("missing.reviewed")
    a.response(
        "rhi-within-72-hours",
        located,
        rhi[rhi.outcome.eq("held")],
        hours(72),
        episode,
        rhi[rhi.outcome.isin(["declined", "missing_again"])],
        take=True,
    )
    held = rhi[rhi.outcome.eq("held")]
    a.response(
        "rhi-information-returned-to-police", held, a.of("rhi.received"), working_days(3), episode, excused=yes(held.nothing_to_share)
    )
    a.response(
        "missing-initial-risk-assessed", reported[reported.classification.isin(["missing", "absent"])],
        assessed[assessed.risk_level.notna() & assessed.factors.notna()], hours(1), episode, located, take=True,
    )  # fmt: skip
    decisions = a.of("decision.recorded")
    excuses = interviews[
        (yes(interviews.child_declined) & yes(interviews.third_party_sighting) & interviews.reason.notna())
        | (interviews.seen_by_agency.notna() & interviews.seen_by_agency.ne("none"))
    ]
    impossible = decisions[decisions.decision_kind.eq("not_practicable") & decisions.rationale.notna()]
    excuses = pd.concat([impossible, excuses]).sort_values("occurred_at")
    in_person = interviews[yes(interviews.face_to_face)]
    a.response("missing-prevention-interview-face-to-face", located, in_person, hours(24), episode, excuses, take=True)
    levels = pd.concat([assessed, reviewed]).dropna(subset=["risk_level"]).sort_values(["occurred_at", "position"])

    def gap(anchors: Frame) -> pd.Series:
        left = anchors[[*episode, "occurred_at", "position"]].assign(row=np.arange(len(anchors))).sort_values("position")
        known = levels[[*episode, "position", "risk_level"]].sort_values("position")
        level = pd.merge_asof(left, known, on="position", by=list(episode)).sort_values("row").risk_level
        allowed = pd.Series(level.map({"high": 4, "medium": 8, "low": 24}).to_numpy(), index=anchors.index)
        return anchors.occurred_at + pd.to_timedelta(allowed, unit="h")

    pauses = reviewed[yes(reviewed.pause_agreed) & reviewed.risk_level.ne("high") & reviewed.rationale.notna()]
    always = located.groupby("episode_ref").occurred_at.min()
    a.recurrence("missing-no-enquiry-gap", assessed, a.of("missing.enquiry"), located, gap, episode, pauses, always)
    missing = reported[reported.classification.eq("missing")].dropna(subset=["child_ref"])
    strategies = decisions[decisions.decision_kind.eq("strategy") & yes(decisions.supervisor_agreed) & decisions.rationale.notna()]
    repeated = at_least(missing, "child_ref", 3, 90)
    a.response("repeat-missing-strategy", repeated, a.of("strategy.held"), working_days(5), ["child_ref"], strategies)
    a.response(
        "known-location-acted-on",
        at_least(located[located.found_by.ne("returned")].dropna(subset=["place_ref"]), "place_ref", 3, 90),
        a.of("action.raised"),
        days(14),
        ["place_ref"],
    )


def at_least(events: Frame, by: str, number: int, window: int) -> Frame:
    """The events that are at least the so-manieth of their key within a window of days, both ends counted."""
    ordered = events.sort_values([by, "occurred_at", "position"])
    counted = ordered.assign(one=1).set_index("occurred_on").groupby(by, sort=False).one.rolling(f"{window + 1}D").sum()
    return ordered[counted.to_numpy() >= number].sort_values(["occurred_at", "position"])


def protection(a: Analysis) -> None:
    """Standards on police protection, strategy, disclosure and referrals."""
    pp, use = a.of("pp.taken"), ("case_ref", "child_ref", "episode_ref")
    notified, placed = a.of("pp.notified"), a.of("pp.placed")
    early = pd.Timedelta(hours=4).as_unit("us")
    a.response("police-protection-72h-cap", pp, a.of("pp.ended"), hours(72), use, take=True)
    a.response("pp-designated-officer", pp, a.of("pp.designated"), hours(1), use, take=True, early=early)
    a.response("pp-la-informed", pp, notified[notified.recipient_kind.eq("la")], hours(1), use, take=True, early=early)
    station = placed.place_kind.eq("police_station")
    a.content(
        "pp-not-police-station", placed, ~placed.place_kind.isin(["police_station", "cell"]), station & placed.exceptional_reason.notna()
    )
    applied, staged = a.of("csods.applied"), a.of("csods.staged")
    later = applied.occurred_on >= pd.Timestamp("2023-04-01")
    a.response("csods-initial-checks-24h", applied[later], staged[staged.stage.eq("initial_checks")], hours(24))
    excuses = staged[staged.outcome.eq("stopped") | yes(staged.extenuating)]
    for those, number in ((applied[~later], 45), (applied[later], 28)):
        a.response("csods-decision-28-days", those, staged[staged.stage.eq("decision")], days(number), excuses=excuses)
    sent, decided = a.of("referral.sent"), a.of("referral.decided")
    a.response(
        "la-decision-one-working-day",
        sent[sent.sending_kind.eq("send")],
        decided[decided.decision.ne("acknowledged")],
        working_days(1),
        use,
    )
    strategy, decisions = a.of("strategy.held"), a.of("decision.recorded")
    excuses = decisions[decisions.decision_kind.eq("strategy") & decisions.by_rank.isin(SENIOR) & decisions.rationale.notna()]
    a.response("strategy-convened-when-threshold-met", a.of("strategy.requested"), strategy, working_days(1), ["child_ref"], excuses)
    attended = strategy[yes(strategy.police_attended)]
    a.content("strategy-recorded-with-actions", attended, attended.decision.notna() & yes(attended.actions_owned), due_by=working_days(1))
    agencies = strategy.agencies.explode()
    quorate = pd.concat([agencies.eq(one).groupby(level=0).any() for one in ("local_authority", "police", "health")], axis=1).all(axis=1)
    a.content("strategy-quorate", strategy, quorate.reindex(strategy.index), yes(strategy.emergency))
    submitted = a.of("referral.submitted")
    submitted = submitted[submitted.referral_kind.eq("child_concern")]
    a.content("child-voice-in-referral", submitted, submitted.voice_text.notna(), submitted.reason_not_seen.notna())


def investigation(a: Analysis) -> None:
    """Standards on investigation, devices, interviews and custody."""
    allocated, reviewed, decisions = a.of("investigation.allocated"), a.of("supervision.reviewed"), a.of("decision.recorded")
    a.response(
        "supervisor-initial-review",
        allocated[yes(allocated.child_victim)],
        reviewed[reviewed.review_kind.eq("initial")],
        hours(72),
        take=True,
    )
    of_abuse = reviewed[yes(reviewed.child_abuse)]
    a.content(
        "supervision-sets-actions", of_abuse, yes(of_abuse.actions_set) & yes(of_abuse.child_safety_considered) & of_abuse.text.notna()
    )
    levels = pd.concat([allocated, reviewed]).dropna(subset=["risk_level"]).sort_values("position")[["case_ref", "position", "risk_level"]]

    def every(anchors: Frame) -> pd.Series:
        left = anchors[["case_ref", "position"]].assign(row=np.arange(len(anchors))).sort_values("position")
        level = pd.merge_asof(left, levels, on="position", by="case_ref").sort_values("row").risk_level
        return end_of_day(anchors.occurred_on + pd.to_timedelta(np.where(level.eq("high"), 14, 28), unit="D"))

    closed = a.of("case.closed")
    waiting = decisions[decisions.decision_kind.eq("waiting") & decisions.waiting_for.eq("cps") & decisions.expected_at.notna()]
    opened = allocated[yes(allocated.child_abuse) | yes(allocated.child_victim)]
    a.recurrence("supervisor-periodic-review", opened, reviewed, closed[closed.closure_kind.eq("investigation")], every, excuses=waiting)
    devices = a.of("device.submitted")
    targets = {"urgent": 28, "high": 28, "standard": 90, "low": 90}
    a.response(
        "device-examined-within-target", devices[yes(devices.child_protection_case)], a.of("device.examined"), days_by("priority", targets),
        ("case_ref", "device_ref"),
    )  # fmt: skip
    holds = decisions[decisions.decision_kind.eq("enforcement_hold") & decisions.by_rank.isin(SENIOR[2:]) & decisions.rationale.notna()]
    targets = {"very_high": 1, "high": 7, "medium": 14, "low": 30}
    scored, actioned = a.of("online.scored"), a.of("suspect.actioned")
    of_suspect = ["case_ref", "suspect_ref"]
    before = a.nearest(scored, actioned, of_suspect, "backward") > end_of_day(scored.occurred_on - pd.Timedelta(days=29))
    a.response("online-enforcement-by-risk-level", scored, actioned, days_by("level", targets), of_suspect, holds, excused=before)
    held, planned = a.of("interview.held"), a.of("interview.planned")
    held = held[held["mode"].eq("vri") & held.subject_role.isin(["child_victim", "child_witness"])]
    a.precedence("abe-interview-planned", held, planned[yes(planned.intermediary_considered)], ("case_ref", "interview_ref"))
    bail, contacted = a.of("bail.set"), a.of("victim.contacted")
    bail = bail[bail.bail_kind.isin(["grant", "vary"]) & yes(bail.conditions_relate_to_victim)]
    arrested, granted = london_day(bail.arrested_at), bail.bail_kind.eq("grant") & (bail.occurred_on >= pd.Timestamp("2022-11-02"))
    # Candour also excuses an arrest recorded under the older law; no occasion of the plain chronology, on which the two are compared, meets that.
    present_law = (arrested >= pd.Timestamp("2022-10-28")) | granted | (bail.occurred_on >= pd.Timestamp("2024-11-01"))
    bail = bail[present_law & (bail.occurred_on >= pd.Timestamp("2022-10-28"))]
    views = contacted[contacted.purpose.eq("consult_bail")]
    a.precedence(
        "bail-victim-views-sought", bail, views[yes(views.success)], excuses=views[yes(views.not_practicable) & views.reason.notna()]
    )
    arrived, researched = a.of("response.arrived"), a.of("contact.researched")
    arrived = arrived[yes(arrived.domestic_abuse) | yes(arrived.child_concern)].drop_duplicates("case_ref")
    a.precedence(
        "contact-history-researched",
        arrived,
        researched[researched.passed_to.eq("responding_officer")],
        excused=yes(arrived.immediate_threat),
    )
    seen = a.of("child.contact")
    seen = seen[yes(seen.seen) & seen.child_ref.notna()]
    alone = seen.spoken.notna() & (~yes(seen.spoken) | (seen.alone.notna() & seen.adult_present.notna()))
    a.content("child-spoken-to-alone", seen, alone, (yes(seen.pre_verbal) & seen.demeanour_text.notna()) | yes(seen.child_declined))
    custody(a)


def custody(a: Analysis) -> None:
    """Standards on custody."""
    record = ("case_ref", "episode_ref")
    assessed = a.of("custody.assessed")
    answers = assessed[assessed.assessment_kind.eq("arrival") & assessed.vulnerability.notna()]
    a.response("custody-risk-assessed", a.minors(a.of("custody.arrived")), answers, hours(0.5), record, take=True)
    authorised, charged, reviews, decisions = (
        a.of("custody.authorised"),
        a.of("custody.charged"),
        a.of("custody.reviewed"),
        a.of("decision.recorded"),
    )
    opens = a.minors(authorised[authorised.outcome.eq("authorised")])
    ends = pd.concat([charged[charged.bail_outcome.notna() & charged.bail_outcome.ne("not_charged")], a.of("custody.ended")])
    late = decisions[decisions.decision_kind.eq("late_review") & decisions.rationale.notna()]
    excuses = pd.concat([reviews[yes(reviews.postponed) & reviews.reason.notna()], late]).sort_values("occurred_at")

    def steps(anchors: Frame) -> pd.Series:
        return anchors.occurred_at + pd.to_timedelta(np.where(anchors.k == 0, 6, 9), unit="h")

    a.recurrence("custody-pace-reviews-6-9-9", opens, reviews[~yes(reviews.postponed)], ends, steps, record, excuses)


def analyse(folder: Path) -> Frame:
    """Every finding of the standards above."""
    made = json.loads((folder / "made.json").read_text(encoding="utf-8"))
    analysis = Analysis(folder, pd.Timestamp(made["as_of"]))
    missing_children(analysis)
    protection(analysis)
    investigation(analysis)
    return pd.concat(analysis.found, ignore_index=True)


def main() -> None:
    """Read, find and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    found = analyse(told.folder)
    found.to_parquet(told.out, index=False)
    print(json.dumps({"standards": found.standard.nunique(), "findings": len(found)}))


if __name__ == "__main__":
    main()
