"""The page for reading and trying the API: Swagger UI, all of it served from here, so it works without a network."""

from fastapi import APIRouter, Response
from starlette.staticfiles import StaticFiles

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Interlude API</title>
<link rel="icon" href="docs/files/favicon.png">
<link rel="stylesheet" href="docs/files/swagger-ui.css">
</head>
<body>
<div id="page"><noscript>This page needs JavaScript. The API is described in <a href="openapi.json">openapi.json</a>,
too.</noscript></div>
<script src="docs/files/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null, // else the page shows the contract to a service elsewhere
});
"""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Swagger UI styles its elements one by one and draws its icons from data URLs; nothing leaves this server."""

router = APIRouter(include_in_schema=False)
FILES = StaticFiles(packages=[("fastapi_offline", "static")])


@router.get("/docs")
async def get_docs() -> Response:
    """The page. Its addresses are relative, so it works under a prefix too."""
    return Response(PAGE, media_type="text/html", headers={"content-security-policy": POLICY})


@router.get("/docs/start.js")
async def get_docs_start() -> Response:
    return Response(START, media_type="text/javascript")
