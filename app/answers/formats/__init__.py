"""An answer's formats: which there are, which one a request gets, and what writes it."""

from app.answers.formats.format import CSV, FORMATS, JSON, KNOWN, Encoder, Format, import_ahead
from app.answers.formats.negotiation import Asked, negotiate

__all__ = [
    "CSV",
    "FORMATS",
    "JSON",
    "KNOWN",
    "Asked",
    "Encoder",
    "Format",
    "import_ahead",
    "negotiate",
]
