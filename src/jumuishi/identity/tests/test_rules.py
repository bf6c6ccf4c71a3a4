"""Phones as people type them; resume codes that catch a slip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.identity.rules import is_resume_code, mask_phone, new_resume_code, normalise_phone
from jumuishi.identity.types import BadPhoneError

FORMS = "0700000001|700000001|+255700000001|255700000001|00255 700 000 001|0700-000-001|+255 (0)700000001"


@pytest.mark.parametrize("typed", FORMS.split("|"))
def test_one_phone_in_all_its_forms(typed: str) -> None:
    assert normalise_phone(typed) == "+255700000001"


@pytest.mark.parametrize("typed", ["", "070000000", "07000000011", "0800000001", "+254700000001", "simu", "٠٧٠٠٠٠٠٠٠١"])
def test_what_is_no_mobile_number(typed: str) -> None:
    with pytest.raises(BadPhoneError):
        normalise_phone(typed)


def test_a_mask_hides_the_middle() -> None:
    assert mask_phone("+255700000001") == "+255 7•• ••• 001"


@given(st.integers(0, 11), st.integers(1, 9))
def test_each_wrong_digit_is_caught(place: int, step: int) -> None:
    code = new_resume_code()
    assert is_resume_code(code)
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    assert not is_resume_code(wrong)
