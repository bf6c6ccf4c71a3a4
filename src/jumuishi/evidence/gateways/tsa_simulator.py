"""A time-stamper (RFC 3161 over HTTP) for trying and for tests: real requests and replies, a made-up authority.

Only for loopback. It is written with asn1crypto, which the signing of documents brings along: OpenSSL's own `ts` is not
on every machine, and puts its certificates in no strict order; `cryptography` alone can't write a token. Tests hold it
to OpenSSL and rfc3161-client.
"""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from jumuishi.kernel import clock
from jumuishi.kernel.lazily import lazily

cms: Any = lazily("asn1crypto.cms")
tsp: Any = lazily("asn1crypto.tsp")
certificates: Any = lazily("asn1crypto.x509")
POLICY = "2.999.3161"  # under the arc that is set aside for examples
LONGEST_QUERY = 4096


class Stamper:
    """An authority with a certificate of its own, and the time-stamper that it certified."""

    def __init__(self, now: Callable[[], datetime] = clock.now) -> None:
        self.now, self._serial, self._alone = now, 0, threading.Lock()
        root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = _certificate("Mfano Root", "Mfano Root", root_key.public_key(), root_key, now())
        self.own = _certificate("Mfano Time", "Mfano Root", self._key.public_key(), root_key, now())

    @property
    def pem(self) -> bytes:
        """What a client is told to trust."""
        return self.root.public_bytes(Encoding.PEM)

    def reply(self, query: bytes) -> bytes:
        """The reply to a query, with the certificate where it is asked for; raises ValueError for no query."""
        asked = tsp.TimeStampReq.load(query, strict=True)
        with self._alone:
            self._serial += 1
            serial = self._serial
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": serial,
            "gen_time": self.now().astimezone(UTC).replace(microsecond=0),
        }
        if asked["nonce"].native is not None:
            info["nonce"] = asked["nonce"]
        token = self._signed(tsp.TSTInfo(info).dump(), with_certificate=bool(asked["cert_req"].native))
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _signed(self, info: bytes, *, with_certificate: bool) -> Any:
        own = certificates.Certificate.load(self.own.public_bytes(Encoding.DER))
        sha256 = {"algorithm": "sha256"}
        identity = {"cert_hash": hashlib.sha256(own.dump()).digest()}
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                {"type": "signing_certificate_v2", "values": [{"certs": [identity]}]},
            ]
        )
        signer = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
            "digest_algorithm": sha256,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        content = {
            "version": "v3",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
            "signer_infos": [signer],
        }
        if with_certificate:
            content["certificates"] = [own]
        return {"content_type": "signed_data", "content": content}


class Server(ThreadingHTTPServer):
    """The time-stamper on loopback; `is_away` lets it fail as one that is overrun."""

    daemon_threads = True

    def __init__(self, stamper: Stamper, port: int = 0) -> None:
        self.stamper, self.is_away = stamper, False
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """RFC 3161 section 3.4."""

    server: Server

    def do_POST(self) -> None:
        """A query in DER; its reply."""
        length = int(self.headers.get("Content-Length") or 0)
        query = self.rfile.read(min(length, LONGEST_QUERY))
        if self.server.is_away or self.headers.get("Content-Type") != "application/timestamp-query":
            self.send_error(503 if self.server.is_away else 415)
            return
        try:
            reply = self.server.stamper.reply(query)
        except (ValueError, TypeError):
            self.send_error(400)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *args: Any) -> None:
        """Nothing to say."""


def _certificate(
    subject: str, issuer: str, public: ec.EllipticCurvePublicKey, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    is_root = subject == issuer
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    if not is_root:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return built.sign(key, hashes.SHA256())
