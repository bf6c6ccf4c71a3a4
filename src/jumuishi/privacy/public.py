"""The face: what the roof and the demonstration use."""

from jumuishi.privacy.actions.registers import set_figure

__all__ = ["set_figure"]
