"""The definition's own JSON Schema (2020-12): what editors complete by and underline with.

Built from the reader's own lists of keys and words. What JSON Schema cannot say stays with the check: names that must
exist or differ, expressions, defaults against their type, which languages a text must have.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from jumuishi.definitions.answers import MEDIA_TYPES
from jumuishi.definitions.check.stories import EXPECT, STEPS
from jumuishi.definitions.read import fields, package, reading, stages
from jumuishi.kernel.text import t

Schema: TypeAlias = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LANGUAGE = "[a-z]{1,3}"
_MOST = 10**9


def definition_schema(lang: str) -> Schema:
    """The schema of service.yaml, its descriptions in one language."""
    return _Writer(lang).definition()


def story_schema(lang: str) -> Schema:
    """The schema of tests/*.yaml."""
    return _Writer(lang).story()


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _pattern(pattern: str) -> str:
    return f"^{pattern.removesuffix(chr(92) + 'Z')}$"


def _words(allowed: tuple[str, ...], *, empty: bool = False) -> Schema:
    found: Schema = {"type": "array", "items": {"enum": list(allowed)}, "uniqueItems": True}
    return found if empty else {**found, "minItems": 1}


_NAMES: Schema = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
_STRING: Schema = {"type": "string"}
_BOOLEAN: Schema = {"type": "boolean"}
_ID: Schema = {"type": "string", "pattern": _pattern(reading.ID.pattern)}
_NAME: Schema = {
    "type": "string", "pattern": _pattern(reading.NAME.pattern), "not": {"enum": sorted(fields.OWN_WORDS)},
}  # fmt: skip


def _whole(least: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": _MOST}


def _table(names: Schema, of: Schema, *, least: int = 0) -> Schema:
    found: Schema = {"type": "object", "propertyNames": names, "additionalProperties": of}
    return {**found, "minProperties": least} if least else found


class _Writer:
    def __init__(self, lang: str) -> None:
        self.lang = lang

    def keys(self, where: str, properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
        """An object of these keys alone, each described."""
        described = {key: {**value, "description": self.describe(where, key)} for key, value in properties.items()}
        found: Schema = {"type": "object", "properties": described, "additionalProperties": False}
        return {**found, "required": list(required)} if required else found

    def describe(self, where: str, key: str) -> str:
        return t(f"definitions.key_{where}_{key}", self.lang)

    def text(self, extra: Mapping[str, Schema] | None = None, where: str = "") -> Schema:
        """A text in each language, and what else may stand beside it."""
        others = {key: {**one, "description": self.describe(where, key)} for key, one in (extra or {}).items()}
        names = "|".join([_LANGUAGE, *others])
        return {
            "type": "object",
            "description": t("definitions.schema_text", self.lang),
            "properties": {
                "sw": {"type": "string", "pattern": r"\S"},
                "en": {"type": "string", "pattern": r"\S"},
                **others,
            },
            "propertyNames": {"pattern": f"^({names})$"},
            "additionalProperties": {"type": "string", "pattern": r"\S"},
            "minProperties": 1,
        }

    def definition(self) -> Schema:
        properties: dict[str, Schema] = {
            "format": {"const": 1},
            "service": _ID,
            "name": _ref("text"),
            "about": _ref("text"),
            "offered_by": _words(fields.KINDS),
            "for": _words(package.APPLICANTS),
            "doors": _words(fields.DOORS),
            "languages": {
                "type": "array", "items": {"type": "string", "pattern": f"^{_LANGUAGE}$"},
                "minItems": 1, "uniqueItems": True,
            },
            "basis": _table(_ID, _ref("basis")),
            "promise": _ref("promise"),
            "retention": _ref("retention"),
            "settings": _table(_NAME, _ref("setting")),
            "roles": _table(_ID, _ref("role")),
            "pages": {"type": "array", "items": _ref("page")},
            "fees": _table(_ID, _ref("fee")),
            "stages": _table(_ID, _ref("stage"), least=1),
            "documents": _table(_ID, _ref("document")),
            "withdraw": _BOOLEAN,
        }  # fmt: skip
        top = self.keys("top", {key: properties[key] for key in (*package.NEEDED, *package.OPTIONAL)}, package.NEEDED)
        head = {"$schema": DIALECT, "title": t("definitions.schema_title", self.lang)}
        return {**head, **top, "$defs": {**self.small(), **self.asked(), **self.handled()}}

    def small(self) -> Schema:
        """Texts, spans and what stands at the top."""
        span = self.keys("span", {"setting": _NAME, "unit": {"enum": list(reading.UNITS)}}, ("setting", "unit"))
        said = f"^[1-9][0-9]{{0,4}} ({'|'.join(reading.UNITS)})$"
        committee = {
            "if": {"properties": {"committee": {"const": True}}, "required": ["committee"]},
            "then": {"properties": {"at_least": {"minimum": 2}}},
        }
        institution = {
            "if": {"properties": {"type": {"const": "institution"}}, "required": ["type"]},
            "then": {"required": ["kind"]},
            "else": {"properties": {"kind": False}},
        }
        setting = {
            "type": {"enum": list(fields.SETTING_TYPES)},
            "kind": {"enum": list(fields.KINDS)},
            "label": _ref("text"),
            "constraint": _ref("expression"),
            "basis": _STRING,
        }
        promise = {"within": _ref("span"), "pauses": _NAMES, "basis": _STRING}
        dates = {"cite": _ref("text"), "checked": {"type": "string", "format": "date"}}
        return {
            "text": self.text(),
            "expression": {"type": "string", "title": "CEL"},
            "span": {"anyOf": [{"type": "string", "pattern": said, "examples": ["3 working_days", "14 days"]}, span]},
            "basis": self.keys("basis", dates, ("cite",)),
            "promise": self.keys("promise", promise, ("within",)),
            "retention": self.keys("retention", {**dict.fromkeys(stages.OUTCOMES, _ref("span")), "basis": _STRING}),
            "setting": {**self.keys("setting", setting, ("type", "label")), **institution},
            "role": {**self.text({"at_least": _whole(1), "committee": _BOOLEAN}, "role"), **committee},
            "fee": self.keys(
                "fee",
                {"label": _ref("text"), "amount": _ref("expression"), "when": _ref("expression"), "basis": _STRING},
                ("label", "amount"),
            ),
            "document": self.document(),
        }

    def document(self) -> Schema:
        until = self.keys("valid_for", {"until": _ref("expression")}, ("until",))
        claims = _table({"pattern": _pattern(reading.CLAIM.pattern)}, _ref("expression"))
        return self.keys(
            "document",
            {
                "title": _ref("text"),
                "template": _STRING,
                "valid_for": {"anyOf": [_ref("expression"), until]},
                "claims": claims,
                "life": self.keys("life", {"purpose": _STRING, "earlier": _STRING}, ("purpose", "earlier")),
            },
            ("title", "template"),
        )

    def asked(self) -> Schema:
        """Pages, fields and their parts."""
        scalar = {"type": ["string", "number", "boolean", "null"]}
        lookup = dict.fromkeys(("register", "key", "take", "basis"), _STRING)
        doors = {"type": "object", "properties": {one: {"const": "at_counter"} for one in fields.DOORS}}
        properties: dict[str, Schema] = {
            "name": _NAME,
            "type": {"enum": list(fields.TYPES)},
            "label": _ref("text"),
            "hint": _ref("text"),
            "required": _BOOLEAN,
            "relevant": _ref("expression"),
            "constraint": _ref("expression"),
            "constraint_message": _ref("text"),
            "default": {"anyOf": [scalar, {"type": "array", "items": scalar}]},
            "lookup": self.keys("lookup", lookup, ("register", "key", "take")),
            "doors": {**doors, "additionalProperties": False},
            "max_length": _whole(1),
            "choices": _table({"pattern": _pattern(reading.NAME.pattern)}, _ref("choice"), least=1),
            "level": {"enum": list(fields.LEVELS)},
            "accept": _words(tuple(MEDIA_TYPES)),
            "max_kb": _whole(1),
            "calculation": _ref("expression"),
            "repeat": self.keys("repeat", {"min": _whole(0), "max": _whole(1)}),
            "fields": {"type": "array", "items": _ref("field")},
        }
        no_groups_within = {
            "if": {"required": ["repeat"]},
            "then": {"properties": {"fields": {"items": {"properties": {"type": {"not": {"const": "group"}}}}}}},
        }
        field = self.keys("field", {key: properties[key] for key in fields.ALL_KEYS}, ("name", "type"))
        field["allOf"] = [*(self.of_type(kind) for kind in fields.TYPES), no_groups_within]
        page = {
            "page": _ID,
            "title": _ref("text"),
            "relevant": _ref("expression"),
            "fields": {"type": "array", "items": _ref("field")},
        }
        return {
            "page": self.keys("page", page, ("page", "title", "fields")),
            "field": field,
            "choice": self.text({"relevant": _ref("expression")}, "choice"),
        }

    def of_type(self, kind: str) -> Schema:
        """Which keys a field of this type must not and must have."""
        refused = [key for key in fields.ALL_KEYS if key not in fields.keys_of(kind)]
        required = [*fields.REQUIRED.get(kind, ()), *(["label"] if kind != "calculate" else [])]
        then: Schema = {"properties": dict.fromkeys(refused, False), "required": required}
        return {"if": {"properties": {"type": {"const": kind}}, "required": ["type"]}, "then": then}

    def handled(self) -> Schema:
        """Stages and their parts."""
        due = self.keys("due", {"within": _ref("span"), "escalate": _STRING})
        action = {"label": _ref("text"), "to": _STRING, "requires": _words(stages.REQUIRES, empty=True)}
        review = {
            "role": _STRING,
            "institution": {"type": "string", "pattern": r"^setting\."},
            "when": _ref("expression"),
            "due": due,
            "not_by": _NAMES,
            "name": _ref("text"),
        }
        return {
            "stage": self.stage(due),
            "action": self.keys("action", action, ("label", "to")),
            "review": self.keys("review", review, ("role",)),
            "expires": self.keys("expires", {"after": _ref("span"), "to": _STRING}, ("after", "to")),
        }

    def stage(self, due: Schema) -> Schema:
        branch = self.keys("branch", {"when": _ref("expression"), "to": _STRING}, ("to",))
        changeable: Schema = {"if": {"type": "object"}, "then": _ref("field"), "else": _STRING}
        parts: dict[str, dict[str, Schema]] = {
            "task": {
                "role": _STRING, "not_by": _NAMES, "due": due,
                "fields": {"type": "array", "items": _ref("field")},
                "actions": _table(_ID, _ref("action"), least=1),
            },
            "applicant": {
                "fields": {"type": "array", "items": changeable},
                "answered": _STRING, "expires": _ref("expires"),
            },
            "review": {
                "reviews": _table(_ID, _ref("review"), least=1),
                "pass": {"anyOf": [{"enum": ["all", "any"]}, _whole(1)]},
                "passed": _STRING, "failed": _STRING, "not_by": _NAMES,
            },
            "payment": {"fees": {**_NAMES, "minItems": 1}, "paid": _STRING, "expires": _ref("expires")},
            "issue": {"document": _STRING, "to": _STRING},
            "choice": {"branches": {"type": "array", "items": branch, "minItems": 1}},
            "end": {
                "outcome": {"enum": list(stages.OUTCOMES)},
                "appeal": self.keys("appeal", {"within": _ref("span"), "to": _STRING}, ("within", "to")),
            },
        }  # fmt: skip
        always = {"kind": {"enum": list(stages.KEYS)}, "name": _ref("text"), "sms": _ref("text")}
        found = self.keys("stage", always, ("kind", "name"))
        every = dict.fromkeys(key for keys in stages.KEYS.values() for key in keys)
        # Said by name for all, so that editors offer them; which belong to a kind follows.
        found["properties"].update({key: {} for key in every})
        found["allOf"] = [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": self.of_kind(kind, parts[kind], tuple(key for key in every if key not in parts[kind])),
            }
            for kind in stages.KEYS
        ]
        return found

    def of_kind(self, kind: str, parts: Mapping[str, Schema], refused: tuple[str, ...]) -> Schema:
        where = {"review": "review_stage", "choice": "choice_stage"}.get(kind, kind)
        described = {key: {**parts[key], "description": self.describe(where, key)} for key in stages.KEYS[kind]}
        return {"properties": {**described, **dict.fromkeys(refused, False)}, "required": list(stages.REQUIRED[kind])}

    def story(self) -> Schema:
        step = {"type": "object", "oneOf": [self.step(verb, keys) for verb, keys in STEPS.items()]}
        top = self.keys(
            "story",
            {
                "story": self.text(),
                "today": {"type": "string", "format": "date"},
                "settings": {"type": "object"},
                "earlier": {"type": "object"},
                "steps": {"type": "array", "items": step},
            },
            ("story", "steps"),
        )
        return {"$schema": DIALECT, "title": t("definitions.schema_story", self.lang), **top}

    def step(self, verb: str, keys: tuple[str, ...]) -> Schema:
        """One step: what is done in it says which other keys it may have."""
        properties: Schema = dict.fromkeys(keys, True)
        if verb == "expect":
            properties["expect"] = {
                "type": "object", "properties": dict.fromkeys(EXPECT, True), "additionalProperties": False,
            }  # fmt: skip
        return {"properties": properties, "required": [verb], "additionalProperties": False}
