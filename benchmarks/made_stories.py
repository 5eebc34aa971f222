"""The stories from which the benchmark's chronologies are made: what tends to happen in a case, how often, and how long after its start.

A story is a list of steps: kind, chance of each repeat, repeats, hours after the start, mean of an exponential delay added to it (hours), and
hours between repeats. The figures are chosen so that every standard has occasions and answers in time, late and never; they describe no force.
"""

from __future__ import annotations

Step = tuple[str, float, int, float, float, float]
"""kind, chance, repeats, base hours, mean further delay in hours, hours between repeats."""

STORIES: dict[str, tuple[int, tuple[Step, ...]]] = {
    "contact": (30, (
        ("contact.received", 1.0, 1, 0, 0, 0), ("contact.researched", 0.65, 1, 0.1, 0.4, 0), ("contact.assessed", 0.75, 1, 0.1, 0.3, 0),
        ("contact.graded", 0.95, 1, 0.2, 0.4, 0), ("contact.graded", 0.08, 1, 0.8, 1, 0), ("response.arrived", 0.75, 1, 0.4, 2, 0), ("child.contact", 0.8, 2, 1, 6, 20),
        ("da.assessed", 0.5, 1, 2, 10, 0), ("marac.referred", 0.2, 1, 8, 20, 0), ("marac.heard", 0.1, 1, 200, 200, 0),
        ("da.assessed", 0.05, 1, 900, 900, 0), ("marac.referred", 0.03, 1, 1500, 300, 0),
        ("child.support_arranged", 0.05, 1, 5, 60, 0), ("crime.recorded", 0.5, 1, 2, 14, 0), ("referral.submitted", 0.6, 1, 4, 10, 0),
        ("referral.triaged", 0.5, 1, 16, 24, 0), ("info.shared", 0.5, 2, 8, 24, 12), ("referral.sent", 0.4, 2, 24, 30, 90),
        ("referral.decided", 0.4, 1, 30, 40, 0), ("decision.recorded", 0.45, 1, 1, 30, 0), ("case.closed", 0.35, 1, 12, 200, 0),
    )),
    "missing": (22, (
        ("contact.received", 0.8, 1, 0, 0, 0), ("missing.reported", 1.0, 1, 0.2, 0.5, 0), ("missing.assessed", 0.92, 1, 0.5, 0.5, 0),
        ("missing.enquiry", 0.85, 4, 0.8, 1.5, 5), ("missing.reviewed", 0.7, 3, 1.5, 2, 9), ("info.shared", 0.6, 2, 1, 2, 30),
        ("missing.located", 0.92, 1, 4, 0, 0), ("missing.interviewed", 0.75, 1, 6, 14, 0), ("rhi.offered", 0.5, 1, 20, 24, 0),
        ("rhi.done", 0.65, 1, 24, 40, 0), ("rhi.received", 0.4, 1, 60, 50, 0), ("decision.recorded", 0.12, 1, 6, 40, 0),
        ("strategy.held", 0.08, 1, 40, 90, 0), ("action.raised", 0.2, 1, 40, 100, 0), ("exploitation.assessed", 0.4, 1, 8, 14, 0),
        ("flag.set", 0.2, 1, 0, 0.6, 0), ("case.closed", 0.6, 1, 16, 60, 0),
    )),
    "investigation": (20, (
        ("contact.received", 0.4, 1, 0, 0, 0), ("contact.received", 0.12, 1, 1200, 1500, 0), ("referral.sent", 0.2, 1, 30, 90, 0), ("referral.decided", 0.15, 1, 60, 90, 0),
        ("crime.recorded", 0.6, 1, 0, 6, 0), ("investigation.allocated", 0.95, 1, 4, 20, 0), ("investigation.allocated", 0.12, 1, 500, 900, 0),
        ("victim.assessed", 0.6, 1, 24, 100, 0), ("plan.recorded", 0.7, 1, 10, 40, 0), ("supervision.reviewed", 0.75, 5, 24, 60, 600),
        ("activity.logged", 0.75, 6, 12, 120, 350), ("action.raised", 0.7, 3, 24, 24, 300), ("action.done", 0.8, 3, 130, 250, 300),
        ("material.requested", 0.25, 1, 200, 300, 0), ("info.shared", 0.3, 1, 10, 30, 0), ("child.support_arranged", 0.1, 1, 40, 90, 0),
        ("device.seized", 0.3, 1, 100, 200, 0), ("device.submitted", 0.35, 1, 150, 200, 0),
        ("device.examined", 0.45, 3, 600, 500, 1400), ("device.returned", 0.15, 1, 3000, 2000, 0), ("interview.planned", 0.4, 2, 40, 60, 250),
        ("interview.held", 0.5, 2, 80, 100, 250), ("medical.referred", 0.12, 1, 5, 60, 0), ("suspect.identified", 0.6, 1, 10, 100, 0),
        ("suspect.actioned", 0.6, 1, 150, 350, 0), ("victim.contacted", 0.5, 3, 200, 200, 600), ("bail.set", 0.4, 2, 200, 200, 1300),
        ("cps.submitted", 0.25, 1, 1200, 900, 0), ("decision.recorded", 0.4, 2, 100, 400, 900), ("case.closed", 0.7, 1, 800, 0, 0),
        ("victim.contacted", 0.5, 1, 760, 40, 0), ("supervision.reviewed", 0.5, 1, 700, 60, 0),
        ("case.reopened", 0.03, 1, 6000, 2000, 0),
    )),
    "custody": (8, (
        ("suspect.actioned", 0.6, 1, 0, 0.5, 0), ("custody.arrived", 0.98, 1, 0.5, 0.3, 0), ("custody.authorised", 0.96, 1, 0.8, 0.4, 0),
        ("custody.assessed", 0.9, 1, 0.8, 0.3, 0), ("custody.rights", 0.8, 1, 1, 0.5, 0), ("custody.aa_requested", 0.9, 1, 1, 0.6, 0),
        ("info.shared", 0.8, 1, 1, 0.6, 0), ("custody.aa_arrived", 0.8, 1, 2, 1.2, 0), ("custody.carer_assigned", 0.2, 1, 1, 1, 0),
        ("custody.diversion", 0.4, 1, 3, 3, 0), ("custody.searched", 0.4, 1, 1, 2, 0), ("custody.checked", 0.8, 3, 2, 1, 4),
        ("custody.reviewed", 0.8, 3, 5, 2, 8), ("custody.told", 0.3, 1, 11, 4, 0), ("custody.extended", 0.25, 2, 18, 6, 12), ("interview.planned", 0.2, 1, 3, 2, 0),
        ("interview.held", 0.7, 1, 5, 4, 0), ("custody.charged", 0.6, 1, 10, 6, 0), ("custody.bed_requested", 0.3, 1, 9, 6, 0),
        ("custody.certified", 0.25, 1, 12, 6, 0), ("bail.set", 0.4, 1, 12, 6, 0), ("bail.set", 0.2, 2, 600, 500, 1400),
        ("custody.ended", 0.95, 1, 12, 9, 0), ("decision.recorded", 0.2, 1, 6, 6, 0), ("victim.contacted", 0.4, 1, 15, 30, 0),
        ("medical.referred", 0.1, 1, 3, 4, 0), ("referral.submitted", 0.3, 1, 8, 12, 0),
    )),
    "online": (7, (
        ("contact.received", 0.9, 1, 0, 0, 0), ("flag.set", 0.7, 1, 6, 60, 0), ("exploitation.assessed", 0.65, 2, 30, 90, 400),
        ("nrm.referred", 0.3, 1, 50, 80, 0), ("online.scored", 0.8, 1, 12, 30, 0), ("suspect.identified", 0.7, 1, 30, 60, 0),
        ("suspect.actioned", 0.6, 1, 40, 300, 0), ("referral.submitted", 0.5, 1, 20, 40, 0), ("referral.sent", 0.4, 1, 30, 40, 0),
        ("device.seized", 0.5, 1, 60, 250, 0), ("device.submitted", 0.6, 1, 90, 250, 0), ("device.examined", 0.6, 2, 700, 900, 1500),
        ("decision.recorded", 0.4, 1, 20, 200, 0), ("info.shared", 0.2, 1, 20, 60, 0),
    )),
    "protection": (6, (
        ("strategy.requested", 0.9, 1, 0, 4, 0), ("strategy.held", 0.85, 1, 8, 30, 0), ("s47.started", 0.5, 1, 20, 24, 0),
        ("conference.held", 0.6, 3, 250, 150, 320), ("cpplan.changed", 0.3, 2, 400, 100, 2000), ("flag.set", 0.3, 1, 420, 90, 0),
        ("partner.chased", 0.2, 1, 300, 150, 320), ("serious_incident.notified", 0.03, 1, 100, 100, 0),
        ("info.shared", 0.5, 2, 6, 40, 40), ("decision.recorded", 0.35, 2, 6, 60, 100), ("child.contact", 0.5, 2, 10, 40, 60),
    )),
    "police_protection": (4, (
        ("pp.taken", 1.0, 1, 0, 0, 0), ("pp.designated", 0.9, 1, 0.3, 0.6, 0), ("pp.notified", 0.8, 2, 0.4, 0.6, 1), ("pp.placed", 0.95, 1, 2, 2, 0),
        ("pp.reviewed", 0.5, 2, 10, 6, 20), ("pp.ended", 0.95, 1, 30, 20, 0), ("decision.recorded", 0.3, 1, 3, 6, 0), ("strategy.requested", 0.3, 1, 4, 10, 0), ("strategy.held", 0.3, 1, 6, 20, 0), ("child.contact", 0.7, 1, 0.4, 0.6, 0),
    )),
    "offender": (4, (
        ("rso.registered", 0.9, 1, 0, 24, 0), ("rso.assessed", 0.8, 3, 100, 300, 3000), ("rso.visited", 0.7, 6, 400, 500, 1600),
        ("rso.intel", 0.3, 3, 200, 900, 2000), ("mappa.met", 0.3, 2, 500, 900, 3000), ("flag.set", 0.2, 1, 100, 300, 0),
        ("decision.recorded", 0.2, 1, 300, 900, 0), ("case.closed", 0.1, 1, 9000, 3000, 0),
    )),
    "disclosure": (3, (
        ("csods.applied", 1.0, 1, 0, 0, 0), ("csods.staged", 0.85, 5, 8, 18, 120), ("decision.recorded", 0.4, 1, 100, 400, 0),
    )),
    "workforce": (2, (
        ("training.completed", 0.9, 3, 0, 900, 2000), ("welfare.checked", 0.6, 2, 100, 900, 3000), ("audit.done", 0.5, 1, 200, 900, 0),
        ("profile.published", 0.1, 2, 100, 900, 9000),
    )),
}  # fmt: skip
"""Name of the story: its share of the stories (they add up to more than 100; the shares are in proportion), and its steps."""

LATE_STEPS: dict[str, tuple[tuple[str, ...], float, float]] = {
    "missing": (
        (
            "missing.located",
            "missing.interviewed",
            "rhi.offered",
            "rhi.done",
            "rhi.received",
            "strategy.held",
            "action.raised",
            "case.closed",
        ),
        0,
        16,
    ),
    "investigation": (("victim.contacted", "supervision.reviewed", "case.closed"), 700, 1400),
}
"""Story: the kinds whose steps from a base hour on share one further delay with this mean (hours): what follows a return, and what goes with closing."""

EPISODES = ("contact", "missing", "custody", "police_protection")
"""Stories whose events belong to one episode (a referral, a missing episode, a custody record, a use of police protection)."""

CHANCE_OF_YES: dict[str, float] = {
    "test_call": 0.01, "duplicate": 0.03, "whereabouts_unknown": 0.35, "whereabouts_verified": 0.15, "child_involved": 0.7, "crime_alleged": 0.5,
    "immediate_risk": 0.25, "immediate_threat": 0.1, "child_victim": 0.7, "late_entry": 0.08, "postponed": 0.1, "involved_in_case": 0.06,
    "pre_verbal": 0.1, "child_declined": 0.12, "third_party_sighting": 0.3, "pause_agreed": 0.1, "urgent": 0.1, "aa_present": 0.85,
    "aa_absence_agreed": 0.05, "misses_court": 0.1, "night_agreement": 0.1, "special_case": 0.03, "covert": 0.03, "overseas": 0.03,
    "support_plan": 0.1, "caseload_plan": 0.2, "emergency": 0.12, "exceptional_delay": 0.1, "home_educated": 0.04, "nothing_to_share": 0.1,
    "not_practicable": 0.1, "seen": 0.8, "spoken": 0.75, "substantive": 0.6, "concern_identified": 0.5, "open_to_social_care": 0.2,
    "child_refused_interview": 0.15, "extenuating": 0.08, "supervisor_agreed": 0.5, "success": 0.8, "detained": 0.5, "domestic_abuse": 0.45,
    "trigger_plan": 0.2, "before_charge": 0.8, "face_to_face": 0.75, "actions_set": 0.8, "child_abuse": 0.5, "victim_identified": 0.7, "enhanced_rights": 0.7,
    "appears_under_18": 0.9, "treated_as_child": 0.9, "clear_evidence_of_age": 0.03, "shared_with_adult": 0.03, "offered": 0.8, "service_closed": 0.1,
    "offence_indictable": 0.9, "capable_of_understanding": 0.8, "police_required": 0.9, "police_in_enquiry": 0.9, "unborn": 0.05,
}  # fmt: skip
"""Yes_no fields that are not true half the time."""

SHARES: dict[str, dict[str, int]] = {
    "missing.reported.classification": {"missing": 8, "absent": 1, "concern": 1},
    "crime.recorded.crime_change": {"created": 9, "reclassified": 1},
    "contact.received.channel": {"999_call": 4, "101_call": 4, "online_report": 2, "partner": 2, "nca_referral": 2, "ceop": 1, "other": 1},
    "contact.researched.passed_to": {"responding_officer": 7, "hub": 1, "nobody": 1},
    "contact.assessed.tool": {"thrive": 8, "none": 1, "local": 1},
    "pp.notified.recipient_kind": {"la": 6, "parent": 3, "child": 2},
    "info.shared.recipient_kind": {"la": 5, "school": 4, "parent": 5, "carer": 2, "ukmpu": 3, "health": 2, "probation": 1},
    "info.shared.legal_basis": {"encompass": 5, "s16la": 2, "s47": 2, "consent": 1},
    "referral.submitted.referral_kind": {"child_concern": 6, "domestic_abuse": 3, "adult": 2, "missing": 1},
    "referral.sent.sending_kind": {"send": 6, "written": 1, "chase": 3, "escalate": 1},
    "referral.decided.decision": {"s17": 2, "s47": 2, "nfa": 3, "acknowledged": 2, "early_help": 1},
    "flag.set.flag": {"cse": 4, "cce": 3, "trafficking": 1, "online": 2, "da": 1, "missing": 1, "protection_plan": 1, "trigger_plan": 1},
    "flag.set.flag_subject": {"person": 7, "location": 1, "suspect": 1},
    "flag.set.flag_change": {"on": 8, "off": 1, "changed": 1},
    "conference.held.conference_kind": {"icpc": 4, "core_group": 4, "rcpc": 2},
    "conference.held.police_input": {"attended": 5, "report": 3, "none": 2},
    "cpplan.changed.plan_change": {"start": 6, "end": 4},
    "s47.started.enquiry_lead": {"joint": 7, "la_only": 2, "police_only": 1},
    "partner.chased.about": {"initial_conference": 3, "core_group": 2, "return_interview": 4, "other": 1},
    "conference.held.outcome": {"plan_made": 6, "no_plan": 2, "reviewed": 1, "adjourned": 1},
    "rhi.done.outcome": {"held": 7, "declined": 2, "missing_again": 1, "not_offered": 1},
    "missing.enquiry.enquiry_type": {"home_search": 3, "phone": 3, "address_visit": 2, "trigger_plan": 1, "cctv": 1, "social_media": 1},
    "contact.graded.response_type": {"deployment": 7, "appointment": 1, "desk": 1, "none": 1},
    "missing.interviewed.seen_by_agency": {"none": 9, "local_authority": 1},
    "investigation.allocated.team": {"child_abuse": 5, "cid": 3, "response": 1, "online_child_abuse": 1},
    "action.done.outcome": {"done": 7, "cancelled": 1, "redated": 3, "transferred": 1},
    "device.examined.stage": {"started": 4, "completed": 3, "reported": 4},
    "suspect.actioned.suspect_action": {"arrest": 5, "voluntary": 4, "warrant": 1},
    "custody.authorised.outcome": {"authorised": 19, "refused": 1},
    "custody.assessed.assessment_kind": {"arrival": 8, "update": 1, "pre_release": 1},
    "custody.aa_requested.asked_for": {"whole_stay": 8, "interview": 2},
    "custody.assessed.obs_level": {"level_1": 7, "level_2": 2, "level_3": 1},
    "custody.diversion.service": {"liaison_and_diversion": 5, "healthcare": 4, "youth_justice": 1},
    "custody.reviewed.detained_state": {"available": 7, "asleep": 2, "in_interview": 1},
    "custody.reviewed.reviewer_rank": {"inspector": 8, "sergeant": 1, "chief_inspector": 1},
    "custody.ended.destination": {"home": 6, "la_accommodation": 2, "court": 2, "police_cell": 1},
    "custody.charged.bail_outcome": {"bail": 3, "refused": 3, "no_bail": 1, "not_charged": 2},
    "interview.held.subject_role": {"suspect": 4, "child_victim": 4, "child_witness": 2, "adult_witness": 1},
    "interview.held.mode": {"vri": 5, "voluntary": 2, "pace": 2, "statement": 1},
    "victim.contacted.purpose": {"key_decision": 4, "update": 2, "consult_bail": 3, "closure": 3, "other": 1},
    "bail.set.bail_kind": {"grant": 5, "extend": 3, "vary": 1, "rui": 2, "cancel": 2},
    "bail.set.authority_level": {"custody_officer": 2, "inspector": 3, "superintendent": 2, "court": 1},
    "supervision.reviewed.review_kind": {"initial": 3, "periodic": 5, "closure": 3, "overdue": 1},
    "supervision.reviewed.reviewer_rank": {"sergeant": 7, "inspector": 3, "dc": 1},
    "missing.reviewed.reviewer_rank": {"sergeant": 6, "inspector": 3, "pc": 2},
    "decision.recorded.decision_kind": {
        "not_practicable": 3, "not_shared": 3, "no_further_action": 2, "threshold": 2, "closure": 1, "waiting": 5, "no_deployment": 4, "strategy": 3,
        "police_protection": 1, "conference_not_required": 1, "s47_unsubstantiated": 1, "enforcement_hold": 2, "late_review": 1, "access_to_children": 2,
        "repeat_low_level": 2, "no_crime": 2, "suspect_action": 1, "trigger_plan": 1, "deviation": 2, "disclosure": 2, "escalation": 2, "warning_letter": 1, "other": 2,
    },
    "decision.recorded.by_role": {"control_room_supervisor": 3, "supervisor": 4, "investigator": 2, "hub_officer": 1},
    "decision.recorded.by_rank": {"sergeant": 3, "inspector": 3, "superintendent": 3, "pc": 1},
    "case.closed.closure_kind": {"investigation": 5, "missing": 4, "incident": 4, "referral": 1},
    "rso.assessed.regime": {"active": 8, "reactive": 2},
    "rso.visited.outcome": {"seen": 7, "no_reply": 2, "in_custody": 1, "in_hospital": 1},
    "training.completed.course": {
        "scaidp": 5, "pip1": 1, "pip2": 2, "abe_interviewing": 2, "supervisor_child_abuse": 3, "child_protection_frontline": 3,
        "child_protection_call_handling": 1, "child_protection_custody": 1, "domestic_abuse": 1,
    },
    "training.completed.course_status": {"achieved": 7, "started": 1, "lapsed": 1},
    "profile.published.profile_subject": {"sexual_exploitation": 4, "criminal_exploitation": 3, "child_abuse": 1, "other": 1},
    "serious_incident.notified.notice_kind": {"incident_notification": 5, "rapid_review": 4, "practice_review": 1},
    "audit.done.audit_area": {"child_protection": 5, "control_room": 3, "missing": 1, "custody": 1},
    "rso.assessed.tool": {"arms": 8, "oasys": 1, "osp": 1},
    "online.scored.tool": {"kirat": 7, "successor": 1, "local": 2},
    "csods.staged.outcome": {"progressed": 9, "stopped": 1, "no_concerns": 1},
    "da.assessed.tool": {"dash": 4, "dara": 4, "none": 1},
}  # fmt: skip
"""Kind and field: shares of its codes; other code fields take each of their codes equally often."""

HOURS_FROM_EVENT: dict[str, tuple[float, float]] = {
    "due_at": (24, 500), "new_due_at": (100, 400), "detention_limit_at": (23, 2), "until_at": (8, 8), "end_at": (600, 1500), "expected_at": (100, 900),
    "next_review_at": (4, 500), "pause_until": (4, 20),
}  # fmt: skip
"""Moments later than their event: hours after it, and the breadth of the range. Every other moment lies up to three days before its event."""

PHRASES = (
    "the child was seen in the kitchen", "mother said that all was well", "no marks were visible", "the room was cold and untidy", "a friend had called",
    "the school had been told", "enquiries go on with the neighbours", "the log was read and the risk is unchanged", "the address was searched",
    "he said that he felt safe", "she wanted to stay with her aunt", "the social worker will visit", "no reply at the door", "the phone was off",
    "the supervisor agreed the plan", "statement taken and attached", "the device was found under the bed", "the family asked for an interpreter",
    "further checks were made", "the matter was passed to the day team", "the risk was discussed with the duty inspector", "nothing further to add",
)  # fmt: skip
