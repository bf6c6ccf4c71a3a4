"""What a system of ours reads where its own node's gateway is away: an error of the protocol, never a bare page."""

from uuid import uuid4

from django.conf import settings

from jumuishi.exchange.xroad.errors import ErrorAnswer, Fault, Profile, Where, XRoadError, error_answer


def not_running(accept: str) -> ErrorAnswer:
    """The answer in this node's own profile; `accept` is the caller's header, which may ask for XML."""
    error = XRoadError(Where.CLIENT_PROXY, Fault.NETWORK_ERROR, message="The exchange is not running")
    return error_answer(error, profile=Profile(settings.EXCHANGE_PROFILE), accept=[accept], detail=str(uuid4()))
