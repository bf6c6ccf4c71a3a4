"""Inside an installation: a bank may ask a water authority's system. `python -m bench._exchange_scene DO ...`

set URL        registers both systems and the agreement between them
keep DAYS      for so many days the bodies are kept
rights COUNT   so many other subsystems, services and agreements beside them
check          prints how many records there are by role, and how many of their journal rows have a leaf
"""

import json
import sys
from datetime import timedelta

import django

CONTACT = {"contact_name": "Bakari", "contact_email": "bakari@maji-mfano.example"}
CLIENT, SERVICE = "TZ/COM/benki-mfano/mikopo", "TZ/GOV/maji-mfano/wateja/customers"

_MANY = """
WITH home AS (SELECT institution_id FROM exchange_subsystem WHERE code = 'wateja'), made AS (
  INSERT INTO exchange_subsystem (id, institution_id, code, name, contact_name, contact_email, made_at)
  SELECT gen_random_uuid(), institution_id, 'm' || gen_random_uuid(), 'Mfumo', 'x', 'x@x', now()
  FROM home, generate_series(1, %s) n
  RETURNING id, institution_id, code
), offered AS (
  INSERT INTO exchange_service (id, institution_id, subsystem_id, code, title, url, seconds, checks_certificate,
    openapi_type, endpoints, disabled_notice, keep_days, made_at)
  SELECT gen_random_uuid(), institution_id, id, 'huduma', '{"sw": "x"}', 'http://127.0.0.1:9/', 60, true, '', '[]', '',
    0, now() FROM made RETURNING id, institution_id
)
INSERT INTO exchange_agreement (id, institution_id, service_id, client, purpose, purpose_words, legal_basis, fields,
  rules, from_on, until_on, asked_at, approved_at, reason)
SELECT gen_random_uuid(), institution_id, id, 'TZ/COM/benki-mfano/' || id, 'x', '{"sw": "x"}',
  'x', '[]', '[{"method": "GET", "path": "/a/*"}]', current_date, current_date + 30, now(), now(), '' FROM offered
"""


def main() -> None:
    """Do one of the four."""
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415  # models load after the settings are known

    from jumuishi.evidence import public as evidence  # noqa: PLC0415
    from jumuishi.exchange.news import changed  # noqa: PLC0415
    from jumuishi.kernel import tenancy  # noqa: PLC0415

    do, *words = sys.argv[1:]
    with tenancy.acting_as(tenancy.Principal.system()):
        if do == "check":
            while evidence.sequence_once():
                pass
        with transaction.atomic(), connection.cursor() as cursor:
            if do == "set":
                _set(words[0])
            elif do == "keep":
                cursor.execute("UPDATE exchange_service SET keep_days = %s WHERE code = 'customers'", [int(words[0])])
                changed()
            elif do == "rights":
                cursor.execute(_MANY, [int(words[0])])
                changed()
            else:
                cursor.execute(
                    "SELECT r.role, count(*), count(l.journal_id) FROM exchange_record r "
                    "LEFT JOIN evidence_leaf l USING (journal_id) GROUP BY 1"
                )
                print(json.dumps({role: [count, proved] for role, count, proved in cursor.fetchall()}))


def _set(url: str) -> None:
    from jumuishi.exchange import agreeing, registering  # noqa: PLC0415
    from jumuishi.exchange.types import Terms  # noqa: PLC0415
    from jumuishi.identity.types import Actor, ActorKind  # noqa: PLC0415
    from jumuishi.institutions import public as institutions  # noqa: PLC0415

    def officer(slug: str, name: str) -> Actor:
        home = institutions.institution_by_slug(slug)
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if one.name == name)
        return Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=name)

    bakari, shabani = officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani")
    home = registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
    service = registering.register_service(
        actor=bakari, subsystem_id=home, code="customers", title={"sw": "Wateja"}, url=url
    )
    bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
    registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
    today = institutions.today()
    made = agreeing.ask(
        actor=shabani,
        subsystem_id=bank,
        service_id=service,
        terms=Terms(
            purpose="credit-check",
            purpose_words={"sw": "Mkopo"},
            legal_basis="Mkataba",
            fields=[],
            rules=[{"method": "GET", "path": "/customers/*"}],
            from_on=today,
            until_on=today + timedelta(days=30),
        ),
    )
    agreeing.approve(actor=officer("maji-mfano", "Aisha"), agreement_id=made)


if __name__ == "__main__":
    main()
