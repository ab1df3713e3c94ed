#!/usr/bin/env python3
"""An open load on create-user: requests leave at their due moments, whether others are answered or not.

Usage: open_load.py PORT RATE SECONDS PREFIX. Prints: sent, errors, answers a second, and p50, p99
and the longest latency in milliseconds, each from the moment at which the request was due.
Connections are kept and used again; one more is opened whenever all are busy.
"""
import asyncio
import gc
import json
import sys
import time

PORT, RATE, SECONDS, PREFIX = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
PATIENCE = 30


async def exchange(connection, email):
    reader, writer = connection
    body = json.dumps({"email": email, "phone": "+12025550123", "host_provider": "local",
                       "site_type": "static", "requirements": "# A site of " + email}).encode()
    writer.write(b"POST /api/create-user HTTP/1.1\r\nHost: localhost\r\n"
                 b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
    answer = await reader.readexactly(length)
    return int(lines[0].split()[1]), answer


async def one(number, due, idle, latencies, errors):
    try:
        connection = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", PORT)
        status, answer = await asyncio.wait_for(exchange(connection, f"{PREFIX}{number}@example.com"), PATIENCE)
        latencies.append(time.perf_counter() - due)
        idle.append(connection)
        if status != 202:
            errors.append((status, answer))
    except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as failed:
        latencies.append(time.perf_counter() - due)
        errors.append(failed)


async def main():
    idle, latencies, errors, tasks = [], [], [], []
    start = time.perf_counter() + 0.1
    for number in range(RATE * SECONDS):
        due = start + number / RATE
        pause = due - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(one(number, due, idle, latencies, errors)))
    await asyncio.gather(*tasks)
    took = time.perf_counter() - start
    for _, writer in idle:
        writer.close()
    latencies.sort()
    at = lambda share: latencies[min(len(latencies) - 1, int(share * len(latencies)))] * 1000
    if errors:
        print("the first error:", errors[0], file=sys.stderr)
    print(len(latencies), len(errors), f"{(len(latencies) - len(errors)) / took:.1f}",
          f"{at(0.5):.1f} {at(0.99):.1f} {at(1):.1f}")


gc.disable()  # the driver's own pauses are not the service's
asyncio.run(main())
