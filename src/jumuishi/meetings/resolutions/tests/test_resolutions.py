"""A decision has an owner and a date, and comes back until who asked accepts that it is done."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.identity.types import NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.calling.coming import coming
from jumuishi.meetings.minutes.tests.conftest import Council
from jumuishi.meetings.models import Duty, Meeting, Resolution, Step
from jumuishi.meetings.resolutions import doing, jobs, making
from jumuishi.meetings.resolutions.types import ResolutionError
from jumuishi.messaging.models import Mail

pytestmark = pytest.mark.database
SOON = timedelta(days=20)


def day(after: timedelta = SOON) -> date:
    return institutions.today() + after


def decided(council: Council, meeting: Meeting, words: str = "Soko") -> UUID:
    return next(one.decision for one in making.decided_in(meeting) if words in one.text)


def given(council: Council, meeting: Meeting | None = None, words: str = "Soko", **more: Any) -> Duty:
    """The market's decision, to Juma."""
    meeting = meeting or council.met()
    wanted = {"owner": "person", "person": council.find("mfano", "Juma").who, "due_on": day(), **more}
    made = making.make_resolution(
        actor=council.stela, meeting_id=meeting.id, decision=decided(council, meeting, words),
        wanted=making.Wanted(**wanted),
    )  # fmt: skip
    return Duty.objects.filter(resolution_id=made)[0]


def do(council: Council, duty: Duty, act: str, who: tuple[str, str] = ("mfano", "Juma"), **said: Any) -> None:
    doing.do(actor=council.find(*who), duty_id=duty.id, act=act, said=doing.Said(**{"command": new_id(), **said}))


def refused(code: str, verb: Any) -> None:
    with pytest.raises(ResolutionError) as error:
        verb()
    assert error.value.code == code


def test_from_the_decision_to_done(council: Council) -> None:
    duty = given(council, budget_line="GFS 22001")
    assert str(duty.resolution) == "2/2026"
    assert given(council, duty.resolution.meeting).id == duty.id, "the same decision is the same resolution"
    command = new_id()
    do(council, duty, "acknowledge", command=command)
    do(council, duty, "acknowledge", command=command)
    assert Step.objects.count() == 1
    do(council, duty, "commit", on=day(timedelta(days=5)))
    refused("why_late", lambda: do(council, duty, "commit", on=day(timedelta(days=60))))
    refused("no_text", lambda: do(council, duty, "report"))
    do(council, duty, "report", text="Soko limejengwa", file=("picha.png", [b"\x89PNG\r\n\x1a\n..."]))
    judge = {"actor": council.stela, "duty_id": duty.id}
    refused("no_reason", lambda: doing.judge(**judge, accept=False, said=doing.Said(new_id())))
    doing.judge(**judge, accept=False, said=doing.Said(new_id(), "Paa halijakamilika"))
    assert Resolution.objects.get().state == "open"
    do(council, duty, "report", text="Paa limekamilika")
    doing.judge(**judge, accept=True, said=doing.Said(new_id()))
    assert Resolution.objects.get().state == "done"
    assert Resolution.objects.get().done_at is not None


def test_only_whose_it_is_acts_and_nobody_accepts_the_own_report(council: Council) -> None:
    duty = given(council)
    for who in (("jirani", "Baraka"), ("mfano", "Salma")):
        with pytest.raises(NotAllowedError):
            do(council, duty, "acknowledge", who)
    do(council, duty, "report", ("mfano", "Neema"), text="Tayari")
    with pytest.raises(NotAllowedError):
        doing.judge(actor=council.find("jirani", "Baraka"), duty_id=duty.id, accept=True, said=doing.Said(new_id()))
    refused(
        "two_people",
        lambda: doing.judge(
            actor=council.find("mfano", "Neema"), duty_id=duty.id, accept=True, said=doing.Said(new_id())
        ),
    )


def test_evidence_is_a_paper_or_a_picture_and_no_program(council: Council) -> None:
    duty = given(council)
    refused("file_kind", lambda: do(council, duty, "note", file=("x.pdf", [b"<html><script>"])))
    refused("file_large", lambda: do(council, duty, "note", file=("x.pdf", [b"%PDF-" + b"0" * doing.LIMIT])))
    do(council, duty, "note", file=("x.exe", [b"%PDF-1.7 kweli"]))
    assert Step.objects.get().file_type == "application/pdf"


def test_a_council_directs_its_own_and_a_national_session_every_head(council: Council) -> None:
    meeting = council.met()
    refused("not_session", lambda: given(council, meeting, owner="heads", person=None))
    council.body.what = "session"
    council.body.save()
    duty = given(council, meeting, owner="heads", person=None)
    homes = {one.id for one in institutions.approved()}
    assert {one.institution_id for one in Duty.objects.all()} == homes
    jirani = Duty.objects.get(institution_id=council.find("jirani", "Baraka").workplace)
    heads = [one for one in institutions.people_in(jirani.institution_id) if "head" in one.roles]
    head = ("jirani", heads[0].name)
    do(council, jirani, "acknowledge", head)
    do(council, jirani, "commit", head, on=day(timedelta(days=9)))
    do(council, jirani, "report", head, text="Tumejiunga")
    with pytest.raises(NotAllowedError):
        doing.judge(actor=council.find(*head), duty_id=jirani.id, accept=True, said=doing.Said(new_id()))
    doing.judge(actor=council.stela, duty_id=jirani.id, accept=True, said=doing.Said(new_id()))
    assert duty.resolution.state == "open", "the others have not done it"


def test_the_walls_of_duties(council: Council) -> None:
    meeting = council.met()
    opened, closed = given(council, meeting), given(council, meeting, "Fulani")
    do(council, opened, "note", text="siri ya ofisi")
    assert (opened.is_public, closed.is_public) == (True, False)
    baraka = council.find("jirani", "Baraka")
    for principal in (tenancy.Principal.person(None), tenancy.Principal.institution(baraka.workplace, baraka.who)):
        with tenancy.acting_as(principal):
            assert list(Duty.objects.values_list("id", flat=True)) == [opened.id]
            assert list(Resolution.objects.values_list("id", flat=True)) == [opened.resolution_id]
            assert Step.objects.count() == 0
    page = Client().get(f"/vikao/maazimio/chombo/{council.body.id}/").content.decode()
    assert "Soko la Mfano" in page
    assert "Fulani" not in page
    progress = Client().get(f"/vikao/maazimio/{opened.resolution_id}/").content.decode()
    assert "Halijapokelewa" in progress
    assert "Juma" not in progress
    assert Client().get(f"/vikao/maazimio/{closed.resolution_id}/").status_code == 404


def test_who_must_is_reminded_once_and_late_is_told_to_head_and_secretary(council: Council) -> None:
    duty = given(council)
    letters = Mail.objects.filter(subject__contains="2/2026")
    assert letters.count() == 1
    with clock.frozen(clock.now() + SOON - timedelta(days=6)):
        jobs.sweep()
        jobs.sweep()
        assert letters.count() == 2
    with clock.frozen(clock.now() + SOON + timedelta(days=2)):
        jobs.sweep()
        jobs.sweep()
        to = sorted(letters.filter(subject__contains="limechelewa").values_list("to", flat=True))
        # Who does it, the head, and both who keep the bodies' meetings.
        assert to == [f"{name}@mfano.example" for name in ("juma", "neema", "stela", "tatu")]
        duty.refresh_from_db()
        assert doing.is_late(duty)
        do(council, duty, "acknowledge")
        refused("no_text", lambda: do(council, duty, "note"))
        refused("why_late", lambda: do(council, duty, "report"))
        do(council, duty, "report", text="Mvua zilichelewesha")


def test_the_pages_from_the_secretary_to_the_owner_and_back(council: Council) -> None:
    meeting = council.met()
    stela, juma = council.enter("mfano", "Stela"), council.enter("mfano", "Juma")
    page = f"/ofisi/mabaraza/mkutano/{meeting.id}/maazimio/"
    assert "Soko la Mfano" in stela.get(page).content.decode()
    form = {"decision": str(decided(council, meeting)), "to": f"person:{council.find('mfano', 'Juma').who}", "due": "",
            "budget_line": "GFS 22001"}  # fmt: skip
    wrong = stela.post(page, form)
    assert wrong.status_code == 400
    assert "GFS 22001" in wrong.content.decode()
    assert stela.post(page, {**form, "due": day().isoformat()}).status_code == 302
    duty = Duty.objects.get()
    here = f"/ofisi/mabaraza/maazimio/{duty.id}/"
    assert here in juma.get("/ofisi/mabaraza/maazimio/").content.decode()
    command = str(new_id())
    for _ in range(2):
        assert juma.post(f"{here}tenda/", {"do": "acknowledge", "command": command}).status_code == 302
    upload = SimpleUploadedFile("risiti.pdf", b"%PDF-1.7 risiti")
    sent = {"do": "report", "text": "Tayari", "command": str(new_id()), "file": upload}
    assert juma.post(f"{here}tenda/", sent).status_code == 302
    step = Step.objects.get(kind="report")
    file = stela.get(f"{here}ushahidi/{step.id}/")
    assert b"".join(file.streaming_content) == b"%PDF-1.7 risiti"
    assert file["Content-Disposition"].startswith("attachment")
    assert stela.post(f"{here}tenda/", {"do": "accept", "command": str(new_id())}).status_code == 302
    assert Resolution.objects.get().state == "done"
    csv = b"".join(stela.get("/ofisi/mabaraza/maazimio/orodha.csv?v=asked&s=done").streaming_content).decode()
    assert "Soko la Mfano" in csv
    baraka = council.enter("jirani", "Baraka")
    duty.is_public = False
    duty.save()
    assert baraka.get(here).status_code == 404
    assert baraka.post(f"{here}tenda/", {"do": "accept"}).status_code == 404
    assert baraka.get(f"{here}ushahidi/{step.id}/").status_code == 404
    assert baraka.get(page).status_code == 404
    assert "Soko" not in baraka.get("/ofisi/mabaraza/maazimio/?v=home&s=done").content.decode()


def test_as_many_questions_for_one_row_as_for_many(council: Council) -> None:
    given(council)
    stela = council.enter("mfano", "Stela")

    def asked() -> int:
        path = "/ofisi/mabaraza/maazimio/?v=home"
        stela.get(path)
        with CaptureQueriesContext(connection) as found:
            assert stela.get(path).status_code == 200
        return len(found)

    before = asked()
    for n in range(4, 9):
        given(council, council.met(n, weeks=n))
    assert Duty.objects.count() == 6
    assert asked() == before


def test_what_is_not_done_comes_back_onto_the_next_agenda_until_it_is(council: Council) -> None:
    first = council.met()
    duty, closed = given(council, first), given(council, first, "Fulani")
    following = council.meeting(4, weeks=4)
    found = {one.thing_id: one for one in coming(following, "resolutions")}
    assert set(found) == {duty.resolution_id, closed.resolution_id}
    assert (found[duty.resolution_id].is_closed, found[closed.resolution_id].is_closed) == (False, True)
    assert "Soko la Mfano" in found[duty.resolution_id].title["sw"]
    assert not coming(first, "resolutions"), "not before it was decided"
    do(council, duty, "report", text="Tayari")
    assert len(coming(following, "resolutions")) == 2, "reported is not done"
    doing.judge(actor=council.stela, duty_id=duty.id, accept=True, said=doing.Said(new_id()))
    assert [one.thing_id for one in coming(following, "resolutions")] == [closed.resolution_id]


def test_what_is_overdue_comes_first(council: Council) -> None:
    first = given(council)
    late = given(council, council.met(4, weeks=1), due_on=day(timedelta(days=1)))
    with clock.frozen(clock.now() + timedelta(days=3)):
        page = council.enter("mfano", "Juma").get("/ofisi/mabaraza/maazimio/").content.decode()
    assert page.index(str(late.id)) < page.index(str(first.id))
    assert "Limechelewa" in page
