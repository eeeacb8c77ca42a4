"""From a request to its answer: what is owed, who makes it, what is kept, how it is sent."""
