"""Made-up members, systems and services that the tests share, and strategies that draw them."""

from hypothesis import strategies as st

from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.identifiers import ClientId, ServiceId
from jumuishi.exchange.xroad.request import Request, read_request

COUNCIL = ClientId("TZ-DEV", "GOV", "LGA-07", "permits")
SCHOOLS = ClientId("TZ-DEV", "GOV", "LGA-07", "schools")
OTHER = ClientId("TZ-DEV", "GOV", "LGA-99", "permits")
NAMES = ServiceId("TZ-DEV", "GOV", "REG-01", "business", "names")
TAXES = ServiceId("TZ-DEV", "GOV", "TAX-01", "numbers", "lookup")

# Any part at all, as another system may have registered it: slashes, percent signs, letters of every script.
parts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
clients = st.builds(ClientId, parts, parts, parts, st.just("") | parts)
services = st.builds(ServiceId, parts, parts, parts, parts, parts)

REQUEST_ID = "f92591a3-6bf0-49b1-987b-0dd78c034cc3"
FRESH = "29f4d011-ef17-4f2f-9bb1-0452ce17d3f5"


def read(
    target: str = f"/r1/{NAMES.wire}/v1/names?q=mama%20lishe",
    headers: Headers = (("X-Road-Client", COUNCIL.wire),),
    verb: str = "GET",
) -> Request:
    """A request as it is read at the node of the council."""
    return read_request(verb, target, headers, instance="TZ-DEV", request_id=REQUEST_ID, fresh=FRESH)
