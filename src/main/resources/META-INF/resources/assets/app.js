// What every page has: times, copying, calls to the API, shortcuts, light and dark.

export const texts = document.getElementById("texts").dataset;

const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const absolute = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });

export function span(millis) {
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60000) return `${(millis / 1000).toFixed(1)} s`;
  return `${Math.floor(millis / 60000)} min ${Math.floor((millis % 60000) / 1000)} s`;
}

function tellTimes() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[datetime]:not(.line time)")) {
    const at = Date.parse(time.dateTime);
    const seconds = (at - now) / 1000;
    const [unit, size] = units.find(([, s]) => Math.abs(seconds) >= s) ?? units.at(-1);
    const text = relative.format(Math.round(seconds / size), unit);
    if (time.textContent !== text) time.textContent = text;
    if (!time.title) time.title = absolute.format(at);
  }
  for (const running of document.querySelectorAll("[data-since]")) {
    running.textContent = span(Math.max(0, now - Date.parse(running.dataset.since)));
  }
}
setInterval(() => document.hidden || tellTimes(), 1000);
document.addEventListener("visibilitychange", tellTimes);
document.body.addEventListener("htmx:afterSwap", tellTimes);
tellTimes();

export function toast(text) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

/** A list's only line, in place of those that are not there. */
export function onlyLine(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast(texts.copied);
}

// The session has ended, perhaps on another page: once is enough, whatever else is under way.
let leaving = false;
function signInAgain() {
  if (leaving) return;
  leaving = true;
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
}
document.body.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) signInAgain();
});
addEventListener("pageshow", () => { leaving = false; });

/** Calls the API; what it refuses comes back as the problem that it tells of. */
export async function call(method, path, body) {
  const json = body !== undefined && !(body instanceof FormData);
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: json ? { "Content-Type": "application/json" } : {},
      body: json ? JSON.stringify(body) : body,
    });
  } catch {
    return { problem: { detail: texts.offline, errors: [] } };
  }
  if (answer.status === 401 && document.body.dataset.page !== "new") signInAgain();
  const told = await answer.json().catch(() => ({}));
  return answer.ok ? { json: told } : { problem: { status: answer.status, detail: told.detail ?? String(answer.status), errors: told.errors ?? [] } };
}

function focusOn(place) {
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Only now is there what a form is sent with: until then its buttons are off, and Enter does nothing. */
export function ready(form) {
  for (const button of form.querySelectorAll("button[disabled]")) button.disabled = false;
}

/** Switches a button off while something is done, and gives back the focus that this takes. */
export async function busy(button, work) {
  const part = button.closest("[hx-get]");
  const focused = button === document.activeElement;
  button.disabled = true;
  const answer = await work();
  button.disabled = false;
  const place = button.isConnected ? button : part;
  if (focused && place && document.activeElement === document.body) focusOn(place);
  return answer;
}

// A part that is as it was stays: what somebody is about to press, or has moved, is not taken away.
const last = new WeakMap();
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap) return;
  detail.shouldSwap = last.get(detail.target) !== detail.serverResponse;
  last.set(detail.target, detail.serverResponse);
});

// A part that is fetched again has the focus itself where what had it is no more.
let held = null;
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  held = detail.target.contains(document.activeElement) ? detail.target : null;
});
document.body.addEventListener("htmx:afterSwap", () => {
  if (held && document.activeElement === document.body) focusOn(held);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.copy) await copy(button.dataset.copy);
  if (button.dataset.post) {
    const { problem } = await busy(button, () => call("POST", button.dataset.post, button.dataset.body && JSON.parse(button.dataset.body)));
    toast(problem ? problem.detail : button.dataset.said);
    if (!problem) document.body.dispatchEvent(new Event("tb:progress"));
  }
});

const help = document.getElementById("help");
document.getElementById("keys").addEventListener("click", () => help.showModal());

function turnTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme === "dark" || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `tmux_builder_theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
}
document.getElementById("theme").addEventListener("click", turnTheme);

let before = "";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const open = document.getElementById("open-site");
  const search = document.querySelector("[data-search]");
  if (before === "g" && event.key === "s") location.assign("/");
  else if (event.key === "?") help.showModal();
  else if (event.key === "n") location.assign("/new");
  else if (event.key === "t") turnTheme();
  else if (event.key === "o" && open) open.click();
  else if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
  }
  before = event.key;
});
