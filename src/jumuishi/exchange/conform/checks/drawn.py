"""Requests that are drawn: by the same seed the same ones."""

import random
from urllib.parse import quote
from uuid import uuid4

from jumuishi.exchange.conform.asking import CLIENT
from jumuishi.exchange.conform.checks.hashes import must_match
from jumuishi.exchange.conform.checks.passing import ID, arrived
from jumuishi.exchange.conform.model import Broken, Scene, check, must

LETTERS = "abcXYZ019-_.~"
VALUE = [chr(one) for one in range(0x21, 0x7F)]
QUERY = [*(one for one in VALUE if one not in '#"<>\\^`{|}%'), *["%2F", "%20", "%41", "%C3%A9"] * 5]


@check(
    "drawn", expects="whatever is asked: verb, path, query, headers and body arrive, and the hash holds",
    source="PR-REST 4.1 to 4.7",
)  # fmt: skip
def drawn(scene: Scene) -> None:
    behind, chance = scene.behind(), random.Random(scene.seed)  # noqa: S311  # nothing secret
    for n in range(scene.examples):
        number = f"conform-{uuid4()}"
        verb = chance.choice(("GET", "POST", "PUT", "PATCH", "DELETE"))
        segments = ["".join(chance.choices(LETTERS, k=chance.randint(1, 8))).strip(".") or "x" for _ in range(3)]
        # A letter that has to be encoded, in the one form that all servers read alike.
        segments.append(quote(chance.choice(("é", "Ñ", "ж", "a b", "水"))) + "z")
        rest = "/echo/" + "/".join(segments)
        if chance.random() < 0.7:
            rest += "?" + "".join(chance.choices(QUERY, k=chance.randint(0, 40)))
        names = [f"X-Drawn-{chance.randint(0, 3)}" for _ in range(chance.randint(0, 4))]
        given = [(name, "".join(chance.choices(VALUE, k=chance.randint(1, 30)))) for name in names]
        body = chance.randbytes(chance.choice((0, 1, 17, 4096))) if verb != "GET" else b""
        headers = [*given, (CLIENT, scene.client), (ID, number)]
        chance.shuffle(headers)
        try:
            answer = must_match(scene, verb, scene.base + rest, headers, body)
            came = arrived(answer, behind.of(number))
            must((came.verb, came.body) == (verb, body), f"{verb} with {len(body)} bytes came as {came.verb}")
            must(came.target.endswith(rest), came.target)
            for name in set(names):
                wanted = [value for known, value in headers if known == name]
                must(", ".join(came.all(name)) == ", ".join(wanted), f"{name}: {came.all(name)}")
        except Broken as error:
            raise Broken(f"seed {scene.seed}, example {n}: {error}") from error
