"""GePG's XML, version 4: `<Gepg><INNER/><gepgSignature/></Gepg>`, signed with SHA1withRSA over the inner element only.

SHA-1 stands here because that wire demands it, and nowhere else. What is verified is what is parsed: the inner
element is cut out by its bytes, and only those bytes, once their signature held, are ever read as XML.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from lxml import etree

Tree: TypeAlias = "Mapping[str, str | Tree | Sequence[Tree]]"

CALLBACK_LIMIT = 256 * 1024
RECONCILIATION_LIMIT = 8 * 1024 * 1024
_ELEMENTS, _DEPTH = 200_000, 8
_START = re.compile(rb"\A\s*(?:<\?xml [^<>]{1,100}\?>\s*)?<Gepg>\s*<(gepg[A-Za-z]{1,40})>")
_END = re.compile(rb"\s*<gepgSignature>([A-Za-z0-9+/=\s]{0,4096})</gepgSignature>\s*</Gepg>\s*\Z")
_TIME = "%Y-%m-%dT%H:%M:%S"


class WireError(ValueError):
    """The body is not GePG's XML, or is XML that nobody honest sends (a DTD, an entity, too large, too deep)."""


class BadSignatureError(WireError):
    """The signature does not belong to the inner element."""


@dataclass(frozen=True)
class Envelope:
    """A message cut apart but not yet believed: the inner element's name and bytes, and the signature."""

    kind: str
    inner: bytes
    signature: bytes

    def read(self, key: RSAPublicKey) -> etree._Element:
        """The inner element once the signature held; raises BadSignatureError, WireError."""
        try:
            key.verify(self.signature, self.inner, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  # this wire's own
        except InvalidSignature as error:
            raise BadSignatureError(self.kind) from error
        return parse(self.inner)


def build(kind: str, content: Tree) -> bytes:
    """The inner element as bytes; empty texts give empty elements, characters that XML cannot carry are left out."""
    root = etree.Element(kind)
    _fill(root, content)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _fill(parent: etree._Element, content: Tree) -> None:
    for name, value in content.items():
        for one in [value] if isinstance(value, str | Mapping) else value:
            child = etree.SubElement(parent, name)
            if isinstance(one, str):
                child.text = "".join(c for c in one if c.isprintable()) or None
            else:
                _fill(child, one)


def seal(inner: bytes, key: RSAPrivateKey) -> bytes:
    """The whole message with its signature."""
    signature = key.sign(inner, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  # this wire's own
    return b"<Gepg>" + inner + b"<gepgSignature>" + base64.b64encode(signature) + b"</gepgSignature></Gepg>"


def open_envelope(body: bytes, limit: int = CALLBACK_LIMIT) -> Envelope:
    """Cut a message apart without parsing it; raises WireError."""
    if len(body) > limit:
        raise WireError("too large")
    if b"<!" in body or b"\x00" in body:
        raise WireError("declarations, comments and CDATA are refused")
    start, end = _START.match(body), _END.search(body, max(0, len(body) - 8192))
    if start is None or end is None:
        raise WireError("not <Gepg>inner, signature</Gepg>")
    kind = start.group(1)
    inner = body[start.start(1) - 1 : end.start()]
    if not inner.endswith(b"</" + kind + b">"):
        raise WireError("more than one inner element")
    try:
        signature = base64.b64decode(b"".join(end.group(1).split()), validate=True)
    except binascii.Error as error:
        raise WireError("the signature is not base64") from error
    return Envelope(kind.decode(), inner, signature)


def parse(inner: bytes) -> etree._Element:
    """The element of bytes that we have reason to trust, read without DTD, entities or network; raises WireError."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(inner, parser)
    except etree.XMLSyntaxError as error:
        raise WireError("not well-formed") from error
    count = 0
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        count += 1
        if count > _ELEMENTS or depth > _DEPTH:
            raise WireError("too many elements, or too deep")
        stack.extend((child, depth + 1) for child in element)
    return root


def text(element: etree._Element, path: str) -> str:
    """The text at a path below the element, trimmed; empty when there is none."""
    return (element.findtext(path) or "").strip()


def amount(value: str) -> int:
    """Whole units from `2000`, `2000.0` or `2000.00`; raises WireError on fractions, signs and anything else."""
    try:
        found = Decimal(value)
    except InvalidOperation as error:
        raise WireError(f"not an amount: {value[:20]!r}") from error
    if not found.is_finite() or found != found.to_integral_value() or not 0 < found < 10**15:
        raise WireError(f"not a whole amount: {value[:20]!r}")
    return int(found)


def instant(value: str, zone: str) -> datetime:
    """An aware instant from the gateway's local time; raises WireError."""
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise WireError(f"not a time: {value[:30]!r}") from error


def local(at: datetime, zone: str) -> str:
    """An instant as the gateway writes it: local time, to the second, without a zone."""
    return at.astimezone(ZoneInfo(zone)).strftime(_TIME)
