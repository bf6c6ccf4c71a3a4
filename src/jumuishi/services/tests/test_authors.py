"""The author's pages: a package that is sent in is checked and drawn, a service that is offered is shown as a map."""

import base64
import json
from collections import Counter
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
    (shown_lines,) = html.fromstring(send(at_work("mfano", "Juma"), zipped(files)).content).xpath("//pre")[:1]
    text = files["service.yaml"].decode().split("\n")
    assert [one.text for one in shown_lines.xpath("span/b")] == [str(fault.line + n) for n in (-1, 0, 1)]
    assert all(line.strip() in shown_lines.text_content() for line in text[fault.line - 2 : fault.line + 1])
    (mark,) = shown_lines.xpath("span/mark")
    assert text[fault.line - 1][fault.column - 1 :].startswith(mark.text)


def many() -> dict[str, bytes]:
    """A package with more faults of one kind than stand open at once, and one with a story."""
    files = files_of(SERVICES / "business-licence")
    text = files["service.yaml"].replace(b", en: ", b", enn: ", 25)
    text = text.replace(b'amount: "setting.health_inspection"', b'amount: "setting.health_inspection - 5000"')
    return {**files, "service.yaml": text.replace(b"role: trade-officer", b"role: hayupo")}


def test_many_findings_stand_by_kind_with_their_words_and_go_out_as_json(at_work: Enter) -> None:
    files = many()
    page = html.fromstring(send(at_work("mfano", "Juma"), zipped(files), f"/en{CHECK}").content)
    found = [one.in_language("en") for one in check_files(files)]
    counted = Counter(one.code for one in found)
    assert counted["J002"] > 10
    assert len(counted) >= 3
    tally = {
        one.xpath("string(a/b)"): int(one.xpath("string(b)")) for one in page.xpath("//nav//ul[@class='tally']/li")
    }
    assert tally == counted
    assert all(page.xpath(f"//details[@id='{code}'][@open]") for code in counted)
    unknown = page.xpath("//details[@id='J002']")[0]
    assert len(unknown.xpath("ol/li")) == 10
    assert len(unknown.xpath("details[not(@open)]/ol/li")) == counted["J002"] - 10
    assert unknown.xpath("string(details/ol/@start)") == "11"
    (link,) = page.xpath("//a[@download]")
    assert link.get("download") == "ukaguzi.json"
    sent = json.loads(base64.b64decode(link.get("href").partition("base64,")[2]))
    assert sent == [one.as_data() for one in found]


def test_a_story_stands_sentence_by_sentence(at_work: Enter) -> None:
    files = files_of(SERVICES / "business-licence")
    fee = b'amount: "setting.health_inspection"'
    files["service.yaml"] = files["service.yaml"].replace(fee, fee[:-1] + b' - 5000"')
    page = html.fromstring(send(at_work("mfano", "Juma"), zipped(files)).content)
    (fault,) = check_files(files)
    told = fault.in_language("sw").story
    assert told is not None
    assert [one.text for one in page.xpath("//ol[@class='quote']/li")] == told.splitlines()
    assert not page.xpath("//nav//ul[@class='tally']"), "one kind needs no list of kinds"


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
