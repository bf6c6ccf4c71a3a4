"""Two histories of a log as a file that convinces whoever holds the log's keys. No Django, no network."""

from collections.abc import Sequence
from typing import Any

from jumuishi.evidence.histories import Relation, TwoHistories, compare
from jumuishi.evidence.verifier import VerificationError, VerifierKey

FORMAT = "jumuishi-two-histories-1"


def origin_in(key: str) -> str:
    """The name of the log whose key this text ("name+hash+base64") is; raises VerificationError for none."""
    return VerifierKey.parse(key).name


def proves(found: TwoHistories, keys: Sequence[str]) -> bool:
    """Whether a log under these keys signed both notes and they can't both be true."""
    try:
        trusted = [VerifierKey.parse(key) for key in keys]
        return compare(found.one, found.other, found.proof, trusted) is Relation.INCONSISTENT
    except VerificationError:
        return False


def exported(found: TwoHistories) -> dict[str, Any]:
    """As JSON types; hashes in hexadecimal."""
    proof = [step.hex() for step in found.proof]
    return {"format": FORMAT, "origin": found.origin, "one": found.one, "other": found.other, "proof": proof}


def imported(data: object) -> TwoHistories:
    """Back from JSON types; raises ValueError."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("no two histories")
    texts = [data.get(name) for name in ("origin", "one", "other")]
    proof = data.get("proof")
    if not all(isinstance(one, str) for one in texts) or not isinstance(proof, list) or len(proof) > 200:
        raise ValueError("no two histories")
    origin, one, other = map(str, texts)
    return TwoHistories(origin, one, other, tuple(bytes.fromhex(str(step)) for step in proof))
