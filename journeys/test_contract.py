"""The API of a started house against its own description: whatever is sent, the answer is one that it promises.

Generated requests, sound and broken, of Asha and of Baraka. JUMUISHI_FUZZ=200 sends so many to each
operation (a night's run); without it a minute's worth.
"""

import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks as of_openapi

from bench._installation import Installed
from journeys.visitor import Visitor

pytestmark = [pytest.mark.database, pytest.mark.slow]
# A server may hang up after a refusal whose body it did not read: each request has a connection of its own.
ONCE = httpx.Limits(max_keepalive_connections=0)
EXAMPLES = int(os.environ.get("JUMUISHI_FUZZ", "3"))
CHECKS = (
    schemathesis.checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_schema_conformance,
    of_openapi.response_headers_conformance,
)
ENDS = ("POST /api/v1/sign-out", "DELETE ")


# The parts of a file travel as bytes, as those of any file do.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def token(talkative: Installed, phone: str) -> str:
    with httpx.Client(base_url=talkative.address, trust_env=False, timeout=60) as api:
        assert api.post("/api/v1/sign-in/code", json={"phone": phone}).status_code == 202
        code = Visitor(talkative).code(phone)
        return str(api.post("/api/v1/sign-in", json={"phone": phone, "code": code}).json()["token"])


@pytest.fixture(scope="module")
def known(talkative: Installed) -> dict[str, str]:
    """Real things of Asha's, for the parameters that name one."""
    asha = Visitor(talkative)
    asha.sign_in("0700 000 081")
    case = asha.applies("0700 000 081")
    draft = asha.begins().strip("/").rsplit("/", 1)[-1]
    reference = asha.http.get(
        f"/api/v1/cases/{case}", headers={"Authorization": f"Bearer {token(talkative, '0700 000 081')}"}
    ).json()["reference"]
    return {
        "case_id": case, "draft_id": draft, "page": "applicant", "field": "tax_clearance", "reference": reference,
        "institution": "mfano", "slug": "mfano", "service": "business-licence", "name": "business-licence",
    }  # fmt: skip


@pytest.fixture(scope="module")
def described(talkative: Installed) -> Any:
    found = schemathesis.openapi.from_url(f"{talkative.address}api/v1/openapi.json")
    found.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    return found


def operations(described: Any) -> Iterator[Any]:
    return (found.ok() for found in described.get_all_operations())


@pytest.mark.parametrize("who", ["Asha", "Baraka"])
def test_every_answer_is_one_that_is_promised(
    described: Any, talkative: Installed, known: dict[str, str], who: str
) -> None:
    carried = {"Asha": "0700 000 081", "Baraka": "0700 000 082"}[who]
    headers = {"Authorization": f"Bearer {token(talkative, carried)}"}
    came: Counter[str] = Counter()
    bounded = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 20, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for operation in operations(described):
            if operation.label.startswith(ENDS):
                continue

            @bounded
            @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
            def sound(case: Any) -> None:
                case.path_parameters |= {name: known[name] for name in set(known) & set(case.path_parameters)}
                _ask(case)

            @bounded
            @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
            def broken(case: Any) -> None:
                _ask(case)

            def _ask(case: Any, operation: Any = operation) -> None:
                answer = case.call(headers=headers)
                case.validate_response(answer, checks=CHECKS)
                if who == "Baraka" and {"case_id", "draft_id"} & set(case.path_parameters):
                    assert answer.status_code >= 400, f"{operation.label}: {answer.status_code}"
                came[f"{operation.label} {answer.status_code // 100}"] += 1

            sound()
            _negative(broken)
    assert len({label.rsplit(" ", 1)[0] for label in came}) > 25


def _negative(run: Any) -> None:
    """Operations that take nothing can't be asked wrongly."""
    try:
        run()
    except Exception as error:
        if "SkipTest" not in type(error).__name__ and "Unsatisfiable" not in type(error).__name__:
            raise


def test_every_operation_that_needs_a_token_asks_for_it(
    described: Any, talkative: Installed, known: dict[str, str]
) -> None:
    """Whoever has none gets 401; Baraka, who has one, never reaches what is Asha's."""
    baraka, wrong, tried = token(talkative, "0700 000 082"), [], 0
    with httpx.Client(base_url=talkative.address, trust_env=False, timeout=30, limits=ONCE) as http:
        for operation in operations(described):
            if not operation.definition.raw.get("security"):
                continue
            path = operation.path
            for name, value in known.items():
                path = path.replace(f"{{{name}}}", value)
            path = re.sub(r"\{\w+\}", known["case_id"], path)
            method, tried = operation.method.upper(), tried + 1
            for carried in ("", "Bearer", "Bearer abcdefabcdefabcdefabcdefabcdef12", f"Basic {baraka}"):
                answer = http.request(method, path, headers={"Authorization": carried} if carried else {}, json={})
                if answer.status_code != 401 or answer.headers.get("WWW-Authenticate") != "Bearer":
                    wrong.append(f"{method} {path} with {carried!r}: {answer.status_code}")
            if "{case_id}" in operation.path or "{draft_id}" in operation.path:
                answer = http.request(method, path, headers={"Authorization": f"Bearer {baraka}"}, json={})
                # 412: no word of the protocol of uploads, which is asked for before anything is looked up.
                if answer.status_code not in (400, 403, 404, 412, 422) or "Asha" in answer.text:
                    wrong.append(f"Baraka {method} {path}: {answer.status_code}")
    assert tried > 10
    assert not wrong, "\n".join(wrong)
