// A dynamic site for tests that goes elsewhere by the proxy that its environment names.
import http from 'node:http';
import net from 'node:net';

/** What comes back to CONNECT, and whatever the far end says after it. */
function tunnel(to) {
  const proxy = new URL(process.env.HTTPS_PROXY ?? 'http://127.0.0.1:3128');
  return new Promise((done) => {
    let text = '';
    const socket = net.connect(Number(proxy.port), proxy.hostname, () =>
      socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`));
    socket.on('data', (part) => { text += part; });
    socket.on('error', (error) => { text += error.code; });
    socket.on('close', () => done(text));
  });
}

http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://site');
  switch (url.pathname) {
    case '/healthz':
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ status: 'ok', release: process.env.RELEASE }));
    case '/environment':
      return response.end(JSON.stringify(process.env));
    default:
      return response.end(await tunnel(url.searchParams.get('to')));
  }
}).listen(Number(process.env.PORT), process.env.HOST);
