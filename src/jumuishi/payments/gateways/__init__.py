"""The outside world of money, behind a Protocol: the government payment gateway (GePG) and its simulator."""
