"""A person at a browser without script, as plain requests: for stories that look at answers rather than at pages."""

import re
import time
from typing import Any

import httpx

from bench._installation import Installed
from jumuishi.project import demo_accounts

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SERVICE = "/huduma/mfano/business-licence/"
PAGES: dict[str, tuple[dict[str, str], str]] = {
    "applicant": ({"nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100"}, "tax_clearance"),
    "business": ({"business_name": "Mgahawa wa Asha", "sector": "shop", "years": "1"}, "registration"),
    "premises": ({"place__text": "Sekei", "place": ""}, "lease"),
}


class Visitor:
    """One person's browser at an installation; redirects are followed."""

    def __init__(self, house: Installed) -> None:
        self.house = house
        self.http = httpx.Client(base_url=house.address.rstrip("/"), follow_redirects=True, timeout=60, trust_env=False)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """A page."""
        return self.http.get(path, **more)

    def send(self, path: str, given: dict[str, Any] | None = None, *, page: str = "", **more: Any) -> httpx.Response:
        """A page's form, filled in and sent with that page's mark."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page or path).text)
        assert found, page or path
        return self.http.post(path, data={"csrfmiddlewaretoken": found[1], **(given or {})}, **more)

    def code(self, phone: str) -> str:
        """The newest one-time code that came to a phone."""
        kept = self.get("/demo/outbox.json", params={"to": phone}).json()["messages"]
        return next(hit for one in reversed(kept) for hit in re.findall(r"\b\d{6}\b", one["text"]))

    def sign_in(self, phone: str) -> str:
        """A citizen by phone and code; the code."""
        self.send("/ingia/", {"phone": phone})
        code = self.code(phone)
        self.send("/ingia/msimbo/", {"code": code})
        return code

    def officer(self, email: str) -> demo_accounts.SignIn:
        """An officer by password and authenticator, both from the demonstration's list."""
        account = next(one for one in demo_accounts.kept(self.house.here.config) if one.email == email)
        self.send("/ofisi/ingia/", {"name": email, "password": account.password})
        self.send("/ofisi/ingia/hatua-ya-pili/", {"factor": account.code(time.time())})
        assert self.get("/ofisi/").url.path == "/ofisi/"
        return account

    def begins(self) -> str:
        """A draft of the licence: its address."""
        found = re.search(r'action="(/omba/[^"]+)"', self.get(SERVICE).text)
        assert found
        return self.send(found[1], page=SERVICE).url.path.rsplit("/", 2)[0] + "/"

    def applies(self, phone: str) -> str:
        """A whole application; the id of the case."""
        draft = self.begins()
        for page, (answers, field) in PAGES.items():
            self.send(f"{draft}{page}/", answers, files={field: ("hati.pdf", PDF, "application/pdf")})
        done = self.send(f"{draft}hakiki/", {"phone": phone})
        found = re.search(r"/maombi/([0-9a-f-]{36})/", done.url.path)
        assert found, done.text
        return found[1]

    def decides(self, case: str, act: str) -> None:
        """One button on an officer's page of a case."""
        page = self.get(f"/ofisi/ombi/{case}/").text
        task = re.search(r'name="task" value="([^"]+)"', page)
        version = re.search(r'name="version" value="(\d+)"', page)
        assert task, page
        assert version
        given = {"task": task[1], "version": version[1], "act": act, "text": "Sawa kabisa"}
        done = self.send(f"/ofisi/ombi/{case}/tenda/", given, page=f"/ofisi/ombi/{case}/")
        assert done.status_code == 200
