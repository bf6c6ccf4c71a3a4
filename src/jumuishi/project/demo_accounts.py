"""Who can sign in to a demonstration, kept beside its secrets. No Django: the supervisor reads it at once."""

import base64
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

FILE = "demo-accounts.json"


@dataclass(frozen=True)
class SignIn:
    """One made-up officer with a password drawn at random and an authenticator's secret (base32)."""

    institution: str
    name: str
    title: str
    email: str
    password: str
    totp_secret: str

    def code(self, at: float) -> str:
        """The six digits that an authenticator would show at this moment (seconds since 1970; RFC 6238)."""
        padded = self.totp_secret + "=" * (-len(self.totp_secret) % 8)
        totp = TOTP(base64.b32decode(padded), 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303  # RFC 6238's hash
        return totp.generate(int(at)).decode()


def keep(config: Path, accounts: Iterable[dict[str, Any]]) -> None:
    """Write the accounts down, readable by the installation's own user only."""
    config.mkdir(parents=True, exist_ok=True)
    handle = os.open(config / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(list(accounts), file, indent=1)


def kept(config: Path) -> list[SignIn]:
    """Who can sign in to the demonstration of this config folder; nobody where there is none."""
    path = config / FILE
    return [SignIn(**one) for one in json.loads(path.read_text())] if path.exists() else []


def listed(accounts: list[SignIn], address: str) -> str:
    """The text for the terminal: how to come in, then a line for each officer."""
    if not accounts:
        return f"Nobody's password is kept here: who can sign in is at {address}demo/"
    widths = [max(len(getattr(one, part)) for one in accounts) for part in ("email", "password")]
    lines = [
        f"Officers sign in at {address}ofisi/ with e-mail, password and a code of six digits.",
        f"The codes change every half minute and stand at {address}demo/ , with the SMS that people get.",
        "Citizens need no password: any phone number like 0700 000 001, its code comes by SMS.",
    ]
    for one in accounts:
        sign_in = f"{one.email:<{widths[0]}}  {one.password:<{widths[1]}}"
        lines.append(f"  {sign_in}  {one.name}, {one.title}, {one.institution}")
    return "\n".join(lines)
