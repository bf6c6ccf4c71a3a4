"""A member's meetings on an old phone, behind the PIN: being there, and votes by name. Secret votes never come here."""
