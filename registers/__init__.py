"""Three registers as an institution would run them: identity, business names, tax numbers, with made-up people only.

They know nothing of whoever asks, and import nothing but Python itself: `python -m registers NAME --port N`.
"""
