"""ODM, the Real-Time Operations Data Management Service."""

__version__ = "0.3.0"
