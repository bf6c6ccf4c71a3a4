"""Files that come in parts over a weak link: begun, cut, gone on with another day, taken once they are whole."""
