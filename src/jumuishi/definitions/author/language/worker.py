"""One check in a process of its own: so that it can be stopped at any moment, and never holds up whoever types.

The files come in over standard input; out go two lines of JSON: what is found at once, and, after a pause in which
the check is stopped if something else is typed meanwhile, what the solver finds too.
"""

import base64
import json
import resource
import sys
import time

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.read.yamlfile import UnreadableError

PAUSE = 0.6
"""Seconds without a change after which it is worth to ask the solver."""
MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = 60


def main() -> None:
    """`python -m ...worker sw`: the language of the findings."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    lang = sys.argv[1]
    files = {name: base64.b64decode(content) for name, content in json.load(sys.stdin).items()}
    for solving in (False, True):
        if solving:
            time.sleep(PAUSE)
        try:
            found = [one.in_language(lang).as_data() for one in check_files(files, solving=solving)]
        except UnreadableError as error:
            found = [
                {"code": "J001", "file": "service.yaml", "line": 1, "column": 1, "message": str(error), "story": None}
            ]
        sys.stdout.write(json.dumps({"found": found, "whole": solving}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
