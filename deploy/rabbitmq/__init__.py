"""RabbitMQ as the product needs it: users, permissions and settings, as data."""
