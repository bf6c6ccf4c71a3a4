"""Signs, words, values and expressions without sense, of which rubbish is made."""

# ruff: noqa: E501  # lists are read as one

from random import Random

SIGNS = ("{", "}", "[", "]", ":", ",", "- ", "? ", "&a ", "*a ", "!!x ", "|\n", ">\n", "'", '"', "\n", "\t", "#", "%", "@",
         "`", "<<: ", "---\n", "...\n", "~", "\x00", "\x85", "\u2028", "\ufeff", "\u202e", "\ud800", "🏛", "е", "ı", "K",
         "9" * 40, "1e999", "0x", ".nan", "null", "true", "\\u0000", "\r", "  " * 40)  # fmt: skip
ATOMS = ("years", "q", "sector", "place", "today", "now", "setting", "setting.x", "null", "true", "false", "0", "1", "-1",
         "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1.5", "1e308", "1e999", "0x10", "1u", "''",
         "'x'", '"x"', "b'x'", "r'\\d'", "'''x'''", "[]", "{}", "[1, 2]", "{'a': 1}", "Msg{a: 1}", ".a", "in", "as", "for",
         "'\\u0000'", "'\\x'", "'🏛'", "x" * 300)  # fmt: skip
NAMES = ("size", "has", "string", "int", "double", "timestamp", "duration", "round_to", "years_between", "add_months", "all",
         "exists", "exists_one", "filter", "map", "matches", "startsWith", "contains", "getMonth", "code", "ward", "nope",
         "type", "dyn", "uint", "bytes")  # fmt: skip
SIGNS_OF_CEL = ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in", "=", "**", "and", "??")
MUSTACHE = (
    "{{",
    "}}",
    "{{#",
    "{{/",
    "{{{",
    "}}}",
    "{{!",
    "<!--",
    "-->",
    "<",
    ">",
    "</",
    "/>",
    "&",
    "&#x110000;",
    "&#0;",
    "&lt;",
)
TAGS = (
    "p",
    "h1",
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "br",
    "hr",
    "script",
    "img",
    "a href='x'",
    "P",
    "p ",
    "svg",
    "td",
    "th",
)


def value(random: Random, depth: int = 0) -> str:
    """Some YAML in one line, of any kind."""
    match random.randrange(9 if depth < 4 else 6):
        case 0:
            return random.choice(
                ("null", "~", "", "true", "no", "1", "-5", "1.5", "99999999999999999999", ".inf", "2026-02-30")
            )
        case 1:
            return random.choice(
                ("x", "'x'", "check", "refused", "granted", "payment", "issue", "sw", "en", "all", "director")
            )
        case 2:
            return "'" + expression(random, 2).replace("'", "''").replace("\n", " ") + "'"
        case 3:
            return random.choice(
                ("task", "end", "choice", "review", "text", "select_one", "calculate", "group", "place")
            )
        case 4:
            return (
                '"'
                + random.choice(("\\u202e", "\\0", "\\ud800", "е", "ＡＢＣ", "ﬁ", "x" * 5000, "\\n", "{{number}}"))
                + '"'
            )
        case 5:
            return random.choice(("3 working_days", "0 days", "99999 years", "-1 hours", "{setting: x, unit: days}"))
        case 6:
            return "[" + ", ".join(value(random, depth + 1) for _ in range(random.randrange(4))) + "]"
        case 7:
            keys = [random.choice(("sw", "en", "name", "type", "to", "when", "kind", "fields", "x", "1", "null", "label"))
                    for _ in range(random.randrange(5))]  # fmt: skip
            return "{" + ", ".join(f"{key}: {value(random, depth + 1)}" for key in dict.fromkeys(keys)) + "}"
        case _:
            return (
                "{name: "
                + random.choice(("q", "years", "in", "Q"))
                + ", type: "
                + value(random, 4)
                + ", label: {sw: A, en: B}}"
            )


def expression(random: Random, depth: int = 4) -> str:
    """Something like CEL, some of it well formed."""
    if depth <= 0 or random.randrange(5) == 0:
        return random.choice(ATOMS)

    def part() -> str:
        return expression(random, depth - 1)

    match random.randrange(9):
        case 0 | 1 | 2:
            return f"{part()} {random.choice(SIGNS_OF_CEL)} {part()}"
        case 3:
            return f"({part()})"
        case 4:
            return f"{random.choice(('!', '-', '!!', '--', '!-'))}{part()}"
        case 5:
            return f"{random.choice(NAMES)}({', '.join(part() for _ in range(random.randrange(4)))})"
        case 6:
            return f"{part()}.{random.choice(NAMES)}({random.choice(('x, ', '', '1, '))}{part()})"
        case 7:
            return f"{part()} ? {part()} : {part()}"
        case _:
            return f"{part()}{random.choice(('[0]', '.x', '.ward', '[-1]', '{a: 1}', '.size()'))}"
