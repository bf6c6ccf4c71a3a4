"""A bare Django view that inserts what one submission inserts: no session, no policy, no machine, no page.

Served beside the measured installation, in its database, into copies of its tables (schema `bare`) through Django's
own models. JUMUISHI_BENCH_ROWS names a JSON file of [table, [row, ...]], the rows as a real submission left them.
"""

import json
import os
import secrets
from typing import Any
from uuid import UUID

import django
from django.apps import apps
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from jumuishi.kernel.ids import new_id
from jumuishi.project import settings as house

if not settings.configured:
    found = {name: getattr(house, name) for name in dir(house) if name.isupper()}
    found |= {
        "MIDDLEWARE": ["allauth.account.middleware.AccountMiddleware"],
        "ROOT_URLCONF": "bench._bare",
        "DATABASES": {"default": house.database(os.environ["DATABASE_URL"])},
    }
    found["DATABASES"]["default"]["ENGINE"] = "django.db.backends.postgresql"
    found["DATABASES"]["default"]["OPTIONS"]["options"] = "-c search_path=bare,public"
    settings.configure(**found)
    django.setup()

with open(os.environ["JUMUISHI_BENCH_ROWS"]) as file:
    ROWS: list[tuple[str, list[dict[str, Any]]]] = json.load(file)
MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


FIELDS = {
    table: [(one, one.attname, one.column) for one in model._meta.concrete_fields] for table, model in MODELS.items()
}
# The keys of the rows, which others of the rows point at: each request has fresh ones.
KEYS = [row["id"] for _, rows in ROWS for row in rows if isinstance(row.get("id"), str)]


def insert(request: HttpRequest) -> HttpResponse:
    """The same rows with keys of their own, one INSERT each, in the request's one transaction."""
    body = request.POST.get("csrfmiddlewaretoken", "")
    keys = {UUID(key): new_id() for key in KEYS}
    for table, rows in ROWS:
        model = MODELS.get(table)
        if model is None or model._meta.app_label == "procrastinate":
            for row in rows:
                plain(table, row)
            continue
        made = [model(**renewed(table, row, keys)) for row in rows]
        if len(made) == 1:
            made[0].save(force_insert=True)
        else:
            model._default_manager.bulk_create(made)
    return HttpResponse(f"done {len(body)}")


def renewed(table: str, row: dict[str, Any], keys: dict[UUID, UUID]) -> dict[str, Any]:
    """A row's values with keys of this request, and numbers that no other row has."""
    found = {name: value(field, row[column]) for field, name, column in FIELDS[table]}
    for field, name, column in FIELDS[table]:
        if isinstance(found[name], UUID):
            found[name] = keys.get(found[name], found[name])
        elif column in ("reference", "idempotency_key", "commitment"):
            found[name] = fresh(found[name])
        elif field.primary_key:
            del found[name]
    return found


def value(field: Any, found: Any) -> Any:
    """What JSON kept of a column, as its field holds it."""
    if field.get_internal_type() == "BinaryField":
        return bytes.fromhex(found[2:]) if found is not None else None
    return field.to_python(found)


def fresh(value: Any) -> Any:
    """A value of the same kind and length that no other row has."""
    return (
        secrets.token_bytes(32)
        if isinstance(value, bytes | memoryview)
        else secrets.token_hex(len(str(value)))[: len(str(value))]
    )


def plain(table: str, row: dict[str, Any]) -> None:
    """A row of the queue, whose models are for reading only."""
    given = {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in row.items()
        if name != "id"
    }
    names, marks = ", ".join(given), ", ".join(["%s"] * len(given))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(given.values()))


urlpatterns = [path("insert/", insert)]
application = get_wsgi_application()
