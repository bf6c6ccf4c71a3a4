"""Inside one of two nodes: `python -m bench._store_forward_scene DO ...`

system SLUG CODE                     registers a system of an institution, so that the directory names it
queue SLUG TO COUNT SUBJECTS DAYS    so many messages of a kilobyte, written so many days ago, in turns of the subjects
left                                 prints how many wait, and how many lie dead
came                                 prints how many came, how many are done, whether each subject is whole,
                                     in order, and the seconds from the first parcel to the last and to the last effect
"""

import json
import sys
from datetime import timedelta

import django

BODY = b'{"jina":"Asha Juma","mtaa":"Sekei"}' * 28


def main() -> None:
    """Do one of them."""
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415  # models load after the settings are known

    from jumuishi.exchange import registering  # noqa: PLC0415
    from jumuishi.exchange.courier.hello import HELLO  # noqa: PLC0415
    from jumuishi.exchange.courier.sending import send  # noqa: PLC0415
    from jumuishi.exchange.xroad.identifiers import read_client  # noqa: PLC0415
    from jumuishi.identity.types import Actor, ActorKind  # noqa: PLC0415
    from jumuishi.institutions import public as institutions  # noqa: PLC0415
    from jumuishi.kernel import clock, tenancy  # noqa: PLC0415

    do, *words = sys.argv[1:]
    with tenancy.acting_as(tenancy.Principal.system()):
        if do == "system":
            with transaction.atomic():
                home = institutions.institution_by_slug(words[0])
                assert home is not None
                one = next(one for one in institutions.people_in(home.id) if "ict-officer" in one.roles)
                actor = Actor(
                    ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=one.name
                )  # fmt: skip
                registering.register_subsystem(
                    actor=actor,
                    code=words[1], name=words[1], contact_name=one.name, contact_email="mtu@mfano.example",
                )  # fmt: skip
        elif do == "queue":
            source, to = (read_client(one) for one in words[:2])
            count, subjects, days = map(int, words[2:])
            with transaction.atomic():
                home = institutions.institution_by_slug(source.member_code)
            assert home is not None
            for begin in range(0, count, 1000):
                with clock.frozen(clock.now() - timedelta(days=days * (1 - begin / count))), transaction.atomic():
                    for n in range(begin, min(begin + 1000, count)):
                        send(
                            institution_id=home.id, source=source, destination=to, type=HELLO,
                            subject=f"kesi-{n % subjects}", data=BODY,
                        )  # fmt: skip
        else:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_LEFT if do == "left" else _CAME)
                print(json.dumps(cursor.fetchone()))


_LEFT = """
SELECT (SELECT count(*) FROM exchange_courier_outbox WHERE state = 'waiting'),
  (SELECT count(*) FROM exchange_courier_dead WHERE ended_at IS NULL)
"""
# Whole: places 1 to n, each once; in order: dealt with in the order of their places.
_CAME = """
WITH line AS (
  SELECT stream_id, sequence, message_id, state, xmin, ended_at,
    lag(ended_at) OVER (PARTITION BY stream_id ORDER BY sequence) AS earlier FROM exchange_courier_inbox
), each AS (
  SELECT stream_id, count(*) = max(sequence) AND count(DISTINCT message_id) = count(*)
    AND bool_and(earlier IS NULL OR ended_at IS NULL OR earlier <= ended_at) AS whole FROM line GROUP BY 1
)
SELECT (SELECT count(*) FROM line), (SELECT count(*) FROM line WHERE state = 'done'),
  coalesce((SELECT bool_and(whole) FROM each), true),
  (SELECT extract(epoch FROM max(made_at) - min(made_at))::float FROM exchange_courier_inbox),
  (SELECT extract(epoch FROM max(ended_at) - min(made_at))::float FROM exchange_courier_inbox)
"""

if __name__ == "__main__":
    main()
