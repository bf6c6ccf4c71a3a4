"""OParl 1.1 (https://oparl.org): what the public may know of bodies and meetings, for other programs. Reads only.

An OParl body is an institution; an organization is one of its bodies, a person and a membership are a member's seat.
Votes, which OParl has no place for, stand in the vendor's own property `tz:votes` of an agenda item.
"""
