"""The map of a package's stages as SVG: for a page, whose colours it takes, or as a file of its own."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from jumuishi.definitions.author.layout import (
    HEAD,
    LINE,
    NAME,
    PAD,
    SMALL,
    WIDTH,
    Box,
    Bus,
    Exit,
    Layout,
    laid_out,
)
from jumuishi.definitions.author.stops import Stop, stops
from jumuishi.definitions.model import Package
from jumuishi.kernel.text import t

# The pages' own tokens (channels/jumuishi.css); a file of its own carries them with it.
_LIGHT = {"paper": "#ffffff", "sand": "#edf2f3", "ink": "#0b1a20", "ink2": "#394a52", "line": "#5b6d75",
          "sea": "#00485c", "pale": "#dceef2", "gold": "#f2b544"}  # fmt: skip
_DARK = {"paper": "#0a1418", "sand": "#13242b", "ink": "#eef4f5", "ink2": "#b9c9ce", "line": "#8ea2aa",
         "sea": "#86d3e3", "pale": "#10333d", "gold": "#f2b544"}  # fmt: skip
_FACE = "Roboto, 'Segoe UI', 'Noto Sans', system-ui, Arial, sans-serif"
# Beside the word for it, a sign of what a stage is; drawn in a square of 20.
_SIGNS = {
    "task": "M10 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM3 18c0-4 3-6 7-6s7 2 7 6z",
    "review": "M7 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM13 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6z"
    "M2 17c0-4 2-5 5-5s5 1 5 5zM12 17h6c0-4-2-5-5-5",
    "applicant": "M4 3h12v9H9l-4 4v-4H4z",
    "payment": "M2 5h16v10H2zM10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
    "issue": "M5 2h7l4 4v12H5zM12 2v4h4M8 11h5M8 14h5",
    "choice": "M10 2l8 8-8 8-8-8z",
    "granted": "M3 10l5 5 9-10",
    "refused": "M4 4l12 12M16 4L4 16",
    "lapsed": "M5 2h10l-5 8 5 8H5l5-8z",
    "withdrawn": "M17 10H4m5-5l-5 5 5 5",
}


def map_svg(package: Package, lang: str, *, in_page: bool = False) -> str:
    """The map in one language; `in_page` without what a file needs, its colours being the page's tokens."""
    found = stops(package, lang)
    return _Pen(package, lang, laid_out(found), in_page).drawn()


def map_words(package: Package, lang: str) -> str:
    """The same as text, one stage a paragraph: for who hears the page or has no pictures."""
    found = stops(package, lang)
    return "\n\n".join("\n".join(_said(n, stop, found)) for n, stop in enumerate(found, 1)) + "\n"


def _said(n: int, stop: Stop, all_stops: tuple[Stop, ...]) -> Iterator[str]:
    names = {one.id: f"{number}. {one.name}" for number, one in enumerate(all_stops, 1)}
    yield f"{n}. {stop.name} ({stop.kind_words})"
    yield from (f"   {line}" for line in stop.says if line)
    yield from (f"   - {way.words} → {names[way.to]}" for way in stop.ways)


class _Pen:
    def __init__(self, package: Package, lang: str, layout: Layout, in_page: bool) -> None:
        self.package = package
        self.lang = lang
        self.layout = layout
        self.in_page = in_page

    def colour(self, token: str) -> str:
        return f"var(--{token})" if self.in_page else _LIGHT[token]

    def drawn(self) -> str:
        layout = self.layout
        width, height = round(layout.width), round(layout.height)
        title = t("definitions.map_title", self.lang, name=self.package.name.in_language(self.lang))
        words = t("definitions.map_listed_below", self.lang) if self.in_page else map_words(self.package, self.lang)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{self.lang}" width="{width}" height="{height}"'
            f' aria-labelledby="map-title map-words" viewBox="0 0 {width} {height}">',
            f'<title id="map-title">{_written(title)}</title>',
            f'<desc id="map-words">{_written(words)}</desc>',
        ]
        if not self.in_page:
            parts.append(f"<style>{_night()}</style>")
            parts.append(f'<rect width="{width}" height="{height}" fill="{_LIGHT["paper"]}"/>')
        parts.append(f'<g font-family="{_FACE}" font-size="{SMALL}" stroke="none">')
        parts += self.start()
        for bus in layout.buses:
            parts += self.bus(bus)
        for box, following in zip(layout.boxes, [*layout.boxes[1:], None], strict=True):
            parts += self.box(box)
            if following is not None and any(one.side == "down" for one in box.exits):
                parts += self.arrow_down(box.bottom, following.top)
        return "\n".join([*parts, "</g>", "</svg>", ""])

    def start(self) -> list[str]:
        x = self.layout.left + PAD + 10
        said = t("definitions.map_start", self.lang)
        return [
            f'<circle cx="{x:g}" cy="12" r="8" fill="{self.colour("sea")}"/>',
            self.text(x + 18, 17, said, "ink2"),
            *self.arrow_down(20, HEAD),
        ]

    def text(
        self, x: float, y: float, words: str, token: str, *, bold: bool = False, size: int = SMALL, end: bool = False
    ) -> str:
        more = (' font-weight="700"' if bold else "") + (f' font-size="{size}"' if size != SMALL else "")
        more += ' text-anchor="end"' if end else ""
        return f'<text x="{x:g}" y="{y:g}" fill="{self.colour(token)}"{more}>{_written(words)}</text>'

    def line(self, path: str, *, dashed: bool = False) -> str:
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        return f'<path d="{path}" fill="none" stroke="{self.colour("line")}" stroke-width="2"{dashes}/>'

    def arrow_down(self, top: float, bottom: float) -> list[str]:
        x = self.layout.left + PAD + 10
        return [self.line(f"M{x:g} {top:g}V{bottom - 6:g}"), self.head(x, bottom - 1, "down")]

    def head(self, x: float, y: float, way: str) -> str:
        shape = {"down": "l-5 -9h10z", "left": "l9 -5v10z", "right": "l-9 -5v10z"}[way]
        return f'<path d="M{x:g} {y:g}{shape}" fill="{self.colour("line")}"/>'

    def bus(self, bus: Bus) -> list[str]:
        x, edge = self.layout.lane_at(bus), self.layout.left + (WIDTH if bus.side == "right" else 0)
        towards = 1 if bus.side == "right" else -1
        by_itself = not any(is_act for _, is_act in bus.joins)
        parts = [self.line(f"M{x:g} {bus.first:g}V{bus.last:g}", dashed=by_itself)]
        for y, is_act in bus.joins:
            parts.append(self.line(f"M{edge:g} {y:g}H{x:g}", dashed=not is_act))
            if y not in (bus.first, bus.last):
                parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="3.5" fill="{self.colour("line")}"/>')
        parts.append(self.line(f"M{x:g} {bus.enters:g}H{edge + 6 * towards:g}"))
        parts.append(self.head(edge + towards, bus.enters, "left" if bus.side == "right" else "right"))
        return parts

    def box(self, box: Box) -> list[str]:
        x, is_end = (
            self.layout.left,
            not box.stop.ways or box.stop.kind in ("granted", "refused", "lapsed", "withdrawn"),
        )
        fill, stroke = ("pale", "sea") if is_end else ("paper", "ink")
        radius = 22 if is_end else 4
        dashes = ' stroke-dasharray="6 4"' if box.stop.kind in ("applicant", "payment") else ""
        inner = x + PAD
        parts = [
            f"<g id={quoteattr(f'stage-{box.stop.id}')}>",
            f'<rect x="{x:g}" y="{box.top:g}" width="{WIDTH}" height="{box.height:g}" rx="{radius}"'
            f' fill="{self.colour(fill)}" stroke="{self.colour(stroke)}" stroke-width="2"{dashes}/>',
            f'<path d="{_SIGNS[box.stop.kind]}" transform="translate({inner:g} {box.top + PAD - 3:g})" fill="none"'
            f' stroke="{self.colour("sea")}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>',
            self.text(x + WIDTH - PAD, box.top + PAD + 13, box.stop.kind_words, "ink2", end=True),
        ]
        y = box.top + PAD + 13
        for line in box.name:
            parts.append(self.text(inner + 30, y, line, "ink", bold=True, size=NAME))
            y += LINE
        for lines in box.says:
            for line in lines:
                parts.append(self.text(inner + 30, y, line, "ink2"))
                y += LINE - 2
        for one in box.exits:
            parts += self.exit(one, inner)
        return [*parts, "</g>"]

    def exit(self, one: Exit, inner: float) -> list[str]:
        parts = []
        for n, line in enumerate(one.lines):
            y = one.y + 5 + n * (LINE - 2)
            if one.side == "right":
                parts.append(self.text(self.layout.left + WIDTH - PAD, y, line, "ink", end=True))
            else:
                said = f"↓ {line}" if one.side == "down" and n == 0 else line
                parts.append(self.text(inner + (5 if one.side == "down" else 0), y, said, "ink"))
        return parts


def _written(words: str) -> str:
    """Text as XML may hold it."""
    return escape("".join(one if one.isprintable() or one == "\n" else " " for one in words))


def _night() -> str:
    """The dark tokens by the light ones: a file of its own follows the reader's screen, paper stays white."""
    rules = "".join(
        f'[fill="{light}"]{{fill:{_DARK[token]}}}[stroke="{light}"]{{stroke:{_DARK[token]}}}'
        for token, light in _LIGHT.items()
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"
