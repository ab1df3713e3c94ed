"""A model's API that streams tokens with the time at which each was sent, and a client that reads
them: serve PORT | wait URL TOKEN | measure DIRECT THROUGH TOKEN ROUNDS."""

import http.client
import json
import sys
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PACED, FAST = 200, 20000


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        pace = wish["metadata"]["pace"]
        for _ in range(wish["metadata"]["tokens"]):
            data = {"type": "content_block_delta", "index": 0, "sent": time.monotonic_ns(),
                    "delta": {"type": "text_delta", "text": "token"}}
            self.wfile.write(b"event: content_block_delta\ndata: " + json.dumps(data).encode() + b"\n\n")
            if pace:
                time.sleep(pace)


def stream(url, token, tokens, pace):
    """The microseconds that each token was under way, and how long all took."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    begun = time.monotonic()
    connection.request("POST", parts.path, json.dumps(
        {"model": "claude-haiku-4-5", "stream": True, "messages": [],
         "metadata": {"tokens": tokens, "pace": pace}}),
        {"Content-Type": "application/json", "Authorization": "Bearer " + token})
    answer = connection.getresponse()
    if answer.status != 200:
        raise OSError(answer.read().decode())
    under_way = []
    for line in answer:
        if line.startswith(b"data:"):
            came = time.monotonic_ns()
            if pace:
                under_way.append((came - json.loads(line[5:])["sent"]) / 1000)
            else:
                under_way.append(0)
    if len(under_way) != tokens:
        raise OSError("%d of %d tokens came" % (len(under_way), tokens))
    return under_way, time.monotonic() - begun


def wait(url, token):
    end = time.monotonic() + 60
    while True:
        try:
            return stream(url, token, 1, 0)
        except OSError as refused:
            if time.monotonic() > end:
                sys.exit("no run goes on: %s" % refused)
            time.sleep(0.2)


def measure(direct, through, token, rounds):
    paced, fast = {direct: [], through: []}, {direct: [], through: []}
    for _ in range(rounds):
        for url in (direct, through):
            paced[url] += stream(url, token, PACED, 0.005)[0]
            fast[url].append(FAST / stream(url, token, FAST, 0)[1])
    shown = []
    for url in (direct, through):
        times = sorted(paced[url])
        shown += [times[len(times) // 2], times[len(times) * 99 // 100]]
    shown += [sorted(fast[url])[rounds // 2] for url in (direct, through)]
    print(*[round(value) for value in shown])


if sys.argv[1] == "serve":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Model).serve_forever()
elif sys.argv[1] == "wait":
    wait(*sys.argv[2:])
else:
    measure(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
