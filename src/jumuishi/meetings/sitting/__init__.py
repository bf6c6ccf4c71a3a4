"""A meeting as it goes, in the database: acts of the desk, of members and tellers, ballots, and what screens read.

The rules are `hall`'s, which is pure. Here is who may, what is kept, and that each thing happens once.
"""
