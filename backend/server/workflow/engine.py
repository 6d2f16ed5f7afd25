"""The engine's doors: everything that the HTTP API, the terminal and `Runtime` may ask of it."""
