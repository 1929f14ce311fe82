"""Who may not, what does not leave, and what shows when it was tried: each requirement with its test."""
