"""From a bare machine to `.venv/`: finds or fetches uv, then installs exactly what uv.lock names.

Runs under the system's own python3 with nothing installed, so: standard library only, and no syntax newer than 3.8.
"""

import configparser
import hashlib
import importlib.util
import io
import json
import os
import platform
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile

HOUSE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(HOUSE, ".venv")
TOOLS = os.path.join(HOUSE, ".uv")
PYTHON = os.path.join(VENV, "bin", "python")
INDEX = "https://pypi.org/simple"
OLDEST, NEWEST = (3, 11), (3, 13)


class Trouble(Exception):
    """What a person has to do; shown as it is."""


def say(line):
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def prepare(dev):
    """Bring `.venv/` to what uv.lock says (with the tools of the tests when `dev`), and return its python."""
    if not os.access(HOUSE, os.W_OK):
        raise Trouble(f"{HOUSE} can't be written by this account: clone the repository into a folder of yours.")
    wanted, stamp = _fingerprint(), os.path.join(VENV, ".jumuishi-installed")
    have = _read(stamp).split()
    if os.path.exists(PYTHON) and have[:1] == [wanted] and (not dev or "dev" in have) and _runs(PYTHON):
        return PYTHON
    uv = find_uv()
    say("Installing what uv.lock names into .venv ...")
    _sync(uv, dev)
    with open(stamp, "w") as file:
        file.write(wanted + (" dev" if dev or (have[:1] == [wanted] and "dev" in have) else "") + "\n")
    return PYTHON


def find_uv():
    """uv from the path, from an earlier run, or fetched: by venv, by pip, or with the standard library alone."""
    for found in (os.path.join(TOOLS, "bin", "uv"), shutil.which("uv")):
        if found and _runs(found):
            return found
    say("Fetching uv ...")
    reasons = []
    for way in (_by_venv, _by_pip, _by_hand):
        try:
            uv = way()
        except (Trouble, OSError, subprocess.CalledProcessError, urllib.error.URLError) as error:
            reasons.append("{}: {}".format(way.__name__.strip("_").replace("_", " "), error))
            continue
        if uv and _runs(uv):
            return uv
    raise Trouble(
        "uv could not be fetched ({}).\nGive this command, then start again:\n  {}".format(
            "; ".join(reasons) or "no way was found", _one_command()
        )
    )


def _by_venv():
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        return None
    _quietly([sys.executable, "-m", "venv", "--clear", TOOLS])
    _quietly([os.path.join(TOOLS, "bin", "python"), "-m", "pip", "install", "--quiet", "uv"])
    return os.path.join(TOOLS, "bin", "uv")


def _by_pip():
    if importlib.util.find_spec("pip") is None:
        return None
    _quietly([sys.executable, "-m", "pip", "install", "--quiet", "--target", TOOLS, "--upgrade", "uv"])
    return os.path.join(TOOLS, "bin", "uv")


def _by_hand():
    """Take uv's wheel from the package index by its JSON page (PEP 691) and check its hash."""
    address = index_url().rstrip("/") + "/uv/"
    page = json.loads(_get(address, "application/vnd.pypi.simple.v1+json"))
    files = [one for one in page["files"] if not one.get("yanked") and _fits(one["filename"])]
    if not files:
        raise Trouble(f"no wheel of uv for {platform.machine()}")
    best = max(files, key=lambda one: _version(one["filename"]))
    body = _get(urllib.parse.urljoin(address, best["url"]), "*/*")
    wanted = best.get("hashes", {}).get("sha256")
    if not wanted or hashlib.sha256(body).hexdigest() != wanted:
        raise Trouble("the wheel of uv does not have the hash that the index gives")
    target = os.path.join(TOOLS, "bin", "uv")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(body)) as wheel:
        inside = [name for name in wheel.namelist() if name.endswith(".data/scripts/uv")]
        if not inside:
            raise Trouble("the wheel of uv holds no program")
        with wheel.open(inside[0]) as source, open(target + ".new", "wb") as file:
            shutil.copyfileobj(source, file)
    os.chmod(target + ".new", 0o755)  # noqa: S103 - a program
    os.replace(target + ".new", target)
    return target


def _fits(filename):
    machine = platform.machine()
    libc = "musllinux" if platform.libc_ver()[0] != "glibc" else "manylinux"
    return filename.endswith(".whl") and libc in filename and machine in filename


def _version(filename):
    parts = filename.split("-")[1].split(".")
    final = all(part.isdigit() for part in parts)
    return final, [int(part) if part.isdigit() else -1 for part in parts]


def index_url():
    """The package index that pip would use here: its environment, then its configuration files."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    found = INDEX
    for path in (
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
        os.path.expanduser("~/.pip/pip.conf"),
        os.path.join(home, "pip", "pip.conf"),
        os.environ.get("PIP_CONFIG_FILE", ""),
    ):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path)
            found = parser.get("global", "index-url", fallback=found)
        except (configparser.Error, UnicodeDecodeError):
            continue
    return found


def _sync(uv, dev):
    environment = dict(os.environ, UV_PROJECT_ENVIRONMENT=VENV, VIRTUAL_ENV=VENV, UV_NO_PROGRESS="1")
    environment.pop("PYTHONPATH", None)
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment.setdefault("UV_CACHE_DIR", os.path.join(TOOLS, "cache"))
    python = ["--python", sys.executable] if OLDEST <= sys.version_info[:2] <= NEWEST else []
    group = ["--group", "dev"] if dev else ["--no-dev"]
    try:
        if index_url().rstrip("/") == INDEX:
            # Not exact: ./run takes nothing away that ./test has installed.
            _loudly([uv, "sync", "--frozen", "--inexact", "--quiet", *python, *group], environment)
        else:
            _from_mirror(uv, python, group, environment)
    except subprocess.CalledProcessError:
        raise Trouble(
            "The packages could not be installed. Is the network there? "
            f"Python must be 3.11 to 3.13 (this is {platform.python_version()}).\n"
            "Start again once it is: what was downloaded is kept."
        ) from None


def _from_mirror(uv, python, group, environment):
    """uv.lock names files of the public index; a mirror has the same files, known by the same hashes."""
    listed = os.path.join(TOOLS, "requirements.txt")
    os.makedirs(TOOLS, exist_ok=True)
    _loudly([uv, "export", "--frozen", "--quiet", "--no-emit-project", "-o", listed, *group], environment)
    if not os.path.exists(PYTHON):
        _loudly([uv, "venv", "--quiet", *python, VENV], environment)
    install = [uv, "pip", "install", "--quiet", "--python", PYTHON, "--index-url", index_url()]
    _loudly([*install, "--require-hashes", "-r", listed], environment)
    _loudly([*install, "--no-deps", "--editable", HOUSE], environment)


def compile_all():
    """For units whose account may not write here: without it each of their starts compiles everything anew."""
    folders = [os.path.join(HOUSE, "src"), os.path.join(VENV, "lib")]
    # Some packages carry files for other versions of Python, which do not compile and are not used.
    subprocess.run([PYTHON, "-m", "compileall", "-q", "-j", "2", *folders], stdout=subprocess.DEVNULL)


def _get(address, accept):
    request = urllib.request.Request(address, headers={"Accept": accept, "User-Agent": "jumuishi-bootstrap"})  # noqa: S310
    authorities = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    context = ssl.create_default_context(cafile=authorities if authorities and os.path.exists(authorities) else None)
    with urllib.request.urlopen(request, timeout=120, context=context) as response:  # noqa: S310 - the index that pip uses
        return response.read()


def _one_command():
    sudo = "" if os.geteuid() == 0 else "sudo "
    return sudo + "apt-get install -y ca-certificates python3-venv"


def _fingerprint():
    sum_ = hashlib.sha256(HOUSE.encode())
    for name in ("uv.lock", "pyproject.toml"):
        with open(os.path.join(HOUSE, name), "rb") as file:
            sum_.update(file.read())
    return sum_.hexdigest()


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def _runs(program):
    try:
        done = subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def _quietly(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        last = (done.stdout.decode(errors="replace").strip().splitlines() or ["no word"])[-1]
        raise Trouble("{}: {}".format(" ".join(command[1:4]), last))


def _loudly(command, environment):
    subprocess.run(command, env=environment, cwd=HOUSE, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    try:
        prepare(dev=False)
        compile_all()
    except Trouble as trouble:
        say(f"Jumuishi: {trouble}")
        sys.exit(1)
