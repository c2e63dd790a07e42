"""A detector that finds the label, a locator that finds its lines, a reader that spells them."""
