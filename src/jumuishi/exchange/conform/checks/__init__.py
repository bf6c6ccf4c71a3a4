"""The rules, each a function with a name, what is expected, and where that is written."""
