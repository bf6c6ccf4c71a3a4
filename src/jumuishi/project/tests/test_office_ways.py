"""The office's navigation: grouped, short, and only what the reader has a part in."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from jumuishi.cases.tests.conftest import asha, at_work, country, officer, submitted

__all__ = ["asha", "at_work", "country", "officer", "submitted"]
pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]


def rows(client: Client, path: str) -> list[list[str]]:
    """The entries of each row, the current ones marked by a star."""
    html = client.get(path).content.decode()
    header = html[html.index("<header") : html.index("</header>")]
    found = []
    for nav in re.findall(r"<nav.*?</nav>", header, re.S):
        entries = re.findall(r'<a href="[^"]+"( aria-current="\w+")?>([^<]+)</a>', nav)
        found.append([f"{label}*" if current else label for current, label in entries])
    return found


def test_a_director_reads_groups_and_the_entries_of_one(at_work: AtWork, submitted: str) -> None:
    neema = at_work("mfano", "Neema")
    groups = ["Kazi", "Fedha", "Takwimu", "Ofisi yetu"]
    work = ["Maombi", "Vikao vya kamati", "Miadi", "Kaunta", "Mrejesho", "Maazimio", "Mihtasari", "Faragha"]
    assert rows(neema, "/ofisi/") == [["Kazi*", *groups[1:]], ["Maombi*", *work[1:]]]
    assert rows(neema, "/ofisi/miadi/")[1] == [*work[:2], "Miadi*", *work[3:]]
    assert rows(neema, f"/ofisi/ombi/{submitted.split('/')[2]}/")[1][0] == "Maombi*", "a case is of the applications"
    office = rows(neema, "/ofisi/hifadhi/")
    assert office[0] == ["Kazi", "Fedha", "Takwimu", "Ofisi yetu*"]
    assert "Hifadhi ya maombi*" in office[1]
    assert {"Huduma zetu", "Watumishi", "Kalenda", "Hati zilizotolewa"} <= set(office[1])
    # A group of one entry is that entry; what belongs to it is under it.
    assert rows(neema, "/ofisi/takwimu/") == [["Kazi", "Fedha", "Takwimu*", "Ofisi yetu"]]
    assert rows(neema, "/ofisi/marejesho/") == [["Kazi", "Fedha*", "Takwimu", "Ofisi yetu"]]


def test_each_sees_what_is_theirs(at_work: AtWork) -> None:
    assert rows(at_work("mfano", "Juma"), "/ofisi/") == [
        ["Kazi*", "Takwimu", "Ofisi yetu"],
        ["Maombi*", "Miadi", "Kaunta", "Mrejesho", "Maazimio"],
    ]
    baraka = rows(at_work("jirani", "Baraka"), "/ofisi/")
    assert baraka[0][0] == "Kazi*"
    assert "Fedha" not in baraka[0]
    assert rows(Client(), "/") == [["Huduma", "Fuatilia", "Hakiki", "Ingia"]], "a citizen's four words stay four"


def test_the_ways_are_in_the_language_of_the_page(at_work: AtWork) -> None:
    html = at_work("mfano", "Neema").get("/en/ofisi/miadi/").content.decode()
    assert '<a href="/en/ofisi/miadi/" aria-current="page">Visits</a>' in html
    assert '<nav class="row" aria-label="Work">' in html
