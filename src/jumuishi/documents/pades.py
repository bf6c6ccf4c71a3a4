"""Signatures within PDFs: PAdES B-B (ETSI EN 319 142-1) by pyHanko, P-256.

The certificates are issued by an authority of the installation's own; its certificate stands in the public key list.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import cms, core  # type: ignore[import-untyped]  # has no stubs
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jumuishi.documents.types import PdfSeal, SigningKey

FIELD = "Jumuishi"
PDF_VERSION = (1, 7)
# Hexadecimal digits kept free for the signature with its two certificates (about 2,700): not measured by a trial run.
_RESERVED = 4096


class _Writer(IncrementalPdfFileWriter):
    """PDF/UA-1 is of PDF 1.7, which PAdES allows for; pyHanko would lift the file to 2.0 for the name of a curve."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        super().ensure_output_version(min(version, PDF_VERSION))  # type: ignore[no-untyped-call]  # has no hints

    def register_extension(self, ext: Any) -> None:
        if str(ext.base_version) <= "/1.7":
            super().register_extension(ext)


class _DatedSigner(PdfSigner):
    """pyHanko reads the machine's clock for a signature's time; ours is handed in."""

    def __init__(self, meta: Any, signer: Any, at: datetime) -> None:
        super().__init__(meta, signer=signer, new_field_spec=_field())
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


def _field() -> SigFieldSpec:
    # A field that nobody sees must be hidden from a screen reader too, and have a name for whoever lists signatures.
    unseen = InvisSigSettings(set_print_flag=False, set_hidden_flag=True)
    return SigFieldSpec(FIELD, invis_sig_settings=unseen, readable_field_name="Saini ya kielektroniki")


def make_authority(name: str, *, at: datetime, years: int) -> SigningKey:
    """The installation's own certificate authority, self-signed; it signs certificates only."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    builder = _builder(subject, subject, key.public_key(), at, at + timedelta(days=366 * years))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return SigningKey(_pkcs8(key), builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


def make_certificate(authority: SigningKey, name: str, *, at: datetime, until: datetime) -> SigningKey:
    """A fresh signing key of an institution, certified by the installation's authority."""
    issuer_key = serialization.load_der_private_key(authority.private, None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is not an elliptic curve key")
    issuer = x509.load_der_x509_certificate(authority.certificate)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    builder = _builder(subject, issuer.subject, key.public_key(), at, until)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    return SigningKey(_pkcs8(key), builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


def sign_pdf(pdf: bytes, key: SigningKey, authority: bytes, *, at: datetime, reason: str) -> bytes:
    """The PDF with one signature over the whole file; `at` is what the signature says of its time."""
    certificate = asn1_x509.Certificate.load(key.certificate)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # its __init__ has no hints
    store.register(asn1_x509.Certificate.load(authority))
    signer = SimpleSigner(
        signing_cert=certificate, signing_key=asn1_keys.PrivateKeyInfo.load(key.private), cert_registry=store
    )
    meta = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason, app_build_props=None
    )
    out = BytesIO()
    _DatedSigner(meta, signer, at).sign_pdf(_Writer(BytesIO(pdf)), output=out, bytes_reserved=_RESERVED)
    return out.getvalue()


def read_seal(pdf: bytes, authority: bytes, trusted: Sequence[bytes]) -> PdfSeal:
    """Whether the PDF is whole under one of the trusted certificates (DER); says why not rather than raise."""
    try:
        return _read_seal(pdf, authority, trusted)
    except Exception as error:  # a damaged PDF makes the parsers raise whatever it met
        return PdfSeal(False, reason=type(error).__name__)


def _read_seal(pdf: bytes, authority: bytes, trusted: Sequence[bytes]) -> PdfSeal:
    signatures = PdfFileReader(BytesIO(pdf), strict=True).embedded_regular_signatures
    if len(signatures) != 1:
        return PdfSeal(False, reason="signatures")
    embedded = signatures[0]
    if not _is_as_written(pdf, embedded, authority):
        return PdfSeal(False, reason="encoding")
    certificate = embedded.signer_cert.dump()
    said = embedded.self_reported_timestamp
    if certificate not in trusted:
        return PdfSeal(False, certificate, said, "certificate")
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(authority)], moment=said, allow_fetching=False, best_signature_time=said
    )
    status = validate_pdf_signature(embedded, signer_validation_context=context)
    whole = bool(status.bottom_line) and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return PdfSeal(whole, certificate, said, "" if whole else "signature")


def _is_as_written(pdf: bytes, embedded: Any, authority: bytes) -> bool:
    """Whether the one gap that the signature leaves in the file holds what we write there, and nothing besides.

    Validation looks at what it needs; other certificates, algorithm names and padding may change unseen. So the
    container is written again from its signed part, and compared.
    """
    first, length, second, _ = embedded.byte_range
    gap = pdf[first + length : second]
    signer, certificate = embedded.signer_info, embedded.signer_cert
    serial = core.Integer(certificate.serial_number).dump()
    signer_info = _sequence(
        _VERSION_1,
        _sequence(certificate.issuer.dump(), serial),
        _SHA256,
        signer["signed_attrs"].dump(force=True),
        _ECDSA,
        core.OctetString(signer["signature"].native).dump(),
    )
    signed = _sequence(
        _VERSION_1,
        _der(_SET, _SHA256),
        _sequence(cms.ContentType("data").dump()),
        _der(_FIRST, *sorted((certificate.dump(), authority))),
        _der(_SET, signer_info),
    )
    written = _sequence(cms.ContentType("signed_data").dump(), _der(_FIRST, signed)).hex().upper().encode()
    hexadecimal = gap[1:-1]
    return (
        gap[:1] + gap[-1:] == b"<>" and hexadecimal.startswith(written) and not hexadecimal[len(written) :].strip(b"0")
    )


# Tags of DER (X.690), and the parts that are the same in each container that we write.
_SEQUENCE, _SET, _FIRST = 0x30, 0x31, 0xA0


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x80 + (size.bit_length() + 7) // 8])
    return (
        bytes([tag]) + length + (size.to_bytes((size.bit_length() + 7) // 8, "big") if size >= 128 else b"") + content
    )


def _sequence(*parts: bytes) -> bytes:
    return _der(_SEQUENCE, *parts)


_VERSION_1 = core.Integer(1).dump()
_SHA256 = cms.DigestAlgorithm({"algorithm": "sha256", "parameters": core.Null()}).dump()
_ECDSA = cms.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()


def certificate_id(certificate: bytes) -> str:
    """SHA-256 of a DER certificate, in hexadecimal."""
    return hashlib.sha256(certificate).hexdigest()


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, at: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature, content_commitment, False, False, False, key_cert_sign, crl_sign, False, False
    )


def _pkcs8(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
