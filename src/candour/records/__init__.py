"""What happened: the vocabulary of events, their import, and the store that keeps them."""
