"""What the made-up exports do not show: fields left blank, codes nobody mapped, times cut down to a day, and a feed that stopped.

The shares are made up. They are small, so that most occasions can be decided, and are spread over every kind of record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from candour.simulation.moments import first_second, last_second

BLANK: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("contact", "child_involved"): 0.01,
        ("contact", "crime_alleged"): 0.01,
        ("contact", "whereabouts_unknown"): 0.01,
        ("contact", "whereabouts_verified"): 0.01,
        ("contact", "domestic_abuse"): 0.01,
        ("contact", "abuse_kinds"): 0.01,
        ("contact", "channel"): 0.001,
        ("contact", "risk_marker"): 0.01,
        ("contact", "last_contact_at"): 0.02,
        ("graded", "child_involved"): 0.01,
        ("graded", "grade"): 0.005,
        ("arrived", "domestic_abuse"): 0.01,
        ("arrived", "child_concern"): 0.01,
        ("arrived", "child_present"): 0.01,
        ("arrived", "child_resident"): 0.01,
        ("arrived", "immediate_threat"): 0.01,
        ("arrived", "child_victim_suspected"): 0.01,
        ("arrived", "child_details_complete"): 0.01,
        ("seen", "seen"): 0.01,
        ("seen", "spoken"): 0.01,
        ("seen", "concern_identified"): 0.01,
        ("seen", "pre_verbal"): 0.01,
        ("dash", "grade"): 0.01,
        ("notice", "referral_kind"): 0.005,
        ("notice", "rating"): 0.01,
        ("triaged", "relevant_to_partner"): 0.01,
        ("triaged", "rating"): 0.005,
        ("reported", "classification"): 0.01,
        ("reported", "from_care"): 0.01,
        ("risk", "risk_level"): 0.01,
        ("episode-review", "reviewer_rank"): 0.01,
        ("located", "returned"): 0.01,
        ("located", "found_by"): 0.01,
        ("interview-return", "face_to_face"): 0.01,
        ("rhi", "outcome"): 0.01,
        ("custody-arrived", "age_recorded"): 0.01,
        ("custody-arrived", "appears_under_18"): 0.01,
        ("custody-arrived", "detained_sex"): 0.01,
        ("custody-authorised", "outcome"): 0.005,
        ("custody-charged", "bail_outcome"): 0.01,
        ("custody-reviewed", "reviewer_rank"): 0.01,
        ("custody-searched", "aa_present"): 0.01,
        ("allocated", "child_victim"): 0.01,
        ("allocated", "child_abuse"): 0.01,
        ("allocated", "high_risk"): 0.01,
        ("suspect", "child_victim"): 0.01,
        ("suspect", "high_risk"): 0.01,
        ("suspect-action", "victim_identified"): 0.01,
        ("suspect-action", "child_victim"): 0.01,
        ("closed", "child_victim"): 0.01,
        ("strategy", "s47_decided"): 0.01,
        ("strategy-requested", "immediate_risk"): 0.01,
        ("submitted", "child_risk"): 0.01,
        ("submitted", "priority"): 0.01,
        ("task-raised", "due_at"): 0.01,
        ("scored", "level"): 0.01,
        ("exploitation", "level"): 0.01,
        ("flag", "flag"): 0.01,
        ("intel", "child_access"): 0.01,
        ("rso-risk", "level"): 0.01,
        ("interview", "mode"): 0.01,
        ("interview", "subject_role"): 0.01,
        ("interview", "interview_ref"): 0.01,
        ("interview", "aa_present"): 0.01,
        ("interview", "detained"): 0.01,
        ("decision", "decision_kind"): 0.005,
        ("decision", "by_role"): 0.005,
        ("decision", "by_rank"): 0.005,
        ("closed", "child_involved"): 0.01,
        ("incident-closed", "child_involved"): 0.01,
        ("episode-closed", "child_involved"): 0.005,
        ("conference", "outcome"): 0.01,
        ("conference", "conference_kind"): 0.01,
        ("stage", "stage"): 0.01,
        ("custody-authorised", "detention_limit_at"): 0.01,
        ("custody-assessed", "assessment_kind"): 0.02,
        ("shared", "legal_basis"): 0.01,
        ("shared", "recipient_kind"): 0.005,
        ("exploitation", "modern_slavery_indicators"): 0.01,
        ("allocated", "team"): 0.01,
        ("allocated", "oic_ref"): 0.01,
        ("pp-notified", "recipient_kind"): 0.02,
        ("pp-placed", "place_kind"): 0.02,
        ("pp-designated", "designated_officer_ref"): 0.02,
        ("bail", "bail_kind"): 0.01,
        ("bail", "suspect_ref"): 0.005,
        ("bail", "authority_level"): 0.01,
        ("suspect-action", "suspect_ref"): 0.005,
        ("suspect-action", "suspect_action"): 0.01,
        ("rso-risk", "regime"): 0.02,
        ("visit", "seen"): 0.02,
        ("strategy", "agencies"): 0.01,
        ("strategy", "police_attended"): 0.01,
        ("strategy", "conference_required"): 0.01,
        ("review", "actions_set"): 0.01,
        ("review", "child_abuse"): 0.005,
        ("review", "review_kind"): 0.005,
        ("review", "risk_level"): 0.02,
        ("crime", "crime_change"): 0.005,
        ("victim-assessed", "enhanced_rights"): 0.02,
        ("custody-searched", "search_kind"): 0.02,
        ("victim-contact", "purpose"): 0.01,
        ("victim-contact", "success"): 0.01,
        ("task-done", "outcome"): 0.005,
        ("task-done", "action_ref"): 0.003,
        ("activity", "substantive"): 0.005,
        ("sent", "sending_kind"): 0.005,
        ("decided", "decision"): 0.01,
        ("marac-referred", "marac_criterion"): 0.01,
        ("researched", "passed_to"): 0.01,
        ("assessed", "tool"): 0.005,
        ("closed", "outcome_code"): 0.005,
        ("closed", "closure_kind"): 0.005,
        ("custody-reviewed", "before_charge"): 0.01,
        ("custody-ended", "destination"): 0.02,
        ("custody-charged", "refused_grounds"): 0.01,
        ("custody-extended", "authority"): 0.02,
        ("custody-extended", "until_at"): 0.02,
        ("flag", "flag_subject"): 0.01,
        ("flag", "immediate_risk"): 0.01,
        ("scored", "suspect_ref"): 0.005,
        ("applied", "immediate_risk"): 0.01,
        ("nrm", "already_referred"): 0.01,
        ("reclassified", "classification"): 0.01,
        ("interview-planned", "intermediary_considered"): 0.01,
        ("trained", "course"): 0.002,
    }
)
"""Share of entries in which a field was left blank, by the name of the entry in the mappings."""

UNMAPPED: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("assessed", "risk_level"): 0.005,
        ("contact", "channel"): 0.001,
        ("risk", "risk_level"): 0.005,
        ("reclassified", "classification"): 0.01,
        ("closed", "outcome_code"): 0.005,
        ("activity", "activity_kind"): 0.002,
        ("suspect", "access_to_children"): 0.01,
        ("notice", "rating"): 0.005,
        ("submitted", "priority"): 0.005,
        ("custody-assessed", "vulnerability"): 0.01,
        ("trained", "course"): 0.005,
    }
)
"""Share of entries in which a field holds a code that its mapping lists as unmapped."""

DAY_ONLY: Mapping[str, float] = MappingProxyType(
    {
        "decided": 0.5,
        "conference": 0.8,
        "strategy": 0.05,
        "rhi": 0.5,
        "rhi-offer": 0.3,
        "rhi-received": 0.5,
        "interview-return": 0.03,
        "victim-contact": 0.1,
        "review": 0.02,
        "plan": 0.02,
        "crime": 0.02,
        "shared": 0.03,
        "started": 0.9,
        "completed": 0.9,
        "report": 0.9,
        "returned": 0.9,
        "seized": 0.5,
        "submitted": 0.5,
        "visit": 0.3,
        "rso-risk": 0.3,
        "mappa": 0.8,
        "stage": 0.1,
        "trained": 1.0,
        "welfare": 1.0,
        "file-audit": 1.0,
    }
)
"""Share of entries for which the export gives a date and no time of day."""

UNDATED: Mapping[str, float] = MappingProxyType(
    {
        "activity": 0.003,
        "decision": 0.003,
        "enquiry": 0.003,
        "interview-planned": 0.005,
        "review": 0.003,
        "rhi": 0.005,
        "seen": 0.002,
        "task-done": 0.003,
        "victim-contact": 0.003,
        "visit": 0.005,
    }
)
"""Share of entries whose time was left blank in the export."""

UNLINKED: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("custody-aa-arrived", "episode"): 0.01,
        ("custody-aa-requested", "episode"): 0.01,
        ("custody-arrived", "episode"): 0.005,
        ("custody-assessed", "episode"): 0.01,
        ("custody-authorised", "episode"): 0.005,
        ("custody-bed-requested", "episode"): 0.02,
        ("custody-certified", "episode"): 0.02,
        ("custody-charged", "episode"): 0.01,
        ("custody-ended", "episode"): 0.01,
        ("custody-reviewed", "episode"): 0.01,
        ("decided", "child"): 0.005,
        ("decision", "episode"): 0.01,
        ("enquiry", "episode"): 0.003,
        ("episode-review", "episode"): 0.005,
        ("interview-return", "episode"): 0.01,
        ("pp-designated", "episode"): 0.02,
        ("pp-ended", "episode"): 0.02,
        ("pp-notified", "child"): 0.01,
        ("pp-taken", "episode"): 0.01,
        ("rhi", "episode"): 0.01,
        ("rhi-received", "episode"): 0.01,
        ("risk", "episode"): 0.005,
        ("seen", "child"): 0.005,
        ("sent", "child"): 0.005,
        ("shared", "child"): 0.005,
        ("shared", "episode"): 0.01,
    }
)
"""Share of entries that do not say which child, or which episode, they are about."""

UNTYPED: Mapping[str, float] = MappingProxyType({"seen": 0.01, "strategy": 0.02, "suspect": 0.02, "sent": 0.01})
"""Share of entries that do not say when they were typed."""

STOPPED_SOURCE = "notices"
STOPPED_FROM, STOPPED_TO = first_second(date(2026, 2, 9)), last_second(date(2026, 2, 15))
"""The feed of child-concern notices stopped for this week (both ends inside), and what fell in it never came."""
