"""`jumuishi service schema`: the definition's JSON Schema, for editors."""

import argparse
import json

from jumuishi.definitions.author.schema import definition_schema, story_schema


def service_schema(argv: list[str]) -> int:
    """Print the schema of service.yaml, or of a story; always 0."""
    parser = argparse.ArgumentParser(
        prog="jumuishi service schema", description="Print the JSON Schema of service.yaml, for an editor."
    )
    parser.add_argument("--story", action="store_true", help="that of tests/*.yaml instead")
    parser.add_argument("--lang", choices=("sw", "en"), default="sw", help="of the descriptions")
    given = parser.parse_args(argv)
    print(json.dumps((story_schema if given.story else definition_schema)(given.lang), ensure_ascii=False, indent=1))
    return 0
