#!/usr/bin/env python3
"""The peer of status-reads.sh: one process, one thread at a time, Python's own HTTP server.

It answers a status from a dict as JSON, behind a bearer token, as a small Flask service would.
Usage: peer_status.py PORT TOKEN FILE, where FILE is the JSON to answer with.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, TOKEN, FILE = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with open(FILE, encoding="utf-8") as given:
    STATUS = json.load(given)
EXECUTIONS = {STATUS["execution_id"]: STATUS}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # headers and body leave in one write
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.headers.get("Authorization") != "Bearer " + TOKEN:
            return self.answer(401, {"code": "unauthorized"})
        found = EXECUTIONS.get(self.path.partition("?")[0].rpartition("/")[2])
        return self.answer(200, found) if found else self.answer(404, {"code": "not_found"})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
