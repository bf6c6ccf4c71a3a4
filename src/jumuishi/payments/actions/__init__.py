"""The verbs of money. Each writes as the platform once policy has let the actor: no request's principal may write here."""
