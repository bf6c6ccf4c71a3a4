"""Open cases brought to a newer edition of their service: looked at beforehand, moved knowingly, asked where needed.

A case goes on under the edition it was submitted to unless an officer moves it; what would be lost or reread on the way
is the applicant's to settle, by a day, and silence leaves the case where it is.
"""
