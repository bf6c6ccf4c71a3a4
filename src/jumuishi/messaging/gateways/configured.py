"""The gateways that this installation names, in the order in which they are asked."""

from django.conf import settings

from jumuishi.messaging import options
from jumuishi.messaging.gateways.africastalking import AfricasTalkingGateway
from jumuishi.messaging.gateways.mgov import MgovGateway
from jumuishi.messaging.gateways.outbox import Outbox
from jumuishi.messaging.gateways.protocol import SmsGateway


def gateways() -> list[SmsGateway]:
    """Empty when there is none: messages then wait, and go when there is. Raises ValueError for an unknown name."""
    return [_gateway(name) for name in options.gateway_names()]


def _gateway(name: str) -> SmsGateway:
    if name == "outbox":
        return Outbox()
    if name == "mgov":
        return MgovGateway(
            url=options.option("JUMUISHI_MGOV_URL", "").rstrip("/"),
            system_id=options.option("JUMUISHI_MGOV_SYSTEM", ""),
            key=options.option("JUMUISHI_MGOV_KEY", ""),
            service_id=options.option("JUMUISHI_MGOV_SERVICE", ""),
            sender_id=options.option("JUMUISHI_MGOV_SENDER", ""),
            zone=settings.TIME_ZONE,
        )
    if name == "africastalking":
        return AfricasTalkingGateway(
            url=options.option("JUMUISHI_AFRICASTALKING_URL", "").rstrip("/"),
            username=options.option("JUMUISHI_AFRICASTALKING_USERNAME", ""),
            key=options.option("JUMUISHI_AFRICASTALKING_KEY", ""),
            sender_id=options.option("JUMUISHI_AFRICASTALKING_SENDER", ""),
            currency=settings.CURRENCY,
        )
    raise ValueError(f"no SMS gateway is called {name!r}")
