"""Who answers for a meeting is reminded of whom its notice has not reached, while there is time to serve them by hand.

A wait has an owner (the secretary, then the head too), a clock, and an end: everybody is served, or the meeting begins.
"""
