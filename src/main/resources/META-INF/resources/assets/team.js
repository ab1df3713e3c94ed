// A tenant: its members, invitations and tokens are changed by the API.

import { call, ready, toast, texts } from "./app.js";

const team = document.getElementById("team");
const path = `/api/tenants/${team.dataset.tenant}`;

/** Sends a form; what is shown once is shown, else the page is told anew. */
function onSubmit(id, send, shown) {
  const form = document.getElementById(id);
  if (!form) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { json, problem } = await send();
    if (problem) return toast([problem.detail, ...problem.errors.map((one) => `${one.field} ${one.message}`)].join(" "));
    if (!shown) return location.reload();
    const note = document.getElementById(shown);
    note.hidden = false;
    note.querySelector("code").textContent = note.querySelector("button").dataset.copy = json.token;
    form.reset();
  });
  ready(form);
}
const value = (id) => document.getElementById(id).value;

onSubmit("invite", () => call("POST", `${path}/invitations`, { email: value("invite-email"), role: value("invite-role") }), "invited");
onSubmit("token", () => call("POST", `${path}/tokens`, { name: value("token-name"), scope: value("token-scope"), days: Number(value("token-days")) }), "token-made");
onSubmit("accept", () => call("POST", "/api/invitations/accept", { token: value("accept-token").trim() }));

document.getElementById("approvals")?.addEventListener("change", async (event) => {
  const asking = new FormData(event.currentTarget).getAll("gate");
  const { problem } = await call("PUT", `${path}/approvals`, { host_providers: asking });
  toast(problem ? problem.detail : texts.done);
  if (problem) event.target.checked = !event.target.checked;
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-delete]");
  if (!button) return;
  button.disabled = true;
  const { problem } = await call("DELETE", button.dataset.delete);
  button.disabled = false;
  if (problem) return toast(problem.detail);
  button.closest("tr, li").remove();
  toast(texts.done);
});
document.addEventListener("change", async (event) => {
  const { roleOf } = event.target.dataset;
  if (!roleOf) return;
  const { problem } = await call("PUT", `${path}/members/${roleOf}`, { role: event.target.value });
  toast(problem ? problem.detail : texts.done);
  if (problem) event.target.value = [...event.target.options].find((one) => one.defaultSelected).value;
});
