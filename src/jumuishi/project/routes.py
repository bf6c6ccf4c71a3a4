"""Addresses by their first word: of five hundred only those that begin as a request does are looked at."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

Route = URLPattern | URLResolver


class FirstWord(RoutePattern):
    """Lets by whatever begins with a word, and takes nothing of it: the addresses behind it say it themselves."""

    def __init__(self, word: str) -> None:
        super().__init__("")
        self.word = word

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, Any]] | None:
        """The whole path again, for those behind."""
        return (path, (), {}) if path.startswith(self.word) else None


def by_first_word(routes: Iterable[Route]) -> list[Route]:
    """The same addresses, those of one first word behind it; among them the first that fits counts, as before."""
    found: list[Route] = []
    words: dict[str, list[Route]] = {}
    for one in _each(routes):
        word, slash, _ = str(one.pattern).partition("/")
        if not slash or "<" in word:
            found.append(one)
            continue
        if word not in words:
            words[word] = []
            found.append(URLResolver(FirstWord(f"{word}/"), words[word]))
        words[word].append(one)
    return found


def _each(routes: Iterable[Route]) -> Iterator[Route]:
    """What rooms bring, without the rooms; but one that names its addresses stays one."""
    for one in routes:
        if not isinstance(one, URLResolver) or str(one.pattern):
            yield one
        elif one.namespace:
            yield URLResolver(one.pattern, by_first_word(one.url_patterns), {}, one.app_name, one.namespace)
        else:
            yield from _each(one.url_patterns)
