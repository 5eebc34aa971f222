"""Pages that belong to no app: whether the service is well."""

from __future__ import annotations

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse


@transaction.non_atomic_requests
def health(request: HttpRequest) -> HttpResponse:
    """200 with `{"database": "answers"}`, or 503 with `{"database": "does not answer"}`. It says nothing else, since anybody may ask."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "does not answer"}, status=503)
    return JsonResponse({"database": "answers"})
