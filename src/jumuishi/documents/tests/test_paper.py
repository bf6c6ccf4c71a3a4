"""The page: the same bytes each time, tagged, data never code; and its signature breaks with any byte."""

import hashlib
import random
import shutil
import subprocess
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from asn1crypto import cms  # type: ignore[import-untyped]  # has no stubs
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyhanko.pdf_utils.generic import TextStringObject
from pypdf import PdfReader

from jumuishi.documents import code, lists, pades, verifier
from jumuishi.documents.rendering import paper
from jumuishi.documents.tests.conftest import Cast, body, text
from jumuishi.documents.types import Code, Facts, Node, Order, RenderError, Result, Signer
from jumuishi.documents.words import page

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
KID = b"\x01\x02\x03\x04\x05\x06\x07\x08"
EVIL = ["#evil[x]", '#read("/etc/passwd")', '#image("x.png")', "$a^2$ *b* _c_ <d> @e", "</text>", "\\u{41}", "// x"]


class Sealed(NamedTuple):
    pdf: bytes
    keys: lists.KeyList
    unsigned: bytes


def order(*extra: Node, layout: str = "certificate") -> Order:
    return Order(
        "licence",
        {"sw": "Leseni ya Biashara", "en": "Business Licence"},
        lambda facts: [*body(facts), *extra],
        "Asha Juma",
        Signer("Neema", "Mkurugenzi"),
        layout=layout,
    )


CAST = Cast()


def sheet(wanted: Order, payload: str = "JM1:AAAA") -> paper.Paper:
    inside = wanted.body(Facts("1012 3456 7890 1234", date(2026, 11, 25), None))
    return page(wanted, CAST.council, number="1012345678901234", at=AT, kid=KID.hex(), payload=payload, body=inside)


@pytest.fixture(scope="module")
def sealed() -> Sealed:
    cast, key, root = Cast(), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    issuer = code.short_id(cast.council.id)
    carried = Code(issuer, "1012345678901234", "licence", "Leseni", date(2026, 11, 25), None, {"holder": "Asha Juma"})
    unsigned = paper.render(sheet(order(), code.sign(carried, KID, key)))
    authority = pades.make_authority("Mfano", at=AT - timedelta(days=1), years=30)
    hand = pades.make_certificate(authority, "Halmashauri", at=AT, until=AT + timedelta(days=700))
    pdf = pades.sign_pdf(unsigned, hand, authority.certificate, at=AT, reason="Leseni")
    published = lists.PublishedKey(
        KID,
        issuer,
        cast.council.name,
        key.public_key().public_bytes_raw(),
        hand.certificate,
        AT,
        AT + timedelta(days=700),
    )
    made = lists.write_keys([published], authority=authority.certificate, root=root, at=AT)
    return Sealed(pdf, lists.read_keys(made), unsigned)


def test_the_same_data_gives_the_same_bytes() -> None:
    assert paper.render(sheet(order())) == paper.render(sheet(order()))


@pytest.mark.parametrize("layout", ["certificate", "letter"])
def test_tagged_a4_in_one_page_with_what_must_be_on_it(layout: str) -> None:
    read = PdfReader(BytesIO(paper.render(sheet(order(layout=layout)))))
    assert len(read.pages) == 1
    assert [round(float(side)) for side in read.pages[0].mediabox[2:]] == [595, 842]
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sw"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    words = read.pages[0].extract_text()
    for needed in ("1012 3456 7890 1234", "HAKIKI KABLA YA KUAMINI", "Neema", "Mkurugenzi", "HALMASHAURI YA MFANO"):
        assert needed in words.replace("\n", " "), needed


@pytest.mark.parametrize("evil", EVIL)
def test_data_is_never_code(evil: str) -> None:
    nasty = replace(order(Node("paragraph", (text(evil),))), holder=evil, title={"sw": evil, "en": evil})
    words = PdfReader(BytesIO(paper.render(sheet(nasty)))).pages[0].extract_text()
    assert words.count(evil) >= 2


def test_a_layout_reaches_nothing_outside_its_folder() -> None:
    # The compiler's root is the folder of layouts; even a layout of ours could read no file beside it.
    for reach in (b'#read("/../paper.py")', b'#read("/etc/passwd")', b'#import "@preview/example:0.1.0": add'):
        with pytest.raises(Exception, match=r"(?i)not found|escape|outside|denied|package|download"):
            paper.bounded_compiler(paper.HERE / "document.typ").compile(input=reach)
    paper.bounded_compiler(paper.HERE / "document.typ").compile(input=b'#read("/body.typ")')


def test_all_kinds_of_nodes_are_drawn() -> None:
    cells = Node("row", (Node("cell", (text("moja"),)), Node("cell", (text("mbili"),)), Node("cell", (text("tatu"),))))
    head = Node("row", tuple(Node("header", (text(word),)) for word in ("A", "B", "C")))
    item = Node("item", (text("jambo"),))
    extra = [
        Node("heading1", (text("Kichwa"),)),
        Node("paragraph", (Node("strong", (text("nene"),)), Node("br"), Node("em", (text("mlalo"),)))),
        Node("list", (item, item)),
        Node("numbered", (item, item)),
        Node("hr"),
        Node("table", (head, cells)),
        Node("table", ()),
        Node("unheard", (text("bado"),)),
    ]
    words = PdfReader(BytesIO(paper.render(sheet(order(*extra))))).pages[0].extract_text()
    for word in ("Kichwa", "nene", "mlalo", "jambo", "moja", "tatu", "bado"):
        assert word in words


def test_much_to_say_takes_more_pages_and_says_so() -> None:
    long = order(*(Node("paragraph", (text("Maneno mengi sana. " * 30),)) for _ in range(12)))
    assert len(PdfReader(BytesIO(paper.render(sheet(long)))).pages) > 1


def test_what_the_layout_refuses_is_an_error_of_ours() -> None:
    with pytest.raises(RenderError):
        paper.render(replace(sheet(order()), words={}))


def test_a_signed_pdf_is_still_what_pdf_ua_asks(sealed: Sealed) -> None:
    read = PdfReader(BytesIO(sealed.pdf))
    root, (sheet,) = read.trailer["/Root"], read.pages
    assert (read.pdf_header, root.get("/Version", "/1.7")) == ("%PDF-1.7", "/1.7")
    assert read.metadata is not None
    assert read.metadata.title == "Leseni ya Biashara 1012 3456 7890 1234"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], sheet["/Tabs"]) == ("sw", True, "/S")
    kinds = tags(root["/StructTreeRoot"])
    assert {"/Document", "/H1", "/P", "/Figure"} <= {kind for kind, _ in kinds}
    assert all(alt for kind, alt in kinds if kind == "/Figure")
    # The one annotation is the signature's field: hidden, since nothing of it is on the page, and named.
    (field,) = [one.get_object() for one in sheet["/Annots"]]
    assert (field["/FT"], field["/F"] & 2, field["/TU"]) == ("/Sig", 2, "Saini ya kielektroniki")
    fonts = sheet["/Resources"]["/Font"].values()
    assert all("/ToUnicode" in font.get_object() for font in fonts)


def tags(node: Any) -> list[tuple[str, str]]:
    found = [(str(node["/S"]), str(node.get("/Alt", "")))] if "/S" in node else []
    inner = node.get("/K", [])
    for child in inner if isinstance(inner, list) else [inner]:
        whole = child.get_object()
        found += tags(whole) if isinstance(whole, dict) else []
    return found


def test_the_signature_holds_by_hand(sealed: Sealed) -> None:
    """PAdES B-B, checked without the library that made it: coverage, digest, certificate, signature, chain."""
    signature = PdfReader(BytesIO(sealed.pdf)).trailer["/Root"]["/AcroForm"]["/Fields"][0].get_object()["/V"]
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    first, length, second, rest = signature["/ByteRange"]
    assert (first, second + rest) == (0, len(sealed.pdf))
    assert sealed.pdf[length : length + 1] + sealed.pdf[second - 1 : second] == b"<>"
    info = cms.ContentInfo.load(bytes.fromhex(sealed.pdf[length + 1 : second - 1].decode()), strict=False)
    signed = info["content"]
    hand, authority = (one.chosen for one in signed["certificates"])
    (signer,) = signed["signer_infos"]
    said = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    covered = sealed.pdf[:length] + sealed.pdf[second:]
    assert said["message_digest"].native == hashlib.sha256(covered).digest()
    (named,) = said["signing_certificate_v2"]["certs"]
    assert named["cert_hash"].native == hashlib.sha256(hand.dump()).digest()
    key = x509.load_der_x509_certificate(hand.dump()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    # RFC 5652 5.4: what is signed are the attributes as a SET, not as the tagged field in which they travel.
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
    key.verify(signer["signature"].native, attributes, ec.ECDSA(hashes.SHA256()))
    x509.load_der_x509_certificate(hand.dump()).verify_directly_issued_by(
        x509.load_der_x509_certificate(authority.dump())
    )
    assert authority.dump() == sealed.keys.authority
    poppler = shutil.which("pdfsig")
    if poppler is not None:  # a third opinion, where the machine has one
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(sealed.pdf)
            file.flush()
            told = subprocess.run([poppler, "-nocert", file.name], capture_output=True, text=True).stdout
        assert "Signature is Valid" in told
        assert "Total document signed" in told


def test_a_signed_pdf_is_genuine(sealed: Sealed) -> None:
    assert verifier.verify_pdf(sealed.pdf, sealed.keys, None, AT).result is Result.GENUINE


def test_no_byte_of_the_pdf_can_change(sealed: Sealed) -> None:
    # Every 997th byte, and fifty at random, each by one bit.
    places = {*range(0, len(sealed.pdf), 997), *random.Random(7).sample(range(len(sealed.pdf)), 50)}
    for index in sorted(places):
        flipped = bytearray(sealed.pdf)
        flipped[index] ^= 1 << (index % 8)
        verdict = verifier.verify_bytes(bytes(flipped), sealed.keys, None, AT)
        assert verdict.result in (Result.ALTERED, Result.UNKNOWN_KEY), index


@pytest.mark.slow
def test_no_byte_of_the_signature_itself_can_change(sealed: Sealed) -> None:
    start = sealed.pdf.index(b"/Contents <3082") + len(b"/Contents ")
    # Each takes about 20 ms: every 61st of the sixteen thousand digits, so that no run of 61 is left without one.
    for index in range(start, sealed.pdf.index(b">", start), 61):
        flipped = bytearray(sealed.pdf)
        flipped[index] ^= 1
        seal = pades.read_seal(
            bytes(flipped), sealed.keys.authority, [k.certificate for k in sealed.keys.keys.values()]
        )
        assert not seal.whole, index


def test_nothing_can_be_added_taken_or_left_unsigned(sealed: Sealed) -> None:
    for touched in (
        sealed.pdf + b"\n",
        sealed.pdf[:-2],
        sealed.pdf + sealed.unsigned,
        sealed.unsigned,
        b"%PDF-1.7\n",
        b"%PDF-",
    ):
        assert verifier.verify_bytes(touched, sealed.keys, None, AT).result is Result.ALTERED
    added = pades.IncrementalPdfFileWriter(BytesIO(sealed.pdf))
    added.root["/Lang"] = TextStringObject("en")
    added.update_root()
    out = BytesIO()
    added.write(out)
    assert verifier.verify_pdf(out.getvalue(), sealed.keys, None, AT).result is Result.ALTERED


def test_another_authoritys_certificate_is_unknown(sealed: Sealed) -> None:
    false = pades.make_authority("Mfano", at=AT - timedelta(days=1), years=30)
    hand = pades.make_certificate(false, "Halmashauri", at=AT, until=AT + timedelta(days=700))
    forged = pades.sign_pdf(sealed.unsigned, hand, false.certificate, at=AT, reason="Leseni")
    assert verifier.verify_pdf(forged, sealed.keys, None, AT).result in (Result.UNKNOWN_KEY, Result.ALTERED)


def test_signatures_have_one_form_for_any_key(sealed: Sealed) -> None:
    for _ in range(8):
        authority = pades.make_authority("A", at=AT - timedelta(days=1), years=30)
        hand = pades.make_certificate(authority, "Taasisi", at=AT, until=AT + timedelta(days=700))
        pdf = pades.sign_pdf(sealed.unsigned, hand, authority.certificate, at=AT, reason="x")
        seal = pades.read_seal(pdf, authority.certificate, [hand.certificate])
        assert (seal.whole, seal.signed_at) == (True, AT), seal.reason


def test_a_photograph_of_the_page_is_read(sealed: Sealed) -> None:
    page_with = sheet(order(), next(iter(verifier._codes_of_pdf(sealed.pdf))))
    assert verifier.verify_bytes(paper.picture(page_with, 120), sealed.keys, None, AT).result is Result.GENUINE
    blank = paper.picture(sheet(order(), "nothing of ours"), 120)
    assert verifier.verify_bytes(blank, sealed.keys, None, AT).result is Result.ALTERED
    assert verifier.verify_bytes(b"\x89PNG\r\n\x1a\nrubbish", sealed.keys, None, AT).result is Result.ALTERED
