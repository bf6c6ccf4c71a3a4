"""Papers of a meeting: asked of departments by a day, handed in, bound into one pack whose page numbers never move.

Words: an *ask* is for one item, of a person or a unit; a *paper* is one edition of what came; a *pack* is the moment at
which the pages got their numbers. What comes after that is a supplement: numbered behind a page that is there (57A).
"""
