"""The author's pages: a package that is sent in is checked and drawn, a service that is offered is shown as a map."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree, html

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.read.package import files_of
from jumuishi.definitions.tests.test_zipped import zipped
from jumuishi.institutions import public as institutions
from jumuishi.services.models import Edition, Offering
from jumuishi.services.tests.test_office import SERVICES, Enter

pytestmark = [pytest.mark.database, pytest.mark.slow]
CHECK = "/ofisi/huduma/kagua/"


def send(client: Client, content: bytes, at: str = CHECK):  # type: ignore[no-untyped-def]
    return client.post(at, {"package": SimpleUploadedFile("huduma.zip", content)})


def shown(content: bytes) -> str:
    return " ".join(html.fromstring(content).text_content().split())


def test_a_sound_package_is_said_to_be_sound_and_drawn(at_work: Enter) -> None:
    answer = send(at_work("mfano", "Juma"), zipped(files_of(SERVICES / "business-licence")))
    assert answer.status_code == 200
    page = html.fromstring(answer.content)
    assert "Huduma hii haina kosa" in page.text_content()
    (picture,) = page.xpath("//*[@class='map']/*")
    assert "Uhakiki" in picture.text_content()
    assert "style" not in {one.tag for one in picture.iter()}, "its colours are the page's"
    assert page.xpath("//li[@id='hatua-check']//a[@href='#hatua-more-information']")


def test_a_fault_stands_with_its_lines_in_either_language(at_work: Enter) -> None:
    files = files_of(SERVICES / "business-licence")
    files["service.yaml"] = files["service.yaml"].replace(b"to: more-information", b"to: nowhere", 1)
    (fault, *_) = check_files(files)
    for at, title in ((CHECK, "Makosa"), (f"/en{CHECK}", "Faults")):
        page = shown(send(at_work("mfano", "Juma"), zipped(files), at).content)
        assert title in page
        assert f"{fault.code}" in page
        assert f"{fault.file}:{fault.line}:{fault.column}" in page
    lines = html.fromstring(send(at_work("mfano", "Juma"), zipped(files)).content).xpath("//pre")[0].text_content()
    (mark,) = [line for line in lines.splitlines() if line.strip("| ") == "^"]
    (number,) = [line for line in lines.splitlines() if line.strip().startswith(f"{fault.line} |")]
    assert mark.index("^") - mark.index("|") - 2 == fault.column - 1
    assert number


def test_nothing_of_a_package_that_is_checked_is_kept_or_runs(at_work: Enter) -> None:
    juma = at_work("mfano", "Juma")
    before = Edition.objects.count(), Offering.objects.count()
    files = files_of(SERVICES / "business-licence")
    files["service.yaml"] = files["service.yaml"].replace(b"{sw: Uhakiki,", b'{sw: "<script>x()</script>",', 1)
    answer = send(juma, zipped(files))
    assert answer.status_code == 200
    assert b"<script>x()" not in answer.content
    assert "&lt;script&gt;x()" in answer.content.decode()
    assert (Edition.objects.count(), Offering.objects.count()) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped({"../service.yaml": b"x"}), "kisichokubalika"),
        (zipped({"a.html": b"x"}), "Hakuna service.yaml"),
        (b"\x00\x01", "haliwezi kusomwa"),
        (b"x" * (5 * 1024 * 1024 + 1), "kubwa mno"),
        (b"", "Chagua faili"),
    ],
)
def test_what_cannot_be_checked_is_told_in_words(at_work: Enter, content: bytes, words: str) -> None:
    answer = send(at_work("mfano", "Juma"), content)
    assert answer.status_code == 422
    page = shown(answer.content)
    assert words in page
    assert "Faili halikukaguliwa" in page


def test_a_definition_alone_that_is_no_yaml_is_a_finding(at_work: Enter) -> None:
    page = shown(send(at_work("mfano", "Juma"), b"{: [").content)
    assert "J001" in page


def test_the_map_of_what_is_offered_here_and_its_files(licence: Offering, at_work: Enter) -> None:
    juma, at = at_work("mfano", "Juma"), f"/ofisi/huduma/{licence.id}/ramani"
    assert f"{at}/" in at_work("mfano", "Neema").get(f"/ofisi/huduma/{licence.id}/").content.decode()
    page = juma.get(f"{at}/")
    assert page.status_code == 200
    assert "Hatua kwa maneno" in shown(page.content)
    assert "The stages in words" in shown(juma.get(f"/en{at}/").content)
    picture = juma.get(f"{at}.svg")
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert etree.fromstring(picture.content).get("role") == "img"
    standard = juma.get(f"{at}.bpmn")
    assert standard["Content-Disposition"] == 'attachment; filename="business-licence.bpmn"'
    assert etree.fromstring(standard.content).tag.endswith("definitions")


def test_no_outsider_and_no_other_institution_comes_in(
    homes: dict[str, UUID], licence: Offering, at_work: Enter
) -> None:
    at = f"/ofisi/huduma/{licence.id}/ramani"
    baraka = Client()
    for path in (CHECK, f"{at}/", f"{at}.svg", f"{at}.bpmn"):
        assert baraka.get(path).status_code in (302, 403)
    assert send(baraka, zipped({"service.yaml": b"x"})).status_code in (302, 403)
    for name in [one.name for one in institutions.people_in(homes["jirani"])]:
        stranger = at_work("jirani", name)
        for path in (f"{at}/", f"{at}.svg", f"{at}.bpmn"):
            assert stranger.get(path).status_code == 404
