"""A peer supporter's worry arrives: it is a referral at once, and its own words are fetched until they are here."""
