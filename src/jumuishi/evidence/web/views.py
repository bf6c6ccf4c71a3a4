"""The log's public files (C2SP tlog-tiles). They tell numbers and hashes, nothing of anybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jumuishi.evidence import cosigning, published, receipts, store
from jumuishi.evidence.models import Cosigned, Epoch
from jumuishi.evidence.tiles import WIDTH, TileName, width_at
from jumuishi.kernel import tenancy

_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=1"


def _answer(data: bytes, kind: str, cache: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Cache-Control"] = cache
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def checkpoint(_request: HttpRequest, epoch: int | None = None) -> HttpResponse:
    """The signed size and root of the tree, of the open epoch or a named one, with the cosignatures that came yet."""
    with tenancy.acting_as(tenancy.Principal.person(None)):
        found = store.state(epoch)
        if found is None:
            raise Http404
        note = cosigning.noted(found)
    return _answer(note.encode(), "text/plain; charset=utf-8", _BRIEFLY)


@require_safe
def cosigned(_request: HttpRequest) -> HttpResponse:
    """The newest checkpoint that a quorum of witnesses has cosigned; it may be older than the latest."""
    with tenancy.acting_as(tenancy.Principal.person(None)):
        found = Cosigned.objects.order_by("-epoch", "-size").first()
        head = None if found is None else store.state(found.epoch, found.size)
        if head is None:
            raise Http404
        note = cosigning.noted(head)
    return _answer(note.encode(), "text/plain; charset=utf-8", _BRIEFLY)


@require_safe
def tile(_request: HttpRequest, path: str, epoch: int | None = None) -> HttpResponse:
    """A tile, whole or partial, of the size that some checkpoint needs."""
    try:
        name = TileName.parse(path)
    except ValueError as error:
        raise Http404 from error
    with tenancy.acting_as(tenancy.Principal.person(None)):
        try:
            hashes = published.hashes_of(name, epoch)
        except LookupError as error:
            raise Http404 from error
        # After a restoration the address without an epoch names another tree, so that only the first may be kept.
        lasting = epoch is not None or not Epoch.objects.filter(number__gt=1).exists()
    full = name.width == WIDTH and lasting
    return _answer(hashes, "application/octet-stream", _FOREVER if full else "public, max-age=60")


@require_safe
def entries(_request: HttpRequest, path: str, epoch: int | None = None) -> HttpResponse:
    """An entry bundle: what was hashed into the leaves of a tile of level 0. Salted commitments, nothing of anybody."""
    try:
        name = TileName.parse(f"0/{path}")
    except ValueError as error:
        raise Http404 from error
    # Commitments alone are read here, for everybody; the rows that say whose they are stay behind their wall.
    with tenancy.acting_as(tenancy.Principal.system()):
        try:
            size = published.size_of(epoch)
        except LookupError as error:
            raise Http404 from error
        if width_at(size, 0, name.index) < name.width:
            raise Http404
        found = store.entries(name.index * WIDTH, name.width)
    bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in found)
    return _answer(bundle, "application/octet-stream", "public, max-age=60")


@require_safe
def epochs(_request: HttpRequest) -> HttpResponse:
    """The signed statement of each epoch, oldest first."""
    with tenancy.acting_as(tenancy.Principal.person(None)):
        notes = list(Epoch.objects.order_by("number").values_list("statement", flat=True))
    return _answer("\n".join(notes).encode(), "text/plain; charset=utf-8", _BRIEFLY)


@require_safe
def keys(_request: HttpRequest) -> HttpResponse:
    """The log's public keys, as `jumuishi evidence verify --keys` reads them."""
    lines = "".join(f"{line}\n" for line in receipts.verifier_keys())
    return _answer(lines.encode(), "text/plain; charset=utf-8", "public, max-age=60")
