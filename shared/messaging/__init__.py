"""How messages travel: topology, relay, confirms, inbox, requests."""
