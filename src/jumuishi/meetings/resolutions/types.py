"""What crosses the inside of this room. No Django."""


class ResolutionError(Exception):
    """An act on a resolution can't be done; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
