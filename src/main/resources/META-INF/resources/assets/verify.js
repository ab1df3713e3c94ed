// Recomputes a receipt's digests from what the service serves. Members are sorted by name and no
// white space is left; numbers and texts stay as they were written, so nothing is lost by reading.

import { texts } from "./app.js";

export function canonical(json, without = []) {
  let at = 0;
  const blank = () => { while (/\s/.test(json[at] ?? "")) at++; };
  const token = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(json);
    if (!found) throw new SyntaxError(`at ${at}`);
    at = pattern.lastIndex;
    return found[0];
  };
  const text = () => token(/"(?:[^"\\]|\\.)*"/y);
  const several = (end, one) => {
    const all = [];
    at++;
    blank();
    while (json[at] !== end) {
      all.push(one());
      blank();
      if (json[at] === ",") at++;
      blank();
    }
    at++;
    return all;
  };
  const value = (top) => {
    blank();
    if (json[at] === "[") return `[${several("]", () => value(false)).join(",")}]`;
    if (json[at] === '"') return text();
    if (json[at] !== "{") return token(/[^\s,\]}]+/y);
    const members = several("}", () => {
      const name = text();
      blank();
      at++;
      return [JSON.parse(name), `${name}:${value(false)}`];
    });
    members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${members.filter(([name]) => !top || !without.includes(name)).map(([, written]) => written).join(",")}}`;
  };
  return value(true);
}

async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const sha256OfText = (text) => sha256(new TextEncoder().encode(text));

export async function verify(id, release, run, proof) {
  proof.replaceChildren();
  const tell = (what, mark, word) => {
    const row = document.createElement("li");
    const dot = document.createElement("span");
    dot.className = `mark ${mark}`;
    dot.setAttribute("aria-hidden", "true");
    const line = document.createElement("span");
    line.textContent = `${what} – ${word}`;
    row.append(dot, line);
    row.dataset.result = mark;
    proof.append(row);
  };
  const judge = (what, good) => tell(what, good ? "good" : "bad", good ? texts.ok : texts.bad);
  if (!globalThis.crypto?.subtle) return tell(texts.seal, "wait", texts.insecure);

  const answer = await fetch(`/api/executions/${id}/receipts/${release}`);
  if (!answer.ok) return tell(texts.seal, "bad", String(answer.status));
  const json = await answer.text();
  const receipt = JSON.parse(json);
  judge(`${texts.seal} ${receipt.receipt_sha256.slice(0, 12)}`, (await sha256OfText(canonical(json, ["receipt_sha256"]))) === receipt.receipt_sha256);

  for (const shot of receipt.screenshots) {
    const picture = await fetch(`/api/executions/${id}/screenshot?viewport=${shot.viewport.toLowerCase()}&run=${run}`);
    const name = `${texts.picture} ${shot.viewport.toLowerCase()} ${shot.sha256.slice(0, 12)}`;
    if (!picture.ok) tell(name, "wait", texts.gone);
    else judge(name, (await sha256(await picture.arrayBuffer())) === shot.sha256);
  }

  const report = await fetch(`/api/executions/${id}/tests?run=${run}`);
  if (!report.ok) return tell(texts.report, "wait", texts.gone);
  const held = new Set(receipt.checks.map((check) => check.evidence_sha256));
  const checks = await Promise.all(
    JSON.parse(await report.text()).checks.map((check) => sha256OfText(canonical(JSON.stringify(check)))),
  );
  const matching = checks.filter((digest) => held.has(digest)).length;
  tell(`${texts.report} ${matching} / ${checks.length}`, matching === checks.length ? "good" : "bad", matching === checks.length ? texts.ok : texts.bad);
}
