"""PostgreSQL as the product needs it: roles and schemas, as data."""
