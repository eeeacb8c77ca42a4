"""What every request passes on its way to an answer."""
