"""Puts the stand-alone verifier together: one HTML file, all within, a content policy of its own by hash.

`python -m jumuishi.documents.offline.build FILE` writes it; the server builds it once per process.
"""

import base64
import gzip
import hashlib
import json
import sys
from functools import cache
from pathlib import Path

from jumuishi.kernel.text import texts

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parents[3] / "vendor"
HEAVIEST = 60 * 1024
_EMPTY = '<script type="application/json" id="lists">{}</script>'
_ROOM = "documents."
_SHOWN = ("result_", "say_", "warn_", "claim_", "list_", "title", "number", "issuer", "issued", "until")


def _words() -> str:
    chosen = {
        key.removeprefix(_ROOM): [entry["sw"], entry["en"]]
        for key, entry in texts().items()
        if key.startswith(_ROOM) and key.removeprefix(_ROOM).startswith(_SHOWN)
    }
    return json.dumps(chosen, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _script() -> str:
    own = (HERE / "verifier.js").read_text(encoding="utf-8").replace("@@WORDS@@", _words())
    parts = [(VENDOR / "tweetnacl" / "nacl-fast.min.js"), (VENDOR / "qr" / "decode.min.js")]
    return "\n".join([*(part.read_text(encoding="utf-8").strip() for part in parts), own])


@cache
def _style() -> str:
    return (HERE / "page.css").read_text(encoding="utf-8")


def policy() -> str:
    """The page's content security policy: this script and this style by hash, and no address at all."""
    return (
        f"default-src 'none'; script-src '{_hash(_script())}'; style-src '{_hash(_style())}'; "
        "img-src data: blob:; media-src blob:; base-uri 'none'; form-action 'none'"
    )


@cache
def page() -> str:
    """The whole page, with no lists within."""
    shell = (HERE / "page.html").read_text(encoding="utf-8")
    return shell.replace("@@POLICY@@", policy()).replace("@@STYLE@@", _style()).replace("@@SCRIPT@@", _script())


def with_lists(bare: str, keys: str, revoked: str) -> str:
    """The page with a key list and a revocation list (JSON texts) within; data, so that the hashes stay as they are."""
    data = json.dumps({"keys": keys, "revoked": revoked}).replace("<", "\\u003c")
    return bare.replace(_EMPTY, _EMPTY.replace("{}", data))


def weight(text: str) -> int:
    """Bytes as they travel, compressed."""
    return len(gzip.compress(text.encode(), 9))


def _hash(inline: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
