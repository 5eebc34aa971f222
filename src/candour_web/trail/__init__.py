"""Who saw and did what, and why: append-only and chained, so that nothing can be taken out or changed unseen."""
