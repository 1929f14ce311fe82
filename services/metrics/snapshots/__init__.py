"""The district's numbers at one moment: computed once, made safe to show, then only read."""
