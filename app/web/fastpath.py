"""Answers again what was answered before, ahead of all routing and checking.

A request that looks to the byte like one that has led to a kept answer gets that answer again, for
as long as it is of the current version. Which answer that is, and whether the request is valid at
all, was found out by the route the first time; nothing of it is done here in a second way.
"""

import time

from starlette.types import Message, Scope, Send

from app.answers.answers import Answers
from app.answers.representation import still_holds
from app.web.middleware import id_of, log_request

_NO_BODY: Message = {"type": "http.response.body", "body": b""}


async def answered_again(answers: Answers, scope: Scope, send: Send) -> bool:
    """Answer the request if it is recognised; otherwise do nothing, and return False."""
    began = time.perf_counter()
    given = scope["headers"]
    headers = dict(given)
    entry = answers.cache.by_alias.get(
        (
            scope["path"],
            scope["query_string"],
            headers.get(b"accept"),
            headers.get(b"accept-encoding"),
        )
    )
    version = answers.versions.fresh()
    if (
        entry is None
        or version is None
        or entry.version is not version
        or scope["method"] != "GET"
        or len(headers) != len(given)  # some header came twice
        or b"if-modified-since" in headers
        or b"origin" in headers  # CORS has to look at it
    ):
        return False
    request_id = id_of(headers.get(b"x-request-id"))
    marks = (b"x-request-id", request_id)
    none_match = headers.get(b"if-none-match")
    if none_match is not None and (
        none_match == entry.tag or still_holds(entry.tag, version, none_match, None)
    ):
        status, size = 304, 0
        entry.used = True
        start = [*entry.not_modified, marks]
        await send({"type": "http.response.start", "status": 304, "headers": start})
        await send(_NO_BODY)
    elif len(entry.pieces) == 1:
        status, size = 200, entry.size
        entry.used = True
        start = [*entry.again, marks]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await send({"type": "http.response.body", "body": entry.pieces[0]})
    else:
        return False
    log_request(request_id, scope, status, size, began)
    return True
