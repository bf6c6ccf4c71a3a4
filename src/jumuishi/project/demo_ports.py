"""Where the demonstration's registers listen: chosen once, since the exchange has their addresses. No Django."""

import contextlib
import json
import zlib
from pathlib import Path

from jumuishi.project.addresses import free_port
from jumuishi.project.installation import InstallationError

NAMES = ("national-id", "business-names", "tax-numbers")
FILE = "registers.json"
HERE = Path(__file__).resolve().parents[3] / "registers" / "__main__.py"
# Below what the system gives to connections of its own, which would take a port while its register is away.
FIRST, LAST = 20_000, 29_990


def choose(data: Path) -> None:
    """Ports of this data folder, written down; nothing where they are, or where no registers came with the software."""
    if (data / FILE).exists() or not HERE.exists():
        return
    found, port = dict[str, int](), FIRST + zlib.crc32(str(data).encode()) % (LAST - FIRST)
    for name in NAMES:
        while name not in found and port < LAST + 1000:
            with contextlib.suppress(InstallationError):
                found[name] = free_port("127.0.0.1", port)
            port += 1
    (data / FILE).write_text(json.dumps(found))


def kept(data: Path) -> dict[str, int]:
    """Port by register; none where none was chosen."""
    path = data / FILE
    return {str(name): int(port) for name, port in json.loads(path.read_text()).items()} if path.exists() else {}
