"""Minutes as Akoma Ntoso 3.0 (OASIS LegalDocML, 29 August 2018): a `debate` of kind minutes. Pure.

Figures stand in the analysis (quorum verifications, divisions with their counts), so that a program can reckon a result
anew; who spoke is named by reference and not by a text alone.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from jumuishi.kernel.text import t
from jumuishi.meetings.minutes.types import Paragraph, Sitting

NS = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
LANGUAGES = {"sw": "swa", "en": "eng"}
COUNTRY = "tz"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_US = "#jumuishi"
_SPEECHES = frozenset({"floor.given", "motion.moved", "amendment.moved", "question.asked", "interest.declared"})
_SCENES = frozenset({"session.closed", "session.opened", "member.recused", "member.returned", "disorder.named"})
_ENDS = frozenset({"meeting.adjourned", "meeting.ended"})


def uri(sitting: Sitting) -> str:
    """The work's address: /akn/tz-<institution>/debate/minutes/<date>/<number>."""
    day = sitting.starts_at.astimezone(ZoneInfo(sitting.zone)).date()
    return f"/akn/{COUNTRY}-{sitting.slug}/debate/minutes/{day}/{sitting.number}"


def akoma_ntoso(sitting: Sitting, paragraphs: Sequence[Paragraph], *, lang: str, at: datetime) -> bytes:
    """The document of an edition, as it stood at an instant."""
    spaces: Any = {None: NS}
    root = etree.Element(_q("akomaNtoso"), nsmap=spaces)
    debate = _add(root, "debate", name="minutes")
    meta = _add(debate, "meta")
    _identification(meta, sitting, lang, at)
    _analysis(meta, paragraphs)
    _references(meta, sitting, lang)
    preface = _add(debate, "preface")
    title = _add(preface, "p")
    title.text = t("meetings.minutes_title", lang, body=_in(sitting.body, lang), number=sitting.number)
    _body(_add(debate, "debateBody"), sitting, paragraphs, lang)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def _q(name: str) -> str:
    return f"{{{NS}}}{name}"


def _add(parent: Any, tag: str, text: str = "", /, **given: object) -> Any:
    made = etree.SubElement(parent, _q(tag), {key: str(value) for key, value in given.items()})
    if text:
        made.text = _clean(text)
    return made


def _clean(text: str) -> str:
    """Without what XML cannot carry (XML 1.0, section 2.2)."""
    return _ILLEGAL.sub("", text)


def _in(words: Any, lang: str) -> str:
    return str(words.get(lang) or words.get("sw", ""))


def _identification(meta: Any, sitting: Sitting, lang: str, at: datetime) -> None:
    work, zone = uri(sitting), ZoneInfo(sitting.zone)
    day, made = sitting.starts_at.astimezone(zone).date(), at.astimezone(zone).date()
    expression = f"{work}/{LANGUAGES[lang]}@{made}"
    found = _add(meta, "identification", source=_US)
    for name, address, on, what in (
        ("FRBRWork", work, day, "meeting"),
        ("FRBRExpression", expression, made, "edition"),
        ("FRBRManifestation", f"{expression}.akn", made, "export"),
    ):
        level = _add(found, name)
        _add(level, "FRBRthis", value=f"{work}/!main" if name == "FRBRWork" else f"{expression}/!main")
        _add(level, "FRBRuri", value=address)
        _add(level, "FRBRdate", date=on, name=what)
        _add(level, "FRBRauthor", href="#body")
        if name == "FRBRWork":
            _add(level, "FRBRcountry", value=COUNTRY)
            _add(level, "FRBRnumber", value=sitting.number)
        elif name == "FRBRExpression":
            _add(level, "FRBRlanguage", language=LANGUAGES[lang])


def _analysis(meta: Any, paragraphs: Sequence[Paragraph]) -> None:
    quorums = [one for one in paragraphs if one.kind in ("quorum", "quorum.reached", "quorum.lost")]
    votes = [one for one in paragraphs if one.kind == "vote.ended"]
    if not quorums and not votes:
        return
    found = _add(_add(meta, "analysis", source=_US), "parliamentary")
    for one in quorums:
        lost = one.kind == "quorum.lost"
        checked = _add(found, "quorumVerification", eId=f"quorum_{one.key}", outcome="#lost" if lost else "#reached",
                       href=f"#{one.key}")  # fmt: skip
        _add(checked, "quorum", eId=f"quorum_{one.key}_needed", value=one.data.get("needed", 0))
        _add(checked, "count", eId=f"quorum_{one.key}_present", value=one.data.get("present", 0), refersTo="#present")
    for one in votes:
        voting = _add(found, "voting", eId=f"voting_{one.key}", outcome=f"#{one.data.get('result', 'lost')}",
                      href=f"#{one.key}")  # fmt: skip
        needed = (one.data.get("quorum") or {}).get("needed")
        if needed is not None:
            _add(voting, "quorum", eId=f"voting_{one.key}_quorum", value=needed)
        for choice in ("for", "against", "abstain"):
            _add(voting, "count", eId=f"voting_{one.key}_{choice}", value=one.data.get(choice, 0),
                 refersTo=f"#{choice}")  # fmt: skip


def _references(meta: Any, sitting: Sitting, lang: str) -> None:
    found = _add(meta, "references", source=_US)
    onto = "/akn/ontology"
    _add(found, "TLCOrganization", eId="jumuishi", href=f"{onto}/organization/jumuishi", showAs="Jumuishi")
    _add(found, "TLCOrganization", eId="body", href=f"{onto}/organization/{COUNTRY}-{sitting.slug}",
         showAs=_in(sitting.body, lang))  # fmt: skip
    for member, seat in sitting.seats.items():
        _add(found, "TLCPerson", eId=f"m_{member}", href=f"{onto}/person/{member}", showAs=_clean(seat.name))
    _add(found, "TLCRole", eId="chair", href=f"{onto}/role/chair", showAs=t("meetings.minutes_chair", lang))
    for concept in ("for", "against", "abstain", "carried", "lost", "tied", "reached", "present"):
        _add(found, "TLCConcept", eId=concept, href=f"{onto}/concept/{concept}",
             showAs=t(f"meetings.minutes_concept_{concept}", lang))  # fmt: skip


def _body(body: Any, sitting: Sitting, paragraphs: Sequence[Paragraph], lang: str) -> None:
    section = _add(body, "debateSection", name="opening", eId="dbsect_opening")
    roll: Any = None
    for one in paragraphs:
        words = one.text[lang]
        if one.kind == "attendance":
            if roll is None:
                roll = _add(section, "rollCall", eId="rollCall")
            _words(roll, words, eId=one.key)
        elif one.kind == "item":
            section = _add(body, "debateSection", name="item", eId=one.key)
            _add(section, "num", str(one.data.get("number", "")))
            _add(section, "heading", words)
        elif one.kind in _ENDS:
            _words(_add(body, "adjournment", eId=one.key), words)
            section = _add(body, "debateSection", name="proceedings", eId=f"after_{one.key}") if one.kind != (
                "meeting.ended") else section  # fmt: skip
        elif one.kind == "decision.made":
            _words(_add(section, "resolutions", eId=one.key), words)
        elif one.kind in _SPEECHES and str(one.data.get("member", "")) in sitting.seats:
            member = str(one.data["member"])
            speech = _add(section, "speech", eId=one.key, by=f"#m_{member}")
            _add(speech, "from", sitting.seats[member].name)
            _words(speech, words)
        elif one.kind in _SCENES:
            _add(section, "scene", words, eId=one.key)
        elif one.kind == "vote.ended":
            _words(_add(section, "rollCall", eId=one.key), words)
        else:
            _words(section, words, eId=one.key)
    for empty in [one for one in body if len(one) == 0]:
        body.remove(empty)


def _words(parent: Any, words: str, eId: str = "") -> None:  # noqa: N803  # the attribute's name
    for n, line in enumerate(words.split("\n")):
        _add(parent, "p", line, **({"eId": eId if n == 0 else f"{eId}_{n}"} if eId else {}))
