"""The district and the rules it sets: versioned, whole, in force from a day."""
