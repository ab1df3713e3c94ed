// A dynamic site for tests: it tells what it sees, and can misbehave.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const entries = path.join(process.env.DATA_DIR, 'entries.txt');
console.log('starting', process.env.RELEASE, 'VERSION');

function body(request) {
  return new Promise((resolve) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => resolve(Buffer.concat(parts)));
  });
}

function attempt(action) {
  try {
    return { ok: true, value: String(action()) };
  } catch (error) {
    return { ok: false, code: error.code };
  }
}

function json(response, value) {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://site');
  switch (url.pathname) {
    case '/healthz':
      return json(response, { status: 'ok', release: process.env.RELEASE });
    case '/version':
      return response.end('VERSION');
    case '/echo':
      return json(response, {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: (await body(request)).toString(),
      });
    case '/count': {
      const bytes = await body(request);
      return json(response, {
        bytes: bytes.length,
        encoding: request.headers['transfer-encoding'] ?? null,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
    }
    case '/chunks':
      response.setHeader('connection', 'close, x-private');
      response.setHeader('x-private', 'for this hop only');
      response.write('one ');
      response.write('two ');
      return response.end('three');
    case '/nothing':
      response.statusCode = 204;
      return response.end();
    case '/slow':
      return setTimeout(() => response.end('VERSION'), Number(url.searchParams.get('ms')));
    case '/sse': {
      response.setHeader('content-type', 'text/event-stream');
      response.write('data: first\n\n');
      // The second event comes only when the first one has been seen.
      const look = setInterval(() => {
        if (fs.existsSync(path.join(process.env.DATA_DIR, 'seen'))) {
          clearInterval(look);
          response.end('data: second\n\n');
        }
      }, 20);
      return undefined;
    }
    case '/environment':
      return json(response, process.env);
    case '/reach':
      return json(response, {
        uid: process.getuid(),
        cwd: process.cwd(),
        release: attempt(() => fs.writeFileSync('mine.txt', 'x')),
        data: attempt(() => fs.writeFileSync(path.join(process.env.DATA_DIR, 'mine.txt'), 'x')),
        other: attempt(() => fs.readFileSync(url.searchParams.get('path'), 'utf8')),
        shadow: attempt(() => fs.readFileSync('/etc/shadow', 'utf8')),
        processes: fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
      });
    case '/entries':
      if (request.method === 'POST') fs.appendFileSync(entries, `${await body(request)}\n`);
      return response.end(fs.existsSync(entries) ? fs.readFileSync(entries) : '');
    case '/crash':
      console.log('crashing as asked');
      response.end('bye');
      return setTimeout(() => process.exit(7), 10);
    case '/print':
      for (let i = 0; i < 100; i++) console.log('x'.repeat(100_000));
      return response.end('printed');
    default:
      response.statusCode = 404;
      return response.end('no such page');
  }
});

server.on('upgrade', (request, socket) => {
  if (request.url !== '/socket') {
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: shut\r\n\r\nno');
    return;
  }
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.write(frame(Buffer.from('hello'))); // it speaks first
  let pending = Buffer.alloc(0);
  socket.on('data', (data) => {
    pending = Buffer.concat([pending, data]);
    for (;;) {
      const message = parse(pending);
      if (!message) return;
      pending = pending.subarray(message.end);
      if (message.opcode === 8) return void socket.end(Buffer.from([0x88, 0]));
      socket.write(frame(message.payload));
    }
  });
  socket.on('error', () => {});
});

function frame(payload) {
  const head = payload.length < 126 ? Buffer.alloc(2) : Buffer.alloc(10);
  head[0] = 0x81;
  if (payload.length < 126) {
    head[1] = payload.length;
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

function parse(data) {
  if (data.length < 6) return null;
  let length = data[1] & 127;
  let at = 2;
  if (length === 126) {
    length = data.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (data.length < 14) return null;
    length = Number(data.readBigUInt64BE(2));
    at = 10;
  }
  if (data.length < at + 4 + length) return null;
  const mask = data.subarray(at, at + 4);
  const payload = Buffer.from(data.subarray(at + 4, at + 4 + length));
  for (let i = 0; i < length; i++) payload[i] ^= mask[i & 3];
  return { opcode: data[0] & 15, payload, end: at + 4 + length };
}

process.on('SIGTERM', () => {
  console.log('ending in peace');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(Number(process.env.PORT), process.env.HOST);
