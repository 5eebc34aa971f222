"""The service: what the engine found, put before the people who can act on it. The engine never imports it."""
