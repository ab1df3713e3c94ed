// Search, filter and order of the cards, in the browser: what was asked is in the address.

import { texts } from "./app.js";

const form = document.getElementById("filters");
const list = document.getElementById("cards");
if (form) {
  const cards = [...list.children].map((card) => ({
    card,
    words: card.dataset.words.toLowerCase(),
    status: card.dataset.status,
    at: card.dataset.at,
    name: card.dataset.name.toLowerCase(),
  }));
  // Hundreds of names are compared thousands of times: localeCompare would look its rules up each time.
  const byName = new Intl.Collator(document.documentElement.lang).compare;
  const order = {
    new: (a, b) => (a.at < b.at ? 1 : -1),
    old: (a, b) => (a.at < b.at ? -1 : 1),
    name: (a, b) => byName(a.name, b.name),
  };
  let ordered = "new";
  const asksForSomething = () => form.q.value || form.state.value || form.order.value !== ordered;

  let planned = 0;
  const plan = () => (planned ||= requestAnimationFrame(apply));
  const apply = () => {
    planned = 0;
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const states = form.state.value.split(" ").filter(Boolean);
    let shown = 0;
    for (const one of cards) {
      const matches = words.every((word) => one.words.includes(word)) && (!states.length || states.includes(one.status));
      if (one.card.hidden === matches) one.card.hidden = !matches;
      shown += matches;
    }
    if (ordered !== form.order.value) {
      ordered = form.order.value;
      list.append(...cards.toSorted(order[ordered]).map((one) => one.card));
    }
    document.getElementById("count").textContent = `${shown} ${shown === 1 ? texts.shownOne : texts.shown}`;
    document.getElementById("no-match").hidden = shown > 0;
    const query = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value && !(name === "order" && value === "new")));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  };

  // Whoever was quicker than this script has asked for something already, which stands.
  if (!asksForSomething()) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (form.elements[name]) form.elements[name].value = value;
    }
  }
  form.addEventListener("input", plan);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", plan);
  if (asksForSomething()) apply();
}
