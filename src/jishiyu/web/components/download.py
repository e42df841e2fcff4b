"""A file with its hash: in a header, in the trail, and on the page that offers it."""

import hashlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.audit.operations import record
from jishiyu.web.gate import who


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes with a name and a type."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"

    @property
    def sha256(self) -> str:
        """Return the hash as people compare it."""
        return hashlib.sha256(self.content).hexdigest()


def given(request: HttpRequest, file: Download, *, about: str, inline: bool = False) -> HttpResponse:
    """Return the file and record that it was taken; `about` is the record it belongs to (`batch 3`)."""
    now = timezone.now()
    with whole():
        details = {"file": file.name, "sha256": file.sha256, "bytes": len(file.content)}
        record(by=who(request).name, action="download", record=about, details=details, at=now)
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, file.name) or "attachment"
    response.headers["X-Content-SHA256"] = file.sha256
    return response
