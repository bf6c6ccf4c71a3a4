"""Jumuishi's API, version 1, from Python."""

from jumuishi_client.client import Jumuishi
from jumuishi_client.errors import (
    AnswersError,
    AwayError,
    JumuishiError,
    NotFoundError,
    NotNowError,
    RefusedError,
    SignInError,
    TooOftenError,
)
from jumuishi_client.notices import BadNoticeError, Notice, read_notice

__all__ = [
    "AnswersError",
    "AwayError",
    "BadNoticeError",
    "Jumuishi",
    "JumuishiError",
    "NotFoundError",
    "NotNowError",
    "Notice",
    "RefusedError",
    "SignInError",
    "TooOftenError",
    "read_notice",
]
