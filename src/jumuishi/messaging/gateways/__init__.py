"""The outside world of messages, behind a Protocol: the government's gateway, an aggregator, and their simulators."""
