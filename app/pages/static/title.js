/** The title page: says at once whether the database answers. */

import { Problem, ask } from "./kit/api.js";
import { byId, make } from "./kit/dom.js";

async function check() {
  const health = byId("health", HTMLElement);
  /** @type {(state: "live"|"lost", ...words: (Node|string)[]) => void} */
  const says = (state, ...words) => {
    health.className = `health ${state}`;
    health.replaceChildren(make("span", { class: "dot", "aria-hidden": "true" }), ...words);
  };
  try {
    const { database } = await (await ask("readyz")).json();
    says("live", make("strong", {}, "Ready. "), `The database answers: ${database}.`);
  } catch (problem) {
    const words = problem instanceof Problem ? problem.detail || problem.title : "";
    says("lost", make("strong", {}, "Not ready. "), words);
  }
}

check();
setInterval(() => document.hidden || check(), 30_000);
