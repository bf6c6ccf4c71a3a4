"""The face: who acts, what they may, and how an act is done and recorded."""

from jumuishi.identity.accounts import (
    invite_again,
    invite_officer,
    open_account,
    standings,
    withdraw_invitation,
)
from jumuishi.identity.actions import action, done_before, in_one_piece, record
from jumuishi.identity.beside import beside_sessions, beside_sign_in
from jumuishi.identity.callers import is_caller, networks
from jumuishi.identity.clients import client_of
from jumuishi.identity.codes import check_code, check_mail_code, start_code, start_mail_code, why_not
from jumuishi.identity.factors import new_totp_secret
from jumuishi.identity.first_factor import begin_half
from jumuishi.identity.limits import (
    address_of,
    allowed,
    hit,
    note_refusal,
    one_at_a_time,
    peer_of,
    refused_today,
    spent,
)
from jumuishi.identity.looking import looked, looked_at_many
from jumuishi.identity.mail import link_to, register_mail_sender, send_mail, sends_letters
from jumuishi.identity.notices import register_sms_sender, tell
from jumuishi.identity.open_people import people_of_sessions
from jumuishi.identity.open_sessions import end_chains
from jumuishi.identity.people import (
    mark_of,
    natural_people,
    new_guest,
    on_guest_attached,
    people,
    person,
    person_by_phone,
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
from jumuishi.identity.recovery import approve_recovery, ask_recovery, open_recoveries, recover_head
from jumuishi.identity.refusals import in_words as refusals_in_words
from jumuishi.identity.rules import is_resume_code, mask_phone, new_resume_code, normalise_phone
from jumuishi.identity.session import new_token, sign_in_person, sign_out
from jumuishi.identity.signed_in import SignedIn, active_officers, open_chains, signed_in
from jumuishi.identity.staff_sessions import end_staff_sessions
from jumuishi.identity.typed import typed_before_sign_in
from jumuishi.identity.ussd import known_on_phone, language_of_phone, on_phone
from jumuishi.identity.work_tokens import at_work

__all__ = [
    "SignedIn",
    "action",
    "active_officers",
    "address_of",
    "allowed",
    "approve_recovery",
    "ask_recovery",
    "at_work",
    "begin_half",
    "beside_sessions",
    "beside_sign_in",
    "check_code",
    "check_mail_code",
    "client_of",
    "done_before",
    "end_chains",
    "end_staff_sessions",
    "hit",
    "in_one_piece",
    "invite_again",
    "invite_officer",
    "is_authority",
    "is_caller",
    "is_of_institution",
    "is_owner",
    "is_resume_code",
    "is_system",
    "known_on_phone",
    "language_of_phone",
    "link_to",
    "looked",
    "looked_at_many",
    "mark_of",
    "mask_phone",
    "may",
    "must",
    "natural_people",
    "networks",
    "new_guest",
    "new_resume_code",
    "new_token",
    "new_totp_secret",
    "normalise_phone",
    "note_refusal",
    "on_guest_attached",
    "on_phone",
    "one_at_a_time",
    "open_account",
    "open_chains",
    "open_recoveries",
    "peer_of",
    "people",
    "people_of_sessions",
    "person",
    "person_by_phone",
    "person_of_phone",
    "policy",
    "principal_of",
    "prove_phone",
    "record",
    "recover_head",
    "refusals_in_words",
    "refused_today",
    "register_mail_sender",
    "register_sms_sender",
    "renew_resume_code",
    "resume",
    "send_mail",
    "sends_letters",
    "set_person",
    "sign_in_person",
    "sign_out",
    "signed_in",
    "spent",
    "standings",
    "start_code",
    "start_mail_code",
    "tell",
    "typed_before_sign_in",
    "why_not",
    "withdraw_invitation",
]
