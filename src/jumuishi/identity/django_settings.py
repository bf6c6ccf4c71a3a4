"""What Django and allauth must be told for this room; project.settings takes it in whole. Constants only."""

import os

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["jumuishi.identity.backend.AccountBackend"]
# OWASP ASVS 4.0.3, 2.1.1. A shorter one of before still opens the door, and is changed before any work.
IDENTITY_PASSWORD_LEAST = 12
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": IDENTITY_PASSWORD_LEAST},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jumuishi.identity.passwords.NearbyPasswordValidator"},
]

# allauth gives the factors (TOTP, passkeys, recovery codes); its pages are not served, ours are.
IDENTITY_APPS = ["allauth", "allauth.account", "allauth.mfa"]
# After sessions, language and CSRF: the actor is known before any view, and the whole view runs as its principal.
IDENTITY_MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "jumuishi.identity.middleware.ActorMiddleware",
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "jumuishi.identity.factors.SealedAdapter"
MFA_TOTP_ISSUER = "Jumuishi"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10

# A phone passes from hand to hand: nobody stays signed in overnight.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "jumuishi.identity.session_store"

# Ours. Lengths of life and limits are technical defaults, from no law: an installation may set its own.
IDENTITY_LIFE: dict[str, int] = {
    "code_seconds": 600,
    "code_tries": 5,
    "pin_tries": 5,
    "pin_lock_seconds": 3600,
    "enrolment_seconds": 72 * 3600,
    "password_seconds": 3600,
    "resume_seconds": 60 * 24 * 3600,
    "officer_session_seconds": 12 * 3600,
    # The key of an officer's own program, which helps and decides nothing: a working day.
    "work_session_seconds": 12 * 3600,
    # OWASP ASVS 4.0.3, 3.3.2: half an hour at a desk that others pass.
    "officer_idle_seconds": int(os.environ.get("JUMUISHI_OFFICER_IDLE_MINUTES", "30")) * 60,
    # A phone passes from hand to hand too, but who looks for a paper at home must find the form again; each page of it
    # is kept as it is answered. A guest has no phone to sign in by, and may have lost the code: twice as long.
    "citizen_session_seconds": SESSION_COOKIE_AGE,
    "citizen_idle_seconds": int(os.environ.get("JUMUISHI_PERSON_IDLE_MINUTES", "60")) * 60,
    "guest_session_seconds": SESSION_COOKIE_AGE,
    "guest_idle_seconds": int(os.environ.get("JUMUISHI_PERSON_IDLE_MINUTES", "60")) * 120,
    "program_session_seconds": SESSION_COOKIE_AGE,
    "fresh_seconds": 900,
}
# purpose -> (times, seconds). Whole towns share one address behind a mobile operator, so limits by address are wide and
# those by phone, name and account narrow; but for the sending of codes only wrong tries are counted.
IDENTITY_LIMITS: dict[str, tuple[int, int]] = {
    "code.phone": (5, 3600),
    "code.address": (120, 3600),
    "code.network": (600, 3600),
    "code.phone_day": (15, 86_400),
    "code.block_day": (500, 86_400),
    "code.prefix_day": (20_000, 86_400),
    "code.installation_day": (50_000, 86_400),
    "code.wrong.phone": (10, 3600),
    "code.wrong.address": (300, 3600),
    "resume.address": (30, 600),
    "password.name_address": (8, 900),
    "password.name": (40, 900),
    "password.address": (120, 900),
    "password.own": (8, 900),
    "passkey.address": (300, 900),
    "factor.account": (8, 900),
    "enrolment.address": (30, 900),
    # A case looked up by its number: every try counts, for a right one looks like a wrong one until it is answered.
    "track.address": (120, 600),
    "track.reference": (20, 600),
    "forgotten.address": (30, 3600),
    "forgotten.name": (3, 3600),
    "join.ask": (10, 3600),
    "join.follow": (30, 900),
    "track.phone": (20, 600),
    # Answers of one old phone: a form of forty questions twice, and no more.
    "ussd.phone": (120, 600),
    # What one phone writes to us by SMS; of what we don't understand three are answered.
    "sms.in": (30, 3600),
    "sms.unknown": (3, 3600),
    # An institution's program: wrong keys by address, documents looked at by key.
    "client.address": (60, 900),
    "client.minute": (600, 60),
    # What people say: whole towns share an address, one phone and one person do not.
    "feedback.say.address": (120, 3600),
    "feedback.say.day": (600, 24 * 3600),
    "feedback.say.phone": (5, 24 * 3600),
    "feedback.say.person": (20, 24 * 3600),
    "feedback.follow.address": (120, 600),
    "feedback.follow.reference": (30, 600),
    # Registers asked by personal numbers: so that nobody tries one number after the other, whoever they say they are.
    "lookup.person": (15, 86_400),
    "lookup.helper": (300, 86_400),
    "lookup.address": (120, 3600),
    "lookup.answer": (15, 3600),
}
for _name in IDENTITY_LIMITS:
    # JUMUISHI_LIMIT_CODE_INSTALLATION_DAY=80000 changes how many; the span stays.
    _said = os.environ.get("JUMUISHI_LIMIT_" + _name.replace(".", "_").upper(), "")
    if _said:
        IDENTITY_LIMITS[_name] = (int(_said), IDENTITY_LIMITS[_name][1])
# Numbers that a message may go to begin with one of these; each country (or network) that an installation adds costs.
IDENTITY_PHONE_PREFIXES = tuple(p for p in os.environ.get("JUMUISHI_PHONE_PREFIXES", "+255").split(",") if p)
# Where signing in leads when nobody asked for a page: rooms above keep these addresses.
IDENTITY_HOME = {"person": "/maombi/", "officer": "/ofisi/"}
# Addresses of our own reverse proxies, whose X-Forwarded-For is believed; empty believes nobody.
TRUSTED_PROXIES = frozenset(a for a in os.environ.get("JUMUISHI_PROXIES", "").split(",") if a)
