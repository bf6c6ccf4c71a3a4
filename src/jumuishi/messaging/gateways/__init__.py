"""The outside world of messages, behind a Protocol: the government's SMS gateway (mGov) and its simulator."""
