"""An old phone in the hand: it calls an installation's real callback over HTTP, as the operator would."""

import httpx

from jumuishi.channels.ussd.handset import Handset


def handset(address: str, phone: str, *, secret: str = "") -> Handset:
    """A phone of this number (+255XXXXXXXXX) at the installation of this address."""
    http = httpx.Client(base_url=address.rstrip("/"), timeout=60, trust_env=False)
    path = f"/ussd/africastalking/{secret}/" if secret else "/ussd/africastalking/"

    def post(form: dict[str, str]) -> str:
        answer = http.post(path, data=form)
        assert answer.status_code == 200, answer.status_code
        assert answer.headers["content-type"].startswith("text/plain")
        return answer.text

    return Handset(phone, post)
