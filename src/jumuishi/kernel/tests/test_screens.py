"""What fits on a screen, and how the rest is cut."""

from hypothesis import given
from hypothesis import strategies as st

from jumuishi.kernel import screens
from jumuishi.kernel.screens import Asked

words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=400)


@given(words, st.lists(words, max_size=30), words, words, st.booleans(), st.booleans(), st.sampled_from(("sw", "en")))
def test_every_page_fits_and_each_row_stands_once(
    head: str, rows: list[str], hint: str, error: str, zero: bool, home: bool, lang: str
) -> None:
    found = screens.pages(Asked(head, rows, hint=hint, error=error, zero=zero, is_home=home, at="12/34"), lang)
    assert all(0 <= screens.size(page.text) <= screens.MOST for page in found)
    numbers = [n for page in found for n in range(page.first, page.last)]
    assert numbers == list(range(len(rows)))
    assert [page.has_more for page in found] == [True] * (len(found) - 1) + [False]
    for page in found:
        assert page.last - page.first <= screens.ROWS
        assert (f"{screens.MORE}. " in page.text) or not page.has_more


def test_what_gives_way_is_the_hint_and_never_the_question() -> None:
    label = "Jina la biashara yako kama lilivyo kwenye cheti " * 3
    page = screens.pages(Asked(label.strip(), hint="Mfano: " + "x" * 40, at="3/9"), "sw")[0].text
    assert label.strip() in page
    assert "Mfano" not in page
    assert page.endswith("0. Rudi")


def test_a_wrong_answer_is_told_before_the_question() -> None:
    label = "L" * 140
    page = screens.pages(Asked(label, error="Andika namba ya 1 hadi 60."), "sw")
    assert len(page) == 1
    assert page[0].text.startswith("Andika namba ya 1 hadi 60.\nLLLL")


def test_signs_outside_the_old_alphabet_become_their_kin() -> None:
    assert screens.clean("Müller’s café – ŵ 🙂") == "Müller's café - w ?"


def test_the_last_screen_keeps_what_matters_most() -> None:
    assert screens.ending(["a" * 100, "b" * 80, "c" * 50]) == "a" * 100 + "\n" + "c" * 50
