"""Is this document genuine? Answered from two files, with no network, no database and no Django.

Trust begins with the key list: whoever hands it over vouches for its root. A PDF must be whole under a certificate of
that list and carry a code of the same institution; a picture or a text is judged by its code alone.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from jumuishi.documents import code
from jumuishi.documents.lists import KeyList, PublishedKey, RevocationList, is_fresh
from jumuishi.documents.types import CodeError, DocumentState, Result, Verdict
from jumuishi.kernel.lazily import lazily

pades, zxingcpp, Image = lazily("jumuishi.documents.pades"), lazily("zxingcpp"), lazily("PIL.Image")
pypdf, generic = lazily("pypdf"), lazily("pypdf.generic")

# Larger pictures than any camera's are refused before they are opened out in memory.
PIXELS_LIMIT = 60_000_000
# A code carries a day, a key's life is told in instants: it counts wherever on earth that day was.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
_MODULE = 4
# The two files of a package that stand for all others (see packages.py).
MANIFEST, SIGNATURE = "manifest.json", "signature.txt"


def verify_payload(text: str, keys: KeyList, revoked: RevocationList | None, at: datetime) -> Verdict:
    """Judge the text of a QR at an aware instant, whose own zone says which day it is."""
    try:
        signed = code.read(text)
    except CodeError as error:
        return Verdict(Result.ALTERED, reason=str(error))
    key = keys.keys.get(signed.kid)
    if key is None:
        return Verdict(Result.UNKNOWN_KEY, key=signed.kid.hex(), reason="no such key in the key list")
    if not code.holds(signed, key.public) or signed.code.issuer != key.issuer:
        return Verdict(Result.ALTERED, key=signed.kid.hex(), reason="the signature does not hold")
    found = Verdict(Result.GENUINE, signed.code, key.name, signed.kid.hex())
    if key.compromised_at is not None:
        return replace(found, result=Result.UNKNOWN_KEY, since=key.compromised_at, reason="the key was compromised")
    if not (key.not_before - _WEST).date() <= signed.code.issued_on <= (key.not_after + _EAST).date():
        return replace(found, result=Result.ALTERED, reason="the key did not sign on that day")
    return _in_time(found, keys, revoked, at)


def _in_time(found: Verdict, keys: KeyList, revoked: RevocationList | None, at: datetime) -> Verdict:
    carried = found.code
    if carried is None:
        return found
    entry = revoked.entries.get(carried.number) if revoked else None
    is_stopped = entry is not None and entry.state is DocumentState.SUSPENDED
    if entry is not None and not is_stopped:
        return replace(found, result=Result.REVOKED, since=entry.at, reason=entry.state.value)
    if carried.expires_on is not None and at.date() > carried.expires_on:
        return replace(found, result=Result.EXPIRED, reason="its last day has passed")
    if entry is not None and entry.holds_on(at.date()):
        # However old the list: it may have been lifted since, and only a newer list can say so.
        return replace(found, result=Result.SUSPENDED, since=entry.at, until=entry.until, reason="suspended")
    if not is_fresh(keys, at):
        return replace(found, result=Result.STALE, since=keys.issued_at, reason="the key list is too old")
    if revoked is None:
        return replace(found, warnings=("revocation_unchecked",))
    if not is_fresh(revoked, at):
        return replace(found, result=Result.STALE, since=revoked.issued_at, reason="the revocation list is too old")
    return found


def verify_pdf(pdf: bytes, keys: KeyList, revoked: RevocationList | None, at: datetime) -> Verdict:
    """Judge a PDF: its signature over the whole file, and the code printed in it."""
    by_certificate = {key.certificate: key for key in keys.keys.values()}
    seal = pades.read_seal(pdf, keys.authority, list(by_certificate))
    if seal.reason == "certificate":
        return Verdict(Result.UNKNOWN_KEY, reason="the PDF is signed by a certificate that the key list does not hold")
    if not seal.whole or seal.certificate is None or seal.signed_at is None:
        return Verdict(Result.ALTERED, reason=f"the PDF's signature does not hold ({seal.reason})")
    texts = sorted(_codes_of_pdf(pdf))
    if len(texts) != 1:
        return Verdict(Result.ALTERED, reason="the PDF does not carry one code")
    verdict = verify_payload(texts[0], keys, revoked, at)
    return _same_hand(verdict, by_certificate[seal.certificate], seal.signed_at)


def _same_hand(verdict: Verdict, key: PublishedKey, signed_at: datetime) -> Verdict:
    if verdict.code is not None and verdict.code.issuer != key.issuer:
        return replace(verdict, result=Result.ALTERED, reason="the PDF and its code are of two institutions")
    if not key.not_before <= signed_at <= key.not_after:
        return replace(verdict, result=Result.ALTERED, reason="the certificate did not sign at that time")
    if key.compromised_at is not None:
        return replace(verdict, result=Result.UNKNOWN_KEY, since=key.compromised_at, reason="the key was compromised")
    return verdict


def verify_picture(picture: bytes, keys: KeyList, revoked: RevocationList | None, at: datetime) -> Verdict:
    """Judge a photograph or scan (PNG, JPEG) by the code in it; several codes are no proof of any."""
    try:
        texts = codes_of_picture(picture)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        return Verdict(Result.ALTERED, reason=f"the picture can't be read ({type(error).__name__})")
    if len(texts) != 1:
        return Verdict(Result.ALTERED, reason="the picture does not show one code of ours")
    return verify_payload(texts.pop(), keys, revoked, at)


def verify_bytes(data: bytes, keys: KeyList, revoked: RevocationList | None, at: datetime) -> Verdict:
    """Judge a file by what it is: PDF, picture, package, or the text of a code."""
    if data[:5] == b"%PDF-":
        return verify_pdf(data, keys, revoked, at)
    if data[:4] == b"PK\x03\x04":
        return verify_package(data, keys, revoked, at)
    if data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff":
        return verify_picture(data, keys, revoked, at)
    try:
        return verify_payload(data.decode("ascii"), keys, revoked, at)
    except UnicodeDecodeError:
        return Verdict(Result.ALTERED, reason="neither a PDF, a picture, a package nor the text of a code")


def verify_package(package: bytes, keys: KeyList, revoked: RevocationList | None, at: datetime) -> Verdict:
    """Judge a ZIP by its signed manifest: each file in it is one that was signed; some may have been left out."""
    try:
        found = _files_of(package)
        text, manifest = found.pop(SIGNATURE).decode("ascii"), found.pop(MANIFEST)
        signed = json.loads(manifest)["files"]
    except Exception as error:  # a damaged archive makes the reader raise whatever it met
        return Verdict(Result.ALTERED, reason=f"not a signed package ({type(error).__name__})")
    verdict = verify_payload(text, keys, revoked, at)
    if verdict.code is None:
        return verdict
    if verdict.code.claims.get("sha256") != hashlib.sha256(manifest).hexdigest():
        return replace(verdict, result=Result.ALTERED, reason="the manifest is not the one that was signed")
    for name, content in found.items():
        if signed.get(name) != hashlib.sha256(content).hexdigest():
            return replace(verdict, result=Result.ALTERED, reason=f"{name} is not what was signed")
    partial = ("package_partial",) if set(signed) - set(found) else ()
    return replace(verdict, warnings=(*verdict.warnings, *partial))


def _files_of(package: bytes) -> dict[str, bytes]:
    """Each file once. Nothing in a package is packed, so that it holds no more than it weighs."""
    with zipfile.ZipFile(BytesIO(package)) as opened:
        rows = opened.infolist()
        packed = any(one.compress_type != zipfile.ZIP_STORED for one in rows)
        if (
            packed
            or sum(one.file_size for one in rows) > len(package)
            or len({one.filename for one in rows}) < len(rows)
        ):
            raise ValueError("packed")
        return {one.filename: opened.read(one) for one in rows}


def codes_of_picture(picture: bytes) -> set[str]:
    """The codes of ours in a picture; raises OSError or ValueError for what is no picture or too large."""
    with Image.open(BytesIO(picture), formats=("PNG", "JPEG")) as opened:
        if opened.width * opened.height > PIXELS_LIMIT:
            raise ValueError("too many pixels")
        return _codes(opened.convert("L"))


def _codes(image: Any) -> set[str]:
    if image.width < 500:
        # A code as it lies in a PDF has few pixels a module; the reader wants some more, and a margin.
        grown = image.resize((image.width * _MODULE, image.height * _MODULE), Image.Resampling.NEAREST)
        image = Image.new("L", (grown.width + 64, grown.height + 64), 255)
        image.paste(grown, (32, 32))
    found: Iterable[Any] = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return {one.text for one in found if one.text.startswith(code.PREFIX)}


def _codes_of_pdf(pdf: bytes) -> set[str]:
    found: set[str] = set()
    for page in pypdf.PdfReader(BytesIO(pdf), strict=True).pages:
        resources = page.get("/Resources", generic.DictionaryObject()).get_object()
        for drawn in resources.get("/XObject", generic.DictionaryObject()).get_object().values():
            one = drawn.get_object()
            if isinstance(one, generic.StreamObject) and one.get("/Subtype") == "/Image":
                found |= _codes(one.decode_as_image().convert("L"))
    return found
