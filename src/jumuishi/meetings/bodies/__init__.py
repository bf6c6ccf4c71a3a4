"""Bodies, who sits in them, and the editions of their standing orders: entered by one, agreed by another."""
