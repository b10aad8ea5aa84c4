"""`/livez` and `/readyz`: whether the server runs, and whether it can answer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from . import access, engine

views = Blueprint("health", __name__)


@views.get("/livez")
def livez() -> Response:
    """200 as long as the process serves."""
    return jsonify({"status": "alive"})


@views.get("/readyz")
def readyz() -> Response:
    """200 once questions are answered, 503 before; about the index only to those who may ask."""
    info = engine.current().info
    if not access.known():
        return jsonify({"status": "ready"})
    index = {"version": info.version, "documents": info.documents, "sentences": info.sentences}
    return jsonify({"status": "ready", "index": index})
