"""Pages and JSON in front of the services; owns accounts, grants, sessions, drafts, the live feed and the spool."""
