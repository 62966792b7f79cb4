"""The layers of the papers, each with its two ways to run: all positions at once, and one pixel from cached state."""
