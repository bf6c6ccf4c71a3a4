"""Money is a whole number of the currency's smallest unit in use (Tanzania: the shilling) with its currency."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Money:
    """An amount in whole units of a currency, ISO 4217."""

    amount: int
    currency: str = "TZS"

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add")
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,}"
