"""Who may do what, what is sealed, and what is written down about it."""
