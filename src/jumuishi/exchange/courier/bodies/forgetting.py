"""A body's file goes with the last message that has it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from jumuishi.exchange.courier.bodies.tables import Wanted
from jumuishi.exchange.courier.tables import Inbox, Outbox
from jumuishi.kernel import files


def drop_unused(ids: Iterable[UUID | None], before: datetime) -> None:
    """Drop files of messages that went, unless another message has them or a node wants them since not long ago.

    Needs a transaction as the system.
    """
    given = {one for one in ids if one is not None}
    Wanted.objects.filter(at__lt=before).delete()
    for table, column in ((Inbox, "body_file"), (Outbox, "body_file"), (Wanted, "file")):
        given -= set(table.objects.filter(**{f"{column}__in": given}).values_list(column, flat=True))
    for one in given:
        transaction.on_commit(partial(files.drop, one))
