"""The errors by the very texts that programs in use compare: change a letter and some client breaks."""

from jumuishi.exchange.xroad.errors import Fault, Where, XRoadError
from jumuishi.exchange.xroad.identifiers import ClientId, ServerId, ServiceId


def client_missing() -> XRoadError:
    """No X-Road-Client header."""
    return XRoadError(Where.CLIENT_PROXY, Fault.INVALID_CLIENT_IDENTIFIER, message="The client identifier is missing")


def client_not_found(where: Where, client: ClientId) -> XRoadError:
    """The subsystem is not registered at this node: the caller at its own, the called at the provider's."""
    return XRoadError(where, Fault.UNKNOWN_MEMBER, message=f"Client '{client}' not found")


def unknown_service(service: ServiceId) -> XRoadError:
    """No such service."""
    return XRoadError(Where.SERVER_PROXY, Fault.UNKNOWN_SERVICE, message=f"Unknown service: {service}")


def not_allowed(service: ServiceId) -> XRoadError:
    """No right; why, the consumer's own page says, not the wire."""
    return XRoadError(Where.SERVER_PROXY, Fault.ACCESS_DENIED, message=f"Request is not allowed: {service}")


def service_disabled(service: ServiceId, notice: str) -> XRoadError:
    """Its owner turned it off and left a notice."""
    return XRoadError(Where.SERVER_PROXY, Fault.SERVICE_DISABLED, message=f"Service {service} is disabled: {notice}")


def no_address(service: ServiceId) -> XRoadError:
    """Nobody said where the provider's system is."""
    return XRoadError(
        Where.SERVER_PROXY, Fault.SERVICE_MISSING_URL, message=f"Service address not specified for '{service}'"
    )


def wrong_server(asked: ServerId, here: ServerId) -> XRoadError:
    """The request was meant for another node."""
    message = f"Invalid security server identifier '{asked}' expected '{here}'"
    return XRoadError(Where.SERVER_PROXY, Fault.INVALID_SECURITY_SERVER, message=message)


def service_code_missing() -> XRoadError:
    """getOpenAPI without its serviceCode."""
    return XRoadError(Where.SERVER_PROXY, Fault.INVALID_REQUEST, message="Missing serviceCode in message body")


def service_not_found(service: ServiceId) -> XRoadError:
    """getOpenAPI of a service that there is not."""
    return XRoadError(Where.SERVER_PROXY, Fault.INTERNAL_ERROR, message=f"Service not found: {service}")


def not_described(kind: str) -> XRoadError:
    """getOpenAPI of a service without a description; `kind` is its type, as REST."""
    return XRoadError(Where.SERVER_PROXY, Fault.INTERNAL_ERROR, message=f"Invalid service type: {kind}")


def description_unread(service: ServiceId, status: int, reason: str) -> XRoadError:
    """The provider's own system did not give its description. Names the service, for the address is the provider's."""
    message = f"Failed reading service description from {service}. Status: {status} Reason: {reason}"
    return XRoadError(Where.SERVER_PROXY, Fault.INTERNAL_ERROR, message=message)


def unreadable_answer() -> XRoadError:
    """The provider's system answered with headers that are none."""
    return XRoadError(
        Where.SERVER_PROXY, Fault.SERVICE_FAILED, Fault.INVALID_RESPONSE, message="Invalid header in service response"
    )


def inconsistent(message: str) -> XRoadError:
    """An answer that belongs to another request."""
    return XRoadError(Where.CLIENT_PROXY, Fault.INCONSISTENT_RESPONSE, message=message)
