// The terminal of the site's agent: text in colours as the service tells it, and keys where that was
// switched on. What is on the screen is only ever text here, never markup and never an order.

import { call, texts, toast } from "./app.js";

const PAUSE = 60; // keys that are typed together go together
const KEYS = {
  Enter: "\r", Backspace: "\x7f", Escape: "\x1b", Delete: "\x1b[3~", Home: "\x1b[H", End: "\x1b[F",
  ArrowUp: "\x1b[A", ArrowDown: "\x1b[B", ArrowRight: "\x1b[C", ArrowLeft: "\x1b[D", PageUp: "\x1b[5~", PageDown: "\x1b[6~",
};

const part = document.getElementById("terminal");
const view = document.getElementById("terminal-screen");
const note = document.getElementById("terminal-note");
const open = document.getElementById("terminal-open");
const typing = document.getElementById("terminal-type");
const path = `/api/executions/${document.getElementById("site").dataset.id}/terminal`;
let source = null;
let pending = "";
let timer = 0;
let sending = false;

/** Where a colour of the 256 lies: the first 16 are the stylesheet's, the rest a cube and greys. */
function colour(told) {
  if (told.startsWith("#")) return told;
  const number = Number(told);
  if (number < 16) return `var(--t${number})`;
  if (number > 231) return `rgb(${Array(3).fill((number - 232) * 10 + 8).join(" ")})`;
  const level = (part) => (part ? part * 40 + 55 : 0);
  return `rgb(${[Math.floor((number - 16) / 36), Math.floor((number - 16) / 6) % 6, (number - 16) % 6].map(level).join(" ")})`;
}

function piece({ text, look }) {
  const plain = !look.ink && !look.ground && !look.bold && !look.faint && !look.italic && !look.underlined && !look.inverse;
  if (plain) return document.createTextNode(text);
  const span = document.createElement("span");
  span.textContent = text;
  span.className = ["bold", "faint", "italic", "underlined"].filter((name) => look[name]).join(" ");
  const [ink, ground] = look.inverse ? [look.ground ?? "7", look.ink ?? "0"] : [look.ink, look.ground];
  if (look.inverse && !look.ground) span.style.color = "var(--terminal-ground)";
  else if (ink) span.style.color = colour(ink);
  if (look.inverse && !look.ink) span.style.backgroundColor = "var(--terminal-ink)";
  else if (ground) span.style.backgroundColor = colour(ground);
  return span;
}

function show({ node, screen }) {
  view.hidden = !screen;
  note.textContent = (screen ? part.dataset.shown : part.dataset.none).replace("%s", node);
  if (!screen) return;
  view.replaceChildren(
    ...screen.lines.map((line, place) => {
      const row = document.createElement("div");
      row.append(...line.pieces.map(piece));
      if (!row.textContent) row.textContent = " ";
      if (place === screen.cursor_row) row.className = "cursor";
      return row;
    }),
  );
}

function stop() {
  source?.close();
  source = null;
  view.hidden = true;
  note.textContent = "";
  open.setAttribute("aria-pressed", "false");
}

function start() {
  open.setAttribute("aria-pressed", "true");
  note.textContent = part.dataset.opening;
  source = new EventSource(path);
  source.addEventListener("screen", (message) => show(JSON.parse(message.data)));
  source.onerror = () => {
    note.textContent = texts.offline;
    if (source?.readyState === EventSource.CLOSED) open.setAttribute("aria-pressed", "false");
  };
}
open?.addEventListener("click", () => (source ? stop() : start()));
addEventListener("pagehide", () => source?.close());

// Typing, for who may and says so.
typing?.addEventListener("click", async () => {
  const on = typing.getAttribute("aria-pressed") !== "true";
  const { problem } = await call(on ? "POST" : "DELETE", `${path}/control`);
  if (problem) return toast(problem.detail);
  typing.setAttribute("aria-pressed", String(on));
  view.classList.toggle("typing", on);
  if (on) view.focus();
});

// One call at a time: a later one could arrive first.
async function send() {
  timer = 0;
  sending = true;
  let problem;
  while (pending && !problem) {
    const keys = pending;
    pending = "";
    ({ problem } = await call("POST", `${path}/keys`, { keys }));
  }
  sending = false;
  if (!problem) return;
  pending = "";
  toast(problem.detail);
  typing.setAttribute("aria-pressed", "false");
  view.classList.remove("typing");
}

function type(keys) {
  pending += keys;
  if (!sending) timer ||= setTimeout(send, PAUSE);
}

view?.addEventListener("keydown", (event) => {
  if (typing?.getAttribute("aria-pressed") !== "true" || event.metaKey || event.key === "Tab") return;
  const control = event.ctrlKey && !event.altKey && /^[a-z\[\]\\]$/i.test(event.key);
  const keys = control ? String.fromCharCode(event.key.toUpperCase().charCodeAt(0) & 31) : (KEYS[event.key] ?? (event.key.length === 1 && !event.ctrlKey ? event.key : ""));
  if (!keys || (control && event.key === "v")) return;
  event.preventDefault();
  event.stopPropagation();
  type(keys);
});
view?.addEventListener("paste", (event) => {
  if (typing?.getAttribute("aria-pressed") !== "true") return;
  event.preventDefault();
  type(event.clipboardData.getData("text").replaceAll("\n", "\r"));
});
