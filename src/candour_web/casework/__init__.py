"""Cases, chronologies and findings, as the last published run of the engine left them."""
