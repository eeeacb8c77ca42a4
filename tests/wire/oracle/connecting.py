"""From the connect packet to a session that is logged on."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from .answers import end_of_call
from .authentication import Exchange, Verifier
from .codes import AL16UTF16, AL32UTF8, Message, PacketType
from .encoding import Writer
from .errors import Gone, OraError, ora
from .requests import DataTypes, Logon

if TYPE_CHECKING:
    from .session import Session

# offsets in the body of a connect packet
VERSION, OPTIONS, SDU, LARGE_SDU, FLAGS = 0, 4, 6, 50, 62
CAN_RECEIVE_ATTENTION = 0x0400  # out-of-band breaks
CHECK_OUT_OF_BAND = 0x01
ENDS_RESPONSES = 0x20  # in byte 40 of the capabilities

INSTANCE = "ORAWIRE"


async def accept(session: Session) -> None:
    """Read the connect packet and accept or refuse. Raises Gone when it refuses."""
    connection, server = session.connection, session.server
    while connection.connect_data is None or connection.connect_packet is None:
        await connection.wait()
    text, packet = connection.connect_data, connection.connect_packet
    client = text[text.upper().find("(CID=") :]
    session.program = _word(client, "program")
    session.machine = _word(client, "host")
    session.os_user = _word(client, "user")
    session.stats.calls["connect"] += 1
    await session.delay()  # the TCP handshake's round trip
    await session.delay()
    code = await _fault(session, text) or server.refuse_code or _refusal(session, text)
    if code:
        session.stats.refused += 1
        session.stats.errors[ora(code)] += 1
        refusal = (
            f"(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR={code})"
            f"(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4))))"
        ).encode()
        size = struct.pack(">H", len(refusal))
        connection.send_packet(PacketType.REFUSE, b"\x22\0" + size + refusal)
        raise Gone
    connection.send_packet(PacketType.ACCEPT, _accept_body(session, packet))
    connection.accepted()
    session.stats.round_trips += 1


async def _fault(session: Session, text: str) -> int:
    """Act on a fault of "connect". Returns the code to refuse with, or 0."""
    fault = session.take_fault("connect", text)
    if fault is None:
        return 0
    if fault.action in ("dead", "hang"):
        await session.connection.until_gone()
    if fault.action == "delay":
        await session.think(fault.seconds)
        return 0
    if fault.action == "error":
        return fault.code
    session.connection.drop(reset=fault.reset)
    raise Gone


def _refusal(session: Session, text: str) -> int:
    """What the listener refuses the connection with, or 0."""
    server = session.server
    match = re.search(r"\((SERVICE_NAME|SID)=([^)]*)\)", text, re.IGNORECASE)
    if match is None or match[2].split(":")[0].upper() not in server.services:
        return 12505 if match is not None and match[1].upper() == "SID" else 12514
    session.service = match[2]
    if server.max_sessions and len(server.sessions) > server.max_sessions:
        return 12516
    return 0


def _accept_body(session: Session, packet: bytes) -> bytes:
    server, profile = session.server, session.server.profile
    version, options, sdu = (_number(packet, at, 2) for at in (VERSION, OPTIONS, SDU))
    sdu = _number(packet, LARGE_SDU, 4) or sdu
    session.connection.sdu = max(512, min(sdu, server.sdu))
    out_of_band = server.out_of_band and bool(options & CAN_RECEIVE_ATTENTION)
    check = _number(packet, FLAGS, 4) & CHECK_OUT_OF_BAND if out_of_band else 0
    return struct.pack(
        ">HHHHHHHBB8xIIBI",
        min(version, profile.tns_version),
        0x0001 | (CAN_RECEIVE_ATTENTION if out_of_band else 0),
        min(session.connection.sdu, 65535),
        65535,
        1,
        0,
        45,
        0x0C,
        0x0C,
        session.connection.sdu,
        max(session.connection.sdu, 65535),
        0,
        profile.accept_flags | check,
    )


def protocol(session: Session, w: Writer) -> None:
    profile = session.server.profile
    w.u8(Message.PROTOCOL).u8(6).u8(0).raw(b"x86_64/Linux 2.4.xx\0")
    w.u16_little(AL32UTF8).u8(1).u16_little(0)
    national = bytes((1, 0, 0, 0, 0, 0, 0)) + bytes(2) + AL16UTF16.to_bytes(2, "big") + bytes(2)
    w.u16(len(national)).raw(national)
    w.clr(profile.compile_capabilities())
    w.clr(profile.runtime_capabilities(session.server.max_string_size))


def data_types(session: Session, request: DataTypes, w: Writer) -> None:
    capabilities = request.compile_capabilities
    profile = session.server.profile
    session.field_version = min(capabilities[7], profile.field_version)
    session.connection.negotiated = True
    session.client_ends_responses = bool(capabilities[40] & ENDS_RESPONSES)
    w.u8(Message.DATA_TYPES)
    if request.runtime_capabilities[1] & 1:
        w.raw(bytes.fromhex("800000003c3c3c80000000"))  # DBTIMEZONE: +00:00
    for entry in request.types:
        for number in entry:
            w.u16(number)
    w.u16(0)


def log_on(session: Session, request: Logon, w: Writer) -> None:
    """Answer either phase. Raises OraError 1017."""
    if request.operation == "logon_proof":
        _prove(session, request, w)
        return
    if request.fast is not None:
        protocol(session, w)
        data_types(session, request.fast, w)
        # inside the envelope the client still shows an older version
        session.field_version = session.server.profile.field_version
    _challenge(session, request, w)


def _challenge(session: Session, request: Logon, w: Writer) -> None:
    server = session.server
    session.connection.ends_responses = (
        server.profile.ends_responses and session.client_ends_responses
    )
    session.user = request.user.upper()
    session.program = request.pairs.get("AUTH_PROGRAM_NM", session.program)
    session.machine = request.pairs.get("AUTH_MACHINE", session.machine)
    # an unknown user is challenged all the same, so that the refusal does not tell
    verifier = server.verifiers.get(session.user) or Verifier("")
    session.exchange = Exchange(verifier)
    challenge = session.exchange.challenge()
    w.u8(Message.PARAMETER).ub(len(challenge))
    for key, value, flags in challenge:
        w.text(key).text(value).ub(flags)
    end_of_call(session, w)


def _prove(session: Session, request: Logon, w: Writer) -> None:
    user, server, exchange = request.user.upper(), session.server, session.exchange
    if exchange is None or user not in server.verifiers or not exchange.verify(request.pairs):
        session.stats.logon_failures += 1
        raise OraError(1017, "invalid username/password; logon denied")
    session.user, session.logged_on = user, True
    session.stats.logons += 1
    if "AUTH_ALTER_SESSION" in request.pairs:  # the client's time zone
        session.altered.append(request.pairs["AUTH_ALTER_SESSION"].rstrip("\0"))
    values = {
        "AUTH_VERSION_STRING": "- Production",
        "AUTH_VERSION_SQL": "25",
        "AUTH_XACTION_TRAITS": "3",
        "AUTH_VERSION_NO": str(server.profile.version_number),
        "AUTH_VERSION_STATUS": "0",
        "AUTH_CAPABILITY_TABLE": "",
        "AUTH_DBNAME": server.service.upper(),
        "AUTH_SC_SERVER_HOST": "localhost",
        "AUTH_SC_DBUNIQUE_NAME": server.service,
        "AUTH_SC_INSTANCE_NAME": INSTANCE,
        "AUTH_SC_REAL_DBUNIQUE_NAME": server.service,
        "AUTH_SC_DB_DOMAIN": "",
        "AUTH_SC_SERVICE_NAME": session.service,
        "AUTH_INSTANCENAME": INSTANCE,
        "AUTH_INSTANCE_NO": "1",
        "AUTH_SESSION_ID": str(session.sid),
        "AUTH_SERIAL_NUM": str(session.serial),
        "AUTH_SERVER_PID": str(20000 + session.sid),
        "AUTH_USER_ID": "107",
        "AUTH_MAX_OPEN_CURSORS": str(server.open_cursors),
        "AUTH_MAX_IDEN_LENGTH": "128",
        "AUTH_NLS_LXLAN": "AMERICAN",
        "AUTH_NLS_LXCTERRITORY": "AMERICA",
        "AUTH_NLS_LXCCHARSET": "AL32UTF8",
        "AUTH_DB_MOUNT_ID": "1700000000",
        "AUTH_FAILOVER_ID": "",
        "AUTH_SVR_RESPONSE": exchange.response(),
    }
    w.u8(Message.PARAMETER).ub(len(values))
    for key, value in values.items():
        w.text(key).text(value).ub(0)
    end_of_call(session, w)


def _word(text: str, key: str) -> str:
    match = re.search(rf"\({key}=([^)]*)\)", text, re.IGNORECASE)
    return match[1] if match else ""


def _number(packet: bytes, at: int, size: int) -> int:
    return int.from_bytes(packet[at : at + size], "big")
