"""What a page weighs and how often it asks the database: pinned, so that neither grows by habit."""

import gzip
import re
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.tests.conftest import ANSWERS, begin, fill
from jumuishi.cases.tests.test_licence import act, case_of
from jumuishi.cases.web import keeping

LIMIT, WORKER, SCRIPTS = 14_336, 6_144, 5_120
SERVICE = "/huduma/mfano/business-licence/"


def weight(answer: Any) -> int:
    """Compressed bytes of a page with its style sheet and script, as they go over the wire."""
    css = finders.find("channels/jumuishi.css")
    assert isinstance(css, str)
    assert answer.content.count(b'<link rel="stylesheet"') == 1
    scripts = re.findall(rb"<script[^>]*>", answer.content)
    assert scripts in ([], [b'<script src="/static/cases/draft.js" defer>'])
    assert b" style=" not in answer.content
    files = [css, *(finders.find("cases/draft.js") for _ in scripts)]
    if b'data-script="/static/cases/upload.js"' in answer.content:
        files.append(finders.find("cases/upload.js"))
    return len(gzip.compress(answer.content, 6)) + sum(len(gzip.compress(Path(f).read_bytes(), 6)) for f in files)  # type: ignore[arg-type]


def test_no_citizen_page_is_heavier_than_14336_bytes(country: dict[str, UUID], at_work: Any) -> None:
    for prefix in ("", "/en"):
        asha = Client()
        pages = {
            path: asha.get(prefix + path)
            for path in (
                "/", "/huduma/", "/huduma/?q=xyzzy", SERVICE, "/ingia/", "/endelea/", "/fuatilia/", "/hakiki/",
                "/taasisi/", "/taasisi/mfano/", "/taasisi/jiunge/", "/hapana/",
            )
        }  # fmt: skip
        pages["sign in, mistaken"] = asha.post(f"{prefix}/ingia/", {"phone": "12"})
        pages["track, mistaken"] = asha.post(f"{prefix}/fuatilia/", {"reference": "12"})
        draft = prefix + begin(asha)
        pages["questions"] = asha.get(f"{draft}applicant/")
        pages["questions, mistaken"] = asha.post(f"{draft}business/", {"sector": "food", "years": "9"})
        many = {f"branches__{n}__branch_place__text": "a" for n in range(5)}
        pages["a full group"] = asha.post(f"{draft}premises/", {"place__text": "a", **many})
        fill(asha, draft.removeprefix("/en"))
        pages["summary"] = asha.get(f"{draft}hakiki/")
        pages["summary, mistaken"] = asha.post(f"{draft}hakiki/", {"phone": "12"})
        pages["throw away"] = asha.get(f"{draft}futa/")
        pages["mine, begun"] = asha.get(f"{prefix}/maombi/")
        at = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})["Location"]
        mine = at.replace("imepokelewa/", "")
        pages["receipt"], pages["case"] = asha.get(at), asha.get(mine)
        pages["withdraw"] = asha.get(f"{mine}ondoa/")
        case = case_of(mine)
        act(at_work("mfano", "Juma"), case, "ask", "Tuma mkataba unaosomeka. " * 20)
        pages["case, asked"] = asha.get(mine)
        pages["tracked"] = asha.get(f"{prefix}/fuatilia/?n={case.reference}")
        pages["mine"] = asha.get(f"{prefix}/maombi/")
        heavy = {name: weight(answer) for name, answer in pages.items()}
        assert max(heavy.values()) <= LIMIT, heavy
        assert len(heavy) == 27


def asked(client: Client, path: str) -> int:
    """How often a page asks the database; the session's and the actor's questions are among them."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, path
    ours = ("SAVEPOINT", "RELEASE")
    return len([one for one in seen.captured_queries if not one["sql"].startswith(ours)])


def test_how_often_a_page_asks_the_database(country: dict[str, UUID], asha: Client) -> None:
    visitor = {path: asked(Client(), path) for path in ("/", "/huduma/", SERVICE)}
    first = begin(asha)
    fill(asha, first, {"applicant": ANSWERS["applicant"]})
    draft = begin(asha)
    fill(asha, draft)
    own = {"questions": asked(asha, f"{draft}premises/"), "summary": asked(asha, f"{draft}hakiki/")}
    at = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})["Location"].replace("imepokelewa/", "")
    own |= {"case": asked(asha, at), "mine": asked(asha, "/maombi/")}
    assert visitor == {"/": 2, "/huduma/": 3, SERVICE: 2}
    # Whether the edition still stands is one of them, and on a case whether a newer one asks something; what files are
    # on their way is another, what registers said one more. Of one's own, whether an app of theirs was not reached.
    assert own == {"questions": 9, "summary": 9, "case": 12, "mine": 9}


def test_what_a_phone_runs_of_ours_is_small() -> None:
    """The worker, and the scripts of the pages, each compressed."""
    folder = Path(keeping.__file__).parents[1] / "static/cases"
    scripts = [keeping.script(), *((folder / name).read_text() for name in ("draft.js", "upload.js"))]
    worker, page, files = (len(gzip.compress(text.encode(), 6)) for text in scripts)
    assert worker <= WORKER
    assert page + files <= SCRIPTS
