"""`make oracle-truth`: all that a real Oracle can tell, on one dated page."""
