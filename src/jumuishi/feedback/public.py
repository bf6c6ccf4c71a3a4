"""The face: how soon an institution answers, and what is said for somebody. All else is at this room's own doors."""

from jumuishi.feedback import policies  # noqa: F401  # registers who may
from jumuishi.feedback.actions.saying import say
from jumuishi.feedback.actions.terms import set_terms

__all__ = ["say", "set_terms"]
