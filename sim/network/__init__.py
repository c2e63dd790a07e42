"""A network of centres in the array tier: pure queues, whole arrays, no events."""
