"""What the other services own, as far as the numbers need it: folded from facts, newest version wins."""
