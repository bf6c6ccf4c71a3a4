"""UNOFFICIAL: how an institution is connected to the bus: a file whose secrets are sealed by the installation's key."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jumuishi.exchange.bus.wire import FORMS, Keys
from jumuishi.kernel.seal import BrokenSealError, seal, unseal

SEALED_FOR = "exchange.bus"


class BadSettings(ValueError):
    """The file can't be used; says which part of it."""


@dataclass(frozen=True)
class Bus:
    """`apis`: our name -> (the bus's code, pull or push). `services`: the bus's code -> service and path."""

    listen: str
    token_url: str
    engine_url: str
    client_id: str
    client_secret: str
    keys: Keys
    form: str
    encrypts: bool
    apis: dict[str, tuple[str, str]]
    edge: str
    client: str
    edge_key: str
    services: dict[str, str]


def sealed(secret: str) -> str:
    """A secret as it stands in the file."""
    return b64encode(seal(secret.encode(), SEALED_FOR)).decode()


def load(path: Path) -> Bus:
    """Raises BadSettings."""
    try:
        said = json.loads(path.read_text())
        return read(said)
    except OSError as error:
        raise BadSettings(f"{path}: {error.strerror}") from error
    except BrokenSealError as error:
        raise BadSettings("a secret is not sealed by this installation: jumuishi exchange bus --seal") from error
    except KeyError as error:
        raise BadSettings(f"{path}: {error} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise BadSettings(f"{path}: {error}") from error


def read(said: dict[str, Any]) -> Bus:
    """From the file's members; raises ValueError or KeyError."""

    def secret(name: str) -> str:
        return unseal(b64decode(said[name], validate=True), SEALED_FOR).decode() if said.get(name) else ""

    if said["form"] not in FORMS:
        raise ValueError("form is json or xml")
    apis = {name: (str(one["code"]), str(one["mode"])) for name, one in said.get("apis", {}).items()}
    if any(mode not in ("pull", "push") for _, mode in apis.values()):
        raise ValueError("mode is pull or push")
    return Bus(
        listen=str(said["listen"]), token_url=str(said["token_url"]), engine_url=str(said["engine_url"]).rstrip("/"),
        client_id=str(said["client_id"]), client_secret=secret("client_secret"),
        keys=Keys.read(secret("private_key"), str(said["bus_key"]), str(said["curve"])), form=str(said["form"]),
        encrypts=bool(said.get("encrypt")), apis=apis, edge=str(said["edge"]).rstrip("/"), client=str(said["client"]),
        edge_key=secret("edge_key"), services={str(code): str(one) for code, one in said.get("services", {}).items()},
    )  # fmt: skip
