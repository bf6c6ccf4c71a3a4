"""What a system is told when the exchange itself failed: a type, a message, a number to ask about.

The `X-Road-Error` header is the only thing by which a client tells the exchange's failure from the service's own.
Message texts are wire format too: programs in use compare them (`refusals.py`).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from xml.sax.saxutils import escape


class Profile(StrEnum):
    """Which release's names an installation speaks. Release 7.8.0 renamed every error."""

    V77 = "xroad-7.7"
    V78 = "xroad-7.8"


class Where(Enum):
    """Who failed: the request that was sent, the consumer's node, the provider's node."""

    CLIENT = ("Client", "client")
    CLIENT_PROXY = ("Server.ClientProxy", "server.clientproxy")
    SERVER_PROXY = ("Server.ServerProxy", "server.serverproxy")


class Fault(Enum):
    """What failed, by its name in each profile."""

    ACCESS_DENIED = ("AccessDenied", "access_denied")
    BAD_REQUEST = ("BadRequest", "bad_request")
    CANNOT_CREATE_SIGNATURE = ("CannotCreateSignature", "cannot_create_signature")
    DATABASE_ERROR = ("DatabaseError", "database_error")
    HTTP_ERROR = ("HttpError", "http_error")
    INCONSISTENT_RESPONSE = ("InconsistentResponse", "inconsistent_response")
    INTERNAL_ERROR = ("InternalError", "internal_error")
    INVALID_CLIENT_IDENTIFIER = ("InvalidClientIdentifier", "invalid_client_identifier")
    INVALID_HTTP_METHOD = ("InvalidHttpMethod", "invalid_http_method")
    INVALID_MESSAGE = ("InvalidMessage", "invalid_message")
    INVALID_PROTOCOL_VERSION = ("InvalidProtocolVersion", "invalid_protocol_version")
    INVALID_REQUEST = ("InvalidRequest", "invalid_request")
    INVALID_RESPONSE = ("InvalidResponse", "invalid_response")
    INVALID_SECURITY_SERVER = ("InvalidSecurityServer", "invalid_security_server")
    INVALID_SERVICE_TYPE = ("ServiceType", "service_type")
    INVALID_SIGNATURE_VALUE = ("InvalidSignatureValue", "invalid_signature_value")
    IO_ERROR = ("IOError", "io_error")
    LOGGING_FAILED = ("LoggingFailed", "logging_failed")
    MAINTENANCE_MODE = ("MaintenanceMode", "maintenance_mode")
    MISSING_SIGNATURE = ("MissingSignature", "missing_signature")
    NETWORK_ERROR = ("NetworkError", "network_error")
    OUTDATED_GLOBAL_CONF = ("OutdatedGlobalConf", "global_conf_outdated")
    SERVICE_DISABLED = ("ServiceDisabled", "service_disabled")
    SERVICE_FAILED = ("ServiceFailed", "service_failed")
    SERVICE_MISSING_URL = ("ServiceMissingUrl", "service_missing_url")
    SIGNATURE_VERIFICATION = ("SignatureVerification", "signature_verification")
    SSL_AUTH_FAILED = ("SslAuthenticationFailed", "ssl_authentication_failed")
    UNKNOWN_MEMBER = ("UnknownMember", "unknown_member")
    UNKNOWN_SERVICE = ("UnknownService", "unknown_service")


class XRoadError(Exception):
    """The exchange refuses or fails; `faults` goes from the outer to the inner cause."""

    def __init__(self, where: Where, *faults: Fault, message: str) -> None:
        super().__init__(message)
        self.where, self.faults, self.message = where, faults, message

    def type(self, profile: Profile) -> str:
        """Its name on the wire, such as Server.ServerProxy.AccessDenied."""
        at = 0 if profile is Profile.V77 else 1
        return ".".join(one.value[at] for one in (self.where, *self.faults))


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """What is sent back instead of the service's answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def bad_request(message: str) -> XRoadError:
    """A request that is not of the protocol."""
    return XRoadError(Where.CLIENT, Fault.BAD_REQUEST, message=message)


_XML = ("text/xml", "application/xml", "text/*")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def wished_xml(accept: Sequence[str]) -> str:
    """The XML type that the Accept headers name first, whatever its weight; '' where they name none."""
    for one in ",".join(accept).split(","):
        kind = one.partition(";")[0].strip().lower()
        if kind in _XML:
            return "text/xml" if kind == "text/*" else kind
    return ""


def xml_text(text: str) -> str:
    """Escaped, without the characters that XML 1.0 has no way to write."""
    return escape(_NOT_XML.sub("\ufffd", text))


def error_answer(error: XRoadError, *, profile: Profile, accept: Sequence[str], detail: str) -> ErrorAnswer:
    """The answer to an error. `detail` is a fresh number by which the operator finds it in the log.

    The status is 500 for whatever a node decided, so also for access denied; 400 for what the client sent.
    """
    kind = error.type(profile)
    xml = wished_xml(accept)
    if xml:
        inside = "".join(
            f"<{name}>{xml_text(text)}</{name}>"
            for name, text in (("type", kind), ("message", error.message), ("detail", detail))
        )
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<error>{inside}</error>'
    else:
        fields = {"type": kind, "message": error.message, "detail": detail}
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return ErrorAnswer(
        status=400 if error.where is Where.CLIENT else 500,
        headers=(("Content-Type", f"{xml or 'application/json'};charset=utf-8"), ("X-Road-Error", kind)),
        body=text.encode("utf-8", "replace"),
    )
