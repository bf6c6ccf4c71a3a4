"""What a service's OpenAPI description says, read for people, rules and made-up answers. Pure, no Django."""
