"""The four services. Each owns its schema, its queues and its words; none imports another."""
