"""What a service's owner wants kept of the bodies, sealed on the way into the table.

Small ones go into the commit of their record; of larger ones one piece at a time is in memory. Only what was agreed on
is kept: of a call that was denied there is the record and nothing else.
"""

from collections.abc import AsyncIterator
from datetime import date, timedelta

from django.conf import settings
from django.utils.timezone import localdate

from jumuishi.exchange.gateway.body import Body
from jumuishi.exchange.gateway.calls import Call
from jumuishi.exchange.gateway.ledger import Kept, Piece
from jumuishi.exchange.gateway.parts import Parts
from jumuishi.exchange.sealing import Box
from jumuishi.exchange.types import Part
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

# Both bodies together; up to 256 records wait for one commit.
WITH_THE_RECORD = 65_536


async def kept(parts: Parts, call: Call, body: Body, answer: Body | None) -> Kept | None:
    """What the record of a call brings of its bodies; None where nothing is kept. Raises AwayError.

    `answer` is what the institution's own system said, None where it said nothing.
    """
    service = parts.view.services.get(call.request.service)
    if service is None or not service.keep_days or call.agreement_id is None:
        return None
    bodies = {Part.REQUEST: body} | ({Part.ANSWER: answer} if answer else {})
    taken = {part: one for part, one in bodies.items() if one.length <= settings.EXCHANGE_KEEP_MOST}
    now, box = clock.now(), Box.fresh(call.id)
    until = localdate(now) + timedelta(days=service.keep_days)
    sealed = _sealed(call, box, taken, until)
    pieces: tuple[Piece, ...] = ()
    if sum(one.length for one in taken.values()) <= WITH_THE_RECORD:
        pieces = tuple([one async for one in sealed])
    else:
        await parts.ledger.pour(sealed)
    return Kept(call.id, call.institution_id, now, until, box.wrapped(), tuple(taken), pieces)


async def _sealed(call: Call, box: Box, bodies: dict[Part, Body], until: date) -> AsyncIterator[Piece]:
    for part, one in bodies.items():
        number = 0
        async for plain in one.pieces():
            if plain:
                yield Piece(new_id(), call.institution_id, call.id, part, number, box.shut(part, number, plain), until)
                number += 1
