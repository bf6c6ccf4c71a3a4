"""The face: who acts, what they may, and how an act is done and recorded."""

from jumuishi.identity.actions import action, record
from jumuishi.identity.policy import (
    is_authority,
    is_of_institution,
    is_owner,
    is_system,
    may,
    must,
    policy,
)
from jumuishi.identity.principal import principal_of

__all__ = [
    "action",
    "is_authority",
    "is_of_institution",
    "is_owner",
    "is_system",
    "may",
    "must",
    "policy",
    "principal_of",
    "record",
]
