"""Throwing away what has ended: attempts, codes, sessions."""

from django.contrib.sessions.models import Session

from jumuishi.identity.models import Attempt, Enrolment, OneTimeCode, ResumeCode
from jumuishi.identity.principal import as_system
from jumuishi.kernel import clock
from jumuishi.kernel.jobs import every


@every(3600, "identity.ended.drop")
def drop_ended() -> None:
    """Delete counters, codes, links and sessions whose time is over."""
    now = clock.now()
    with as_system():
        Attempt.objects.filter(ends_at__lt=now).delete()
        OneTimeCode.objects.filter(expires_at__lt=now).delete()
        ResumeCode.objects.filter(expires_at__lt=now).delete()
        Enrolment.objects.filter(expires_at__lt=now).delete()
        Session.objects.filter(expire_date__lt=now).delete()
