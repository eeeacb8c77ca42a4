"""Answers again what was answered before, ahead of all routing and checking.

A request that looks to the byte like one that has led to a kept answer, from somebody for whom the
same data exists, is owed that answer again for as long as it is of the current version. The plan
was made by the route the first time. Whatever else there is to judge, the route judges.
"""

import time

from starlette.types import Scope, Send

from app.answers.answers import Answers
from app.answers.cache import request_key
from app.answers.plan import Verdict, conditions_of, judge_any
from app.answers.ranges import Unsatisfiable, cut, part_of
from app.answers.representation import Headers
from app.contract.principal import Principal
from app.web.middleware import id_of, tell_of_request


async def answered_again(
    answers: Answers, principal: Principal, scope: Scope, send: Send, marks: Headers
) -> bool:
    """Answer the request if it is remembered; otherwise do nothing, and return False.

    `marks` are headers that middleware adds to every other answer.
    """
    began = time.perf_counter()
    headers = dict(scope["headers"])
    key = request_key(scope, headers, principal.sees)
    entry = answers.cache.by_request.get(key) if key else None
    if (
        entry is None
        or entry.version is None
        or entry.version is not answers.versions.fresh()
        or scope["method"] != "GET"
        or b"origin" in headers  # CORS has to look at it
    ):
        return False
    conditions = conditions_of(headers)
    verdict, tag = (
        judge_any(conditions, entry.tags, entry.version) if conditions else (Verdict.SEND, None)
    )
    part = part_of(headers, entry) if b"range" in headers and verdict is Verdict.SEND else None
    if part:
        if isinstance(part, Unsatisfiable):
            return False
        pieces = cut(entry.pieces, part.start, part.stop)
        if len(pieces) != 1:
            return False
        body = pieces[0]
        status, size, start = 206, len(body), entry.in_part + part.headers_with_length
    elif verdict is Verdict.SEND and len(entry.pieces) == 1:
        status, size, body, start = 200, entry.size, entry.pieces[0], entry.again
    elif verdict is Verdict.NOT_MODIFIED and tag is entry.tags[0]:
        status, size, body, start = 304, 0, b"", entry.not_modified
    else:
        return False
    entry.used = True
    request_id = id_of(headers.get(b"x-request-id"))
    start = [*start, *marks, (b"x-request-id", request_id)]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})
    tell_of_request(request_id, scope, status, size, began, "hit")
    return True
