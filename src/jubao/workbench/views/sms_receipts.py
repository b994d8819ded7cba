"""Where the gateway for SMS delivers its receipts: signed, fresh, about a message of ours; anything else is refused.

Worked example: `POST /workbench/sms/receipts/` with `{"id": "0199…", "state": "delivered", …}` and the two headers of
`kernel.signatures` answers 204; the same receipt again 204 and nothing changes; a wrong signature 403.
"""

from __future__ import annotations

import json
import os
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jubao.database.actor import Actor
from jubao.kernel.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed
from jubao.services.notices.outbox import receipt_take
from jubao.services.notices.sms_gateway import SECRET
from jubao.workbench.faces import now

LONGEST = 8192


@csrf_exempt
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """One receipt."""
    body = request.body[: LONGEST + 1]
    stamp, signature = request.headers.get(TIMESTAMP_HEADER, ""), request.headers.get(SIGNATURE_HEADER, "")
    secret = os.environ.get(SECRET, "")
    if len(body) > LONGEST or not is_signed(secret, stamp, signature, body, seconds=int(now().timestamp())):
        return HttpResponse(status=403)
    try:
        said = json.loads(body)
        message_id = UUID(str(said["id"]))
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    found = receipt_take(
        actor=Actor.system("sms_receipt", scope="%"), message_id=message_id, state=str(said.get("state", "")),
        number=str(said.get("number", ""))[:80], reason=str(said.get("reason", ""))[:200], now=now(),
    )  # fmt: skip
    return HttpResponse(status=204 if found else 404)
