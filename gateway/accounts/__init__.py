"""Accounts: signing in and out, and who may be given a way in."""

from gateway.accounts.routes import accounts, blueprints, door

__all__ = ["accounts", "blueprints", "door"]
