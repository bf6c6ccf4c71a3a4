"""The few structured fields (RFC 8941) that signing needs, read strictly: what is not in canonical form is refused.

So the text that came is the text that is signed, and no two readers can differ on it.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass

from jumuishi.exchange.signing.flaws import Flaw, NotBelieved

_KEY = r"[a-z*][a-z0-9_.*\-]*"
_STRING = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_PARAMETER = rf";({_KEY})(?:=(-?\d{{1,15}}|{_STRING}))?"
_ITEM = rf"{_STRING}(?:;{_KEY}(?:={_STRING})?)*"
_INPUT = re.compile(rf"({_KEY})=(\(((?:{_ITEM}(?: {_ITEM})*)?)\)((?:{_PARAMETER})*))")
MOST = 4096
_SIGNATURE = re.compile(rf"({_KEY})=:([A-Za-z0-9+/]*={{0,2}}):")


@dataclass(frozen=True, slots=True)
class Input:
    """A Signature-Input of one signature: its label, components and parameters, and the text as it came."""

    label: str
    text: str
    components: tuple[str, ...]
    parameters: dict[str, int | str]


def quoted(text: str) -> str:
    """A string of a structured field; raises ValueError for what it can't hold."""
    if not text.isascii() or not text.isprintable():
        raise ValueError("only printable ASCII")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def read_input(value: str) -> Input:
    """A Signature-Input with one signature; raises NotBelieved."""
    found = _INPUT.match(value) if len(value) <= MOST else None
    if found is None:
        raise NotBelieved(Flaw.UNREADABLE, "Signature-Input")
    if found.end() != len(value):
        several = value[found.end() :].lstrip(" \t").startswith(",")
        raise NotBelieved(Flaw.SEVERAL_SIGNATURES if several else Flaw.UNREADABLE, "Signature-Input")
    parameters: dict[str, int | str] = {}
    for name, text in re.findall(_PARAMETER, found[4]):
        if name in parameters or not text:
            raise NotBelieved(Flaw.PARAMETERS, name)
        if text[0] == '"':
            parameters[name] = _unquoted(text)
        else:
            parameters[name] = int(text)
            if str(parameters[name]) != text:
                raise NotBelieved(Flaw.UNREADABLE, name)
    return Input(found[1], found[2], tuple(re.findall(_ITEM, found[3])), parameters)


def read_signature(value: str, label: str) -> bytes:
    """The signature of that label, the only one; raises NotBelieved."""
    found = _SIGNATURE.fullmatch(value)
    if found is None:
        raise NotBelieved(Flaw.SEVERAL_SIGNATURES if "," in value else Flaw.UNREADABLE, "Signature")
    if found[1] != label:
        raise NotBelieved(Flaw.UNREADABLE, "the labels differ")
    try:
        data = b64decode(found[2], validate=True)
    except Error as error:
        raise NotBelieved(Flaw.UNREADABLE, "Signature") from error
    if b64encode(data).decode() != found[2]:
        raise NotBelieved(Flaw.UNREADABLE, "Signature")
    return data
