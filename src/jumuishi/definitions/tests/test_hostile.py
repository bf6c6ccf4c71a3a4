"""A definition from somebody who means it ill: read or refused in words, within ten seconds and bounded memory."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.read.yamlfile import MOST_BYTES, UnreadableError

SOUND = (Path(__file__).parent / "sound.yaml").read_text()
SECONDS = 10.0
pytestmark = pytest.mark.slow


def laughs(opened: str, closed: str, levels: int = 30) -> str:
    """Each anchor is ten of the one before."""
    lines = [f"a0: &a0 {opened}x{closed}"]
    lines += [f"a{n}: &a{n} {opened}{', '.join([f'*a{n - 1}'] * 10)}{closed}" for n in range(1, levels)]
    return "\n".join(lines)


def within(key: str, value: str) -> str:
    """The sound definition with one key's value replaced, so that what follows the reading runs too."""
    return "\n".join(f"{key}: {value}" if line.startswith(f"{key}:") else line for line in SOUND.splitlines())


HOSTILE: dict[str, bytes] = {
    "a billion laughs in lists": laughs("[", "]").encode(),
    "an anchor within itself": b"a: &a [*a, *a]\n<<: *a\n",
    "merges without end": b"a: &a {b: 1}\n" + b"".join(b"c%d: {<<: [*a, *a]}\n" % n for n in range(5000)),
    "brackets without end": b"[" * 1_000_000,
    "braces without end": b"{a: " * 300_000,
    "dashes without end": b"- " * 900_000,
    "questions without end": b"? " * 900_000,
    "one deep block": b"".join(b" " * n + b"a:\n" for n in range(1500)),
    "ten megabytes": b"a: " + b"x" * 10_000_000,
    "just not too large": b"a: " + b"x" * (MOST_BYTES - 10),
    "a million keys": b"".join(b"k%d: 1\n" % n for n in range(150_000)),
    "one key a million times": b"a: 1\n" * 300_000,
    "a hundred thousand documents": b"---\n" * 100_000,
    "bytes": bytes(range(256)) * 1000,
    "nulls": b"\0" * 100_000,
    "another encoding": SOUND.encode("utf-16"),
    "a lone surrogate": b"name: \xed\xa0\x80",
    "an escaped surrogate": rb'name: "\ud800\udfff"',
    "a tag that makes objects": b"name: !!python/object/apply:os.system ['id > /tmp/evil']\n",
    "a tag of any kind": b"!<tag:evil.example,2026:x> name: x\n",
    "a directive": b"%YAML 9.9\n%TAG ! tag:evil.example:\n---\na: 1\n",
    "a key that looks like another": within("promise", "x").replace("promise", "рromise").encode(),
    "directions and nothing": within("service", '"\u202eecnecil\u2066"').encode(),
    "width without width": within("service", '"licence\u200b\u2060"').encode(),
    "a name of digits without end": within("format", "9" * 100_000).encode(),
    "an amount without end": SOUND.replace('"years * 2000"', '"' + "years * " * 5000 + '1"', 1).encode(),
    "brackets in an amount": SOUND.replace('"years * 2000"', '"' + "(" * 5000 + "1" + ")" * 5000 + '"', 1).encode(),
    "a pattern without end": SOUND.replace('"years >= 1 && years <= 3"', '"' + "!" * 20_000 + 'true"', 1).encode(),
    "a way out of the folder": SOUND.replace("licence.html", "../../../../etc/passwd").encode(),
    "a language of its own": within("languages", "[" + ", ".join(f"x{n}" for n in range(20_000)) + "]").encode(),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_read_or_refused_in_time(what: str) -> None:
    content, began = HOSTILE[what], time.process_time()
    try:
        found = check_files({"service.yaml": content, "licence.html": b"<p>{{number}}</p>"})
    except UnreadableError:
        found = []
    else:
        assert found, "nothing wrong was found"
        assert all(one.file and one.line > 0 and one.message for one in found)
        assert len(found) < 2000, "who reads that many?"
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "template",
    [
        "<p>" * 100_000, "{{#a}}" * 50_000, "{{" * 900_000, "<" * 500_000, "{{#each x}}" + "a" * 1_000_000,
        "<!--" * 400_000, "{{!" * 600_000, "{{number}}" * 50_000, "<p>\n</p>" * 50_000, "<a" * 900_000, "&" * 300_000,
        "<p " + "a='1' " * 50_000 + ">", "<script>alert(1)</script>", "<img src='file:///etc/passwd'>", "\0<p>",
        "<![CDATA[", "<p style='background:url(http://evil.example)'>x</p>", "{{{number}}}",
        "{{number | evil}}", "#evil[x]",
    ],
)  # fmt: skip
def test_a_template_of_rubbish_is_refused_in_time(template: str) -> None:
    began = time.process_time()
    check_files({"service.yaml": SOUND.encode(), "licence.html": template.encode("utf-8", "surrogatepass")})
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "what", ["a billion laughs in lists", "a million keys", "brackets without end", "ten megabytes"]
)
def test_the_command_needs_bounded_memory(tmp_path: Path, what: str) -> None:
    (tmp_path / "service.yaml").write_bytes(HOSTILE[what])
    command = [str(Path(sys.executable).with_name("jumuishi")), "service", "check", str(tmp_path)]
    limit = 1_500 * 1024 * 1024
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert done.returncode in (1, 2), done.stderr[-500:]
    assert "Traceback" not in done.stderr
    assert "MemoryError" not in done.stderr
