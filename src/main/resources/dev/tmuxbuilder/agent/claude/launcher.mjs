// Runs Claude Code inside a tmux pane: what it says goes to a transcript, whole and in order, and to
// the pane, readably; what it is told comes as files, each one a JSON line, by their names' order.
// Whoever sits at the pane may type a line, which is a message like any other.
//
// The folder given as the only argument holds launch.json (program, arguments, environment, working
// directory), which is removed once it is read, since a session's token is in it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

const folder = process.argv[2];
const inbox = path.join(folder, 'in');
const launchFile = path.join(folder, 'launch.json');
const launch = JSON.parse(fs.readFileSync(launchFile, 'utf8'));
fs.rmSync(launchFile);

const transcript = fs.openSync(path.join(folder, 'transcript.jsonl'), 'a', 0o600);
const errors = fs.openSync(path.join(folder, 'stderr.log'), 'a', 0o600);
const claude = spawn(launch.program, launch.arguments, {
  cwd: launch.directory,
  env: launch.environment,
  stdio: ['pipe', 'pipe', errors],
});
claude.stdin.on('error', () => {}); // it ended: its exit says so

// --- what it is told ---------------------------------------------------------

let ending = false;

function deliver() {
  for (const name of fs.readdirSync(inbox).filter((file) => file.endsWith('.json')).sort()) {
    const file = path.join(inbox, name);
    const line = fs.readFileSync(file, 'utf8');
    claude.stdin.write(line + '\n');
    fs.renameSync(file, file.replace(/json$/, 'sent'));
  }
}

fs.watch(inbox, deliver);
const looking = setInterval(deliver, 200); // some file systems tell nothing
deliver();

const typed = readline.createInterface({ input: process.stdin, terminal: false });
typed.on('line', (text) => {
  if (text.trim() !== '' && !ending) {
    const content = [{ type: 'text', text }];
    claude.stdin.write(JSON.stringify({ type: 'user', message: { role: 'user', content } }) + '\n');
  }
});

// --- what it says ------------------------------------------------------------

const LONGEST = 160;
const printable = (text) =>
  Array.from(String(text).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')).slice(0, LONGEST).join('');

function readable(said) {
  switch (said.type) {
    case 'system':
      return said.subtype === 'init'
        ? [`— ${said.model} in ${said.cwd}`]
        : said.subtype === 'api_retry'
          ? [`… the model does not answer (${said.error_status ?? said.error}); tries again`]
          : [];
    case 'user':
      return said.isReplay ? ['> a message'] : [];
    case 'assistant':
      return (said.message?.content ?? []).flatMap((block) =>
        block.type === 'text'
          ? [printable(block.text)]
          : block.type === 'tool_use'
            ? [`* ${block.name} ${printable(JSON.stringify(block.input))}`]
            : [],
      );
    case 'result':
      return [`— end of turn: ${said.is_error ? 'error' : 'ok'}`];
    default:
      return [];
  }
}

readline.createInterface({ input: claude.stdout, crlfDelay: Infinity }).on('line', (line) => {
  fs.writeSync(transcript, line + '\n');
  try {
    readable(JSON.parse(line)).forEach((text) => console.log(text));
  } catch {
    console.log(printable(line));
  }
});
process.stdout.on('error', () => {}); // the pane is gone

// --- the end -----------------------------------------------------------------

const PATIENCE = 2000;

function end() {
  if (!ending) {
    ending = true;
    claude.stdin.end(); // it ends by itself where it has nothing to do
    claude.kill('SIGTERM');
    setTimeout(() => claude.kill('SIGKILL'), PATIENCE);
  }
}
for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT']) {
  process.on(signal, end);
}

function over(how) {
  clearInterval(looking);
  const fresh = path.join(folder, 'exit.new');
  fs.writeFileSync(fresh, JSON.stringify(how));
  fs.renameSync(fresh, path.join(folder, 'exit.json'));
  process.exit(0);
}
claude.on('error', (failure) => over({ failed: failure.code ?? 'unknown' }));
claude.on('close', (code, signal) => over({ code, signal }));
