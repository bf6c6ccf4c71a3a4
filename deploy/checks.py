"""The checks of ./test in their order: lint and walls, then the tests, with the types checked beside them.

Standard library only, like bootstrap.py, since it runs under the system's python3.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

import bootstrap

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def everything(python, quick):
    """All checks; 0 when all hold. The last line is pytest's own summary unless a check before it failed."""
    tools = os.path.dirname(python)
    started = time.monotonic()
    with tempfile.TemporaryFile() as types_said:
        # The slowest of the static checks has a core to itself while the others and the tests run.
        types = subprocess.Popen([os.path.join(tools, "mypy")], stdout=types_said, stderr=subprocess.STDOUT)
        try:
            failed = []
            for name, command in (
                ("lint", [os.path.join(tools, "ruff"), "check", "--quiet", "."]),
                ("layout", [os.path.join(tools, "ruff"), "format", "--check", "--quiet", "."]),
                ("walls", [os.path.join(tools, "lint-imports")]),
            ):
                if call(command, quiet=True) != 0:
                    failed.append(name)
            if failed:
                bootstrap.say("Failed: {}.".format(", ".join(failed)))
            code = tests(python, quick)
            if types.wait() != 0:
                types_said.seek(0)
                bootstrap.say(types_said.read().decode(errors="replace").strip())
                failed.append("types")
        finally:
            if types.poll() is None:
                types.kill()
                types.wait()
    if failed:
        bootstrap.say("Failed: {} ({:.0f} s).".format(", ".join(failed), time.monotonic() - started))
        return 1
    return code


def tests(python, quick):
    """The tests, on two cores."""
    command = [python, "-m", "pytest", "-n", "2", "--dist", "loadfile"]
    command += [folder for folder in ("src", "registers", "journeys", "deploy") if os.path.isdir(folder)]
    if quick:
        command += ["-m", "not slow and not browser"]
    elif not browser(install=True):
        command += ["-m", "not browser"]
    return call(command)


def browser(install):
    """Find Chromium, or install it where we may; says exactly what is missing and gives False otherwise."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None and install and os.geteuid() == 0 and shutil.which("apt-get"):
        bootstrap.say("Installing Chromium ...")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *words], env=environment, stdout=subprocess.DEVNULL)
        found = shutil.which("chromium")
    if found is None:
        if install:
            sudo = "" if os.geteuid() == 0 else "sudo "
            bootstrap.say(
                "Chromium is missing, so the tests in a browser are LEFT OUT. For all tests: "
                + sudo
                + "apt-get install -y chromium"
            )
        return False
    os.environ["JUMUISHI_CHROMIUM"] = found
    return True


def call(command, quiet=False):
    """Run a command and give its exit code; when quiet, its output is shown only if it fails."""
    if not quiet:
        return subprocess.run(command).returncode
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        sys.stderr.flush()
    return done.returncode
