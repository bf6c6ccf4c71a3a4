"""The tables are what the models say, and a migration never keeps a running service waiting."""

import os
import subprocess
import sys

import pytest
from django.core.management import call_command


def setting(expression: str, **environment: str) -> str:
    """What a process of its own, with this environment, has as a setting."""
    ask = f"from django.conf import settings as s; print({expression})"
    done = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_no_model_is_ahead_of_its_migrations(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_owner_does_not_wait_for_a_lock_for_ever() -> None:
    said = setting("s.DATABASES['owner']['OPTIONS']['options']", DATABASE_OWNER_URL="postgresql://o@/n?host=/nowhere")
    assert "lock_timeout=10s" in said


@pytest.mark.parametrize(
    ("address", "said"), [("https://huduma.example", "True True 31536000"), ("http://127.0.0.1:8000", "False False 0")]
)
def test_cookies_leave_over_tls_only_where_there_is_tls(address: str, said: str) -> None:
    cookies = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS"
    assert setting(cookies, JUMUISHI_PUBLIC_URL=address) == said
