"""Files of schools and rosters: received in pieces, read, shown, applied."""
