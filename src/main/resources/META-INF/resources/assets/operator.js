// The service's own state, for who runs it.

import { call, onlyLine, texts, toast } from "./app.js";
import { costTable, money } from "./costs.js";

const health = document.getElementById("health");
async function look() {
  if (document.hidden) return;
  let checks;
  try {
    checks = (await (await fetch("/q/health")).json()).checks;
  } catch {
    checks = [{ name: texts.offline, status: "DOWN" }];
  }
  health.replaceChildren(
    ...checks.map((check) => {
      const row = document.createElement("li");
      const head = document.createElement("div");
      head.className = "row";
      const mark = document.createElement("span");
      mark.className = `mark ${check.status === "UP" ? "good" : "bad"}`;
      const name = document.createElement("span");
      name.textContent = check.name;
      const word = document.createElement("span");
      word.className = "quiet small";
      word.textContent = `${check.status === "UP" ? texts.up : texts.down} ${Object.entries(check.data ?? {}).map(([key, value]) => `${key}: ${value}`).join(", ")}`;
      head.append(mark, name, word);
      row.append(head);
      return row;
    }),
  );
}
look();
setInterval(look, 5000);

const query = document.getElementById("settings-q");
query.addEventListener("input", () => {
  for (const row of document.querySelectorAll("#settings tbody tr")) row.hidden = !row.textContent.toLowerCase().includes(query.value.toLowerCase());
});

// What each tenant costs this month, and what it may.
const costs = document.getElementById("costs");
async function showCosts() {
  const { json, problem } = await call("GET", "/api/costs?by=tenant,month&limit=100");
  if (problem) return (costs.textContent = problem.detail);
  const budgets = new Map();
  await Promise.all(
    json.costs.map(async ({ tenant_id: tenant }) => {
      const answer = await fetch(`/api/tenants/${tenant}/budget`);
      if (answer.ok) budgets.set(tenant, await answer.json());
    }),
  );
  costs.replaceChildren(costTable(json, tenantLink, { heading: texts.budget, cell: (one) => budgetCell(one, budgets.get(one.tenant_id)) }));
}

function tenantLink(one) {
  const link = document.createElement("a");
  link.href = `/team?tenant=${one.tenant_id}`;
  link.textContent = `${one.month} · ${one.tenant_id.slice(0, 8)}`;
  link.title = one.tenant_id;
  return link;
}

function budgetCell(one, budget) {
  const cell = document.createElement("td");
  const form = document.createElement("form");
  form.className = "row";
  const amount = document.createElement("input");
  amount.type = "number";
  amount.min = "0";
  amount.step = "0.01";
  amount.value = budget?.monthly ?? "";
  amount.setAttribute("aria-label", `${texts.budget} ${one.tenant_id}`);
  const set = document.createElement("button");
  set.className = "small";
  set.textContent = texts.budget;
  form.append(amount, set);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const path = `/api/tenants/${one.tenant_id}/budget`;
    const { problem } = amount.value === "" ? await call("DELETE", path) : await call("PUT", path, { monthly: Number(amount.value) });
    toast(problem ? problem.detail : texts.done);
  });
  cell.append(form);
  if (budget?.reached) {
    const chip = document.createElement("span");
    chip.className = "chip bad";
    chip.textContent = money(budget.expected, budget.currency);
    cell.append(chip);
  }
  return cell;
}

// What on the hosts is nobody's.
const orphans = document.getElementById("orphans");
async function showOrphans() {
  const { json, problem } = await call("GET", "/api/orphans");
  if (problem) return orphans.replaceChildren(onlyLine(problem.detail));
  orphans.replaceChildren(...(json.orphans.length ? json.orphans.map(orphan) : [onlyLine(texts.none)]));
}

function orphan(one) {
  const row = document.createElement("li");
  const head = document.createElement("div");
  head.className = "row";
  const name = document.createElement("strong");
  name.textContent = `${one.provider} ${one.type}`;
  const id = document.createElement("code");
  id.textContent = one.id;
  const why = document.createElement("span");
  why.className = "chip";
  why.textContent = one.reason;
  head.append(name, id, why);
  if (one.removable && !one.removal_requested_at) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "bad push";
    button.textContent = texts.remove;
    button.addEventListener("click", async () => {
      button.disabled = true;
      const { problem } = await call("POST", "/api/orphans/remove", { orphans: [{ provider: one.provider, type: one.type, id: one.id }] });
      toast(problem ? problem.detail : texts.done);
      showOrphans();
    });
    head.append(button);
  }
  const note = document.createElement("span");
  note.className = one.removal_problem ? "error small" : "quiet small";
  note.textContent = one.removal_problem ?? one.removal_requested_by ?? one.name;
  row.append(head, note);
  return row;
}
showCosts();
showOrphans();
