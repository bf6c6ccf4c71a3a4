"""Reference numbers: what a keypad may mistype is caught."""

from hypothesis import given
from hypothesis import strategies as st

from jumuishi.kernel import numbers


def test_a_number_has_node_random_part_and_check_digit() -> None:
    number = numbers.new_number("10")
    assert len(number) == 16
    assert number.startswith("10")
    assert numbers.is_number(number)
    assert numbers.is_number(numbers.group(number))


@given(st.integers(0, 15), st.integers(1, 9))
def test_each_wrong_digit_is_caught(place: int, shift: int) -> None:
    number = numbers.new_number("10")
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not numbers.is_number(wrong)


@given(st.integers(0, 14))
def test_each_swap_of_neighbours_is_caught(place: int) -> None:
    number = numbers.new_number("10")
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not numbers.is_number(swapped)
