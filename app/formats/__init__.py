"""An answer's formats: which there are, which one a request gets, and what writes it."""

from app.formats.format import FORMATS, JSON, Encoder, Format
from app.formats.negotiation import negotiate

__all__ = ["FORMATS", "JSON", "Encoder", "Format", "negotiate"]
