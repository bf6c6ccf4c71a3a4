"""Running the checks."""

import http.client
from collections.abc import Iterator

from jumuishi.exchange.conform.checks import bodies, drawn, edge, hashes, hostile, passing, services
from jumuishi.exchange.conform.model import CHECKS, Broken, Found, Kind, NotApplicable, Result, Scene

# Loaded for the rules that they register.
LOADED = (edge, services, passing, hashes, bodies, hostile, drawn)


def run(scene: Scene, kinds: frozenset[Kind] = frozenset(Kind), names: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Each check of these kinds, or of these names, one after the other; a broken connection is a failure too."""
    for one in CHECKS:
        if one.kind not in kinds or (names and one.name not in names):
            continue
        try:
            one.run(scene)
        except Broken as error:
            yield Found(one, Result.FAIL, str(error))
        except NotApplicable as error:
            yield Found(one, Result.NOT_APPLICABLE, str(error))
        except (OSError, http.client.HTTPException, ValueError) as error:
            yield Found(one, Result.FAIL, f"{type(error).__name__}: {error}"[:300])
        else:
            yield Found(one, Result.PASS)
