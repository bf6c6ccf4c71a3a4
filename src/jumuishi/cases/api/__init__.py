"""Applying, tracking and following a case by API: the same acts and reads as the pages have."""

from jumuishi.cases.api import drafts, edition, helping, looks, mine, uploads
from jumuishi.cases.api.common import router

__all__ = ["drafts", "edition", "helping", "looks", "mine", "router", "uploads"]
