"""Numbers of the TNS and TTC protocols."""

from enum import IntEnum


class PacketType(IntEnum):
    CONNECT = 1
    ACCEPT = 2
    REFUSE = 4
    DATA = 6
    MARKER = 12


class DataFlag(IntEnum):
    EOF = 0x0040
    END_OF_RESPONSE = 0x2000


class Marker(IntEnum):
    BREAK = 1
    RESET = 2
    INTERRUPT = 3


class Message(IntEnum):
    PROTOCOL = 1
    DATA_TYPES = 2
    FUNCTION = 3
    ERROR = 4
    ROW_HEADER = 6
    ROW_DATA = 7
    PARAMETER = 8
    STATUS = 9
    IO_VECTOR = 11
    LOB_DATA = 14
    DESCRIBE = 16
    PIGGYBACK = 17
    BIT_VECTOR = 21
    END_OF_RESPONSE = 29
    FAST_LOGON = 34


class FieldVersion(IntEnum):
    """The TTC field version decides which fields a message has."""

    V19_1 = 12
    V20_1 = 14
    V23_1 = 17
    V23_1_EXT1 = 18
    V23_1_EXT3 = 20
    V23_4 = 24


class Option(IntEnum):
    """What an execute asks for."""

    PARSE = 0x01
    DEFINE = 0x10
    EXECUTE = 0x20
    FETCH = 0x40
    COMMIT = 0x100
    NOT_PLSQL = 0x8000
    DESCRIBE = 0x20000
    BATCH_ERRORS = 0x80000


DML_ROW_COUNTS = 0x4000  # a flag of its own, not one of the options


class Direction(IntEnum):
    OUT = 16
    IN = 32
    IN_OUT = 48


class OraType(IntEnum):
    VARCHAR = 1
    NUMBER = 2
    BINARY_INTEGER = 3
    LONG = 8
    DATE = 12
    CHAR = 96
    CLOB = 112
    TIMESTAMP = 180


TEXT_TYPES = frozenset((OraType.VARCHAR, OraType.CHAR, OraType.LONG))

FUNCTIONS = {
    118: "logon_challenge",
    115: "logon_proof",
    94: "execute",
    4: "reexecute",
    78: "reexecute_fetch",
    5: "fetch",
    96: "lob",
    147: "ping",
    14: "commit",
    15: "rollback",
    9: "logoff",
}

PIGGYBACKS = {
    105: "close_cursors",
    120: "cancel_cursors",
    135: "end_to_end",
    96: "free_temporary_lobs",
    152: "current_schema",
    176: "session_state",
}

LOB_OPERATIONS = {
    0x0001: "lob_size",
    0x0002: "lob_read",
    0x0040: "lob_write",
    0x0110: "lob_create_temporary",
    0x4000: "lob_chunk_size",
}

TRANSACTION_IN_PROGRESS = 0x2  # in the call status at the end of each answer
AL32UTF8, AL16UTF16 = 873, 2000
VERIFIER_12C = 0x4815
