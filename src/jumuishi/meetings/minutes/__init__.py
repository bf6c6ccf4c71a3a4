"""Minutes: written from a meeting's events in set phrases, edited, corrected, confirmed, signed and sent.

Pure: `types`, `record`, `attendance`, `writing`, `phrases`, `akn`. The rest is the shell around them.
"""
