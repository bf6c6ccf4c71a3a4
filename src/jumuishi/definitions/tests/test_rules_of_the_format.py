"""The format sentence by sentence: for each rule a sound variant and a broken one of the sample package.

A row is a rule, replacements in sound.yaml (or, with a leading file name and `:`, in another file), and the codes that
must be found. `¦` in a replacement marks where; it is taken out before the check. No code: nothing may be found.
"""

# ruff: noqa: E501  # a row is read as one

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.tests.test_check import SOUND, TEMPLATE

STORY = """story: {sw: Mgahawa, en: A restaurant}
today: 2026-03-02
settings: {licence_per_year: 100000}
steps:
  - apply: {nin: "19000101-00000-00000-01", full_name: Asha, branches: [{branch_place: "23101"}]}
  - expect: {stage: check, due: 4 working_hours, sms: true}
  - {as: trade-officer, do: forward, message: x}
  - {as: planning-officer, review: planning, pass: true, reason: x, refused: true}
  - answer: {lease: b.pdf}
  - wait: 3 working_days
  - pay: all
  - pay: [licence]
  - withdraw: true
  - appeal: {reason: x}
  - {as: director, do: approve, set: {years: 2}, reason: x}
  - expect: {bill: 220000, document: licence, claims: {business: x}}
"""
NIN = "{name: nin, type: national_id, label: {sw: Namba ya NIDA, en: National ID number}, required: true}"
TIN = "{name: tin, type: tax_id, label: {sw: TIN, en: TIN}, required: true}"
YEARS = 'constraint: "years >= 1 && years <= 3"'
AMOUNT = 'amount: "years * 2000"'
BAR = "when: \"sector == 'bar'\""
LAPSE = "    expires: {after: 30 days, to: lapsed}\n"
TEXTS = "label: {sw: A, en: B}"
ISSUE_TO = "    to: granted\n"


def field(rest: str) -> tuple[str, str]:
    """One more field at the end of the first page."""
    return (f"      - {TIN}\n", f"      - {TIN}\n      - {rest}\n")


def amount(source: str) -> tuple[str, str]:
    return (AMOUNT, f'amount: ¦"{source}"')


def sound_amount(source: str) -> tuple[str, str]:
    return (AMOUNT, f'amount: "{source}"')


def when(source: str) -> tuple[str, str]:
    return (BAR, f'when: ¦"{source}"')


def sound_when(source: str) -> tuple[str, str]:
    return (BAR, f'when: "{source}"')


Row = tuple[str, list[tuple[str, str]], list[str]]
FILES: list[Row] = [
    (
        "an anchor and its alias are one cause",
        [
            (
                "pauses: [more-information, payment], basis: charter}",
                "pauses: [more-information, payment], basis: ¦&b charter}",
            ),
            (f"{AMOUNT}, basis: act", f"{AMOUNT}, basis: *b"),
        ],
        ["J001"],
    ),
    ("an alias of nothing", [("format: 1", "format: ¦*x")], ["J001"]),
    ("a tag", [("format: 1", "format: ¦!!int 1")], ["J001"]),
    ("a merge key", [("    kind: payment", "    ¦<<: {kind: payment}")], ["J001"]),
    ("a key twice", [("    kind: payment\n", "    kind: payment\n    ¦kind: payment\n")], ["J001"]),
    ("two documents", [("format: 1", "format: 1\n¦---\nformat: 1")], ["J001"]),
    ("a comment at the end", [("format: 1", "# note\nformat: 1 # one")], []),
    ("missing quotes", [("{sw: Malipo, en: Payment}", "{sw: Malipo¦: ada, en: Payment}")], ["J001"]),
    ("ids are strings", [("service: business-licence", "¦service: 12")], ["J003"]),
    (
        "a choice key is a string, whatever YAML makes of it",
        [
            (
                "          bar: {sw: Baa, en: Bar}",
                "          bar: {sw: Baa, en: Bar}\n          true: {sw: Kweli, en: 'True'}\n          no: {sw: La, en: No}",
            )
        ],
        [],
    ),
    (
        "a choice key",
        [("          bar: {sw: Baa, en: Bar}", "          bar: {sw: Baa, en: Bar}\n          ¦1: {sw: Moja, en: One}")],
        ["J003"],
    ),
    ("dates are ISO text", [("checked: 2026-11-01", "¦checked: 1/11/2026")], ["J003"]),
    ("a quoted date", [("checked: 2026-11-01", 'checked: "2026-11-01"')], []),
    (
        "an answer is read by its type",
        [field("{name: note_time, type: time, default: 12:30, label: {sw: A, en: B}}")],
        [],
    ),
    (
        "an answer is read by its type: no",
        [field("{name: agreed, type: yes_no, default: no, label: {sw: A, en: B}}")],
        [],
    ),
    (
        "an answer is read by its type: zeros",
        [field("{name: postcode, type: text, default: 01101, label: {sw: A, en: B}}")],
        [],
    ),
    (
        "a default that is no answer",
        [field("{name: born, type: date, ¦default: soon, label: {sw: A, en: B}}")],
        ["J003"],
    ),
]

KEYS: list[Row] = [
    *[
        (f"optional: {key}", [(old, "")], [])
        for key, old in [
            ("retention", "retention: {granted: 10 years, refused: 2 years, basis: act}\n"),
            (
                "hint and lookup",
                "        lookup: {register: national-id, key: nin, take: full_name, basis: act}   # asked of the register first, of the person if it is away\n",
            ),
        ]
    ],
    ("withdraw", [("format: 1", "format: 1\nwithdraw: false")], []),
    ("withdraw is true or false", [("format: 1", 'format: 1\n¦withdraw: "no"')], ["J003"]),
    ("an unknown key at the top", [("format: 1", "format: 1\n¦owner: me")], ["J002"]),
    ("a misspelled key is one cause", [("promise: {within", "¦promis: {within")], ["J002"]),
    ("a misspelled top key with much below", [("\nstages: ", "\n¦stage: ")], ["J002"]),
    ("a misspelled label", [("{name: tin, type: tax_id, label:", "{name: tin, type: tax_id, ¦lable:")], ["J002"]),
    (
        "a misspelled escalate",
        [
            (
                "due: {within: 1 working_days, escalate: administrator}",
                "due: {within: 1 working_days, ¦escalte: administrator}",
            )
        ],
        ["J002"],
    ),
    ("a misspelled expires", [(LAPSE, "    ¦expire: {after: 30 days, to: lapsed}\n")], ["J002"]),
    ("a misspelled basis", [(f"{AMOUNT}, basis: act", f"{AMOUNT}, ¦bassis: act")], ["J002"]),
    ("a misspelled language", [("{sw: Malipo, en: Payment}", "{sw: Malipo, ¦eng: Payment}")], ["J002"]),
    (
        "a language that is not declared",
        [("{sw: Malipo, en: Payment}", "{sw: Malipo, en: Payment, ¦fr: Paiement}")],
        ["J002"],
    ),
    ("a page's key", [("page: business\n", "page: business\n    ¦help: x\n")], ["J002"]),
    ("a field's key", [("{name: tin,", "{name: tin, ¦size: 3,")], ["J002"]),
    ("a key of another type of field", [("{name: tin,", "{name: tin, ¦max_length: 3,")], ["J002"]),
    ("max_kb belongs to files", [("{name: years,", "{name: years, ¦max_kb: 3,")], ["J002"]),
    ("a setting's key", [("kind: agency,", "kind: agency, ¦level: ward,")], ["J002"]),
    (
        "a role's key",
        [("director:         {sw: Mkurugenzi, en: Director}", "director: {sw: Mkurugenzi, en: Director, ¦most: 2}")],
        ["J002"],
    ),
    ("a fee's key", [("fees:\n  licence: {", "fees:\n  licence: {¦currency: TZS, ")], ["J002"]),
    ("a document's key", [("    template: licence.html", "    template: licence.html\n    ¦size: a4")], ["J002"]),
    ("an action's key", [("to: reviews}", "to: reviews, ¦colour: red}")], ["J002"]),
    ("a review's key", [("{role: planning-officer,", "{role: planning-officer, ¦stars: 3,")], ["J002"]),
    ("a promise's key", [("promise: {within", "promise: {¦soft: true, within")], ["J002"]),
    ("a basis' key", [("checked: 2026-11-01", "checked: 2026-11-01, ¦url: x")], ["J002"]),
    ("a key of another kind of stage", [("    kind: payment\n", "    kind: payment\n    ¦role: director\n")], ["J002"]),
    ("sms on any stage", [("    kind: payment\n", "    kind: payment\n    sms: {sw: Lipa sasa, en: Pay now}\n")], []),
    ("sms in each language", [("    kind: payment\n", "    kind: payment\n    ¦sms: {sw: Lipa sasa}\n")], ["J701"]),
    (
        "a review may have a name",
        [("{role: planning-officer,", "{role: planning-officer, name: {sw: A, en: B}, not_by: [check],")],
        [],
    ),
    (
        "at_least",
        [("director:         {sw: Mkurugenzi, en: Director}", "director: {sw: Mkurugenzi, en: Director, at_least: 2}")],
        [],
    ),
    (
        "at_least from 1",
        [
            (
                "director:         {sw: Mkurugenzi, en: Director}",
                "director: {sw: Mkurugenzi, en: Director, ¦at_least: 0}",
            )
        ],
        ["J003"],
    ),
    (
        "required is true or false",
        [
            (
                "{name: tin, type: tax_id, label: {sw: TIN, en: TIN}, required: true}",
                "{name: tin, type: tax_id, label: {sw: TIN, en: TIN}, ¦required: yes}",
            )
        ],
        ["J003"],
    ),
    (
        "a missing name of a stage",
        [
            ("    kind: payment\n    name: {sw: Malipo, en: Payment}\n", "    kind: payment\n"),
            ("  payment:\n", "  ¦payment:\n"),
        ],
        ["J003"],
    ),
    ("a missing kind", [("    kind: payment\n", ""), ("  payment:\n", "  ¦payment:\n")], ["J003"]),
    ("a missing role", [("    role: trade-officer\n", ""), ("  check:\n", "  ¦check:\n")], ["J003"]),
    ("a missing type", [("{name: tin, type: tax_id,", "¦{name: tin,")], ["J003"]),
    ("missing choices", [field("¦{name: colour, type: select_one, label: {sw: A, en: B}}")], ["J003"]),
    ("a calculate needs no label", [field('{name: twice, type: calculate, calculation: "size(full_name) * 2"}')], []),
    ("a missing calculation", [field("¦{name: twice, type: calculate}")], ["J003"]),
    ("a field without a label", [field("¦{name: colour, type: text}")], ["J702"]),
    ("a note without a label", [field("¦{name: colour, type: note}")], ["J702"]),
    (
        "an action without a label",
        [("forward: {label: {sw: Peleka kwa wakaguzi, en: Send for review}, to: reviews}", "¦forward: {to: reviews}")],
        ["J702"],
    ),
    ("a label of nothing", [field("{name: colour, type: text, ¦label: }")], ["J701"]),
    (
        "an empty text",
        [
            ("{sw: Malipo, en: Payment}", "{sw: '', en: Payment}"),
            ("    kind: payment\n    name:", "    kind: payment\n    ¦name:"),
        ],
        ["J701"],
    ),
    (
        "a missing language",
        [("    kind: payment\n    name: {sw: Malipo, en: Payment}", "    kind: payment\n    ¦name: {sw: Malipo}")],
        ["J701"],
    ),
    ("a choice's missing language", [("bar: {sw: Baa, en: Bar}", "¦bar: {sw: Baa}")], ["J701"]),
    (
        "a choice may have a condition",
        [("bar: {sw: Baa, en: Bar}", 'bar: {sw: Baa, en: Bar, relevant: "full_name != null"}')],
        [],
    ),
    ("one language", [("languages: [sw, en]", "¦languages: sw")], ["J003"]),
    ("format 1", [("format: 1", "¦format: 2")], ["J003"]),
]

NAMES: list[Row] = [
    ("a field's name", [("{name: tin,", "{¦name: Tin,")], ["J003"]),
    ("a hyphen in a field's name", [("{name: tin,", "{¦name: tax-number,")], ["J003"]),
    ("40 signs", [("{name: tin,", f"{{name: {'t' * 40},")], []),
    ("41 signs", [("{name: tin,", f"{{¦name: {'t' * 41},")], ["J003"]),
    ("CEL's words", [("{name: tin,", "{¦name: in,")], ["J003"]),
    ("today", [("{name: tin,", "{¦name: today,")], ["J003"]),
    ("setting", [("{name: tin,", "{¦name: setting,")], ["J003"]),
    (
        "now as a setting",
        [
            (
                '  licence_per_year: {type: money, label: {sw: Ada ya mwaka, en: Fee per year}, constraint: "licence_per_year >= 0"',
                '  ¦now: {type: money, label: {sw: Ada ya mwaka, en: Fee per year}, constraint: "now >= 0"',
            )
        ],
        ["J003"],
    ),
    ("a stage's id has hyphens", [("  lapsed:  {kind", "  ¦lapsed_now:  {kind")], ["J003"]),
    ("a misnamed choice is one cause", [("          bar: {sw", "          ¦Bar: {sw")], ["J003"]),
    (
        "a misnamed setting is one cause",
        [
            (
                '  licence_per_year: {type: money, label: {sw: Ada ya mwaka, en: Fee per year}, constraint: "licence_per_year >= 0"',
                "  ¦LicencePerYear: {type: money, label: {sw: Ada ya mwaka, en: Fee per year}",
            ),
            (AMOUNT, 'amount: "years * setting.licence_per_year"'),
        ],
        ["J003"],
    ),
    ("a misnamed role is one cause", [("  administrator:    {sw", "  ¦Administrator:    {sw")], ["J003"]),
    ("a misnamed fee is one cause", [("fees:\n  licence:", "fees:\n  ¦Licence:")], ["J003"]),
    ("a misnamed basis is one cause", [("  charter: {cite", "  ¦Charter: {cite")], ["J003"]),
    ("a misnamed document is one cause", [("documents:\n  licence:", "documents:\n  ¦Licence:")], ["J003"]),
    ("a name twice", [("{name: years,", "{¦name: tin,")], ["J107"]),
    (
        "a member's name is unique too",
        [("{name: branch_place,", "{¦name: tin,"), ("TEMPLATE:branch_place.name", "tin")],
        ["J107"],
    ),
    (
        "an officer's field too",
        [
            (
                "    actions:\n      forward",
                "    fields: [{¦name: tin, type: text, label: {sw: A, en: B}}]\n    actions:\n      forward",
            )
        ],
        ["J107"],
    ),
    ("a page twice", [("page: business", "¦page: applicant")], ["J107"]),
    (
        "namespaces of their own",
        [
            (
                '  licence_per_year: {type: money, label: {sw: Ada ya mwaka, en: Fee per year}, constraint: "licence_per_year >= 0"',
                '  years: {type: money, label: {sw: Ada ya mwaka, en: Fee per year}, constraint: "years >= 0"',
            ),
            ("STORY:{licence_per_year:", "{years:"),
        ],
        [],
    ),
]

LISTS: list[Row] = [
    *[
        (f"offered_by {one}", [("offered_by: [council]", f"offered_by: [{one}]")], [])
        for one in ("ministry", "agency", "authority", "company")
    ],
    ("offered_by", [("offered_by: [council]", "¦offered_by: [bank]")], ["J003"]),
    ("for", [("for: [person, organisation]", "¦for: [citizen]")], ["J003"]),
    ("doors", [("doors: [web, ussd", "¦doors: [web, sms")], ["J003"]),
    ("outcome", [("outcome: lapsed", "¦outcome: closed")], ["J003"]),
    *[(f"outcome {one}", [("outcome: lapsed", f"outcome: {one}")], []) for one in ("withdrawn", "refused")],
    ("kind of stage", [("kind: payment", "¦kind: pay")], ["J003"]),
    ("type of field", [("type: tax_id", "¦type: tin")], ["J003"]),
    *[
        (f"type {one}", [field(f"{{name: extra, type: {one}, {TEXTS}}}")], [])
        for one in [
            "text",
            "long_text",
            "phone",
            "email",
            "national_id",
            "tax_id",
            "time",
            "integer",
            "money",
            "decimal",
            "yes_no",
            "date",
            "file",
            "note",
        ]
    ],
    ("level", [("level: ward, label: {sw: Kata, en: Ward}", "¦level: street, label: {sw: Kata, en: Ward}")], ["J003"]),
    *[
        (
            f"level {one}",
            [("level: ward, label: {sw: Kata, en: Ward}", f"level: {one}, label: {{sw: Kata, en: Ward}}")],
            [],
        )
        for one in ("region", "district", "village")
    ],
    ("requires", [("requires: [message]", "¦requires: [note]")], ["J003"]),
    ("pass", [("pass: all", "¦pass: most")], ["J003"]),
    ("pass any", [("pass: all", "pass: any")], []),
    ("pass a number", [("pass: all", "pass: 1")], []),
    (
        "door of a field",
        [("doors: {ussd: at_counter}}", "doors: {ussd: at_counter, api: at_counter, web: at_counter}}")],
        [],
    ),
    ("a field's door carries or awaits", [("doors: {ussd: at_counter}}", "doors: {¦ussd: never}}")], ["J003"]),
    ("a unit", [("within: 4 working_hours", "¦within: 4 working_minutes")], ["J003"]),
    ("a span", [("within: 4 working_hours", "¦within: soon")], ["J003"]),
    *[
        (f"unit {one}", [("after: 30 days", f"after: 2 {one}")], [])
        for one in ["hours", "days", "months", "years", "working_hours", "working_days"]
    ],
    (
        "a span from a setting",
        [
            ("settings: ", "settings:\n  pay_days: {type: integer, label: {sw: A, en: B}} "),
            ("after: 30 days", "after: {setting: pay_days, unit: days}"),
        ],
        [],
    ),
    ("a span from no setting", [("after: 30 days", "after: {¦setting: pay_days, unit: days}")], ["J102"]),
    (
        "a span from a setting of money",
        [("after: 30 days", "after: {¦setting: licence_per_year, unit: days}")],
        ["J103"],
    ),
    ("a setting's type", [("{type: money,", "{¦type: coins,")], ["J003"]),
]

EXPRESSIONS: list[Row] = [
    *[
        (f"sound amount: {one}", [sound_amount(one)], [])
        for one in (
            "years * setting.licence_per_year",
            "round_to(double(years) * 1.5, 100)",
            "years > 1 ? 2000 : 1000",
            "size(full_name) * 10",
            "full_name.size()",
            "size(branches)",
            "size(branches.filter(b, b.branch_place.ward == 'Kisutu'))",
            "years_between(timestamp('2000-01-01T00:00:00Z'), today)",
            "years / 2 + years % 2 - -1",
            "full_name == '5' ? int(full_name) : int('7')",
            "today > now ? 1 : 2",
            "now - today > duration('1h') ? 1 : 0",
            "years in [1, 2] ? 1 : 0",
            "full_name.matches('^A.*') ? 1 : 0",
            "size(branches.map(b, b.branch_place.name))",
        )
    ],
    *[
        (f"sound condition: {one}", [sound_when(one)], [])
        for one in (
            "sector in ['bar', 'food']",
            "sector != null && sector == 'bar'",
            "place.code == '23101'",
            "place != null",
            "lease != null",
            "branches.exists(b, b.branch_place.code == '1')",
            "branches.all(b, b.branch_place != null)",
            "!(years > 2) || false",
            "add_months(today, 1) > now",
            "today.getFullYear() > 2025",
            "true",
            "food_handlers == null || food_handlers > 3",
            "place.region == 'Dodoma' || place.district == 'x' || place.ward == 'y' || place.level == 'ward'",
            "setting.licence_per_year > 1000",
            "has(place.ward) && string(true) == 'true'",
            "sector.startsWith('b')",
        )
    ],
    *[
        (f"does not parse: {one}", [when(one)], ["J101"])
        for one in (
            "sector =",
            "sector = 'bar'",
            "(years > 1",
            "years > 1 and true",
            "sector == 'bar",
            "",
            "   ",
            "years > > 1",
            "if years",
            "sector == bar'",
            "years >= 1 &&",
            "1 +",
            "a b",
            "years..x",
            "[1, 2",
            "#",
        )
    ],
    *[
        (f"unknown: {one}", [when(one)], ["J102"])
        for one in (
            "nobody == 1",
            "setting.nothing > 1",
            "place.street == 'x'",
            "sum(years) > 1",
            "branch_place.code == '1'",
            "branches.all(b, b.nobody == 1)",
            "years.between(1, 2)",
            "Sector == 'bar'",
            "now() > today",
            "applicant == 'x'",
        )
    ],
    *[
        (f"wrong type: {one}", [when(one)], ["J103"])
        for one in (
            "years",
            "'yes'",
            "years == '1'",
            "sector > 1",
            "place == '1'",
            "place == place",
            "lease == 'x'",
            "sector == 'disco'",
            "'disco' in [sector]",
            "sector in ['bar', 'disco']",
            "years && true",
            "!years",
            "today.year > 1",
            "years + 1.5 > 2.0",
            "null > 1",
            "today > 1",
            "today - 1 > today",
            "size(years) > 1",
            "branches == null",
            "branches[0].branch_place != null",
            "branches.branch_place != null",
            "years > 1 ? true : 1",
            "round_to(1.5, 'x') > 1",
            "years_between(today, 1) > 1",
            "add_months(today, 1.5) > today",
            "setting.police == 'x'",
            "setting > 1",
            "int(1.5) == 1",
            "sector[0] == 'b'",
            "full_name + 1 == 'x'",
            "branches.exists_one(b, b.branch_place.code == '1')",
        )
    ],
    ("an amount is whole", [amount("round_to(1.5, 1) * 1.0")], ["J103"]),
    ("an amount is a number", [amount("full_name")], ["J103"]),
    ("a decimal amount", [amount("1.5")], ["J501"]),
    ("over 2 KB", [amount("1" + " + 1" * 600)], ["J104"]),
    ("a macro in a macro", [when("[1].all(x, [2].all(y, y > x))")], ["J104"]),
    (
        "a macro over a group without max",
        [("repeat: {max: 5}", "repeat: {min: 0}"), when("branches.all(b, b.branch_place != null)")],
        ["J104"],
    ),
    ("size of a group without max", [("repeat: {max: 5}", "repeat: {min: 0}"), sound_when("size(branches) > 2")], []),
    ("an unquoted number is no expression", [(AMOUNT, "¦amount: 2000")], ["J003"]),
    ("unquoted true", [(BAR, "¦when: true")], ["J003"]),
    (
        "a constraint names its own",
        [field('{name: age, type: integer, constraint: "age > 1 && age < 9", label: {sw: A, en: B}}')],
        [],
    ),
    (
        "a condition that names its own",
        [field('{name: age, type: integer, relevant: ¦"age > 1", label: {sw: A, en: B}}')],
        ["J105"],
    ),
    ("a calculation that names its own", [field('{name: age, type: calculate, calculation: ¦"age + 1"}')], ["J105"]),
    (
        "a circle of two",
        [
            field(
                '{name: a, type: integer, relevant: ¦"b > 1", label: {sw: A, en: B}}\n      - {name: b, type: integer, relevant: "a > 1", label: {sw: A, en: B}}'
            )
        ],
        ["J105"],
    ),
    (
        "a circle of three",
        [
            field(
                '{name: a, type: calculate, calculation: ¦"c + 1"}\n      - {name: b, type: calculate, calculation: "a + 1"}\n      - {name: c, type: calculate, calculation: "b + 1"}'
            )
        ],
        ["J105"],
    ),
    (
        "a page that depends on its own field",
        [
            (
                "    title: {sw: Biashara, en: Business}",
                "    title: {sw: Biashara, en: Business}\n    relevant: ¦\"sector == 'bar'\"",
            )
        ],
        ["J105"],
    ),
    (
        "a page's condition",
        [
            (
                "    title: {sw: Biashara, en: Business}",
                '    title: {sw: Biashara, en: Business}\n    relevant: "size(full_name) > 0"',
            )
        ],
        [],
    ),
    (
        "a page's condition on a later field",
        [
            (
                "    title: {sw: Mwombaji, en: Applicant}",
                '    title: {sw: Mwombaji, en: Applicant}\n    relevant: ¦"years > 1"',
            )
        ],
        ["J106"],
    ),
    ("a later field", [("{name: tin,", '{name: tin, relevant: ¦"years > 1",')], ["J106"]),
    (
        "a choice's condition on a later field",
        [("bar: {sw: Baa, en: Bar}", 'bar: {sw: Baa, en: Bar, relevant: ¦"years > 1"}')],
        ["J106"],
    ),
    (
        "a field of an officer is later",
        [
            (
                "    actions:\n      forward",
                "    fields: [{name: seen, type: yes_no, label: {sw: A, en: B}}]\n    actions:\n      forward",
            ),
            ("{name: tin,", '{name: tin, relevant: ¦"seen",'),
        ],
        ["J106"],
    ),
    (
        "an officer's field in a condition of stages",
        [
            (
                "    actions:\n      forward",
                '    fields: [{name: seen, type: yes_no, relevant: "years > 1", label: {sw: A, en: B}}]\n    actions:\n      forward',
            ),
            sound_when("seen == true"),
        ],
        [],
    ),
    (
        "an item names earlier members and outer fields",
        [
            (
                "Branch's ward}, required: true}",
                "Branch's ward}, required: true}\n          - {name: branch_size, type: integer, relevant: \"branch_place.code != '1' && years > 1\", label: {sw: A, en: B}}",
            )
        ],
        [],
    ),
    (
        "an item's later member",
        [
            ("{name: branch_place, type: place,", '{name: branch_place, relevant: ¦"branch_size > 1", type: place,'),
            (
                "Branch's ward}, required: true}",
                "Branch's ward}, required: true}\n          - {name: branch_size, type: integer, label: {sw: A, en: B}}",
            ),
        ],
        ["J106"],
    ),
    (
        "a group without repeat has ordinary fields",
        [
            field(
                "{name: home, type: group, label: {sw: A, en: B}, fields: [{name: street, type: text, label: {sw: A, en: B}}]}"
            ),
            sound_when("street == 'x'"),
        ],
        [],
    ),
    (
        "a key that is not among the choices, as default",
        [("        type: select_one\n", "        type: select_one\n        ¦default: disco\n")],
        ["J103"],
    ),
    (
        "several choices",
        [
            field(
                "{name: days, type: select_multiple, label: {sw: A, en: B}, required: true, choices: {mon: {sw: A, en: B}, tue: {sw: A, en: B}}}"
            ),
            sound_when("'mon' in days && size(days) > 1 && days.exists(d, d == 'tue')"),
        ],
        [],
    ),
    (
        "several choices: another key",
        [
            field(
                "{name: days, type: select_multiple, label: {sw: A, en: B}, choices: {mon: {sw: A, en: B}, tue: {sw: A, en: B}}}"
            ),
            when("'sun' in days"),
        ],
        ["J103"],
    ),
    (
        "a setting's constraint names its own",
        [('constraint: "licence_per_year >= 0"', 'constraint: "licence_per_year >= 0 && licence_per_year < 100000"')],
        [],
    ),
    (
        "a setting's constraint names no field",
        [('constraint: "licence_per_year >= 0"', 'constraint: ¦"years >= 0"')],
        ["J102"],
    ),
    (
        "a setting's constraint is a condition",
        [('constraint: "licence_per_year >= 0"', 'constraint: ¦"licence_per_year + 1"')],
        ["J103"],
    ),
    (
        "a note has no answer",
        [field("{name: hello, type: note, label: {sw: A, en: B}}"), when("hello == 'x'")],
        ["J103"],
    ),
    ("a lookup's key", [("key: nin", "¦key: nobody")], ["J102"]),
    ("a lookup's key asked later", [("key: nin", "¦key: tin")], ["J106"]),
    ("months of validity", [('valid_for: "years * 12"', 'valid_for: ¦"full_name"')], ["J103"]),
    ("valid until", [('valid_for: "years * 12"', 'valid_for: {until: "add_months(today, 12)"}')], []),
    ("valid until no date", [('valid_for: "years * 12"', 'valid_for: {until: ¦"years"}')], ["J103"]),
    ("no end", [('    valid_for: "years * 12"\n', "")], []),
]

FLOW: list[Row] = [
    ("an action's target", [("to: reviews}", "to: review}"), ("  check:\n", "  ¦check:\n")], ["J301"]),
    (
        "answered",
        [("answered: check", "answered: chek"), ("  more-information:\n", "  ¦more-information:\n")],
        ["J301"],
    ),
    ("passed", [("passed: approve", "passed: aprove"), ("  reviews:\n    kind", "  ¦reviews:\n    kind")], ["J301"]),
    ("failed", [("failed: refused", "failed: no"), ("  reviews:\n    kind", "  ¦reviews:\n    kind")], ["J301"]),
    ("paid", [("paid: issue", "paid: issuing"), ("  payment:\n", "  ¦payment:\n")], ["J301"]),
    ("expires", [(LAPSE, LAPSE.replace("lapsed", "gone")), ("  payment:\n", "  ¦payment:\n")], ["J301"]),
    ("an issue's target", [(ISSUE_TO, "    to: done\n"), ("  issue:\n", "  ¦issue:\n")], ["J301"]),
    ("an issue's document", [("document: licence", "document: permit"), ("  issue:\n", "  ¦issue:\n")], ["J301"]),
    ("a payment's fee", [("fees: [licence]", "fees: [licence, stamp]"), ("  payment:\n", "  ¦payment:\n")], ["J301"]),
    ("not_by", [("not_by: [check] ", "not_by: [chek] "), ("  approve:\n", "  ¦approve:\n")], ["J301"]),
    (
        "a review's not_by",
        [
            ("{role: planning-officer,", "{role: planning-officer, not_by: [chek],"),
            ("  reviews:\n    kind", "  ¦reviews:\n    kind"),
        ],
        ["J301"],
    ),
    ("an appeal's target", [("to: appeal}}", "to: apeal}}"), ("  refused: {kind", "  ¦refused: {kind")], ["J301"]),
    ("a pause", [("pauses: [more-information, payment]", "¦pauses: [more-information, paying]")], ["J301"]),
    ("a pause of a task", [("pauses: [more-information, payment]", "¦pauses: [more-information, check]")], ["J301"]),
    (
        "a choice",
        [
            (
                ISSUE_TO,
                '    to: fork\n  fork:\n    kind: choice\n    name: {sw: A, en: B}\n    branches:\n      - {when: "years > 1", to: granted}\n      - {to: lapsed}\n',
            )
        ],
        [],
    ),
    (
        "a branch's target",
        [
            (
                ISSUE_TO,
                '    to: fork\n  ¦fork:\n    kind: choice\n    name: {sw: A, en: B}\n    branches:\n      - {when: "years > 1", to: granted}\n      - {to: nowhere}\n',
            )
        ],
        ["J301"],
    ),
    (
        "a stage never reached",
        [
            (
                "  granted: {kind",
                "  ¦archive: {kind: task, name: {sw: A, en: B}, role: director, due: {within: 1 hours, escalate: administrator}, actions: {go: {label: {sw: A, en: B}, to: granted}}}\n  granted: {kind",
            )
        ],
        ["J302"],
    ),
    (
        "the first of a chain never reached",
        [
            (
                "  granted: {kind",
                "  ¦one: {kind: choice, name: {sw: A, en: B}, branches: [{to: two}]}\n  two: {kind: choice, name: {sw: A, en: B}, branches: [{to: granted}]}\n  granted: {kind",
            )
        ],
        ["J302"],
    ),
    (
        "no end",
        [
            (
                ISSUE_TO,
                "    to: wait\n  ¦wait: {kind: task, name: {sw: A, en: B}, role: director, due: {within: 1 hours, escalate: administrator}, actions: {again: {label: {sw: A, en: B}, to: wait}, reopen: {label: {sw: A, en: B}, to: wait}, grant: {label: {sw: A, en: B}, to: wait}}}\n",
            ),
            ("  granted: {kind: end, name: {sw: Imetolewa, en: Granted}, outcome: granted}\n", ""),
        ],
        ["J303"],
    ),
    ("a payment without an end", [(LAPSE, ""), ("  payment:\n", "  ¦payment:\n")], ["J304"]),
    (
        "a wait without an end, the only way to lapsed",
        [
            (LAPSE, ""),
            ("expires: {after: 14 days, to: lapsed}", "expires: {after: 14 days, to: refused}"),
            ("  payment:\n", "  ¦payment:\n"),
        ],
        ["J304"],
    ),
    (
        "a task without a due time",
        [("    due: {within: 1 working_days, escalate: administrator}\n", ""), ("  approve:\n", "  ¦approve:\n")],
        ["J305"],
    ),
    (
        "a task whose lateness nobody hears of",
        [("escalate: administrator}", "escalate: director}"), ("  approve:\n", "  ¦approve:\n")],
        ["J305"],
    ),
    (
        "the only use of a role, left out",
        [
            ("      uphold:", "      hold:"),
            ("Director}", "Director, at_least: 2}"),
            (
                "    role: administrator\n    not_by: [check, reviews, approve]\n    due: {within: 1 working_days, escalate: director}",
                "    role: director\n    not_by: [check, reviews, approve]\n    due: {within: 1 working_days, escalate: trade-officer}",
            ),
            ("due: {within: 1 working_days, escalate: administrator}", "due: {within: 1 working_days}"),
            ("  approve:\n", "  ¦approve:\n"),
        ],
        ["J305"],
    ),
    (
        "a due without a time",
        [
            ("due: {within: 1 working_days, escalate: administrator}", "due: {escalate: administrator}"),
            ("  approve:\n", "  ¦approve:\n"),
        ],
        ["J305"],
    ),
    (
        "a review without a due time",
        [
            ("{role: planning-officer, due: {within: 1 working_days, escalate: director}}", "{role: planning-officer}"),
            ("  reviews:\n    kind", "  ¦reviews:\n    kind"),
        ],
        ["J305"],
    ),
    (
        "a review that escalates to itself",
        [
            (
                "{role: planning-officer, due: {within: 1 working_days, escalate: director}}",
                "{role: planning-officer, due: {within: 1 working_days, escalate: planning-officer}}",
            ),
            ("  reviews:\n    kind", "  ¦reviews:\n    kind"),
        ],
        ["J305"],
    ),
    ("a task's role", [("    role: trade-officer", "    ¦role: trader")], ["J401"]),
    ("a review's role", [("{role: planning-officer,", "{¦role: planner,")], ["J401"]),
    ("an escalation's role", [("escalate: administrator}", "¦escalate: boss}")], ["J401"]),
    (
        "a committee decides a task",
        [("  director:         {sw", "  director:         {committee: true, at_least: 3, sw")],
        [],
    ),
    (
        "a committee gives a review",
        [
            ("  planning-officer: {sw", "  planning-officer: {committee: true, sw"),
            ("{role: planning-officer,", "{¦role: planning-officer,"),
        ],
        ["J003"],
    ),
    (
        "a committee of one",
        [("  director:         {sw", "  director:         {committee: true, ¦at_least: 1, sw")],
        ["J003"],
    ),
    (
        "a committee that is perhaps one",
        [("  director:         {sw", "  director:         {¦committee: maybe, sw")],
        ["J003"],
    ),
    (
        "one of whom nobody is left",
        [("not_by: [check, reviews, approve]", "¦not_by: [check, reviews, approve, appeal]")],
        ["J403"],
    ),
    (
        "two of whom one is left",
        [
            ("not_by: [check, reviews, approve]", "not_by: [check, reviews, approve, appeal]"),
            ("  administrator:    {sw", "  administrator:    {at_least: 2, sw"),
        ],
        [],
    ),
    ("a promise that the stages keep", [("promise: {within: 3 working_days", "promise: {within: 20 hours")], []),
    ("a promise that they don't", [("promise: {within: 3 working_days", "¦promise: {within: 19 hours")], ["J311"]),
    (
        "a setting as long as its constraint allows",
        [
            (
                "settings: ",
                'settings:\n  long: {type: integer, label: {sw: A, en: B}, constraint: "long > 0 && 2 * long <= 9"} ',
            ),
            ("due: {within: 4 working_hours,", "due: {within: {setting: long, unit: working_hours},"),
            ("promise: {within: 3 working_days", "promise: {within: 20 hours"),
        ],
        [],
    ),
    (
        "a setting longer than the promise",
        [
            (
                "settings: ",
                'settings:\n  long: {type: integer, label: {sw: A, en: B}, constraint: "long > 0 && 2 * long <= 10"} ',
            ),
            ("due: {within: 4 working_hours,", "due: {within: {setting: long, unit: working_hours},"),
            ("promise: {within: 3 working_days", "¦promise: {within: 20 hours"),
        ],
        ["J311"],
    ),
    (
        "a role never used",
        [("  director:         {sw", "  ¦clerk: {sw: Karani, en: Clerk}\n  director:         {sw")],
        ["J402"],
    ),
    (
        "a fee without a basis",
        [(f"{AMOUNT}, basis: act}}", f"{AMOUNT}}}"), ("fees:\n  licence:", "fees:\n  ¦licence:")],
        ["J502"],
    ),
    ("a fee with an unknown basis", [(f"{AMOUNT}, basis: act}}", f"{AMOUNT}, ¦basis: law}}")], ["J502"]),
    (
        "a promise without a basis",
        [(", basis: charter}\nretention", "}\nretention"), ("promise: {", "¦promise: {")],
        ["J502"],
    ),
    ("a promise with an unknown basis", [("basis: charter}\nretention", "¦basis: letter}\nretention")], ["J502"]),
    (
        "a setting with an unknown basis",
        [('"licence_per_year >= 0", basis: act', '"licence_per_year >= 0", ¦basis: law')],
        ["J502"],
    ),
    ("a lookup with an unknown basis", [("take: full_name, basis: act", "take: full_name, ¦basis: law")], ["J502"]),
    ("retention with an unknown basis", [("refused: 2 years, basis: act", "refused: 2 years, ¦basis: law")], ["J502"]),
    ("a setting needs no basis", [('"licence_per_year >= 0", basis: act', '"licence_per_year >= 0"')], []),
    (
        "an applicant stage may ask something new",
        [
            ("fields: [lease, business_name]", "fields: [lease, {name: why, type: text, label: {sw: A, en: B}}]"),
            sound_when("why == 'x'"),
        ],
        [],
    ),
    (
        "an applicant stage changes a field that is there",
        [("fields: [lease, business_name]", "fields: [lease, ¦business_nam]")],
        ["J102"],
    ),
    ("a review's institution", [("institution: setting.police", "¦institution: setting.polis")], ["J102"]),
    (
        "a review's institution is one",
        [("institution: setting.police", "¦institution: setting.licence_per_year")],
        ["J103"],
    ),
    ("a claim that may not be carried", [("holder: full_name", "holder: ¦nin")], ["J802"]),
    (
        "a role that is not declared is told once",
        [("  director:         {sw: Mkurugenzi, en: Director}\n", ""), ("escalate: director}", "¦escalate: director}")],
        ["J401"],
    ),
    (
        "a basis too",
        [("  act:     {cite", "  law:     {cite"), ("refused: 2 years, basis: act", "refused: 2 years, ¦basis: act")],
        ["J502"],
    ),
    (
        "a stage too",
        [
            ("  lapsed:  {kind: end, name: {sw: Imeisha muda, en: Lapsed}, outcome: lapsed}\n", ""),
            ("  more-information:\n", "  ¦more-information:\n"),
        ],
        ["J301"],
    ),
    ("a field too", [("business: business_name, sector: sector", "business: ¦trade, sector: trade")], ["J102"]),
    ("one part falls into another", [("  payment:\n", ""), ("    kind: payment", "    ¦kind: payment")], ["J001"]),
    (
        "two faults are two findings",
        [("    role: trade-officer", "    ¦role: trader"), ("checked: 2026-11-01", "¦checked: never")],
        ["J003", "J401"],
    ),
]

TEMPLATES: list[Row] = [
    (
        "the subset",
        [
            (
                "TEMPLATE:<h1>",
                "<h2>A</h2><h6>B</h6><ul><li>x</li></ul><ol><li>x</li></ol><table><tr><th>a</th><td><strong>b</strong><em>c</em><br><br/></td></tr></table><hr><h1>",
            )
        ],
        [],
    ),
    (
        "fields, claims and the document's own",
        [
            (
                "TEMPLATE:<h1>",
                "<p>{{number}} {{ issued_on }} {{valid_until}} {{institution.name}} {{qr}} {{holder}} {{sector}} {{sector.label}} {{years}} {{place.region}} {{place}}</p><h1>",
            )
        ],
        [],
    ),
    ("an unknown name", [("TEMPLATE:<h1>", "<p>¦{{nobody}}</p><h1>")], ["J801"]),
    ("an unknown member", [("TEMPLATE:<h1>", "<p>¦{{place.street}}</p><h1>")], ["J801"]),
    ("a member of a group outside it", [("TEMPLATE:<h1>", "<p>¦{{branch_place.name}}</p><h1>")], ["J801"]),
    ("a link", [("TEMPLATE:<h1>", '<p>¦<a href="x">y</a></p><h1>')], ["J801"]),
    ("a picture", [("TEMPLATE:<h1>", '¦<img src="x"><h1>')], ["J801"]),
    ("a script", [("TEMPLATE:<h1>", "¦<script>x</script><h1>")], ["J801"]),
    ("unescaped", [("TEMPLATE:<h1>", "<p>¦{{{full_name}}}</p><h1>")], ["J801"]),
    (
        "not closed",
        [
            ("TEMPLATE:<h1>", "¦<p>a<h1>"),
            ("TEMPLATE:</h1>\n<p>{{full_name}} {{sector.label}} {{place.name}}</p>", "</h1>"),
        ],
        ["J801"],
    ),
    ("a section that is no group", [("TEMPLATE:<h1>", "¦{{#years}}<p>x</p>{{/years}}<h1>")], ["J801"]),
    ("missing", [("template: licence.html", "¦template: permit.html")], ["J801"]),
    ("outside the folder", [("template: licence.html", "¦template: ../licence.html")], ["J801"]),
]

STORIES: list[Row] = [
    ("all that a story may say", [("STORY:story: {sw", "story: {sw")], []),
    ("a story's key", [("STORY:today: ", "¦day: ")], ["J002"]),
    ("a step's key", [("STORY:message: x}", "¦mesage: x}")], ["J002"]),
    ("a step that is none", [("STORY:- withdraw: true", "- ¦withdrawal: true")], ["J002"]),
    ("a misspelled expect", [("STORY:- expect: {bill", "- ¦expct: {bill")], ["J002"]),
    ("what is expected", [("STORY:bill: 220000", "¦price: 220000")], ["J002"]),
    ("a field that is none", [("STORY:full_name: Asha", "¦fullname: Asha")], ["J002"]),
    ("a member that is none", [("STORY:[{branch_place:", "[{¦branch_plac:")], ["J002"]),
    ("a setting that is none", [("STORY:{licence_per_year: 1", "{¦licence_year: 1")], ["J002"]),
    ("a claim that is none", [("STORY:claims: {business", "claims: {¦trade")], ["J002"]),
    ("an officer's field that is none", [("STORY:set: {years", "set: {¦year")], ["J002"]),
    ("an appeal's key", [("STORY:appeal: {reason", "appeal: {¦why")], ["J002"]),
    ("not YAML", [("STORY:- pay: all", "- pay: ¦*all")], ["J001"]),
    ("a step that says nothing", [("STORY:- pay: all", "- ¦{as: director}")], ["J003"]),
]

ROWS = [*FILES, *KEYS, *NAMES, *LISTS, *EXPRESSIONS, *FLOW, *TEMPLATES, *STORIES]
WHERE = {"TEMPLATE": "licence.html", "STORY": "tests/food.yaml"}


@pytest.mark.parametrize(
    ("rule", "changes", "codes"), ROWS, ids=[f"{number}-{row[0]}" for number, row in enumerate(ROWS)]
)
def test_the_format(rule: str, changes: list[tuple[str, str]], codes: list[str]) -> None:
    files = {"service.yaml": SOUND, "licence.html": TEMPLATE, "tests/food.yaml": STORY}
    for old, new in changes:
        part, _, rest = old.partition(":")
        name, old = (WHERE[part], rest) if part in WHERE else ("service.yaml", old)
        assert files[name].count(old) >= 1, f"{rule}: {old!r} is not in {name}"
        files[name] = files[name].replace(old, new, 1)
    expected = []
    for name, text in files.items():
        bare = 0
        for piece in text.split("¦")[:-1]:
            bare += len(piece)
            clean = text.replace("¦", "")
            expected.append((name, clean.count("\n", 0, bare) + 1, bare - (clean.rfind("\n", 0, bare) + 1) + 1))
        files[name] = text.replace("¦", "")
    found = check_files({name: text.encode() for name, text in files.items()})
    places = [(one.file, one.line, one.column) for one in found]
    assert [one.code for one in found] == codes, "\n".join(
        f"{one.line}:{one.column} {one.code} {one.message}" for one in found
    )
    assert sorted(places) == sorted(expected), "\n".join(
        f"{one.line}:{one.column} {one.code} {one.message}" for one in found
    )
