// The journal of one execution, each event once and in order, whatever happens to the line.

const KINDS = ["status", "step", "log", "agent", "url", "test"];
const RETRY = [500, 1000, 2000, 4000, 8000];
const SILENCE = 40000; // the service says something every 15 s

export class Stream {
  #path;
  #last;
  #onEvent;
  #onState;
  #source;
  #tries = 0;
  #heard = Date.now();

  constructor(path, since, onEvent, onState) {
    this.#path = path;
    this.#last = since;
    this.#onEvent = onEvent;
    this.#onState = onState;
    this.#open();
    addEventListener("online", () => this.#again(0));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && Date.now() - this.#heard > SILENCE && this.#source.readyState !== EventSource.OPEN) this.#again(0);
    });
    addEventListener("pagehide", () => this.#source.close());
    addEventListener("pageshow", (event) => event.persisted && this.#again(0));
  }

  #open() {
    const source = new EventSource(`${this.#path}?follow=true&since=${this.#last}`);
    this.#source = source;
    source.onopen = () => {
      this.#tries = 0;
      this.#heard = Date.now();
      this.#onState("live");
    };
    source.onerror = () => {
      if (source !== this.#source) return;
      // The browser comes back by itself only where the connection broke, not where it was refused.
      const refused = source.readyState === EventSource.CLOSED;
      this.#onState(refused ? "refused" : "lost");
      if (refused) this.#again(RETRY[Math.min(this.#tries++, RETRY.length - 1)]);
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (message) => {
        if (source !== this.#source) return;
        this.#heard = Date.now();
        const event = JSON.parse(message.data);
        if (event.seq <= this.#last) return;
        this.#last = event.seq;
        this.#onEvent(kind, event);
      });
    }
  }

  #timer = 0;
  #again(after) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#source.close();
      this.#open();
    }, after);
  }
}
