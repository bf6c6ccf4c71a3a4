"""The face: registers behind the exchange are asked in an institution's name."""

from jumuishi.exchange.registers.asker import set_up_asker
from jumuishi.exchange.registers.asking import ask_register, fresh_for, is_asked, label_of
from jumuishi.exchange.registers.declared import registers
from jumuishi.exchange.registers.owner import owner_of

__all__ = ["ask_register", "fresh_for", "is_asked", "label_of", "owner_of", "registers", "set_up_asker"]
