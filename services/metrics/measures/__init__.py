"""What is counted, one statement a list: for every school or for one. Exact, and never shown as it is."""
