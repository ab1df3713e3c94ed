// A site's page: what happens is shown while it happens.

import { busy, call, onlyLine, texts, toast } from "./app.js";
import * as chat from "./chat.js";
import "./env.js";
import "./terminal.js";
import * as log from "./log.js";
import { Stream } from "./stream.js";
import { verify } from "./verify.js";

const page = document.getElementById("site");
const id = page.dataset.id;
const linkState = document.getElementById("link-state");
const RESTING = ["completed", "failed", "cancelled", "destroyed"];

const tell = (name) => document.body.dispatchEvent(new Event(name));
const state = () => document.getElementById("state").dataset;

// Parts are fetched again at most so often, and once more after the last event.
let waiting = 0;
let done = false;
function changed(isEnd) {
  done ||= isEnd;
  if (waiting) return;
  waiting = setTimeout(() => {
    waiting = 0;
    tell("tb:progress");
    if (done) tell("tb:done");
    done = false;
  }, 150);
}

/** Whoever may not see the site any more is told so by the page itself, or led to sign-in. */
async function lookWhy() {
  const { problem } = await call("GET", `/api/status/${id}`);
  if (problem?.status === 404) location.reload();
}

const rendered = Number(page.dataset.seq);
let shownRun = Number(state().run);
let shownStatus = state().status;
let opened = false;
log.start();
new Stream(
  `/api/status/${id}/stream`,
  0,
  (kind, event) => {
    log.add(event);
    chat.add(kind, event);
    if (chat.answers(kind, event) && event.seq > rendered) tell("tb:said");
    if (kind !== "log" && event.seq > rendered) changed(kind === "status" || kind === "test" || kind === "url");
  },
  (now) => {
    linkState.dataset.state = now === "live" ? now : "lost";
    linkState.textContent = now === "live" ? texts.live : texts.reconnecting;
    // The page is as new as its first line to the journal; a later one may have missed something.
    if (now === "live" && opened) changed(false);
    opened ||= now === "live";
    if (now === "refused") lookWhy();
  },
);

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (!document.getElementById("head").contains(event.target)) return;
  const { status, run, text, title } = state();
  document.title = `${text} · ${title}`;
  const icon = document.getElementById("icon");
  const href = `/assets/icon-${status}.svg`;
  if (icon.getAttribute("href") !== href) icon.href = href;
  const button = document.getElementById("notify");
  button?.setAttribute("aria-pressed", String(wanted()));
  if ((status !== shownStatus || Number(run) !== shownRun) && RESTING.includes(status)) {
    changed(true);
    if (wanted() && document.hidden) new Notification(texts.ended, { body: `${text} · ${title}`, tag: id });
  }
  for (const part of document.querySelectorAll("#destroy, [href='#destroy']")) part.hidden = status === "destroyed";
  shownStatus = status;
  shownRun = Number(run);
});

const wanted = () => localStorage.getItem(`notify ${id}`) === "yes" && globalThis.Notification?.permission === "granted";
document.getElementById("notify")?.setAttribute("aria-pressed", String(wanted()));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (button?.id === "notify") {
    const on = !wanted() && (await globalThis.Notification?.requestPermission()) === "granted";
    localStorage.setItem(`notify ${id}`, on ? "yes" : "no");
    button.setAttribute("aria-pressed", String(on));
    if (on) toast(button.dataset.on);
  }
  if (button?.dataset.verify) {
    await busy(button, () => verify(id, button.dataset.verify, button.dataset.run, document.getElementById(`proof-${button.dataset.verify}`)));
  }
});

// Before and after.
document.addEventListener("input", (event) => {
  const compare = document.getElementById("compare");
  const { id: name, value } = event.target;
  if (name === "cmp") compare.querySelector(".stage").style.setProperty("--cut", `${value}%`);
  if (name === "cmp-a") document.getElementById("cmp-before").src = compare.dataset.src + value;
  if (name === "cmp-b") document.getElementById("cmp-after").src = compare.dataset.src + value;
});

// What the host holds.
document.getElementById("look").addEventListener("click", async (event) => {
  const { json, problem } = await busy(event.target, () => call("GET", `/api/executions/${id}/resources`));
  if (problem) return toast(problem.detail);
  const held = document.getElementById("held");
  held.replaceChildren(...(json.resources.length ? json.resources.map(resource) : [onlyLine(texts.noResources)]));
});

function resource(one) {
  const row = document.createElement("li");
  const head = document.createElement("div");
  head.className = "row";
  const mark = document.createElement("span");
  mark.className = `mark ${one.present && !one.drift.length ? "good" : "bad"}`;
  const name = document.createElement("strong");
  name.textContent = one.type;
  const code = document.createElement("code");
  code.textContent = one.id;
  const word = document.createElement("span");
  word.className = one.drift.length ? "error" : "quiet small";
  word.textContent = one.drift.length ? one.drift.join(", ") : texts.asMade;
  head.append(mark, name, code, word);
  const tags = document.createElement("div");
  for (const [key, value] of Object.entries(one.tags)) {
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.textContent = `${key}=${value}`;
    tags.append(chip);
  }
  row.append(head, tags);
  return row;
}

// Links for others.
document.getElementById("share-make").addEventListener("click", async () => {
  const { json, problem } = await call("POST", `/api/executions/${id}/share`, { log: document.getElementById("share-log").checked });
  if (problem) return toast(problem.detail);
  const link = document.getElementById("share-link");
  link.href = link.textContent = json.share_url;
  document.getElementById("share-copy").dataset.copy = json.share_url;
  document.getElementById("share-badge").textContent = `![tmux-builder](${json.badge_url})`;
  document.getElementById("share-made").hidden = false;
});
document.getElementById("share-stop").addEventListener("click", async (event) => {
  const { problem } = await call("DELETE", `/api/executions/${id}/share`);
  document.getElementById("share-made").hidden = true;
  toast(problem ? problem.detail : event.target.dataset.said);
});

// The end of a site.
const dialog = document.getElementById("destroy-dialog");
const name = document.getElementById("destroy-name");
const now = document.getElementById("destroy-now");
document.getElementById("destroy-open").addEventListener("click", () => dialog.showModal());
name.addEventListener("input", () => { now.disabled = name.value !== name.dataset.expect; });
name.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (!now.disabled) now.click();
});
now.addEventListener("click", async () => {
  const { problem } = await call("DELETE", `/api/executions/${id}`);
  dialog.close();
  if (problem) toast(problem.detail);
  changed(true);
});
