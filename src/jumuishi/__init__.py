"""Jumuishi: the e-government system of a whole country. The folder list is the table of contents."""
