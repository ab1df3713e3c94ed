// Tries to get out of a sandbox in the ways that are known, and tells what came of it.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const { SECRET, SESSION, DATABASE, OTHER, ALLOWED, SERVICE, DATA_DIR } = process.env;

function attempt(action) {
  try {
    return { ok: true, value: String(action()).slice(0, 200) };
  } catch (error) {
    return { ok: false, code: error.code ?? error.message };
  }
}

function reach(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 1500 });
    const end = (ok, code) => { socket.destroy(); resolve({ ok, code }); };
    socket.on('data', (data) => end(true, String(data)));
    socket.on('error', (error) => end(false, error.code));
    socket.on('timeout', () => end(false, 'ETIMEDOUT'));
    socket.on('end', () => end(false, 'END'));
  });
}

function status(field) {
  const line = fs.readFileSync('/proc/self/status', 'utf8').split('\n').find((l) => l.startsWith(field + ':'));
  return line.split(':')[1].trim();
}

function listed(directory) {
  return attempt(() => fs.readdirSync(directory).join(' '));
}

const link = path.join(DATA_DIR, 'link');
fs.symlinkSync(SECRET, link);
const big = path.join(DATA_DIR, 'big');

const found = {
  uid: process.getuid(),
  capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(status),
  noNewPrivileges: status('NoNewPrivs'),
  seccomp: status('Seccomp'),
  environment: Object.keys(process.env).sort(),
  secret: attempt(() => fs.readFileSync(SECRET)),
  session: listed(SESSION),
  throughALink: attempt(() => fs.readFileSync(link)),
  throughProc: attempt(() => fs.readFileSync('/proc/1/root' + SECRET)),
  serviceEnvironment: attempt(() => fs.readFileSync(`/proc/${SERVICE}/environ`)),
  serviceMemory: attempt(() => fs.openSync(`/proc/${SERVICE}/mem`, 'r')),
  processes: fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
  passwords: attempt(() => fs.readFileSync('/etc/shadow')),
  homes: listed('/root'),
  otherTmp: fs.readdirSync('/tmp'),
  writeSystem: attempt(() => fs.writeFileSync('/usr/evil', 'x')),
  writeRoot: attempt(() => fs.writeFileSync('/evil', 'x')),
  writeDev: attempt(() => fs.writeFileSync('/dev/evil', 'x')),
  kernelSetting: attempt(() => fs.writeFileSync('/proc/sys/kernel/core_pattern', 'x')),
  disks: fs.readdirSync('/dev').filter((name) => /^(sd|vd|nvme|mem|kmem)/.test(name)),
  largeFile: attempt(() => {
    const file = fs.openSync(big, 'w');
    const chunk = Buffer.alloc(1 << 20);
    for (let i = 0; i < 64; i++) fs.writeSync(file, chunk);
    return 'written';
  }),
  mount: spawnSync('mount', ['-t', 'tmpfs', 'none', '/tmp']).status,
  namespace: spawnSync('unshare', ['--user', '--map-root-user', 'true']).status,
  interfaces: Object.keys(os.networkInterfaces()),
  metadata: await reach('169.254.169.254', 80),
  database: await reach('127.0.0.1', Number(DATABASE)),
  other: await reach('127.0.0.1', Number(OTHER)),
  outside: await reach('192.0.2.1', 80),
  allowed: await reach('127.0.0.1', Number(ALLOWED)),
};
fs.rmSync(big, { force: true });

// Many processes, until the kernel refuses.
const children = [];
found.forks = await new Promise((resolve) => {
  function more() {
    if (children.length >= 400) return resolve({ started: children.length, refused: false });
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    child.on('error', () => resolve({ started: children.length, refused: true }));
    child.on('spawn', () => { children.push(child); more(); });
  }
  more();
});
children.forEach((child) => child.kill('SIGKILL'));

console.log(JSON.stringify(found));
