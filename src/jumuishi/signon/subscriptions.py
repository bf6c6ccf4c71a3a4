"""What ends a sign-in elsewhere: a session that somebody ended, a post that its holder left. Each may come twice."""

from uuid import UUID

from jumuishi.identity.events import SessionsEnded
from jumuishi.institutions.events import AppointmentEnded
from jumuishi.kernel.events import subscribe
from jumuishi.signon import ending


@subscribe(SessionsEnded)
def sessions_ended(told: SessionsEnded) -> None:
    """Signed out, ended from the list, a new password, a lost factor: out at every client."""
    ending.of_chains([UUID(one) for one in told.chains], "session")


@subscribe(AppointmentEnded)
def appointment_ended(told: AppointmentEnded) -> None:
    """Whoever left the post is out of every system that was entered in it."""
    ending.of_post(told.appointment_id)
