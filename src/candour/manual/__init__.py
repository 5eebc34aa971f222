"""The manual: a page for every practice standard, made from the same parsed standards that are evaluated."""
