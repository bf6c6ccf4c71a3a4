"""The face: how soon an institution answers. Everything else is said and done at this room's own doors."""

from jumuishi.feedback import policies  # noqa: F401  # registers who may
from jumuishi.feedback.actions.terms import set_terms

__all__ = ["set_terms"]
