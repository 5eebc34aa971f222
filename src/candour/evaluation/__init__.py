"""The machinery: two evaluators that share no evaluation code, and the runs that use them."""
