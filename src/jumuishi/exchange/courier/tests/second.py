"""Run beside a node's database, as its worker would: `python -m jumuishi.exchange.courier.tests.second DO ...`

say SLUG TO COUNT SUBJECTS   sends so many numbered messages from an institution of the node to another's, in turns
hand SECONDS                 deals with what came, for so long, by a handler that writes each text down in a table
"""

import sys
import time

import django


def main() -> None:
    """Do one of them."""
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415  # models load after the settings are known

    from jumuishi.exchange.courier import handing, handlers  # noqa: PLC0415
    from jumuishi.exchange.courier.tests.numbered import TYPE, say, write_down  # noqa: PLC0415
    from jumuishi.kernel import tenancy  # noqa: PLC0415

    do, *words = sys.argv[1:]
    with tenancy.acting_as(tenancy.Principal.system()):
        if do == "say":
            with transaction.atomic():
                say(words[0], words[1], int(words[2]), int(words[3]))
            return
        handlers.receives(TYPE)(write_down)
        until = time.monotonic() + float(words[0])
        while time.monotonic() < until:
            handing.hand_over(1.0)
            connection.close()
            time.sleep(0.1)


if __name__ == "__main__":
    main()
