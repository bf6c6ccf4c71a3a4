"""An answer of the REST message protocol: the headers that bind it to its request, and that they are looked at."""

from jumuishi.exchange.xroad import headers as rules
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.identifiers import read_client, read_service
from jumuishi.exchange.xroad.refusals import inconsistent, unreadable_answer
from jumuishi.exchange.xroad.request import Request


def answered(request: Request, request_hash: str, headers: Headers) -> Headers:
    """The provider's own headers, without those of one hop and those that only the exchange says, then the exchange's.

    Status, body, redirects and cookies are the provider's and pass as they are. Raises XRoadError for a header that
    would be two.
    """
    try:
        rules.check_headers(headers)
    except XRoadError as error:
        raise unreadable_answer() from error
    return (
        *rules.without(headers, rules.HOP | rules.OWN),
        (rules.MESSAGE_ID, request.message_id),
        (rules.CLIENT, request.client.wire),
        (rules.SERVICE, request.service.wire),
        (rules.REQUEST_ID, request.request_id),
        (rules.REQUEST_HASH, request_hash),
    )


def check_answer(request: Request, request_hash: str, headers: Headers) -> None:
    """The consumer's node holds each answer to its request; raises XRoadError (inconsistent response)."""

    def said(name: str) -> str:
        values = [value for known, value in headers if known.lower() == name]
        return values[0] if len(values) == 1 else ""

    try:
        client, service = read_client(said(rules.CLIENT)), read_service(said(rules.SERVICE))
    except XRoadError as error:
        raise inconsistent("Response client or service id can't be read") from error
    if client != request.client:
        raise inconsistent("Response client id does not match request message")
    if said(rules.MESSAGE_ID) != request.message_id:
        raise inconsistent("Response message id does not match request message")
    if service != request.service:
        raise inconsistent("Response service id does not match request message")
    if said(rules.REQUEST_ID) != request.request_id:
        raise inconsistent("Response message request id does not match request message")
    if said(rules.REQUEST_HASH) != request_hash:
        raise inconsistent("Response message hash does not match request message")
