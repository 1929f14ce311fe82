"""What every process is built from: contracts, one transaction per message, messaging, security."""
