// The log: any number of lines, of which only those in view are in the page.

import { copy, texts } from "./app.js";

const ROW = 20;
const SPARE = 20;
const MOST = 60000; // older ones are in the journal, and go from here
const LEVELS = { DEBUG: 0, INFO: 1, WARN: 2, ERROR: 3 };

const view = document.getElementById("log-view");
const list = document.getElementById("log-lines");
const count = document.getElementById("log-count");
const detail = document.getElementById("log-detail");
const level = document.getElementById("log-level");
const query = document.getElementById("log-q");
const follow = document.getElementById("log-follow");
const sizer = document.createElement("div");

let lines = [];
let shown = lines;
let planned = false;
let marked = Number(/^#L(\d+)$/.exec(location.hash)?.[1] ?? 0);
let toMarked = marked > 0;
let followed = -1;

// What is asked for is read once and not for each of fifty thousand lines.
let least = 0;
let words = "";
const matches = (line) => (LEVELS[line.level] ?? 1) >= least && (words === "" || line.message.toLowerCase().includes(words));
const filtering = () => words !== "" || least > 0;
const following = () => follow.getAttribute("aria-pressed") === "true";
const setFollowing = (on) => follow.setAttribute("aria-pressed", String(on));

export function start() {
  list.replaceChildren();
  view.classList.add("virtual");
  view.append(sizer);
  count.hidden = document.getElementById("log-tools").hidden = false;
  if (toMarked) setFollowing(false);
  plan();
}

export function add(event) {
  const line = { seq: event.seq, at: event.at.slice(11, 23), level: event.level, message: event.message, event };
  lines.push(line);
  if (lines.length > MOST) {
    lines = lines.slice(MOST / 10);
    if (filtering()) shown = lines.slice(0, -1).filter(matches);
  }
  if (!filtering()) shown = lines;
  else if (matches(line)) shown.push(line);
  plan();
}

function refilter() {
  least = Number(level.value);
  words = query.value.toLowerCase();
  shown = filtering() ? lines.filter(matches) : lines;
  plan();
}

function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(draw);
}

function element(line) {
  const row = document.createElement("li");
  row.className = `line ${line.level}${line.seq === marked ? " marked" : ""}`;
  row.dataset.seq = line.seq;
  const number = document.createElement("a");
  number.className = "n";
  number.href = `#L${line.seq}`;
  number.textContent = line.seq;
  number.title = texts.permalink;
  number.tabIndex = -1;
  const time = document.createElement("time");
  time.textContent = line.at;
  const name = document.createElement("span");
  name.className = "lv";
  name.textContent = line.level;
  const message = document.createElement("span");
  message.className = "m";
  message.textContent = line.message.replaceAll("\n", " ⏎ ").slice(0, 2000);
  row.append(number, " ", time, " ", name, " ", message);
  return row;
}

function draw() {
  planned = false;
  sizer.style.height = `${shown.length * ROW}px`;
  if (toMarked) {
    const place = shown.findIndex((line) => line.seq === marked);
    if (place >= 0) {
      view.scrollTop = Math.max(0, place * ROW - view.clientHeight / 2);
      toMarked = false;
    }
  } else if (following()) {
    view.scrollTop = shown.length * ROW;
    followed = view.scrollTop;
  }
  const first = Math.max(0, Math.floor(view.scrollTop / ROW) - SPARE);
  const last = Math.min(shown.length, Math.ceil((view.scrollTop + view.clientHeight) / ROW) + SPARE);
  list.style.transform = `translateY(${first * ROW}px)`;
  list.replaceChildren(...shown.slice(first, last).map(element));
  count.textContent = `${shown.length === lines.length ? "" : `${shown.length} / `}${lines.length} ${texts.lines}`;
}

view.addEventListener("scroll", () => {
  if (following() && view.scrollTop < followed - ROW) setFollowing(false);
  plan();
});
level.addEventListener("input", refilter);
query.addEventListener("input", refilter);
follow.addEventListener("click", () => {
  setFollowing(!following());
  plan();
});
document.getElementById("log-copy").addEventListener("click", () =>
  copy(shown.map((line) => `${line.event.at} ${line.level} ${line.message}`).join("\n")),
);
function tell(seq) {
  const line = lines.find((one) => one.seq === seq);
  if (!line) return;
  const data = Object.keys(line.event.data ?? {}).length ? `\n${JSON.stringify(line.event.data, null, 2)}` : "";
  detail.textContent = `${line.event.at} ${line.level} ${[line.event.step, line.event.stage].filter(Boolean).join(" · ")}\n${line.message}${data}`;
  detail.hidden = false;
}
list.addEventListener("click", (event) => tell(Number(event.target.closest("li")?.dataset.seq)));

// By keyboard: the arrows mark a line, and Enter tells of it what a click does.
function mark(step) {
  const top = Math.ceil(view.scrollTop / ROW);
  const bottom = Math.floor((view.scrollTop + view.clientHeight) / ROW) - 1;
  const now = shown.findIndex((line) => line.seq === marked);
  const inView = now >= top && now <= bottom;
  const next = inView ? now + step : step > 0 ? top : bottom;
  const place = Math.max(0, Math.min(shown.length - 1, next));
  marked = shown[place]?.seq ?? 0;
  setFollowing(false);
  if (place < top) view.scrollTop = place * ROW;
  if (place > bottom) view.scrollTop = (place + 1) * ROW - view.clientHeight;
  plan();
}
view.addEventListener("keydown", (event) => {
  if (event.target !== view || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === "Home" || event.key === "PageUp") setFollowing(false); // it scrolls in small steps
  if (step) {
    event.preventDefault();
    mark(step);
  } else if (event.key === "Enter") tell(marked);
});
addEventListener("hashchange", () => {
  marked = Number(/^#L(\d+)$/.exec(location.hash)?.[1] ?? 0);
  plan();
});
