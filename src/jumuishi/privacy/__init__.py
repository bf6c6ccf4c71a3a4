"""Rights over one's own data, and the duties of those who hold it.

What is held about a person and who looked; copies, corrections, erasure; the data protection officer's registers,
requests, breaches and reports. Each room below says itself what it holds (identity's registry); nothing is kept twice.
"""
