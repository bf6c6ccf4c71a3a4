"""Who can sign in: kept privately, shown whole at the terminal, with codes that an authenticator would show."""

from pathlib import Path

from jumuishi.project import demo_accounts
from jumuishi.project.demo_accounts import SignIn

SECRET = "GEZDGNBVGY3TQOJQ" * 2
JUMA = SignIn(
    "Halmashauri ya Mfano", "Juma", "Afisa Biashara", "juma@mfano.example", "neno-siri", "GEZDGNBVGY3TQOJQ" * 2
)


def test_the_code_is_the_one_of_rfc_6238() -> None:
    # Appendix B, SHA-1: 94287082 at 59 s and 89005924 at 1234567890 s, of which an authenticator shows six digits.
    assert JUMA.code(59) == "287082"
    assert JUMA.code(1234567890) == "005924"


def test_accounts_are_kept_for_their_owner_only_and_listed_with_how_to_come_in(tmp_path: Path) -> None:
    demo_accounts.keep(tmp_path, [JUMA.__dict__])
    assert (tmp_path / demo_accounts.FILE).stat().st_mode & 0o077 == 0
    text = demo_accounts.listed(demo_accounts.kept(tmp_path), "http://127.0.0.1:8101/")
    for said in (JUMA.email, JUMA.password, JUMA.name, JUMA.title, "http://127.0.0.1:8101/demo/"):
        assert said in text


def test_nobody_is_listed_where_nothing_is_kept(tmp_path: Path) -> None:
    assert demo_accounts.kept(tmp_path) == []
    assert "/demo/" in demo_accounts.listed([], "http://127.0.0.1:8101/")
