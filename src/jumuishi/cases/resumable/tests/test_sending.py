"""A file in parts: whatever is cut, repeated or comes too early, what is taken in the end is what was sent, once."""

import hashlib
import itertools
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumuishi.cases.models import Attachment, Upload
from jumuishi.cases.resumable.tests.conftest import Sender, door, on_disk, pdf, row_of, the_upload
from jumuishi.cases.tests.conftest import begin
from jumuishi.evidence.models import JournalRow
from jumuishi.kernel import files, parts

pytestmark = pytest.mark.database


def test_in_parts_it_is_the_same_as_at_once(draft: str, asha: Client) -> None:
    content = pdf(3500)
    answer = Sender(asha).whole(door(draft), content)
    assert answer.status_code == 204
    kept = Attachment.objects.get()
    assert b"".join(files.read(kept.file_id)) == content
    said = {"name": "hati.pdf", "size": 3500, "sha256": hashlib.sha256(content).hexdigest(), "type": "application/pdf"}
    assert row_of(draft).answers["tax_clearance"] == said
    verbs = list(JournalRow.objects.filter(thing_id=row_of(draft).id).values_list("verb", flat=True))
    assert verbs == ["cases.draft.begin", "cases.upload.begin", "cases.draft.attach"], "no row for each part"
    assert "hati.pdf" in asha.get(f"{draft}applicant/").content.decode()


def test_after_a_cut_it_goes_on_where_it_was_also_for_whoever_forgot_where(draft: str, asha: Client) -> None:
    content, phone = pdf(3000), Sender(asha)
    url = phone.begin(door(draft), content)["Location"]
    assert phone.part(url, 0, content[:1000]).status_code == 204
    again = phone.begin(door(draft), content)
    assert (again["Location"], again["Upload-Offset"]) == (url, "1000")
    assert phone.there(url) == 1000
    twice = phone.part(url, 0, content[:1000])
    assert (twice.status_code, twice["Upload-Offset"]) == (409, "1000")
    early = phone.part(url, 2000, content[2000:])
    assert (early.status_code, early["Upload-Offset"]) == (409, "1000")
    assert phone.part(url, 1000, content[1000:]).status_code == 204
    assert phone.part(url, 3000, b"").status_code == 204, "the last answer was lost: it is asked for again"
    done = phone.begin(door(draft), content)
    assert (done["Location"], done["Upload-Offset"]) == (url, "3000")
    assert Attachment.objects.count() == 1
    assert JournalRow.objects.filter(verb="cases.upload.begin").count() == 1, "asking how far it is, is no act"


class CutLine(BytesIO):
    """A body whose link is cut behind what is there."""

    def read(self, size: int | None = -1, /) -> bytes:
        if piece := super().read(size):
            return piece
        raise ConnectionResetError


def test_a_part_that_is_cut_off_leaves_what_came_of_it(draft: str, asha: Client) -> None:
    content, phone = pdf(200_000), Sender(asha)
    url = str(phone.begin(door(draft), content)["Location"])
    headers = phone.said | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    asha.patch(url, content, headers=headers, **{"wsgi.input": CutLine(content[:131_072])})
    assert phone.there(url) == 131_072
    assert phone.part(url, 131_072, content[131_072:]).status_code == 204
    assert Attachment.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_another_file_takes_its_place_and_the_same_one_taken_back_is_sent_anew(draft: str, asha: Client) -> None:
    first, second, phone = pdf(3000), pdf(3000, b"b"), Sender(asha)
    url = phone.begin(door(draft), first)["Location"]
    phone.part(url, 0, first[:1000])
    assert phone.whole(door(draft), second).status_code == 204
    assert phone.client.head(url, headers=phone.said).status_code == 404
    assert Attachment.objects.get().sha256 == hashlib.sha256(second).hexdigest()
    asha.post(f"{draft}applicant/", {"drop": "tax_clearance"})
    assert not Attachment.objects.exists()
    assert phone.begin(door(draft), second)["Upload-Offset"] == "0"
    assert phone.whole(door(draft), second).status_code == 204
    assert Attachment.objects.count() == 1


files_of_a_person = itertools.count()
OPS = st.lists(
    st.one_of(
        # How far from the truth a sender believes to be, how much it sends, how much of that arrives.
        st.tuples(st.just("part"), st.just(0) | st.integers(-900, 900), st.integers(0, 900), st.integers(0, 900)),
        st.tuples(st.just("again")),
        st.tuples(st.just("crash"), st.integers(0, 300)),
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(size=st.integers(20, 2500), ops=OPS)
def test_any_schedule_comes_to_the_same_bytes(draft: str, asha: Client, size: int, ops: list[tuple[Any, ...]]) -> None:
    # Each time another file, also where an example is tried again: what was taken before is known.
    content, phone = pdf(size, next(files_of_a_person).to_bytes(4)), Sender(asha)
    digest = hashlib.sha256(content).hexdigest()
    url = str(phone.begin(door(draft), content)["Location"])
    there = 0
    for op, *how in ops:
        if op == "again":
            assert int(phone.begin(door(draft), content)["Upload-Offset"]) == there
        elif op == "crash":
            # Bytes reached the disk and the row that says so did not: they are nobody's.
            path = parts._path(the_upload().id)
            if path.exists() and there < len(content):
                path.write_bytes(path.read_bytes() + b"x" * how[0])
        else:
            shift, sent, arrives = how
            at = max(0, there + shift)
            data = content[at : at + sent][:arrives]
            answer = phone.part(url, at, data)
            if at == there:
                assert answer.status_code == 204
                there += len(data)
            else:
                assert answer.status_code == 409
            assert int(answer["Upload-Offset"]) == there == phone.there(url)
    while there < len(content):
        there = int(phone.part(url, there, content[there : there + 700])["Upload-Offset"])
    kept = Attachment.objects.get(draft_id=row_of(draft).id)
    assert kept.sha256 == digest
    assert b"".join(files.read(kept.file_id)) == content


def test_bytes_that_went_with_a_disk_are_asked_for_again(draft: str, asha: Client) -> None:
    content, phone = pdf(2000), Sender(asha)
    url = phone.begin(door(draft), content)["Location"]
    phone.part(url, 0, content[:1500])
    path = parts._path(the_upload().id)
    path.write_bytes(path.read_bytes()[:400])
    assert phone.there(url) == 400
    assert phone.part(url, 1500, content[1500:])["Upload-Offset"] == "400"
    assert phone.part(url, 400, content[400:]).status_code == 204
    assert b"".join(files.read(Attachment.objects.get().file_id)) == content


def test_what_is_not_the_file_that_was_begun_is_not_taken(draft: str, asha: Client) -> None:
    content, phone = pdf(2000), Sender(asha)
    url = phone.begin(door(draft), content)["Location"]
    phone.part(url, 0, content[:1000])
    answer = phone.part(url, 1000, b"x" * 1000)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "file_changed"
    assert not Attachment.objects.exists()
    assert not Upload.objects.exists(), "nothing can go on from there: it begins anew"
    assert phone.whole(door(draft), content).status_code == 204


def test_more_than_was_said_is_not_taken(draft: str, asha: Client) -> None:
    content, phone = pdf(1000), Sender(asha)
    url = phone.begin(door(draft), content)["Location"]
    assert phone.part(url, 0, content + b"x").status_code == 413
    phone.part(url, 0, content[:900])
    assert phone.part(url, 900, b"x" * 200).status_code == 422
    assert phone.there(url) == 900


def test_what_would_be_refused_in_the_end_is_refused_at_once(draft: str, asha: Client) -> None:
    phone = Sender(asha)
    large = phone.begin(door(draft), b"x" * (2048 * 1024 + 1))
    assert (large.status_code, large.json()["errors"][0]["code"]) == (422, "file_size")
    assert "hadi MB 2" in large.json()["errors"][0]["detail"]
    assert phone.begin(door(draft), b"").json()["errors"][0]["code"] == "file"
    page = b"<html><script>alert(1)</script>" + b" " * 5000
    url = phone.begin(door(draft), page, name="hati.pdf")["Location"]
    first = phone.part(url, 0, page[:500])
    assert (first.status_code, first.json()["errors"][0]["code"]) == (422, "file_type")
    assert phone.client.head(url, headers=phone.said).status_code == 404
    # A first part too short to tell by is waited for.
    url = phone.begin(door(draft), page)["Location"]
    assert phone.part(url, 0, page[:3]).status_code == 204
    assert phone.part(url, 3, page[3:50]).status_code == 422
    assert not Attachment.objects.exists()


def test_a_names_folders_and_signs_go(draft: str, asha: Client) -> None:
    content = pdf(100)
    phone = Sender(asha)
    url = phone.begin(door(draft), content, name="C:\\picha\\..\\ha\x00ti\n.pdf")["Location"]
    phone.part(url, 0, content)
    assert Attachment.objects.get().name == "hati.pdf"


def test_the_same_in_the_other_language(draft: str, asha: Client) -> None:
    phone = Sender(asha)
    refused = phone.begin(f"/en{door(draft)}", b"x" * (2048 * 1024 + 1))
    assert "up to 2 MB" in refused.json()["errors"][0]["detail"]
    assert phone.begin(f"/en{door(draft)}", pdf(50))["Location"].startswith("/en/faili/")


def test_what_is_not_tus_is_told_so(draft: str, asha: Client) -> None:
    content, phone = pdf(100), Sender(asha)
    assert asha.post(door(draft), headers={"Upload-Length": "100"}).status_code == 412
    assert asha.get(door(draft)).status_code == 405
    for odd in ("", "-1", "1e3", "9" * 16, "१"):
        assert asha.post(door(draft), headers=phone.said | {"Upload-Length": odd}).status_code == 400
    told = phone.said | {"Upload-Length": "100", "Upload-Metadata": "filename %%%"}
    assert asha.post(door(draft), headers=told).status_code == 400
    assert phone.begin(door(draft), content, digest="zz").status_code == 400
    url = phone.begin(door(draft), content)["Location"]
    assert asha.get(url, headers=phone.said).status_code == 405
    assert asha.patch(url, content, content_type="text/plain", headers=phone.said).status_code == 415
    other = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", **phone.said}
    assert asha.post(url, content, content_type="application/offset+octet-stream", headers=other).status_code == 204
    assert Attachment.objects.count() == 1


def test_no_such_question_and_no_such_draft(draft: str, asha: Client) -> None:
    phone, content = Sender(asha), pdf(100)
    assert phone.begin(door(draft, "hakuna"), content).status_code == 404
    assert phone.begin(door(draft, "full_name"), content).status_code == 404
    assert phone.begin(f"/omba/rasimu/{UUID(int=7)}/faili/tax_clearance/", content).status_code == 404


def test_a_person_has_so_much_room_and_so_many_at_once(draft: str, asha: Client) -> None:
    phone = Sender(asha)
    with override_settings(PERSON_FILES=1000):
        assert phone.begin(door(draft), pdf(600)).status_code == 201
        other = phone.begin(door(draft, "registration"), pdf(600))
        assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "file_quota")
        assert phone.begin(door(draft), pdf(900)).status_code == 201, "in place of the first"
        assert phone.whole(door(draft), pdf(1000)).status_code == 204, "its own room is its own"
        assert phone.begin(door(draft, "registration"), pdf(1)).status_code == 422
    for _ in range(20):
        assert phone.begin(door(begin_other(asha)), pdf(10)).status_code == 201
    assert phone.begin(door(begin_other(asha)), pdf(10)).json()["errors"][0]["code"] == "file_quota"


def begin_other(asha: Client) -> str:
    """One more application of hers: what was begun is no longer empty."""
    draft = begin(asha)
    asha.post(f"{draft}applicant/", {"full_name": "Asha Juma", "kept": "typed"})
    return draft


def test_nothing_is_left_on_the_disk(world: object, committed_db: None, asha: Client) -> None:
    draft, phone, before = begin(asha), Sender(asha), on_disk()
    assert phone.whole(door(draft), pdf(2500)).status_code == 204
    assert on_disk() == before
    url = phone.begin(door(draft, "registration"), pdf(2500))["Location"]
    phone.part(url, 0, pdf(2500)[:1000])
    assert on_disk() == before + 1
    assert asha.delete(url, headers=phone.said).status_code == 204
    assert on_disk() == before
