"""What is known of a student and of the program that brought the worry: read copies, without names."""
