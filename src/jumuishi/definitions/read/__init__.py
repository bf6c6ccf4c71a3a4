"""From the author's files to the model: YAML with its places, keys, names, types, templates."""
