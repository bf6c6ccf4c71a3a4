"""One form of JSON (RFC 8785), so that the same facts give the same bytes and the same hash everywhere."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785


def plain(value: Any) -> Any:
    """The value with ids, dates and sets turned into JSON types; raises TypeError on anything else."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(v) for v in value), key=str)
    raise TypeError(f"no canonical form for {type(value).__name__}")


_SAFE = 2**53


def _is_simple(value: Any) -> bool:
    """Whether the standard library writes a JSON value as RFC 8785 does: no fractions, no key that sorts otherwise."""
    if isinstance(value, str) or value is None:
        return True
    if isinstance(value, dict):
        return all(key.isascii() for key in value) and all(map(_is_simple, value.values()))
    if isinstance(value, list):
        return all(map(_is_simple, value))
    return isinstance(value, int) and -_SAFE < value < _SAFE


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a value made of JSON types, ids and dates."""
    found = plain(value)
    if _is_simple(found):
        # The same bytes five times as fast; nearly everything that is journalled is so.
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return rfc8785.dumps(found)


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
