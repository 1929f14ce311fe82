"""What a student waits for, how long that may take on the school's calendar, and whom to call when it does not come."""
