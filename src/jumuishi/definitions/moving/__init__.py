"""A running case under a newer edition: may it go on there as it is, what must be asked first, or why it can't. Pure.

Nothing of a case is dropped or comes to mean something else by itself: what would be is asked of the applicant, who
answers again or agrees; what the applicant cannot answer for keeps the case where it is.
"""
