"""Which gateways may be asked now, told between all workers: one that fell silent is left alone for a while."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from jumuishi.kernel import clock
from jumuishi.messaging import rules
from jumuishi.messaging.models import Gateway


class Circuits:
    """How the gateways stand at the moment of the reading; asked and told within no other transaction."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        with transaction.atomic():
            self._open = {one.name: one for one in Gateway.objects.all()}

    def may_ask(self, name: str) -> bool:
        """Whether a gateway may be asked. One whose time has come is tried by the first who asks, and nobody else."""
        known = self._open.get(name)
        if known is None:
            return True
        now = clock.now()
        # A clock that was ahead may have set it further than anybody waits.
        if now < known.open_until <= now + rules.LONGEST_WAIT:
            return False
        with transaction.atomic():
            ours = Gateway.objects.filter(name=name, open_until=known.open_until)
            return ours.update(open_until=now + rules.PROBE) == 1

    def fell(self, name: str, why: str) -> None:
        """It did not answer: leave it alone, the longer the more often that was so."""
        known, now = self._open.get(name), clock.now()
        failures = known.failures + 1 if known else 1
        until = rules.next_attempt(failures, now)
        with transaction.atomic(), connection.cursor() as cursor:
            # Several that were on their way when it fell count as one.
            cursor.execute(
                "INSERT INTO messaging_gateway (name, failures, why, open_until) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (name) DO UPDATE SET failures = greatest(messaging_gateway.failures, EXCLUDED.failures), "
                "why = EXCLUDED.why, open_until = EXCLUDED.open_until",
                [name, failures, why[:80], until],
            )
        self._open[name] = Gateway(name=name, failures=failures, why=why[:80], open_until=until)

    def answered(self, name: str) -> None:
        """It is there, and may be asked by everybody."""
        if self._open.pop(name, None) is not None:
            with transaction.atomic():
                Gateway.objects.filter(name=name).delete()

    def are_open(self) -> bool:
        """Whether each of them is left alone now."""
        return self.until() is not None

    def until(self) -> datetime | None:
        """When the first of them may be asked again; None where one may be asked now."""
        now = clock.now()
        waits = [one.open_until for name in self._names if (one := self._open.get(name)) is not None]
        held = [at for at in waits if now < at <= now + rules.LONGEST_WAIT]
        return min(held) if held and len(held) == len(self._names) else None
