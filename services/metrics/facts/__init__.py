"""The archive: every event that may be kept, once, as it was announced."""
