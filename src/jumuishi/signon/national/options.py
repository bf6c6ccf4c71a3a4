"""Which provider, as whom, and what its facts are called: settings of the installation."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ADDRESS_FILE = "national-simulator.url"


@dataclass(frozen=True)
class Options:
    """The provider as we know it; `claims` gives for our fact ("name") what it calls it."""

    issuer: str
    client_id: str
    secret: str
    claims: dict[str, str]


def current() -> Options | None:
    """None where no provider is set up; a demonstration that names none uses the simulator of its data folder."""
    issuer = str(settings.SIGNON_NATIONAL["issuer"]).rstrip("/")
    if not issuer and settings.DEMONSTRATION:
        try:
            issuer = (Path(settings.JUMUISHI_DATA) / ADDRESS_FILE).read_text().strip()
        except OSError:
            return None
        return Options(issuer, "jumuishi-demo", "demo-secret", {"name": "name"})
    if not issuer:
        return None
    said = settings.SIGNON_NATIONAL
    pairs = (one.split("=", 1) for one in str(said["claims"]).split(",") if "=" in one)
    return Options(issuer, str(said["client_id"]), str(said["secret"]), dict(pairs))
