"""A student who needs more than a peer can give: from the first word to the follow-up."""
