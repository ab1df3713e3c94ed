// Tries the way out of a closed network, and tells what it heard.
import net from 'node:net';

const { PROXY, ECHO } = process.env;

/** What comes back until the other side ends, or until what is waited for is there. */
function heard(port, said, enough = null) {
  return new Promise((done) => {
    let text = '';
    const socket = net.connect(Number(port), '127.0.0.1', () => socket.write(said));
    socket.on('data', (part) => {
      text += part.toString('latin1');
      if (enough && text.endsWith(enough)) socket.destroy();
    });
    socket.on('error', (error) => { text += error.code; });
    socket.on('close', () => done(text));
  });
}

const connect = (to, rest = '') => `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n${rest}`;

console.log(JSON.stringify({
  allowed: await heard(PROXY, connect(`echo.example:${ECHO}`, 'ping'), 'ping'),
  otherHost: await heard(PROXY, connect('evil.example:443')),
  otherPort: await heard(PROXY, connect('echo.example:1')),
  lost: await heard(PROXY, connect('lost.example:443')),
  down: await heard(PROXY, connect('down.example:1')),
  literal: await heard(PROXY, connect(`[::1]:${ECHO}`)),
  notATunnel: await heard(PROXY, `GET http://echo.example:${ECHO}/ HTTP/1.1\r\n\r\n`),
  endless: await heard(PROXY, 'CONNECT ' + 'a'.repeat(20_000)),
  past: await heard(ECHO, 'ping', 'ping'),
}));
process.exit(0);
