"""Evaluation by the Rust `cel` (common-expression-language), compiled once for each expression."""

import logging
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from jumuishi.definitions.expressions.functions import FUNCTIONS
from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.printer import to_source
from jumuishi.definitions.expressions.syntax import names
from jumuishi.definitions.model import Expression
from jumuishi.definitions.values import FileAnswer, Place


def _load_cel() -> Any:
    """The extension alone: the package's __init__ brings a terminal's whole line editor (0.45 s and its memory)."""
    package = find_spec("cel")
    folders = list(package.submodule_search_locations or []) if package else []
    files = [one for folder in folders for one in sorted(Path(folder).glob("cel.*")) if one.suffix in (".so", ".pyd")]
    spec = spec_from_file_location("cel.cel", files[0]) if files else None
    if spec is None or spec.loader is None:
        raise ImportError("common-expression-language is not installed")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CEL = _load_cel()
# What fails is told by EvaluationError; its log would write into the command line's answers.
logging.getLogger("cel").setLevel(logging.CRITICAL)


class EvaluationError(Exception):
    """An expression met what it has no answer for: null, a division by zero, an overflow, an unknown name."""


@lru_cache(maxsize=4096)
def _program(source: str) -> tuple[Any, frozenset[str]]:
    tree = parse(source)
    return _CEL.compile(to_source(tree, "Size")), frozenset(names(tree))


def evaluate(expression: Expression, env: Mapping[str, Any], zone: tzinfo | None = None) -> Any:
    """The expression's value: None, bool, int, float, str, aware datetime, timedelta, list or dict; EvaluationError.

    `env` holds every name that the expression may use: answers as in values.py (None if unanswered), `today` and `now`
    as aware datetimes, `setting` as a mapping. `zone` is the installation's, for dates; else that of env's `today`.
    """
    today = env.get("today")
    if zone is None and isinstance(today, datetime):
        zone = today.tzinfo
    try:
        program, wanted = _program(expression.source)
        context = _CEL.Context()
        for name, function in FUNCTIONS.items():
            context.add_function(name, function)
        for name in wanted:
            if name in env:
                context.add_variable(name, to_cel(env[name], zone))
        return program.execute(context)
    except (ParseError, LimitError) as error:
        raise EvaluationError(f"{expression.source}: {error}") from error
    except (ValueError, TypeError, RuntimeError, ArithmeticError, LookupError, AttributeError) as error:
        raise EvaluationError(f"{expression.source}: {error}") from error


def to_cel(value: Any, zone: tzinfo | None) -> Any:
    """An answer as the evaluator takes it; a date is its midnight in the zone (raises ValueError without one)."""
    if isinstance(value, datetime):
        local = value if zone is None else value.astimezone(zone)
        # it takes fixed offsets only
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))
    if isinstance(value, timedelta | bool | int | float | str) or value is None:
        return value
    if isinstance(value, date):
        if zone is None:
            raise ValueError("a date needs the installation's zone")
        return to_cel(datetime.combine(value, time(), zone), zone)
    if isinstance(value, Place):
        return {part: getattr(value, part) for part in ("code", "name", "level", "region", "district", "ward")}
    if isinstance(value, FileAnswer):
        return {"name": value.name}
    if isinstance(value, Mapping):
        return {key: to_cel(one, zone) for key, one in value.items()}
    return [to_cel(one, zone) for one in value]
