"""Students, and the consents to take part that were given for them."""
