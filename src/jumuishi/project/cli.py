"""The command line: `jumuishi ROOM VERB ...`. Loads a command on demand, so that a pure one starts at once."""

import importlib
import os
import sys
from collections.abc import Callable

# words -> (module, function taking the remaining arguments and giving the exit code, needs Django)
COMMANDS: dict[tuple[str, ...], tuple[str, str, bool]] = {
    ("service", "add"): ("jumuishi.services.catalogue_cli", "service_add", True),
    ("service", "check"): ("jumuishi.definitions.cli", "service_check", False),
    ("service", "export-bpmn"): ("jumuishi.definitions.author.bpmn.cli", "export_bpmn", False),
    ("service", "language-server"): ("jumuishi.definitions.author.language_cli", "language_server", False),
    ("service", "map"): ("jumuishi.definitions.author.map_cli", "service_map", False),
    ("service", "schema"): ("jumuishi.definitions.author.schema_cli", "service_schema", False),
    ("service", "test"): ("jumuishi.definitions.stories.cli", "service_test", False),
    ("service", "diff"): ("jumuishi.definitions.compare.cli", "service_diff", False),
    ("orders", "check"): ("jumuishi.meetings.orders.cli", "orders_check", False),
    ("verify",): ("jumuishi.documents.cli", "verify", False),
    ("evidence", "verify"): ("jumuishi.evidence.cli", "evidence_verify", False),
    ("evidence", "histories"): ("jumuishi.evidence.cli", "evidence_histories", False),
    ("evidence", "audit"): ("jumuishi.evidence.cli", "evidence_audit", True),
    ("exchange", "courier", "pack"): ("jumuishi.exchange.courier.carrying.cli", "pack", True),
    ("exchange", "courier", "unpack"): ("jumuishi.exchange.courier.carrying.cli", "unpack", True),
    ("exchange", "courier", "status"): ("jumuishi.exchange.courier.carrying.cli", "status", True),
    ("exchange", "statement"): ("jumuishi.exchange.cli", "exchange_statement", True),
    ("exchange", "invitation"): ("jumuishi.exchange.cli", "exchange_invitation", True),
    ("exchange", "join"): ("jumuishi.exchange.cli", "exchange_join", True),
    ("exchange", "admit"): ("jumuishi.exchange.cli", "exchange_admit", True),
    ("exchange", "bus"): ("jumuishi.exchange.bus.cli", "exchange_bus", True),
    ("exchange", "conform"): ("jumuishi.exchange.conform.cli", "exchange_conform", False),
    ("witness",): ("jumuishi.evidence.witness.program", "main", False),
    ("places", "import"): ("jumuishi.institutions.places_cli", "places_import", True),
    ("places", "councils"): ("jumuishi.institutions.places_cli", "places_councils", True),
    ("sms", "cost"): ("jumuishi.messaging.cli", "cost", True),
    ("sms", "prices"): ("jumuishi.messaging.cli", "prices_read", True),
    ("sms", "terms"): ("jumuishi.messaging.cli", "terms", True),
    ("insights", "rebuild"): ("jumuishi.insights.figures_cli", "rebuild", True),
    ("generate",): ("jumuishi.project.generate.cli", "generate", True),
    ("backup",): ("jumuishi.project.backup", "main", False),
    ("manage",): ("jumuishi.project.manage", "manage", True),
}


def main(argv: list[str] | None = None) -> None:
    """Run the command that the first words name; exit code 2 with the list of commands for unknown words."""
    words = sys.argv[1:] if argv is None else argv
    for names, (module, function, needs_django) in COMMANDS.items():
        if tuple(words[: len(names)]) == names:
            if needs_django:
                # on demand too: it brings the database's driver
                installation = importlib.import_module("jumuishi.project.installation")
                os.environ.update(installation.command_environment(os.environ))
                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumuishi.project.settings")
                importlib.import_module("django").setup()
            run: Callable[[list[str]], int] = getattr(importlib.import_module(module), function)
            sys.exit(run(words[len(names) :]))
    known = "\n".join("  jumuishi " + " ".join(names) for names in COMMANDS)
    print(f"usage:\n{known}", file=sys.stderr)
    sys.exit(2)
