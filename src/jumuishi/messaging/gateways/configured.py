"""The gateway that this installation names."""

from django.conf import settings

from jumuishi.messaging import options
from jumuishi.messaging.gateways.mgov import MgovGateway
from jumuishi.messaging.gateways.outbox import Outbox
from jumuishi.messaging.gateways.protocol import SmsGateway


def gateway() -> SmsGateway | None:
    """None when there is none: messages then wait, and go when there is. Raises ValueError for an unknown name."""
    name = options.gateway_name()
    if name == "none":
        return None
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
    raise ValueError(f"no SMS gateway is called {name!r}")
