"""Who acts: people, accounts, sessions, the Actor, the policy registry and @action. Not who works where: that is institutions."""
