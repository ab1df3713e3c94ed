// The conversation with the agent: what it does now, and what it is told.

import { busy, call, ready, toast } from "./app.js";
import { files, withFiles } from "./files.js";

const MOST = 200;
const doing = document.getElementById("doing");
const list = document.getElementById("doing-lines");
const asks = document.getElementById("asks");
const form = document.getElementById("say");
const words = document.getElementById("say-words");
const sent = form && files(form.querySelector(".files"), words, form);
let run = 0;

/** An event of the journal: the agent's words and deeds of the newest run are listed. */
export function add(kind, event) {
  if (event.run > run) {
    run = event.run;
    list.replaceChildren();
    doing.hidden = true;
    asks.hidden = true;
  }
  if (kind !== "agent" || event.run < run) return;
  const type = event.data?.type;
  if (type === "answer") {
    doing.open = false;
    return;
  }
  asks.hidden = type !== "question";
  if (type === "question") asks.textContent = event.data.text;
  if (type === "usage" || type === "tool_result") return;
  const line = document.createElement("li");
  line.className = type ?? "note";
  line.textContent = event.message;
  list.append(line);
  if (list.childElementCount > MOST) list.firstElementChild.remove();
  doing.hidden = false;
}

/** Whether an event makes the messages on the page older than those that are kept. */
export const answers = (kind, event) => kind === "agent" && event.data?.type === "answer";

const tell = () => document.body.dispatchEvent(new Event("tb:said"));

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const path = `/api/chat/${document.getElementById("site").dataset.id}`;
  const body = withFiles({ message: words.value }, sent.list());
  const { problem } = await busy(document.getElementById("say-now"), () => call("POST", path, body));
  toast(problem ? [problem.detail, ...problem.errors.map((one) => one.message)].join(" ") : form.dataset.queued);
  if (problem) return;
  words.value = "";
  sent.clear();
  asks.hidden = true;
  tell();
  document.body.dispatchEvent(new Event("tb:progress"));
});
if (form) ready(form);
words?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
