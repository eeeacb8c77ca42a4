"""ODM, the Real-Time Operations Data Management Service."""

__version__ = "0.1.0"
