"""The operators, by what they break; each is one function with a sentence that says what it does."""
