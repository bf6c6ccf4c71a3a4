"""`python -m jumuishi.evidence.witness`, for a machine that has these few files only."""

from jumuishi.evidence.witness.program import run

run()
