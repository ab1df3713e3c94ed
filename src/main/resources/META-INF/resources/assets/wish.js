// A new site: examples, files, and what is not right beside the field that it is about.

import { call, copy, ready, texts } from "./app.js";
import { files, withFiles } from "./files.js";

const form = document.getElementById("wish");
const brief = document.getElementById("requirements");
const drop = document.getElementById("drop");
const build = document.getElementById("build");
const LONGEST = 64 * 1024;
const place = form.querySelector(".files");
const sent = files(place, brief, place);

function fill(text) {
  brief.value = text;
  brief.dispatchEvent(new Event("tb:filled"));
}

// What was written before this was loaded, or kept by the browser, is previewed too.
document.addEventListener("DOMContentLoaded", () => brief.value && brief.dispatchEvent(new Event("tb:filled")));

document.getElementById("example").addEventListener("change", async (event) => {
  if (event.target.value) fill(await (await fetch(`/examples/${event.target.value}.md`)).text());
});
document.getElementById("file").addEventListener("change", async (event) => {
  if (event.target.files[0]) fill(await event.target.files[0].text());
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(kind, async (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const [first] = event.dataTransfer.files;
    if (!readsFiles() || first.type.startsWith("text/") || /\.(md|markdown)$/i.test(first.name)) {
      fill(await first.slice(0, LONGEST + 1).text());
    } else sent.add(event.dataTransfer.files);
  });
}

/** The starter agent makes pages from the brief alone. */
const readsFiles = () => form.elements.agent.value !== "starter";
const offerFiles = () => { place.hidden = !readsFiles(); };
form.elements.agent.addEventListener("change", offerFiles);
offerFiles();

form.addEventListener("input", (event) => {
  say(event.target.name, "");
  const type = form.elements.site_type.value;
  for (const cost of form.querySelectorAll("[data-cost]")) cost.hidden = cost.dataset.cost !== type;
});

function say(field, message) {
  const place = document.getElementById(`${field}-error`);
  if (!place) return false;
  place.textContent = message;
  document.getElementById(field)?.setAttribute("aria-invalid", String(message !== ""));
  return true;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const name of ["requirements", "host_provider", "site_type", "agent", "template", "email", "phone", "file", "form"]) say(name, "");
  const label = build.textContent;
  build.disabled = true;
  build.textContent = texts.building;
  const wish = Object.fromEntries(new FormData(form));
  if (!wish.template) delete wish.template;
  const { json, problem } = await call("POST", "/api/create-user", withFiles(wish, readsFiles() ? sent.list() : []));
  build.disabled = false;
  build.textContent = label;
  if (problem) return refused(problem);
  if (!json.access_token) return location.assign(`/sites/${json.execution_id}`);
  document.getElementById("welcome-token").value = json.access_token;
  document.getElementById("welcome-next").value = `/sites/${json.execution_id}`;
  form.hidden = true;
  const welcome = document.getElementById("welcome");
  welcome.hidden = false;
  welcome.focus();
});

ready(form);

function refused(problem) {
  const rest = problem.errors.filter(({ field, message }) => !say(field, message));
  say("form", problem.errors.length > rest.length ? texts.fix : [problem.detail, ...rest.map((one) => one.message)].join(" "));
  (form.querySelector("[aria-invalid=true]") ?? build).focus();
}

document.getElementById("welcome-copy").addEventListener("click", () => copy(document.getElementById("welcome-token").value));
