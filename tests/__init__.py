"""How we know. Unit and contract tests need nothing; the rest starts real servers of its own."""
