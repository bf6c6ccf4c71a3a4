"""The engine over toy places: no room, no database."""

# ruff: noqa: ARG002  # every place has the same shape

from jumuishi.channels.ussd import engine, first
from jumuishi.channels.ussd.engine import State
from jumuishi.channels.ussd.screens import Back, Choice, End, Go, Picked, Place, Registry, Screen, Stay, Visit, Written
from jumuishi.kernel import screens


class Guard(Place):
    name = "toy.pin"

    def show(self, visit, args):
        return Screen("PIN?", asks=True)

    def take(self, visit, args, said):
        if said != Written("2580"):
            return Stay("Wrong.")
        visit.marks.add("pin")
        return Go(args["then"], args["args"], instead=True)


class Shop(Place):
    name = "toy.shop"

    def show(self, visit, args):
        return Screen("What?", tuple(Choice(f"k{n}", f"Thing number {n}") for n in range(30)), asks=True)

    def take(self, visit, args, said):
        if isinstance(said, Written):
            return Stay(f"No {said.text}.")
        return Go("toy.many", {"k": said.key})


class Many(Place):
    name = "toy.many"

    def show(self, visit, args):
        return Screen(f"How many {args['k']}?", asks=True, zero=True, skips=True)

    def take(self, visit, args, said):
        return End((f"{args['k']} x {said.text}",)) if said.text is not None else Go("toy.secret")


class Secret(Place):
    name = "toy.secret"

    def needs(self, visit, args):
        return "pin"

    def show(self, visit, args):
        return Screen("The secret.")

    def take(self, visit, args, said):
        return Back()


def toys() -> Registry:
    found = Registry()
    for kind in (Guard, Many, Secret):
        found.place(kind)
    found.entry(10, "channels.ussd_menu")(Shop)
    found.guard = Guard.name

    class Menu(first.First):
        def show(self, visit, args):
            return Screen("MENU", (Choice("toy.shop", "Shop"), Choice("toy.secret", "Secret")))

    Menu.name = engine.FIRST
    found.place(Menu)
    return found


def walk(*typed: str, visit: Visit | None = None, state: State | None = None) -> tuple[State, str]:
    registry, visit = toys(), visit or Visit("+255700000001", lang="en")
    now, answer = engine.open_at(registry, visit, state or State())
    for one in typed:
        now, answer = engine.step(registry, visit, now, one)
    return State.from_data(now.to_data()), answer.text


def test_back_home_more_and_a_wrong_number() -> None:
    assert walk()[1] == "MENU\n1. Shop\n2. Secret"
    first_page = walk("1")[1]
    assert first_page.startswith("What?\n1. Thing number 0")
    assert "99. More\n0. Back" in first_page
    second = walk("1", "99")[1]
    assert "Thing number 0" not in second
    assert walk("1", "99", "0")[1] == first_page
    assert walk("1", "0")[1] == walk()[1] == walk("1", "99", "99", "00")[1]
    assert walk("7")[1].startswith("Choose one of the numbers shown.")
    assert walk("1", "banana")[1].startswith("No banana.")


def test_a_number_is_of_the_page_that_is_read() -> None:
    page = walk("1", "99")[1]
    wanted = page.splitlines()[1].removeprefix("1. Thing number ")
    assert walk("1", "99", "1")[1].startswith(f"How many k{wanted}?")


def test_where_zero_is_an_answer_the_ways_out_have_one_more() -> None:
    screen = walk("1", "1")[1]
    assert screen == "How many k0?\n99. Skip\n00. Back 000. Home"
    assert walk("1", "1", "0")[1] == "k0 x 0"
    assert walk("1", "1", "00")[1].startswith("What?")
    assert walk("1", "1", "000")[1].startswith("MENU")


def test_what_is_guarded_asks_first_and_then_goes_on() -> None:
    assert walk("2")[1].startswith("PIN?")
    assert walk("2", "1111")[1].startswith("Wrong.")
    assert walk("2", "2580")[1].startswith("The secret.")
    assert walk("2", "2580", "0")[1].startswith("MENU")
    # The mark goes with the session; the place is asked for again where it was.
    state, _ = walk("2", "2580")
    assert walk(state=state)[1].startswith("PIN?")
    assert walk("2580", state=state)[1].startswith("The secret.")


def test_a_place_that_is_no_more_is_forgotten() -> None:
    state = State((engine.Spot("toy.gone"), engine.Spot("toy.shop")))
    assert walk(state=state)[1].startswith("What?")


def test_each_screen_fits_whatever_is_read_out() -> None:
    class Long(Place):
        name = "toy.long"

        def show(self, visit, args):
            words = " ".join(f"neno{n}" for n in range(120)) + " Ümläut 🙂 ŵ €{}"
            return Screen(words, tuple(Choice(str(n), "ndefu " * 40) for n in range(12)))

        def take(self, visit, args, said):
            return End((said.key,)) if isinstance(said, Picked) else Stay()

    registry, visit = toys(), Visit("+255700000001")
    registry.place(Long)
    state, answer = engine.open_at(registry, visit, State((engine.Spot("toy.long"),)))
    read = []
    while "99. Zaidi" in answer.text:
        assert 0 < screens.size(answer.text) <= screens.MOST
        read.append(answer.text)
        state, answer = engine.step(registry, visit, state, "99")
    assert 0 < screens.size(answer.text) <= screens.MOST
    whole = " ".join(read)
    assert all(f"neno{n}" in whole for n in range(120))
    # On the last page the last of the twelve is chosen.
    last = answer.text.splitlines()[-3 if "00. Mwanzo" in answer.text else -2].split(".")[0]
    assert engine.step(registry, visit, state, last)[1].text == "11"
