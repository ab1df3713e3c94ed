// The service's own state, for who runs it: the page has all of it; here is what changes something.

import { call, ready, texts, toast } from "./app.js";

const tell = (name) => document.body.dispatchEvent(new Event(name));

const query = document.getElementById("settings-q");
query.addEventListener("input", () => {
  for (const row of document.querySelectorAll("#settings tbody tr")) row.hidden = !row.textContent.toLowerCase().includes(query.value.toLowerCase());
});

// What a tenant may cost.
const costs = document.getElementById("costs");
costs.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { budget } = event.target.dataset;
  const amount = event.target.elements.amount.value;
  const path = `/api/tenants/${budget}/budget`;
  const { problem } = amount === "" ? await call("DELETE", path) : await call("PUT", path, { monthly: Number(amount) });
  toast(problem ? problem.detail : texts.done);
});
ready(costs);

// What on the hosts is nobody's.
document.getElementById("orphans").addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-orphan]");
  if (!button) return;
  button.disabled = true;
  const { provider, type, orphan } = button.dataset;
  const { problem } = await call("POST", "/api/orphans/remove", { orphans: [{ provider, type, id: orphan }] });
  button.disabled = false;
  toast(problem ? problem.detail : texts.done);
  tell("tb:orphans");
});

// How much is logged.
const error = document.getElementById("level-error");
const category = document.getElementById("level-category");
const level = document.getElementById("level");
level.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { problem } = await call("PUT", "/api/log-levels", { category: category.value.trim(), level: document.getElementById("level-name").value });
  error.hidden = !problem;
  category.setAttribute("aria-invalid", String(Boolean(problem)));
  if (problem) {
    error.textContent = problem.errors.length ? problem.errors.map((one) => `${one.field} ${one.message}`).join(" ") : problem.detail;
    return;
  }
  toast(texts.done);
  tell("tb:levels");
});
ready(level);
document.getElementById("levels").addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-reset]");
  if (!button) return;
  button.disabled = true;
  const { problem } = await call("DELETE", `/api/log-levels/${encodeURIComponent(button.dataset.reset)}`);
  button.disabled = false;
  toast(problem ? problem.detail : texts.done);
  category.focus();
  tell("tb:levels");
});
