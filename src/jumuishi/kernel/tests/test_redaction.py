"""What may never stand in a log does not, whoever writes the line; what an operator needs does."""

import logging
import sys

import psycopg
import pytest

from jumuishi.kernel.redaction import Redacting, described, masked

LINE = Redacting()


def line(message: str, *args: object, name: str = "x", error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    return LINE.format(logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, info))


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("to +255700000061", "700000061"),
        ("to 0700 000 061.", "000 061"),
        ("nin 19000101-00000-00000-01", "00000"),
        ("nin=19000101000000000001", "19000101"),
        ("reference 1012 3456 7890 1234", "7890"),
        ("Not Found: /ofisi/karibu/Zk3vD1-qq_8yWm2hG5tB9xKcN4rL7pTs/", "Zk3vD1"),
        ("Authorization: Bearer 0a1b2c3d4e5f6a7b8c9d", "0a1b2c3d"),
        ("{'password': 'mlango wazi', 'name': 'x'}", "mlango wazi"),
        ('{"code": "482913"}', "482913"),
        ("POST code=482913&x=1", "482913"),
        ("nywila=siri-yangu", "siri-yangu"),
        ("postgresql://app:s3cr3t!@db/jumuishi", "s3cr3t"),
        ("sessionid=x9y8z7", "x9y8z7"),
        ("Starting job kernel.event.deliver[12](event='a.b', payload={'answer': 'Mgahawa (wa Asha)'})", "Mgahawa"),
        ("Bad Request: /ussd/africastalking/siri/", "siri"),
        ("to asha.juma@mfano.example", "asha.juma"),
    ],
)
def test_masked(said: str, hidden: str) -> None:
    assert hidden not in masked(said)
    assert hidden not in line("%s", said)


@pytest.mark.parametrize(
    "said",
    [
        "Internal Server Error: /ofisi/ombi/019aa3c5-1234-7abc-8def-0123456789ab/tenda/",
        "timed entry messaging.messages.catch_up failed; it will be tried again",
        "HTTP 503 after 12 tries in 3600 s",
        "a callback that is not GePG's: too large",
        "connection to server at 127.0.0.1, port 5432 failed",
    ],
)
def test_what_an_operator_needs_stays(said: str) -> None:
    assert masked(said) == said


def test_a_typed_line_break_makes_no_line() -> None:
    written = line("Not Found: %s", "/x\n2026-11-26 INFO root all is well\r\x1b[2J\u2028\u202e")
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written


def test_an_exception_keeps_its_place_and_loses_its_values() -> None:
    try:
        try:
            int("siri ya Asha")
        except ValueError as error:
            raise KeyError("jibu la siri") from error
    except KeyError as error:
        written = line("Internal Server Error: /x/", error=error)
    assert "siri" not in written.replace('int("siri ya Asha")', "").replace('KeyError("jibu la siri")', "")
    assert "builtins.ValueError: invalid literal for int() with base 10" in written
    assert "builtins.KeyError" in written
    assert "test_redaction.py" in written
    assert written.index("ValueError") < written.index("KeyError")


@pytest.mark.database
def test_the_database_cites_the_row_and_we_do_not(database: object) -> None:
    with psycopg.connect(database.app) as connection:  # type: ignore[attr-defined]
        connection.execute("CREATE TEMP TABLE x (phone text UNIQUE, word text NOT NULL)")
        connection.execute("INSERT INTO x VALUES ('kwa siri', 'a')")
        for values in ("('kwa siri', 'b')", "('y', NULL)"):
            with pytest.raises(psycopg.Error) as caught, connection.transaction():
                connection.execute(f"INSERT INTO x VALUES {values}")
            said = described(caught.value)
            assert "kwa siri" not in said
            assert "'y'" not in said
            assert "constraint" in said
        with pytest.raises(psycopg.Error) as caught, connection.transaction():
            connection.execute("SELECT 'kwa siri'::int")
        assert "kwa siri" not in described(caught.value)


def test_every_process_writes_so() -> None:
    from django.conf import settings  # noqa: PLC0415

    formatters = settings.LOGGING["formatters"]
    assert all(one["()"] == "jumuishi.kernel.redaction.Redacting" for one in formatters.values())
    assert all(one["formatter"] in formatters for one in settings.LOGGING["handlers"].values())
    assert sys.modules["jumuishi.kernel.redaction"].Redacting is Redacting
