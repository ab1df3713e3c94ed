// The site's own server: pages from public/, one form, entries in a file. Needs Node.js 20 or newer
// and nothing else. Environment: PORT, HOST, DATA_DIR (the only place that is written to), RELEASE.
import { createServer } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const port = Number(process.env.PORT || 8080);
const host = process.env.HOST || '127.0.0.1';
const dataDir = process.env.DATA_DIR || path.join(here, 'data');
const release = process.env.RELEASE || '';

const MAX_BODY = 16 * 1024;
const SHOWN = 200;
const REMEMBERED = 1000;
const POSTS_A_MINUTE = 20;
const TYPES = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  xml: 'application/xml',
};
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
};

const site = JSON.parse(await readFile(path.join(here, 'pages', 'site.json'), 'utf8'));
const formPage = await readFile(path.join(here, 'pages', 'form.html'), 'utf8');
const thanksPage = await readFile(path.join(here, 'pages', 'thanks.html'), 'utf8');
const files = await load(path.join(here, 'public'), '');
const isBook = site.form === 'guestbook';
const formPath = `/${site.form}/`;

// ---- static files: all are in memory, found by their exact name, so no path leads elsewhere

async function load(directory, prefix) {
  const found = new Map();
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const name = prefix + entry.name;
    if (entry.isDirectory()) {
      for (const [key, value] of await load(path.join(directory, entry.name), `${name}/`)) {
        found.set(key, value);
      }
    } else if (entry.isFile()) {
      const body = await readFile(path.join(directory, entry.name));
      const hashed = /\.[0-9a-f]{8}\.[a-z0-9]+$/.test(name);
      found.set(name, {
        body,
        etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`,
        type: TYPES[name.slice(name.lastIndexOf('.') + 1)] || 'application/octet-stream',
        cache: hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
    }
  }
  return found;
}

// ---- entries: one JSON object a line, written to the disk before anybody is thanked

const TRIAL = 600_000;
const trials = path.join(dataDir, 'trials');

// A file each, as the next request may come to another process on the same directory.
async function addTrial(entry) {
  await mkdir(trials, { recursive: true, mode: 0o700 });
  for (const name of await readdir(trials)) {
    const old = path.join(trials, name);
    await stat(old).then(({ mtimeMs }) => (Date.now() - mtimeMs > TRIAL ? unlink(old) : undefined)).catch(() => {}); // another process did it
  }
  await writeFile(path.join(trials, `${entry.id}.json`), JSON.stringify(entry), { mode: 0o600 });
}

async function findTrial(id) {
  if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
  try {
    const entry = JSON.parse(await readFile(path.join(trials, `${id}.json`), 'utf8'));
    return Date.now() - entry.time < TRIAL ? entry : undefined;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

class Entries {
  constructor(file) {
    this.file = file;
    this.offset = 0;
    this.rest = Buffer.alloc(0);
    this.newest = [];
    this.queue = Promise.resolve();
  }

  // One after the other, so that no line is read or written in the middle of another.
  inTurn(work) {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => {});
    return turn;
  }

  add(entry) {
    if (entry.mail.endsWith('.invalid')) {
      // RFC 2606: nobody can live there. Such an entry is a trial: it is not kept, and shown for ten
      // minutes to whoever knows its id.
      return addTrial(entry);
    }
    return this.inTurn(async () => {
      const handle = await open(this.file, 'a+', 0o600);
      try {
        const { size } = await handle.stat();
        const last = Buffer.alloc(1);
        const torn = size > 0 && (await handle.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== 10;
        await handle.appendFile(`${torn ? '\n' : ''}${JSON.stringify(entry)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  // Reads what was added since the last time, also by another process on the same directory.
  all() {
    return this.inTurn(async () => {
      let handle;
      try {
        handle = await open(this.file, 'r');
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
        return [];
      }
      try {
        const { size } = await handle.stat();
        if (size < this.offset) {
          this.offset = 0;
          this.rest = Buffer.alloc(0);
          this.newest = [];
        }
        while (this.offset < size) {
          const chunk = Buffer.alloc(Math.min(1 << 16, size - this.offset));
          const { bytesRead } = await handle.read(chunk, 0, chunk.length, this.offset);
          if (bytesRead === 0) break;
          this.offset += bytesRead;
          this.take(Buffer.concat([this.rest, chunk.subarray(0, bytesRead)]));
        }
      } finally {
        await handle.close();
      }
      return [...this.newest];
    });
  }

  async find(id) {
    return (await findTrial(id)) || (await this.all()).find((entry) => entry.id === id);
  }

  take(bytes) {
    let from = 0;
    for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
      const line = bytes.toString('utf8', from, end);
      from = end + 1;
      try {
        const entry = JSON.parse(line);
        if (typeof entry.id === 'string' && typeof entry.text === 'string') this.newest.unshift(entry);
      } catch {
        console.error('entries: a line that a crash cut short was left out');
      }
    }
    this.newest.length = Math.min(this.newest.length, REMEMBERED);
    this.rest = bytes.subarray(from);
  }
}

await mkdir(dataDir, { recursive: true, mode: 0o700 });
const entries = new Entries(path.join(dataDir, isBook ? 'guestbook.jsonl' : 'messages.jsonl'));

// ---- pages with words of visitors: everything is escaped

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '{': '&#123;', '}': '&#125;' };
const escape = (text) => String(text).replace(/[&<>"'{}]/g, (c) => ESCAPES[c]);
const fill = (page, html) => page.replace('<!--slot-->', () => html);

function field(name, label, errors, control) {
  const hint = errors[name] ? `<p class="hint" id="_${name}-hint">${escape(errors[name])}</p>` : '';
  return `<div><label for="_${name}">${escape(label)}</label>${control}${hint}</div>`;
}

function marks(name, errors) {
  return errors[name] ? ` aria-invalid="true" aria-describedby="_${name}-hint"` : '';
}

function form(values, errors) {
  const w = site.words;
  const mailLabel = isBook ? w['mail.hidden'] : w.mail;
  const input = (name, type, more) =>
    `<input id="_${name}" name="${name}" type="${type}" value="${escape(values[name] || '')}"${more}${marks(name, errors)}>`;
  return (
    `<form class="form" method="post" action="${site.root}${site.form}/" data-check="echo" novalidate>` +
    field('name', w.name, errors, input('name', 'text', ' maxlength="80" autocomplete="name" required')) +
    field('mail', mailLabel, errors, input('mail', 'email', ` maxlength="120" autocomplete="email"${isBook ? '' : ' required'}`)) +
    field('text', w.text, errors,
      `<textarea id="_text" name="text" rows="6" maxlength="4000" required${marks('text', errors)}>\n${escape(values.text || '')}</textarea>`) +
    `<div class="trap" aria-hidden="true"><label for="_website">${escape(w.leave)}</label>` +
    '<input id="_website" name="website" type="text" tabindex="-1" autocomplete="off"></div>' +
    `<div><button class="button" type="submit">${escape(w.send)}</button></div></form>`
  );
}

function notice(words, role) {
  return `<div class="notice" role="${role}"><p>${escape(words)}</p></div>`;
}

function shown(entry, tag) {
  const day = new Date(entry.time).toISOString().slice(0, 10);
  return (
    `<${tag} class="entry" id="_e-${escape(entry.id)}"><p dir="auto">${escape(entry.text)}</p>` +
    `<p class="by"><bdi>${escape(entry.name)}</bdi>, <time datetime="${day}">${day}</time></p></${tag}>`
  );
}

async function book(values, errors, said, own) {
  let list = '';
  if (isBook) {
    const kept = await entries.all();
    const all = (own && !kept.includes(own) ? [own, ...kept] : kept).slice(0, SHOWN);
    list = all.length
      ? `<ul class="entries">${all.map((entry) => shown(entry, 'li')).join('')}</ul>`
      : `<p class="lead">${escape(site.words['guestbook.none'])}</p>`;
  }
  return fill(formPage, said + form(values, errors) + list);
}

// ---- answers

function send(request, response, status, headers, body) {
  const all = { ...SECURITY, ...headers };
  if (stopping) all.connection = 'close';
  if (body !== undefined) all['content-length'] = Buffer.byteLength(body);
  response.writeHead(status, all);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function page(request, response, status, html) {
  send(request, response, status, { 'content-type': TYPES.html, 'cache-control': 'no-store' }, html);
}

function text(request, response, status, words, more = {}) {
  send(request, response, status, { 'content-type': TYPES.txt, 'cache-control': 'no-store', ...more }, `${words}\n`);
}

function file(request, response, found, status = 200) {
  const headers = { etag: found.etag, 'cache-control': found.cache };
  const known = (request.headers['if-none-match'] || '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (status === 200 && (known.includes(found.etag) || known.includes('*'))) {
    send(request, response, 304, headers);
  } else {
    send(request, response, status, { ...headers, 'content-type': found.type }, found.body);
  }
}

function lost(request, response) {
  const found = files.get('404.html');
  if (found) file(request, response, { ...found, cache: 'no-store' }, 404);
  else text(request, response, 404, 'Not found');
}

function serve(request, response, name) {
  const key = name === '' || name.endsWith('/') ? `${name}index.html` : name;
  if (files.has(key)) file(request, response, files.get(key));
  else if (files.has(`${name}/index.html`)) {
    const target = name.split('/').map(encodeURIComponent).join('/');
    text(request, response, 308, 'Moved', { location: `${site.root}${target}/` });
  } else lost(request, response);
}

// ---- the form

const posts = new Map();

function tooMany(request) {
  const own = request.socket.remoteAddress || '';
  const passed = String(request.headers['x-forwarded-for'] || '').split(',').pop().trim();
  const from = /^(127\.|::1$|::ffff:127\.)/.test(own) && passed ? passed.slice(0, 64) : own;
  const minute = Math.floor(Date.now() / 60_000);
  if (posts.size > 10_000) posts.clear();
  const seen = posts.get(from);
  const count = seen && seen.minute === minute ? seen.count + 1 : 1;
  posts.set(from, { minute, count });
  return count > POSTS_A_MINUTE;
}

async function body(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function clean(value, lines) {
  const plain = String(value || '').replace(/\r\n?/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202d\u202e]/g, ' ');
  return (lines ? plain : plain.replace(/\n/g, ' ')).trim();
}

function check(values) {
  const errors = {};
  const long = (words) => [...words].length;
  if (long(values.name) < 1 || long(values.name) > 80) errors.name = site.words['error.name'];
  const mail = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,60}\.[^\s@<>".]{2,24}$/.test(values.mail);
  if (!mail && (values.mail !== '' || !isBook)) errors.mail = site.words['error.mail'];
  if (long(values.text) < 2 || long(values.text) > 4000) errors.text = site.words['error.text'];
  return errors;
}

async function receive(request, response) {
  if (request.headers['sec-fetch-site'] === 'cross-site') return text(request, response, 403, 'Not from another site');
  const type = String(request.headers['content-type'] || '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return text(request, response, 415, 'A form is expected');
  const raw = await body(request);
  if (raw === undefined) {
    const said = notice(site.words['error.size'], 'alert');
    response.once('finish', () => request.destroy());
    return page(request, response, 413, await book({}, {}, said));
  }
  const sent = new URLSearchParams(raw);
  const values = {
    name: clean(sent.get('name'), false),
    mail: clean(sent.get('mail'), false),
    text: clean(sent.get('text'), true),
  };
  if (sent.get('website')) return redirect(request, response, '');
  const errors = check(values);
  if (Object.keys(errors).length) {
    return page(request, response, 422, await book(values, errors, notice(site.words['error.form'], 'alert')));
  }
  if (tooMany(request)) {
    return page(request, response, 429, await book(values, {}, notice(site.words['error.rate'], 'alert')));
  }
  const entry = { id: randomBytes(16).toString('hex'), time: Date.now(), ...values };
  await entries.add(entry);
  return redirect(request, response, entry.id);
}

// To a page of its own, so that going back or reloading sends nothing twice.
function redirect(request, response, id) {
  const rest = id === '' ? '' : isBook ? `?entry=${id}#_e-${id}` : `?sent=${id}`;
  send(request, response, 303, { location: `${site.root}${site.form}/${rest}`, 'cache-control': 'no-store' }, '');
}

async function show(request, response, query) {
  const id = query.get('entry') || query.get('sent');
  const found = id && (await entries.find(id));
  if (!found) return page(request, response, 200, await book({}, {}, ''));
  if (isBook) return page(request, response, 200, await book({}, {}, notice(site.words['guestbook.thanks'], 'status'), found));
  return page(request, response, 200, fill(thanksPage, shown(found, 'div')));
}

async function answer(request, response) {
  const url = new URL(request.url.replace(/^\/+/, '/'), 'http://site');
  let name;
  try {
    name = decodeURIComponent(url.pathname).slice(1);
  } catch {
    return text(request, response, 400, 'Not an address');
  }
  const isForm = `/${name}` === formPath;
  if (request.method === 'POST' && isForm) return receive(request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return text(request, response, 405, 'Not allowed', { allow: isForm ? 'GET, HEAD, POST' : 'GET, HEAD' });
  }
  if (name === 'healthz') {
    const state = JSON.stringify({ status: 'ok', release });
    return send(request, response, 200, { 'content-type': TYPES.json, 'cache-control': 'no-store' }, state);
  }
  if (isForm) return show(request, response, url.searchParams);
  if (`/${name}/` === formPath) return text(request, response, 308, 'Moved', { location: `${site.root}${site.form}/` });
  return serve(request, response, name);
}

// ---- start and stop

let stopping = false;

const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000 }, (request, response) => {
  answer(request, response).catch((error) => {
    console.error(`${request.method} ${request.url}:`, error);
    if (!response.headersSent) text(request, response, 500, 'Something went wrong here. Please try again.');
    else response.destroy();
  });
});

function stop() {
  if (stopping) return;
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => {
    server.closeAllConnections();
    process.exit(0);
  }, 4000).unref();
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
server.listen(port, host, () => console.log(`listening on ${host}:${server.address().port}`));
