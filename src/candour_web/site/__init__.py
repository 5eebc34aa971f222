"""What holds the service together: settings, addresses, the database of its own, and what every page shares."""
