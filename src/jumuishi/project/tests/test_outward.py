"""What the house's own code may do to the world around it: read in its source, so that a new way out is noticed."""

import ast
from collections.abc import Iterator

from jumuishi.project.tests.sources import HOUSE, nodes, own_files

# Who speaks to the network, each to addresses that the operator's settings name; hooks alone to one that was typed,
# which it looks at first.
SPEAKERS = {
    "messaging/gateways/asking.py", "messaging/gateways/simulated.py", "messaging/gateways/mgov_simulator.py",
    "messaging/gateways/africastalking_simulator.py", "messaging/mail.py",
    "kernel/clamd.py", "hooks/outgoing.py", "evidence/witness/server.py", "evidence/gateways/asking.py",
    "evidence/gateways/simulated.py",
    "payments/gateways/gepg.py", "payments/gateways/gepg_simulator.py", "payments/web/demo.py", "project/supervise.py",
    "project/addresses.py", "project/demo_phone.py", "project/unit.py",
    # The exchange: to nodes that the signed directory names, and to what an institution gave for its own systems;
    # the web process to the exchange's own on this machine.
    *(
        f"exchange/gateway/{one}.py"
        for one in (
            "app", "asking", "comparing", "consumer", "courier", "http", "keeping", "loading", "parts", "pins",
            "provider", "view",
        )
    ),
    "exchange/registers/asking.py", "project/edge.py",
    # Listens, and speaks to nobody.
    "meetings/live/app.py",
    # The government's bus at the address of a setting, and its simulator; whom an operator has tried on the wire.
    "exchange/bus/adapter.py", "exchange/bus/simulator.py", "exchange/conform/asking.py", "exchange/conform/kit.py",
    # Signing on: the identity provider that a setting names, and its simulator.
    "signon/national/wire.py", "signon/national/simulator.py",
    # The demonstration of three nodes, on this machine only.
    "project/network/running.py", "project/network/story.py",
}  # fmt: skip
# A description is read by a loader that makes texts, numbers, lists and maps, and nothing else.
READS_YAML = {"exchange/described/reading.py: yaml.load"}
NETWORK = ("httpx", "requests", "aiohttp", "urllib.request", "http.client", "socket", "smtplib", "ftplib", "telnetlib")
# Text that is put into a page as it stands: only what we drew ourselves.
AS_IT_STANDS = {
    "identity/web/security.py", "channels/templatetags/frame.py", "kernel/templatetags/text.py",
    "services/web/authors.py",
}  # fmt: skip


def sources() -> Iterator[tuple[str, list[ast.AST]]]:
    for path in own_files():
        yield path.relative_to(HOUSE).as_posix(), nodes(path)


def names(tree: list[ast.AST]) -> Iterator[str]:
    """What is imported, at once or at first need."""
    for node in tree:
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "lazily" and node.args:
            yield str(getattr(node.args[0], "value", ""))


def test_only_gateways_speak_to_the_network() -> None:
    found = {
        name
        for name, tree in sources()
        if any(one == way or one.startswith(f"{way}.") for one in names(tree) for way in NETWORK)
    }
    assert found - SPEAKERS - {"kernel/postgres/door.py", "kernel/postgres/processes.py"} == set()


def test_nothing_runs_what_it_is_told() -> None:
    """No eval, no shell, no object from bytes; a YAML file is read by events, or by a loader without objects."""
    found = []
    for name, tree in sources():
        found += [
            f"{name}: {one}" for one in names(tree) if one.split(".")[0] in {"pickle", "marshal", "shelve", "dill"}
        ]
        for node in tree:
            if not isinstance(node, ast.Call):
                continue
            said = ast.unparse(node.func)
            shell = any(one.arg == "shell" and getattr(one.value, "value", None) for one in node.keywords)
            if said in {"eval", "exec", "compile", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load"} or shell:
                found.append(f"{name}: {said}")
    assert set(found) - READS_YAML == set()


def test_text_reaches_a_page_escaped() -> None:
    found = {
        name
        for name, tree in sources()
        if any(one.rsplit(".", 1)[-1] in {"mark_safe", "SafeString"} for one in names(tree))
    }
    assert found - AS_IT_STANDS == set()
    loose = [
        path.relative_to(HOUSE).as_posix()
        for path in HOUSE.rglob("*.html")
        if "|safe" in path.read_text() or "autoescape off" in path.read_text()
    ]
    assert loose == []
