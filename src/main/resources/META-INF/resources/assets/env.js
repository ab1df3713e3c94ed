// The environment of a site's program: names are shown, values are only ever sent.

import { call, ready, toast } from "./app.js";

const path = `/api/executions/${document.getElementById("site").dataset.id}/env`;
const form = document.getElementById("env-set");
const name = document.getElementById("env-name");
const value = document.getElementById("env-value");
const error = document.getElementById("env-error");

const tell = () => document.body.dispatchEvent(new Event("tb:environment"));

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  const { problem } = await call("PUT", path, { variables: { [name.value.trim()]: value.value } });
  button.disabled = false;
  error.hidden = !problem;
  name.setAttribute("aria-invalid", String(Boolean(problem)));
  if (problem) {
    error.textContent = problem.errors.length ? problem.errors.map((one) => `${one.field.replace(/^variables\.?/, "")} ${one.message}`).join(" ") : problem.detail;
    return name.focus();
  }
  form.reset();
  toast(form.dataset.said);
  name.focus();
  tell();
});
if (form) ready(form);

document.getElementById("env").addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-variable]");
  if (!button) return;
  button.disabled = true;
  const { problem } = await call("DELETE", `${path}/${encodeURIComponent(button.dataset.variable)}`);
  button.disabled = false;
  toast(problem ? problem.detail : document.getElementById("env-now").dataset.removed);
  (name ?? document.getElementById("env-title")).focus();
  tell();
});
