"""The face: begin, submit, decide; used by doors that stand above (API, demonstration, benches)."""

from jumuishi.cases.actions.answering import answer_request, appeal, withdraw_case
from jumuishi.cases.actions.correcting import correct_answer
from jumuishi.cases.actions.deciding import assign, decide, explain_delay, give_review
from jumuishi.cases.actions.drafts import attach, begin_draft, discard_draft, save_answers
from jumuishi.cases.actions.erasing import erase_case
from jumuishi.cases.actions.submission import submit
from jumuishi.cases.actions.together import Resolution, decide_together
from jumuishi.cases.figures import days, late_tasks, pulse, standings
from jumuishi.cases.lookups.disputed import DisputeRef, dispute
from jumuishi.cases.queries import overdue_clocks
from jumuishi.cases.sittings.outward import MatterPaths, MatterRef, matter_paths, waiting_matters
from jumuishi.cases.sittings.queries import committees_at
from jumuishi.cases.visits.actions import book_visit, cancel_visit
from jumuishi.cases.visits.queries import hours_of_visit, refs_of_case

__all__ = [
    "DisputeRef",
    "MatterPaths",
    "MatterRef",
    "Resolution",
    "answer_request",
    "appeal",
    "assign",
    "attach",
    "begin_draft",
    "book_visit",
    "cancel_visit",
    "committees_at",
    "correct_answer",
    "days",
    "decide",
    "decide_together",
    "discard_draft",
    "dispute",
    "erase_case",
    "explain_delay",
    "give_review",
    "hours_of_visit",
    "late_tasks",
    "matter_paths",
    "overdue_clocks",
    "pulse",
    "refs_of_case",
    "save_answers",
    "standings",
    "submit",
    "waiting_matters",
    "withdraw_case",
]
