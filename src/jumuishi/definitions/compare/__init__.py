"""Two editions of a service laid side by side: what changed, told to a person who is no programmer. Pure."""
