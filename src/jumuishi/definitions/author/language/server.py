"""The language server: what an editor asks, and what it is told, in the protocol's own words."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer

from jumuishi.definitions.author.language.help import Help, Offer, Symbol
from jumuishi.definitions.author.language.names import Named, names_in_template
from jumuishi.definitions.author.language.outline import lines_of
from jumuishi.definitions.author.language.watch import Found, Watch
from jumuishi.kernel.text import LANGUAGES, t

MAIN = "service.yaml"
_SYMBOLS = {
    "page": lsp.SymbolKind.Module,
    "field": lsp.SymbolKind.Field,
    "stage": lsp.SymbolKind.Event,
    "role": lsp.SymbolKind.Interface,
    "fee": lsp.SymbolKind.Number,
    "document": lsp.SymbolKind.File,
    "setting": lsp.SymbolKind.Property,
}
_OFFERS = {
    "key": lsp.CompletionItemKind.Property,
    "word": lsp.CompletionItemKind.EnumMember,
    "name": lsp.CompletionItemKind.Reference,
    "function": lsp.CompletionItemKind.Function,
}


class Editor:
    """One editor that is served; `lang` is what it is told in, where it does not say so itself."""

    def __init__(self, version: str, lang: str = "") -> None:
        self.server = LanguageServer("jumuishi", version)
        self.given = lang
        self.lang = lang or LANGUAGES[0]
        self.watch = Watch(self.unsaved, self.tell)
        self.told: dict[Path, set[str]] = {}
        self.helps: dict[str, tuple[int | None, Help]] = {}
        triggers = lsp.CompletionOptions(trigger_characters=[" ", ".", "'", "[", "{", '"'])
        self.answer(lsp.INITIALIZE, self.begin)
        self.answer(lsp.SHUTDOWN, self.end)
        for name in (lsp.TEXT_DOCUMENT_DID_OPEN, lsp.TEXT_DOCUMENT_DID_CHANGE, lsp.TEXT_DOCUMENT_DID_SAVE):
            self.answer(name, self.changed)
        self.answer(lsp.TEXT_DOCUMENT_DID_CLOSE, self.closed)
        self.answer(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.changed_outside)
        self.answer(lsp.TEXT_DOCUMENT_COMPLETION, self.complete, triggers)
        self.answer(lsp.TEXT_DOCUMENT_HOVER, self.hover)
        self.answer(lsp.TEXT_DOCUMENT_DEFINITION, self.definition)
        self.answer(lsp.TEXT_DOCUMENT_REFERENCES, self.references)
        self.answer(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, self.symbols)

    def answer(self, name: str, by: Callable[..., Any], options: Any = None) -> None:
        """Registers what answers a message; the library writes on the function that it is given, hence a new one."""
        self.server.feature(name, options)(partial(by))

    # Coming and going.

    def begin(self, params: lsp.InitializeParams) -> None:
        """Takes the language that the editor is set to: its own option, else its locale."""
        options = params.initialization_options
        said = options.get("language") if isinstance(options, Mapping) else None
        wanted = str(self.given or said or params.locale or "").lower().replace("_", "-").partition("-")[0]
        if wanted:
            self.lang = wanted if wanted in LANGUAGES else "en"

    async def end(self, *_: Any) -> None:
        """Leaves no check running."""
        await self.watch.stop()

    def changed(self, params: Any) -> None:
        """A text was opened, changed or saved."""
        folder = folder_of(params.text_document.uri)
        if folder is not None:
            self.watch.changed(folder, self.lang)

    def changed_outside(self, params: lsp.DidChangeWatchedFilesParams) -> None:
        """A file changed that may not be open."""
        folders = {folder_of(one.uri) for one in params.changes} & set(self.watch.folders)
        for folder in folders:
            if folder is not None:
                self.watch.changed(folder, self.lang)

    def closed(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """A text was closed: what it was unsaved counts no more."""
        uri = params.text_document.uri
        self.helps.pop(uri, None)
        folder = folder_of(uri)
        if folder is None:
            return
        if any(folder_of(other.uri) == folder for other in self.documents() if other.uri != uri):
            self.watch.changed(folder, self.lang)
        else:
            self.watch.closed(folder)

    def unsaved(self) -> dict[Path, str]:
        """The open texts by their paths."""
        return {path: one.source for one in self.documents() if (path := path_of(one.uri)) is not None}

    def documents(self) -> list[Any]:
        """The open texts, each with its address as the editor wrote it."""
        return list(self.server.workspace.text_documents.values())

    # What the check found.

    def tell(self, folder: Path, found: Found | None) -> None:
        """Underlines the findings of a folder; what is open, or had some before, is told that it has none too."""
        if found is None:
            text = t("definitions.language_unchecked", self.lang)
            self.server.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, text))
            return
        by_file: dict[str, Found] = {name: [] for name in self.told.get(folder, set())}
        by_file |= {path.relative_to(folder).as_posix(): [] for path in self.unsaved() if path.is_relative_to(folder)}
        for one in found:
            by_file.setdefault(one["file"], []).append(one)
        self.told[folder] = {name for name, there in by_file.items() if there}
        for name, there in by_file.items():
            uri = self.uri_of(folder / name)
            version = self.server.workspace.get_text_document(uri).version
            diagnostics = [self.diagnostic(uri, one) for one in there]
            self.server.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(uri, diagnostics, version=version)
            )

    def diagnostic(self, uri: str, finding: Mapping[str, Any]) -> lsp.Diagnostic:
        """A finding at its word, its story as what belongs to it."""
        lines = self.lines(uri)
        row, column = finding["line"] - 1, finding["column"] - 1
        line = lines[row] if row < len(lines) else ""
        mark = self.help(uri).outline.at(row, column)
        end = mark.end if mark is not None and mark.end > column else len(line.rstrip())
        where = self.range(lines, row, column, max(end, min(column + 1, len(line))))
        message, story = finding["message"], (finding["story"] or "").splitlines()
        capabilities = self.server.client_capabilities.text_document
        publish = capabilities.publish_diagnostics if capabilities is not None else None
        related = None
        if story and publish is not None and publish.related_information:
            related = [lsp.DiagnosticRelatedInformation(lsp.Location(uri, where), one) for one in story]
        elif story:
            message = "\n".join([message, *story])
        is_warning = finding["code"].startswith("W")
        severity = lsp.DiagnosticSeverity.Warning if is_warning else lsp.DiagnosticSeverity.Error
        return lsp.Diagnostic(where, message, severity, finding["code"], source="jumuishi", related_information=related)

    # What is asked about a place.

    def complete(self, params: lsp.CompletionParams) -> lsp.CompletionList:
        """What may be written there."""
        here = self.place(params)
        if here is None:
            return lsp.CompletionList(is_incomplete=False, items=[])
        one, row, column = here
        capabilities = self.server.client_capabilities.text_document
        asked = capabilities.completion.completion_item if capabilities and capabilities.completion else None
        snippets = bool(asked and asked.snippet_support)
        lines = self.lines(params.text_document.uri)
        items = [
            self.item(offer, self.range(lines, row, column - offer.replaces, column), snippets)
            for offer in one.offers(row, column)
        ]
        return lsp.CompletionList(is_incomplete=False, items=items)

    def item(self, offer: Offer, where: lsp.Range, snippets: bool) -> lsp.CompletionItem:
        """An offer in the protocol's words."""
        with_blanks = snippets and bool(offer.blanks)
        return lsp.CompletionItem(
            offer.label,
            kind=_OFFERS[offer.sort],
            detail=offer.about or None,
            sort_text=f"{offer.order:04d}",
            filter_text=offer.label,
            text_edit=lsp.TextEdit(where, offer.blanks if with_blanks else offer.written),
            insert_text_format=lsp.InsertTextFormat.Snippet if with_blanks else lsp.InsertTextFormat.PlainText,
        )

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        """What the word there means."""
        here = self.place(params)
        said = here[0].meaning(here[1], here[2]) if here is not None else None
        if said is None:
            return None
        where = self.range(self.lines(params.text_document.uri), said.line, said.start, said.end)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said.words), where)

    def definition(self, params: lsp.DefinitionParams) -> lsp.Location | None:
        """Where the name there is given."""
        here = self.place(params)
        named = here[0].name_at(here[1], here[2]) if here is not None else None
        given = here[0].given(named) if here is not None and named is not None else None
        return self.location(params.text_document.uri, given) if given is not None else None

    def references(self, params: lsp.ReferenceParams) -> list[lsp.Location]:
        """Where the name there is used, in the documents' templates too."""
        here, uri = self.place(params), params.text_document.uri
        named = here[0].name_at(here[1], here[2]) if here is not None else None
        if here is None or named is None:
            return []
        wanted = params.context.include_declaration
        found = [self.location(uri, one) for one in here[0].uses(named, declaration=wanted)]
        folder = folder_of(uri)
        if folder is not None and named.kind == "field":
            for name, content in sorted(self.watch.files(folder).items()):
                if name.endswith(".html"):
                    lines = lines_of(content.decode("utf-8", "replace"))
                    for one in names_in_template(lines, {named.name}):
                        where = self.range(lines, one.line, one.start, one.end)
                        found.append(lsp.Location(self.uri_of(folder / name), where))
        return found

    def symbols(self, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        """What there is."""
        uri = params.text_document.uri
        if not is_definition(uri):
            return []
        return [self.symbol(self.lines(uri), one) for one in self.help(uri).symbols()]

    def symbol(self, lines: list[str], one: Symbol) -> lsp.DocumentSymbol:
        """One of them in the protocol's words, with what is inside."""
        name = self.range(lines, one.named.line, one.named.start, one.named.end)
        whole = lsp.Range(name.start, self.range(lines, one.last[0], one.last[1], one.last[1]).end)
        inside = [self.symbol(lines, each) for each in one.inside]
        kind = _SYMBOLS[one.named.kind]
        return lsp.DocumentSymbol(one.named.name or "?", kind, whole, name, detail=one.label, children=inside)

    # Places.

    def place(self, params: Any) -> tuple[Help, int, int] | None:
        """The text that is asked about, with line and column by characters; None where it is no definition."""
        uri = params.text_document.uri
        if not is_definition(uri):
            return None
        at = self.server.workspace.position_codec.position_from_client_units(self.lines(uri), params.position)
        return self.help(uri), at.line, at.character

    def help(self, uri: str) -> Help:
        """What can be told of a text, kept while it stays the same."""
        document = self.server.workspace.get_text_document(uri)
        kept = self.helps.get(uri)
        if kept is None or kept[0] is None or kept[0] != document.version:
            kept = (document.version, Help(self.source(uri), self.lang))
            self.helps[uri] = kept
        return kept[1]

    def source(self, uri: str) -> str:
        """The text of a file, open or not; nothing where it can't be read."""
        try:
            return str(self.server.workspace.get_text_document(uri).source)
        except (OSError, UnicodeError):
            return ""

    def lines(self, uri: str) -> list[str]:
        """The lines of a file."""
        return lines_of(self.source(uri))

    def location(self, uri: str, one: Named) -> lsp.Location:
        """A name's place."""
        return lsp.Location(uri, self.range(self.lines(uri), one.line, one.start, one.end))

    def range(self, lines: list[str], row: int, start: int, end: int) -> lsp.Range:
        """Columns by characters as the editor counts them."""
        where = lsp.Range(lsp.Position(row, start), lsp.Position(row, end))
        return self.server.workspace.position_codec.range_to_client_units(lines, where)

    def uri_of(self, path: Path) -> str:
        """A file's address as the editor wrote it, if it is open."""
        open_ones = (one.uri for one in self.documents() if path_of(one.uri) == path)
        return next(open_ones, None) or str(uris.from_fs_path(str(path)))


def path_of(uri: str) -> Path | None:
    """The file of an address; None for what lies in no file."""
    try:
        path = uris.to_fs_path(uri) if urlsplit(uri).scheme == "file" else None
    except ValueError:
        return None
    return Path(path) if path else None


def is_definition(uri: str) -> bool:
    """Whether it is a service.yaml."""
    path = path_of(uri)
    return path is not None and path.name == MAIN


def folder_of(uri: str) -> Path | None:
    """The package's folder that a file belongs to: of a definition, a template beside one, or a story in `tests/`."""
    path = path_of(uri)
    if path is None:
        return None
    if path.name == MAIN:
        return path.parent
    folder = path.parent.parent if path.parent.name == "tests" and path.suffix == ".yaml" else path.parent
    return folder if path.suffix in (".html", ".yaml") and (folder / MAIN).is_file() else None
