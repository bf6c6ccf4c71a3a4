"""The world outside: witnesses and time-stampers, each at an address that the operator's settings name."""
