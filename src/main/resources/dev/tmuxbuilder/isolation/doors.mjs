// Opens the doors of a network that is otherwise closed: each carries TCP connections between a
// port of the sandbox's own loopback and a Unix socket that both sides of the walls see. Node.js
// programs have it loaded before their own code (--import), others are started by it.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const plan = process.env.TMUXBUILDER_DOORS;
delete process.env.TMUXBUILDER_DOORS; // what the program starts opens no doors

function join(near, far) {
  for (const [from, to] of [[near, far], [far, near]]) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroySoon());
    from.pipe(to);
  }
}

function open(listenOn, leadTo) {
  const server = net.createServer({ allowHalfOpen: true }, (near) =>
    join(near, net.connect({ ...leadTo, allowHalfOpen: true })));
  return new Promise((opened, failed) => {
    server.once('error', failed);
    server.listen(listenOn, () => opened(server.unref()));
  });
}

if (plan) {
  const { serves, reaches } = JSON.parse(plan);
  await Promise.all([
    ...serves.map(({ socket, port }) => open({ path: socket }, { host: '127.0.0.1', port })),
    ...reaches.map(({ socket, port }) => open({ host: '127.0.0.1', port }, { path: socket })),
  ]);
}

if (plan && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [program, ...given] = process.argv.slice(2);
  const child = spawn(program, given, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', () => process.exit(127));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
