"""Every speed and size that we claim, one command each."""
