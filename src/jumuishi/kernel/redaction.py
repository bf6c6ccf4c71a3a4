"""What a process writes into its log, without what must never stand there: the one place where that is decided.

A log is read by more people than a case, kept longer, and copied elsewhere. Whoever wrote the line, ours or a library:
phones, identity numbers, references, passwords, tokens, codes and addresses with a password in them are masked; of an
exception its kind, its place and the words of its message stay, without the values that stood in it. One event is one
line, so that nobody can write a false line by typing a line break.
"""

import logging
import re
import traceback
from types import TracebackType

MASK = "•••"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Arguments of a background job hold what an event tells.
_JOB = re.compile(r"(\[\d+\])\(.*\)", re.DOTALL)
_NAMED = re.compile(
    r"(?i)((?:password|nywila|secret|token|otp|factor|authorization|cookie|sessionid|csrfmiddlewaretoken|resume_code"
    r"|phone|nin|hash|\bcode(?=[\"']?\s*=|[\"']\s*:))[\"']?\s*[:=]\s*(?:bearer\s+|basic\s+)?)(\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
_ADDRESS = re.compile(r"(\w+://[^\s:/@]*):[^\s@]+@")
# Ten digits and more, however they are grouped: a phone, an identity number, a reference, a control number.
_DIGITS = re.compile(r"(?<![\w-])\+?\d(?:[ ()·-]?\d){8,}(?![\w-])")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)[A-Za-z0-9_-]{24,}(?![\w-])")
# What an operator's callback is known by is the last part of its address.
_CALLBACK = re.compile(r"(/ussd/[\w-]+/)[^/\s?\"']+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|(?<=: )\"(?:[^\"\\]|\\.)*\"|\((?:[^()]*)\)=\((?:[^()]*)\)")
# What PostgreSQL adds to its message: the row, the statement.
_ADDED = re.compile(r"(?m)^\s*(?:DETAIL|CONTEXT|LINE \d+|QUERY|HINT):?.*(?:\n\s*\^)?$")
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(128, 160), 0x2028, 0x2029, 0x202E)}


def masked(text: str) -> str:
    """The text on one line, without secrets and personal numbers; ids of ours (UUID) stay."""
    text = _JOB.sub(rf"\1({MASK})", text)
    text = _ADDRESS.sub(rf"\1:{MASK}@", text)
    text = _NAMED.sub(rf"\1{MASK}", text)
    text = _CALLBACK.sub(rf"\1{MASK}", text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _MAIL.sub(f"{MASK}@{MASK}", text)
    kept, at = [], 0
    for found in _ID.finditer(text):
        kept += [_numbers(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*kept, _numbers(text[at:])]).translate(_CONTROL)


def _numbers(text: str) -> str:
    return _DIGITS.sub(MASK, _TOKEN.sub(MASK, text))


def described(error: BaseException) -> str:
    """An exception's kind and message: every value in quotes and every row that the database cites left out."""
    kind = type(error)
    said = masked(_QUOTED.sub(MASK, _ADDED.sub("", str(error))).strip())
    return f"{kind.__module__}.{kind.__qualname__}: {said}"[:1000]


class Redacting(logging.Formatter):
    """The formatter of every process (settings.LOGGING)."""

    def format(self, record: logging.LogRecord) -> str:
        """The record; a traceback that another formatter left on it is not reused, and ours not left for others."""
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the library's name
        """The line."""
        stamp = self.formatTime(record, self.datefmt)
        return f"{stamp} {record.levelname} {record.name} {masked(record.message)}"

    def formatException(  # noqa: N802  # the library's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Where it happened, and what kind of exception; the same for those that led to it, the first one first."""
        parts: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            parts.insert(0, "".join(traceback.format_tb(error.__traceback__)) + described(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhich led to:\n".join(parts)
