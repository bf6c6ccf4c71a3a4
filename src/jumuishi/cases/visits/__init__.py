"""Visits: the applicant comes to the office, or an officer comes to the place, at an hour that the applicant chooses.

A visit is asked for at a task; the task and the promise keep their clocks. What is asked and not chosen ends by itself,
and whoever asked is told.
"""
