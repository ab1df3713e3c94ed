// The inside of a machine's double: runs scripts as Systems Manager would, and units as systemd
// would. Lines of JSON come on standard input and go to standard output.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import readline from 'node:readline';

const units = new Map();
const scripts = new Map();

function answer(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function runScript(id, text) {
  const file = `/tmp/script-${id}`;
  fs.writeFileSync(file, text, { mode: 0o755 });
  const child = spawn(file, [], { cwd: '/', detached: true, env: { PATH: process.env.PATH } });
  scripts.set(id, child);
  let out = '';
  let err = '';
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (err += part));
  child.on('close', (code, signal) => {
    scripts.delete(id);
    answer({ id, code: signal ? -1 : code, out, err });
  });
}

// ---- units

function setting(text, name) {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));
}

function template(name) {
  const [kind, slot] = name.split('@');
  const text = fs.readFileSync(`/etc/systemd/system/${kind}@.service`, 'utf8');
  return text.replaceAll('%i', slot);
}

function launch(name) {
  if (name === 'nginx') {
    return spawn('/usr/sbin/nginx', ['-g', 'daemon off;'], { stdio: ['ignore', 'pipe', 'pipe'] });
  }
  const text = template(name);
  const environment = {};
  const lines = setting(text, 'Environment').flatMap((line) => line.split(' '));
  for (const file of setting(text, 'EnvironmentFile')) {
    lines.push(...fs.readFileSync(file, 'utf8').split('\n').filter(Boolean));
  }
  for (const line of lines) {
    environment[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
  }
  const [program, ...args] = setting(text, 'ExecStart')[0].split(' ');
  return spawn(program === '/usr/bin/node' ? process.execPath : program, args, {
    cwd: setting(text, 'WorkingDirectory')[0],
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function start(name) {
  const unit = units.get(name) ?? { log: '', restarts: 0 };
  units.set(name, unit);
  if (unit.child) return;
  unit.wanted = true;
  const child = launch(name);
  unit.child = child;
  const keep = (part) => (unit.log = (unit.log + part).slice(-8192));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('exit', () => {
    unit.child = null;
    if (unit.wanted && name !== 'nginx') {
      unit.restarts += 1;
      setTimeout(() => unit.wanted && start(name), 100);
    }
  });
}

function stop(name) {
  const unit = units.get(name);
  if (!unit) return Promise.resolve();
  unit.wanted = false;
  const { child } = unit;
  if (!child) return Promise.resolve();
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 3000);
    child.on('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function systemctl(words) {
  const [verb, ...rest] = words.filter((word) => word !== '--quiet');
  const name = rest.at(-1);
  switch (verb) {
    case 'daemon-reload':
    case 'disable':
      return '';
    case 'enable':
      if (rest.includes('--now')) start(name);
      return '';
    case 'start':
      start(name);
      return '';
    case 'restart':
      await stop(name);
      if (units.has(name)) units.get(name).restarts = 0;
      start(name);
      return '';
    case 'stop':
      await stop(name);
      return '';
    case 'reload':
      if (!units.get(name)?.child) throw new Error('not running');
      units.get(name).child.kill('SIGHUP');
      return '';
    case 'show':
      return String(units.get(name)?.restarts ?? 0);
    default:
      throw new Error(`unknown: ${words.join(' ')}`);
  }
}

http
  .createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    try {
      response.end(
        request.url === '/systemctl'
          ? await systemctl(body.split(' '))
          : (units.get(body)?.log.split('\n').slice(-13).join('\n') ?? ''),
      );
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  })
  .listen('/double/control.sock');

// ---- the way in, from outside to what listens on port 80

net
  .createServer((outside) => {
    const inside = net.connect(80, '127.0.0.1');
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
    outside.pipe(inside).pipe(outside);
  })
  .listen('/double/front.sock', () => answer({ id: 'up' }));

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.run !== undefined) runScript(order.id, order.run);
  else if (order.kill && scripts.has(order.kill)) process.kill(-scripts.get(order.kill).pid, 'SIGKILL');
});
