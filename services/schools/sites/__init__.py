"""Schools and the days and hours on which they are staffed."""
