"""What is unusual in how an institution's data are asked for: patterns as data, findings with an owner and a clock."""
