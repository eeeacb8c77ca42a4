"""An answer's formats: which there are, which one a request gets, and what writes it."""

from app.answers.formats.format import FORMATS, JSON, Encoder, Format
from app.answers.formats.negotiation import negotiate

__all__ = ["FORMATS", "JSON", "Encoder", "Format", "negotiate"]
