"""What Prometheus may know of the HTTP side. Labels are route templates, never paths, so their number is bounded."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.responses import Response
from starlette.types import Scope

from backend.core.metrics import REGISTRY
from backend.server.api.contract import find_operation

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})

REQUESTS = Counter("interlude_http_requests", "Requests answered.", ["route", "method", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "interlude_http_request_seconds",
    "Time until the answer begins; of a stream, until it opens.",
    ["route", "method"],
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def record_request(scope: Scope, *, status: int, seconds: float) -> None:
    """Counts one answered request."""
    operation = find_operation(scope)
    route = operation.route if operation else "unmatched"
    method = scope["method"] if scope["method"] in METHODS else "other"
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route, method).observe(seconds)


def metrics_response() -> Response:
    """All counters in Prometheus' text format."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
