"""Who is on duty at a school, who comes next, and where they are reached: copies of what schools announces."""
