"""The face: registers are asked in an institution's name, who asked about somebody is told, messages go by courier.

And what the keeper of this node should look at.
"""

from jumuishi.exchange.agreeing import approve, ask
from jumuishi.exchange.away import not_running
from jumuishi.exchange.courier.handlers import Received, RefusedMessage, receives
from jumuishi.exchange.courier.platform import send_message
from jumuishi.exchange.courier.rules import Then
from jumuishi.exchange.describing import describe_service
from jumuishi.exchange.looks.marks import mark_of
from jumuishi.exchange.looks.reading import Looks, SeenCall, Silent, silent_services
from jumuishi.exchange.looks.traffic import Traffic, messages, owners, traffic, usual
from jumuishi.exchange.network import open_findings
from jumuishi.exchange.registering import register_service, register_subsystem, say_subjects
from jumuishi.exchange.registers.asker import set_up_asker
from jumuishi.exchange.registers.asking import ask_register, fresh_for, is_asked, label_of
from jumuishi.exchange.registers.declared import registers
from jumuishi.exchange.registers.owner import owner_of
from jumuishi.exchange.renewing import warnings

__all__ = [
    "Looks",
    "Received",
    "RefusedMessage",
    "SeenCall",
    "Silent",
    "Then",
    "Traffic",
    "approve",
    "ask",
    "ask_register",
    "describe_service",
    "fresh_for",
    "is_asked",
    "label_of",
    "mark_of",
    "messages",
    "not_running",
    "open_findings",
    "owner_of",
    "owners",
    "receives",
    "register_service",
    "register_subsystem",
    "registers",
    "say_subjects",
    "send_message",
    "set_up_asker",
    "silent_services",
    "traffic",
    "usual",
    "warnings",
]
