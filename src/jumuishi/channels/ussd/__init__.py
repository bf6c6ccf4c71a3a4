"""The frame of USSD: screens that rooms bring, sessions that outlive a dropped line, the forms of operators."""
