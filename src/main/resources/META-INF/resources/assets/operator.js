// The service's own state, for who runs it.

import { texts } from "./app.js";

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
