"""Who acts: people, accounts, sessions, the Actor, the policy registry, @action. Who works where is institutions."""
