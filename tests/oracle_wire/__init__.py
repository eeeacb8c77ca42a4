"""A server that speaks enough of Oracle's wire protocol for the real driver to work against."""
