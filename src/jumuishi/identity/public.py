"""The face: who acts, what they may, and how an act is done and recorded."""

from jumuishi.identity.accounts import invite_officer, open_account
from jumuishi.identity.actions import action, record
from jumuishi.identity.codes import check_code, start_code
from jumuishi.identity.factors import new_totp_secret
from jumuishi.identity.limits import address_of, allowed, hit
from jumuishi.identity.looking import looked
from jumuishi.identity.people import (
    natural_people,
    new_guest,
    on_guest_attached,
    people,
    person,
    person_of_phone,
    prove_phone,
    renew_resume_code,
    resume,
    set_person,
)
from jumuishi.identity.policy import (
    is_authority,
    is_of_institution,
    is_owner,
    is_system,
    may,
    must,
    policy,
)
from jumuishi.identity.principal import principal_of
from jumuishi.identity.recovery import approve_recovery, ask_recovery, open_recoveries
from jumuishi.identity.rules import mask_phone, normalise_phone
from jumuishi.identity.session import sign_in_person

__all__ = [
    "action",
    "address_of",
    "allowed",
    "approve_recovery",
    "ask_recovery",
    "check_code",
    "hit",
    "invite_officer",
    "is_authority",
    "is_of_institution",
    "is_owner",
    "is_system",
    "looked",
    "mask_phone",
    "may",
    "must",
    "natural_people",
    "new_guest",
    "new_totp_secret",
    "normalise_phone",
    "on_guest_attached",
    "open_account",
    "open_recoveries",
    "people",
    "person",
    "person_of_phone",
    "policy",
    "principal_of",
    "prove_phone",
    "record",
    "renew_resume_code",
    "resume",
    "set_person",
    "sign_in_person",
    "start_code",
]
