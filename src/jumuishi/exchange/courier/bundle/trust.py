"""Whose word a bundle is: the node that it names, by the directory, with a key that counted when it was packed."""

from datetime import datetime, timedelta

from jumuishi.exchange.courier.bundle.envelope import Head
from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw
from jumuishi.exchange.directory.model import Directory
from jumuishi.exchange.signing.keys import PublicKey
from jumuishi.exchange.xroad.identifiers import MemberId, ServerId

# A machine without a line keeps its time badly.
CLOCKS_APART = timedelta(days=1)


def member_of(node: ServerId) -> MemberId:
    """Whose key signs for a node as a whole: the member that it is named after in the directory."""
    return MemberId(node.instance, node.member_class, node.member_code)


def key_of(head: Head, directory: Directory, own: str, now: datetime) -> PublicKey:
    """The key that the head's signature is checked by. Raises BadBundle.

    A key that ended since is believed for what it signed before. One that was revoked is not, whatever time the
    bundle says: whoever stole it writes any time. What was honestly on its way then is packed again.
    """
    if head.receiver != own:
        raise BadBundle(Flaw.NOT_FOR_US, head.receiver)
    node = next((one for one in directory.nodes if one.id.server_code == head.sender), None)
    if node is None:
        raise BadBundle(Flaw.UNKNOWN_SENDER, head.sender)
    if head.made_at > now + CLOCKS_APART:
        raise BadBundle(Flaw.FROM_THE_FUTURE)
    dated = next((one for one in directory.keys if one.key.keyid == head.keyid), None)
    if dated is None or dated.key.owner != member_of(node.id) or dated.key.owner in directory.revoked(now):
        raise BadBundle(Flaw.NOT_SIGNED)
    if dated.revoked_at is not None or not dated.stands(head.made_at):
        raise BadBundle(Flaw.NOT_SIGNED)
    return dated.key
