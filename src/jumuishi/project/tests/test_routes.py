"""Behind their first word addresses are the same as in one long list."""

from django.urls import URLPattern, get_resolver, include, path, resolve, reverse
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, URLResolver

from jumuishi.project import urls
from jumuishi.project.routes import by_first_word
from jumuishi.project.tests.test_fitness_doors import views

SAMPLES = {"uuid": "01900000-0000-7000-8000-000000000001", "int": "7"}
ROOMS = [path("", include(f"jumuishi.{room}.web.urls")) for room in urls.PAGES]


def sample(route: str) -> str:
    """An address of a route: `<uuid:id>` becomes an id, what is named else a word."""
    parts = [part.partition(">") for part in route.split("<")]
    return parts[0][0] + "".join(SAMPLES.get(name.partition(":")[0], "neno") + rest for name, _, rest in parts[1:])


def test_each_address_leads_where_it_would_in_one_long_list() -> None:
    long, short = (URLResolver(RegexPattern(r"^"), one) for one in (ROOMS, by_first_word(ROOMS)))
    found = [route for route, _ in views(ROOMS)]
    assert sorted(route for route, _ in views(short.url_patterns)) == sorted(found)
    assert len(found) > 300
    for route in found:
        here, there = (one.resolve(sample(route)) for one in (long, short))
        assert (here.func, here.kwargs, here.route) == (there.func, there.kwargs, there.route), route


def test_an_address_is_known_by_its_name_as_before() -> None:
    assert resolve(reverse("identity:security")).view_name == "identity:security"


def test_few_addresses_are_looked_at() -> None:
    """Of a request only those behind its first word, and those that have none in common."""
    every = [one for one in get_resolver().url_patterns if isinstance(one, URLResolver)]
    [pages] = [one for one in every if isinstance(one.pattern, LocalePrefixPattern)]
    alone = [one for one in pages.url_patterns if isinstance(one, URLPattern)]
    assert len(pages.url_patterns) < 60
    assert len(alone) < 10
