"""A message that asks for nothing: whoever keeps a node sees by it that the way to another is whole to its end."""

from jumuishi.exchange.courier.handlers import Received, receives
from jumuishi.exchange.courier.rules import Then

HELLO = "jumuishi.courier.hello"


@receives(HELLO, then=Then.GO_ON)
def hello(received: Received) -> None:
    """It came, and that is all."""
