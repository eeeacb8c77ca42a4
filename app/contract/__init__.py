"""The ground that every wing stands on: what can be asked, what may come back, what can fail."""
