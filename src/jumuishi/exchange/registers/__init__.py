"""Registers behind the exchange, as definitions name them: what each is, how it is asked, what its answers mean."""
