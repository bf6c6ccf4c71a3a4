"""Timed entries: ended sign-ins are told, lost ones found, keys turned, what is old dropped. Each may run twice."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jumuishi.hooks import public as hooks
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.due import due
from jumuishi.kernel.jobs import every
from jumuishi.signon import ending, keys, registering, rules, standing
from jumuishi.signon.models import Client, Code, Logout, NationalSession, SeenToken, SignIn, Token
from jumuishi.signon.types import LogoutState

AT_ONCE, STEP = 50, 500
# A session that is renewed is away for as long as it takes to type a second factor.
RENEWED_WITHIN = timedelta(minutes=3)
KEPT = timedelta(days=365)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_LIFE = timedelta(minutes=2)


@every(2, "signon.logouts.send")
def send_logouts() -> None:
    """Tell clients what ended. No transaction is open meanwhile; what a dead worker took is due again in a minute."""
    now = clock.now()
    with transaction.atomic():
        waiting = Logout.objects.filter(state=LogoutState.WAITING)
        for late in waiting.filter(give_up_at__lte=now).select_related("client")[:AT_ONCE]:
            late.state, late.next_at = LogoutState.DEAD, None
            late.save(update_fields=["state", "next_at"])
            _journal(late, {"given_up": True, "attempts": late.attempts})
        rows = list(
            waiting.filter(due("next_at", hooks.LONGEST_WAIT)).select_related("client", "sign_in")
            .select_for_update(of=("self",), skip_locked=True).order_by("next_at")[:AT_ONCE]
        )  # fmt: skip
        Logout.objects.filter(id__in=[row.id for row in rows]).update(next_at=now + timedelta(minutes=1))
        tokens = [logout_token(row, now) for row in rows]
    if not rows:
        return
    outcomes = asyncio.run(_send(rows, tokens))
    with transaction.atomic():
        for row, outcome in zip(rows, outcomes, strict=True):
            _note(row, outcome)


def logout_token(row: Logout, now: datetime) -> str:
    """OpenID Connect Back-Channel Logout 1.0, 2.4: made anew for each try, so that none is old or seems a repeat."""
    at = int(now.timestamp())
    said = {
        "iss": keys.issuer(), "aud": str(row.client_id), "iat": at, "exp": at + int(LOGOUT_LIFE.total_seconds()),
        "jti": f"{row.id}.{row.attempts}", "sub": row.sign_in.subject, "sid": str(row.sign_in_id),
        "events": {LOGOUT_EVENT: {}},
    }  # fmt: skip
    return keys.signed(said, "logout+jwt")


async def _send(rows: list[Logout], tokens: list[str]) -> list[hooks.Outcome]:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Jumuishi"}
    asked = (
        hooks.post(row.url, headers, f"logout_token={one}".encode()) for row, one in zip(rows, tokens, strict=True)
    )
    return list(await asyncio.gather(*asked))


def _note(row: Logout, outcome: hooks.Outcome) -> None:
    now, attempts = clock.now(), row.attempts + 1
    kept = Logout.objects.filter(id=row.id, state=LogoutState.WAITING)
    if outcome.delivered:
        kept.update(state=LogoutState.DELIVERED, status=outcome.status, attempts=attempts, done_at=now, next_at=None)
        _journal(row, {"delivered": True, "status": outcome.status, "attempts": attempts})
    else:
        kept.update(
            status=outcome.status, failure=outcome.failure, attempts=attempts,
            next_at=now + hooks.wait_after(attempts),
        )  # fmt: skip


def _journal(row: Logout, after: dict[str, object]) -> None:
    thing = Thing("logout", row.id, row.institution_id)
    identity.record(Actor.system(), thing, verb="signon.logout.tell", after={**after, "client": str(row.client_id)})


@every(30, "signon.sign_ins.find_lost")
def find_lost() -> None:
    """Sessions that ran out, or that somebody let go without a word: out at every client, unless renewed at once."""
    last = UUID(int=0)
    while True:
        with transaction.atomic():
            rows = list(_standing().filter(id__gt=last).order_by("id")[:STEP])
            _look(rows)
        if len(rows) < STEP:
            return
        last = rows[-1].id


def _standing() -> QuerySet[SignIn]:
    return SignIn.objects.filter(ended_at=None)


def _look(rows: list[SignIn]) -> None:
    """Mark those whose session went, unmark those whose is there again, end those that are gone for too long."""
    now, gone = clock.now(), {row.id for row in standing.lost(rows)}
    back = [row.id for row in rows if row.lost_at and row.id not in gone]
    new = [row.id for row in rows if not row.lost_at and row.id in gone]
    over = [row.id for row in rows if row.id in gone and row.lost_at and row.lost_at <= now - RENEWED_WITHIN]
    SignIn.objects.filter(id__in=back).update(lost_at=None)
    SignIn.objects.filter(id__in=new).update(lost_at=now)
    ending.end(SignIn.objects.filter(id__in=over), "over")


@every(3600, "signon.sign_ins.review")
def review() -> None:
    """Whoever's post ended by its day, or whose account was closed, is out; what is asked and not answered lapses."""
    with transaction.atomic():
        keys.turn()
    last = UUID(int=0)
    while True:
        with transaction.atomic():
            rows = list(_standing().filter(id__gt=last, appointment_id__isnull=False).order_by("id")[:STEP])
            active = identity.active_officers(row.person_id for row in rows)
            over = [row.id for row in rows if row.person_id not in active or standing.post_of(row) is None]
            ending.end(SignIn.objects.filter(id__in=over), "post")
        if len(rows) < STEP:
            break
        last = rows[-1].id
    with transaction.atomic():
        old = Client.objects.filter(asked__isnull=False, asked_at__lt=clock.now() - rules.ASKING_LASTS)
        for client_id in list(old.values_list("id", flat=True)):
            registering.lapse(actor=Actor.system(), client_id=client_id)


@every(3600, "signon.ended.drop")
def drop_ended() -> None:
    """Codes and tokens whose time is over go in a day, sign-ins and what was told of them in a year."""
    now = clock.now()
    with transaction.atomic():
        Code.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        Token.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        SignIn.objects.filter(ended_at__lt=now - KEPT).delete()
        # No session here lasts longer than a working day.
        NationalSession.objects.filter(begun_at__lt=now - timedelta(days=2)).delete()
        SeenToken.objects.filter(until_at__lt=now).delete()
