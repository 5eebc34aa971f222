"""What the service writes to its log: one line of JSON for each request and each fault, with nothing personal in it.

An address can hold a case's reference and a query string can hold a name, so a line names the *route*, never the address; a fault is named
by its kind and place, never by its message, which may quote a row.
"""

from __future__ import annotations

import logging
import logging.config
import time
import traceback
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

request_log = structlog.get_logger("candour.requests")


def _fault_without_words(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace a fault by its kind and the places it came through: messages of faults can quote what was typed or stored."""
    fault = line.pop("exc_info", None)
    error = fault if isinstance(fault, BaseException) else fault[1] if isinstance(fault, tuple) else None
    if error is not None:
        line["fault"] = type(error).__name__
        line["at"] = [
            f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ]
    return line


def _foreign_without_words(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of a line that a library wrote, keep its unfilled words only: what would be filled in may be personal."""
    record = line.get("_record")
    if isinstance(record, logging.LogRecord) and line.get("_from_structlog") is False:
        line["event"] = str(record.msg)
        line.pop("positional_args", None)
    return line


def logging_settings() -> None:
    """Send every log, ours and the libraries', through the same rules to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        _foreign_without_words,
                        _fault_without_words,
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(),
                    ],
                }
            },
            "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "loggers": {
                "candour": {"handlers": ["lines"], "level": "INFO", "propagate": False},
                "django": {"handlers": ["lines"], "level": "WARNING", "propagate": False},
                "axes": {"handlers": ["lines"], "level": "CRITICAL", "propagate": False},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def log_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: one line a request, with a reference that an error page can show to the person."""

    def answer(request: HttpRequest) -> HttpResponse:
        reference = uuid.uuid4().hex[:12]
        request.META["candour.reference"] = reference
        began = time.monotonic()
        with structlog.contextvars.bound_contextvars(request=reference):
            response = get_response(request)
            route = request.resolver_match.view_name if request.resolver_match else None
            request_log.info(
                "request", method=request.method, route=route, status=response.status_code, ms=round(1000 * (time.monotonic() - began))
            )
        response["X-Request-Reference"] = reference
        return response

    return answer
