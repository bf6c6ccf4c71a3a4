"""Settings of every process, read from the environment; what is missing fails loudly."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from jumuishi.identity.django_settings import *  # noqa: F403  # one room's constants
from jumuishi.identity.django_settings import IDENTITY_APPS, IDENTITY_MIDDLEWARE

HOUSE = Path(__file__).resolve().parent.parent


def database(url: str) -> dict[str, Any]:
    """Django's settings of a database from postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host, port = query.pop("host", unquote(parts.hostname or "")), query.pop("port", "")
    options: dict[str, Any] = {**query, "pool": {"min_size": 1, "max_size": 8, "timeout": 5}}
    return {
        "ENGINE": "jumuishi.kernel.database",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or port),
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": options,
    }


def folder(name: str, default: str) -> Path:
    """A folder from the environment, or its place in a home directory."""
    return Path(os.environ.get(name) or Path.home() / default)


JUMUISHI_DATA = folder("JUMUISHI_DATA", ".local/share/jumuishi")
JUMUISHI_CONFIG = folder("JUMUISHI_CONFIG", ".config/jumuishi")
JUMUISHI_KEY_FILE = JUMUISHI_CONFIG / "installation.key"
EVIDENCE_MIRROR_DIR = folder("JUMUISHI_MIRROR", ".local/state/jumuishi/evidence")
DEMONSTRATION = os.environ.get("JUMUISHI_DEMO") == "1"
NODE = os.environ.get("JUMUISHI_NODE", "10")
# Which demonstration; each node of the exchange's has a name of its own (project/network/parts.py).
DEMONSTRATION_NAME = os.environ.get("JUMUISHI_DEMO_NAME", "")
# So many days after its end a case leaves the lists and the search; it stays to be found by its number.
ARCHIVE_DAYS = int(os.environ.get("JUMUISHI_ARCHIVE_DAYS", "365"))
CURRENCY = os.environ.get("JUMUISHI_CURRENCY", "TZS")
# USSD: what the operator calls us by (the last part of the callback's address) and from where (192.0.2.0/24,...); the
# code that people dial. Until there is a secret nobody but the demonstration on this machine is answered.
USSD_SECRET = os.environ.get("JUMUISHI_USSD_SECRET", "")
USSD_SOURCES = [one.strip() for one in os.environ.get("JUMUISHI_USSD_SOURCES", "").split(",") if one.strip()]
USSD_CODE = os.environ.get("JUMUISHI_USSD_CODE", "")
# The number that phones write to.
SMS_NUMBER = os.environ.get("JUMUISHI_SMS_NUMBER", "")
# The name of the state over its institutions' documents; another country says its own.
STATE_NAME = {
    "sw": os.environ.get("JUMUISHI_STATE_SW", "Jamhuri ya Muungano wa Tanzania"),
    "en": os.environ.get("JUMUISHI_STATE_EN", "United Republic of Tanzania"),
}
PUBLIC_URL = os.environ.get("JUMUISHI_PUBLIC_URL", "http://127.0.0.1:8000")

DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("JUMUISHI_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]


def _secret() -> str:
    """Signs sessions and forms; kept beside the installation's key."""
    path = JUMUISHI_CONFIG / "django.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(os.urandom(48).hex())
    return path.read_text()


SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or _secret()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *IDENTITY_APPS,
    "jumuishi.kernel",
    "jumuishi.channels",
    "jumuishi.evidence",
    "jumuishi.identity",
    "jumuishi.institutions",
    "jumuishi.documents",
    "jumuishi.payments",
    "jumuishi.messaging",
    "jumuishi.hooks",
    "jumuishi.exchange",
    "jumuishi.signon",
    "jumuishi.services",
    "jumuishi.cases",
    "jumuishi.meetings",
    "jumuishi.feedback",
    "jumuishi.privacy",
    "jumuishi.insights",
    "jumuishi.project",
]

MIDDLEWARE = [
    "jumuishi.project.metrics.MetricsMiddleware",
    "jumuishi.project.ussd.CallbackMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "jumuishi.channels.middleware.FrameMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "jumuishi.channels.api.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    *IDENTITY_MIDDLEWARE,
]

CSRF_FAILURE_VIEW = "jumuishi.channels.views.no_mark"
ROOT_URLCONF = "jumuishi.project.urls"
WSGI_APPLICATION = "jumuishi.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "jumuishi.channels.context.frame",
            ],
            "builtins": ["jumuishi.kernel.templatetags.text"],
        },
    }
]

_url = os.environ.get("DATABASE_URL", "")
DATABASES: dict[str, Any] = {"default": database(_url)} if _url else {}
if os.environ.get("DATABASE_OWNER_URL"):
    # Only the command that migrates is given this; web and worker never see it.
    DATABASES["owner"] = database(os.environ["DATABASE_OWNER_URL"])
    DATABASES["owner"]["OPTIONS"].pop("pool", None)
    # A migration that waits for a table keeps everybody waiting behind it: for a second, then it tries again later.
    DATABASES["owner"]["OPTIONS"]["options"] = "-c lock_timeout=1s"

LANGUAGE_CODE = "sw"
LANGUAGES = [("sw", "Kiswahili"), ("en", "English")]
TIME_ZONE = os.environ.get("JUMUISHI_ZONE", "Africa/Dar_es_Salaam")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("JUMUISHI_STATIC") or JUMUISHI_DATA / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# Notices to programs may go to this machine: for tests, which have no other; see hooks.outgoing.
HOOKS_LOOPBACK = os.environ.get("JUMUISHI_HOOKS_LOOPBACK") == "1"
# The exchange: the name of the instance (as X-Road has it) that this node belongs to, its own name there, which
# release's names of errors its clients know (xroad-7.7 or xroad-7.8), and the largest body in MB that it carries.
EXCHANGE_INSTANCE = os.environ.get("JUMUISHI_EXCHANGE_INSTANCE", "TZ")
EXCHANGE_NODE = os.environ.get("JUMUISHI_EXCHANGE_NODE", "")
EXCHANGE_PROFILE = os.environ.get("JUMUISHI_EXCHANGE_PROFILE", "xroad-7.7")
EXCHANGE_MOST = int(os.environ.get("JUMUISHI_EXCHANGE_MOST_MB", "256")) * 1_048_576
# The largest body in MB that is kept where a service keeps them; of a larger one the digest stays.
EXCHANGE_KEEP_MOST = int(os.environ.get("JUMUISHI_EXCHANGE_KEEP_MOST_MB", "10")) * 1_048_576
# The country's own identity provider, which people may come in by: its issuer (empty: none), who we are to it, and what
# it calls the facts that we take ("name=name").
SIGNON_NATIONAL = {
    "issuer": os.environ.get("JUMUISHI_NATIONAL_ISSUER", ""),
    "client_id": os.environ.get("JUMUISHI_NATIONAL_CLIENT", ""),
    "secret": os.environ.get("JUMUISHI_NATIONAL_SECRET", ""),
    "claims": os.environ.get("JUMUISHI_NATIONAL_CLAIMS", "name=name"),
}
# Where this installation's own systems reach the exchange, as the web process passes it on.
EXCHANGE_EDGE = os.environ.get("JUMUISHI_EXCHANGE_EDGE", "")
# Registers behind the exchange: the file that says where each answers, for how long a page waits for one, how many
# requests of a process ask at the same time, and for how long one that was away is left alone, all in seconds.
EXCHANGE_REGISTERS = folder("JUMUISHI_REGISTERS", str(JUMUISHI_CONFIG / "registers.toml"))
REGISTER_SECONDS = float(os.environ.get("JUMUISHI_REGISTER_SECONDS", "3"))
REGISTER_AT_ONCE = int(os.environ.get("JUMUISHI_REGISTER_AT_ONCE", "2"))
REGISTER_RESTS = float(os.environ.get("JUMUISHI_REGISTER_RESTS", "20"))
# For so many days the courier keeps messages that arrived and events that were published, to be read again.
EXCHANGE_COURIER_DAYS = int(os.environ.get("JUMUISHI_EXCHANGE_COURIER_DAYS", "30"))
# After so many seconds of silence a node that we know is asked whether it has something for us; 0 never asks.
EXCHANGE_COURIER_POLL = int(os.environ.get("JUMUISHI_EXCHANGE_COURIER_POLL", "300"))
# Courtesies of the platform's, no rule of anybody's. So many hours before a meeting its secretary hears of members whom
# its notice has not reached, and so many before it the head too; so many days after they were confirmed the secretary
# hears of minutes that were not sent, and after as many more, again and again, the head too.
MEETINGS_UNSERVED_HOURS = int(os.environ.get("JUMUISHI_MEETINGS_UNSERVED_HOURS", "72"))
MEETINGS_UNSERVED_HEAD_HOURS = int(os.environ.get("JUMUISHI_MEETINGS_UNSERVED_HEAD_HOURS", "24"))
MEETINGS_UNSENT_DAYS = int(os.environ.get("JUMUISHI_MEETINGS_UNSENT_DAYS", "7"))
# A virus scanner for what people hand in, tcp://HOST:PORT or unix:/PATH; empty for none.
CLAMD = os.environ.get("JUMUISHI_CLAMD", "")
# Bytes of files that one person may have handed in and we still keep (ASVS 4.0.3, 12.1.3).
PERSON_FILES = int(os.environ.get("JUMUISHI_PERSON_FILES_MB", "500")) * 1_048_576
# So many days a file that comes in parts has to arrive.
UPLOAD_DAYS = int(os.environ.get("JUMUISHI_UPLOAD_DAYS", "7"))
# Who may help at any institution's counter: the executives of wards, villages and streets, by their role.
EXECUTIVE_ROLES = tuple(os.environ.get("JUMUISHI_EXECUTIVE_ROLES", "ward-officer,street-officer").split(","))
# How long a consent to be helped counts: a visit at a counter, one application, a standing one; and for how many days
# whoever is said to have put a mark may say that it is not so. Each is this installation's own to set.
HELP_VISIT_HOURS = int(os.environ.get("JUMUISHI_HELP_VISIT_HOURS", "12"))
HELP_CASE_DAYS = int(os.environ.get("JUMUISHI_HELP_CASE_DAYS", "90"))
HELP_STANDING_DAYS = int(os.environ.get("JUMUISHI_HELP_STANDING_DAYS", "365"))
HELP_REPUDIATE_DAYS = int(os.environ.get("JUMUISHI_HELP_REPUDIATE_DAYS", "14"))
# Which outside witnesses cosign our log, and which of them are a quorum (C2SP tlog-policy); without it none is asked.
EVIDENCE_POLICY = folder("JUMUISHI_EVIDENCE_POLICY", str(JUMUISHI_CONFIG / "witnesses.policy"))
# Who stamps the log's checkpoints with the time: a file of lines "ADDRESS FILE", FILE with the certificates to trust.
EVIDENCE_TIMESTAMPERS = folder("JUMUISHI_TIMESTAMPERS", str(JUMUISHI_CONFIG / "timestampers"))
# Seconds after which somebody should look when no quorum has cosigned, or nobody has stamped, what the log holds.
EVIDENCE_COSIGNED_WITHIN = float(os.environ.get("JUMUISHI_COSIGNED_WITHIN", "900"))
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
# Behind nginx with a certificate: cookies leave over TLS only, and browsers remember to ask so.
_TLS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
if _TLS:
    # A name by which the browser itself refuses a cookie that another host of our domain made.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Below the first somebody should look; below the second no file is taken any more, so that the database can go on.
SPACE_WARNING = int(os.environ.get("JUMUISHI_SPACE_WARNING_MB", "2048")) * 1_048_576
SPACE_RESERVE = int(os.environ.get("JUMUISHI_SPACE_RESERVE_MB", "256")) * 1_048_576

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "jumuishi.kernel.redaction.Redacting"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("JUMUISHI_LOG", "WARNING")},
}
