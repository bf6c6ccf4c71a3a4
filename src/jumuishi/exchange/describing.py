"""A service's description: taken when it is sound, kept without its servers' addresses, its endpoints drawn once."""

from uuid import UUID

from jumuishi.exchange.described import reading
from jumuishi.exchange.described.reading import FaultyDescription, Operation, Tree
from jumuishi.exchange.news import changed
from jumuishi.exchange.registering import service_for
from jumuishi.exchange.xroad.openapi import NotOpenApi, anonymised
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing

JSON, YAML = "application/json", "application/yaml"


@identity.action("exchange.service.describe")
def describe_service(*, actor: Actor, service_id: UUID, text: bytes) -> int:
    """Keep a description in JSON or YAML; how many operations it has.

    Raises FaultyDescription with what is wrong and where, ExchangeRefusedError for a service that is not there.
    """
    row, as_json = service_for(actor, service_id), reading.is_json(text)
    found = reading.check(reading.load(text, as_json=as_json))
    try:
        kept = anonymised(text, as_json=as_json)
    except NotOpenApi as error:
        raise FaultyDescription("exchange.openapi_unreadable") from error
    row.openapi, row.openapi_type = kept, JSON if as_json else YAML
    row.endpoints = [{"method": one.verb, "path": one.path} for one in found]
    row.save(update_fields=["openapi", "openapi_type", "endpoints"])
    identity.record(
        actor,
        Thing("exchange_service", row.id, row.institution_id),
        after={"operations": len(found), "as_json": as_json},
    )
    changed()
    return len(found)


def read_description(kept: bytes, media_type: str) -> tuple[Tree, tuple[Operation, ...]]:
    """What was kept: the tree, and its operations; nothing where it can't be read any more."""
    try:
        tree = reading.load(kept, as_json=media_type == JSON)
    except FaultyDescription:
        return {}, ()
    return tree, tuple(reading.operations(tree))
