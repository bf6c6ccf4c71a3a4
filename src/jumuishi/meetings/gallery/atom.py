"""A body's meetings for programs that follow it (RFC 4287)."""

from xml.sax.saxutils import escape

from django.conf import settings

from jumuishi.identity import public as identity
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_instant
from jumuishi.meetings import naming
from jumuishi.meetings.models import Body, Meeting


def feed(body: Body, meetings: list[Meeting], lang: str) -> str:
    """The document: one entry for a meeting, its id its own for ever; the newest first."""
    here = identity.link_to(f"/vikao/chombo/{body.id}/", lang)
    updated = max((_at(one) for one in meetings), default=clock.now().isoformat(timespec="seconds"))
    entries = "".join(
        f"<entry><id>urn:uuid:{one.id}</id><title>{escape(naming.title_of(one, lang))}</title>"
        f"<updated>{_at(one)}</updated><link href={_quoted(identity.link_to(f'/vikao/{one.id}/', lang))}/>"
        f"<summary>{escape(say_instant(one.starts_at, lang, settings.TIME_ZONE))}, {escape(one.place)}"
        "</summary></entry>"
        for one in meetings
    )
    name = escape(naming.in_lang(body.name, lang))
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{lang}"><id>urn:uuid:{body.id}</id><title>{name}</title><updated>{updated}</updated>'
        f"<author><name>{name}</name></author><link href={_quoted(here)}/>{entries}</feed>"
    )


def _at(one: Meeting) -> str:
    return (one.called_at or one.made_at).isoformat(timespec="seconds")


def _quoted(address: str) -> str:
    return '"' + escape(address, {'"': "&quot;"}) + '"'
