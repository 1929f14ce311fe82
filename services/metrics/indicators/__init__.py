"""What a number means and how it is computed: pure arithmetic, and the definitions that are published beside it."""
