// Costs as lines with bars: what receipts estimate, and what the hosts' bills say.

import { texts } from "./app.js";

const money = (amount, currency) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency, maximumFractionDigits: 4 }).format(amount);

/** A table of the answer's lines, each with what `label` makes of it and a last cell, if there is one. */
export function costTable({ costs, basis }, label, last) {
  if (!costs.length) return document.createTextNode(texts.none);
  const most = Math.max(...costs.map((one) => Number(one.actual ?? one.estimated)), 1e-9);
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const word of [texts.whatFor, texts.estimated, texts.actual, ...(last ? [last.heading] : [])]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = word;
    if (word === texts.estimated || word === texts.actual) cell.className = "num";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const one of costs) {
    const row = body.insertRow();
    const name = row.insertCell();
    name.append(label(one));
    const bar = document.createElement("meter");
    bar.max = most;
    bar.value = Number(one.actual ?? one.estimated);
    bar.setAttribute("aria-label", texts.estimated);
    name.append(" ", bar);
    for (const amount of [one.estimated, one.actual]) {
      const cell = row.insertCell();
      cell.className = "num";
      cell.textContent = amount === null ? "–" : money(amount, one.currency);
    }
    if (last) row.append(last.cell(one));
  }
  const whole = document.createElement("div");
  whole.className = "scroll";
  const note = document.createElement("p");
  note.className = "small quiet";
  note.textContent = `${texts.estimated}: ${basis.estimated}. ${texts.actual}: ${basis.actual}.`;
  whole.append(table, note);
  return whole;
}

export { money };
