#!/usr/bin/env python3
"""Ask the Python index's list of known faults about every part that uv.lock pins: known-faults.py [--format json]

Exit code 0: no known fault; 1: some, each named with the version that mends it; 3: nobody could be asked, or not about
every part, so that nothing is known either way. pip-audit (Apache-2.0) asks; it comes from uv.lock too, in an
environment of its own.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bootstrap  # noqa: E402

NONE, SOME, UNASKED = 0, 1, 3
# For whoever keeps a copy of the list: the address of a server that answers as https://api.osv.dev/v1/query does.
SERVER = os.environ.get("JUMUISHI_FAULTS_URL", "")


def tell(line):
    sys.stdout.write(line + "\n")


def main(words):
    """Print what was found, or why nothing was."""
    as_json = words == ["--format", "json"]
    if words and not as_json:
        bootstrap.say(__doc__.split("\n", 1)[0])
        return 2
    try:
        parts = ask(bootstrap.find_uv())
    except bootstrap.Trouble as trouble:
        bootstrap.say(f"Nobody could be asked about known faults, so nothing is known: {trouble}")
        return UNASKED
    faulty = [one for one in parts if one.get("vulns")]
    unasked = [one["name"] for one in parts if "vulns" not in one]
    asked = len(parts) - len(unasked)
    if as_json:
        tell(json.dumps({"asked": asked, "unasked": unasked, "faults": faulty}, indent=1))
    else:
        for one in faulty:
            for fault in one["vulns"]:
                mended = ", ".join(fault["fix_versions"]) or "none yet"
                names = " ".join([fault["id"], *fault["aliases"]])
                tell(f"{one['name']} {one['version']}: {names}; mended in: {mended}")
        tell(f"{asked} parts asked about, {sum(len(one['vulns']) for one in faulty)} known faults")
    if unasked:
        # pip-audit passes over what the list does not know, and would call that well.
        bootstrap.say(f"Nothing is known about {len(unasked)} parts, the list did not answer: {', '.join(unasked)}")
    return SOME if faulty else UNASKED if unasked or not parts else NONE


def ask(uv):
    """What the list says of each part that an installation has: name, and version and vulns, or why none is known.

    Raises bootstrap.Trouble.
    """
    with tempfile.TemporaryDirectory() as folder:
        pinned, found = os.path.join(folder, "pinned.txt"), os.path.join(folder, "found.json")
        _run([uv, "export", "--frozen", "--no-dev", "--no-emit-project", "--quiet", "--output-file", pinned])
        service = ["--vulnerability-service", "osv", "--osv-url", SERVER] if SERVER else []
        # Each part stands in the list with its hash already: nothing is resolved, and nothing of it installed.
        tool = [uv, "run", "--frozen", "--isolated", "--only-group", "audit", "pip-audit"]
        options = ["--requirement", pinned, "--disable-pip", "--format", "json", "--aliases", "on", "--output", found]
        said = _run([*tool, *options, "--progress-spinner", "off", *service], (0, 1))
        try:
            with open(found) as file:
                return json.load(file)["dependencies"]
        except (OSError, ValueError, KeyError):
            # pip-audit ends with 1 for faults and for trouble alike; only an answer leaves a file.
            raise bootstrap.Trouble(_last(said)) from None


def _run(command, good=(0,)):
    """The program's words on its error stream; raises bootstrap.Trouble with the last of them."""
    ended = subprocess.run(command, cwd=bootstrap.HOUSE, capture_output=True, text=True, check=False)
    if ended.returncode not in good:
        raise bootstrap.Trouble(_last(ended.stderr))
    return ended.stderr


def _last(said):
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it ended without a word"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
