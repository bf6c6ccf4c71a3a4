"""The form of a case: what is asked now, what is wrong with an answer, what it costs."""
