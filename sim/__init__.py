"""The world: kernel, truth, and the parts that play it out."""
