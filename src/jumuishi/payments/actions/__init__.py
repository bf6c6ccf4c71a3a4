"""The verbs of money. Each writes as the platform once policy has let its actor: no request's principal may."""
