/** How a part of the page looks while it waits, when there is nothing, and when it failed. */

import { make } from "./dom.js";

const PATIENCE_MS = 150;

/**
 * A part of the page that an answer fills. What it showed stays while it is asked for again, and
 * when that fails, under a line that says so.
 */
export class Region {
  /**
   * @param {string} label
   * @param {number} bones how many lines of a skeleton stand in while it waits
   */
  constructor(label, bones) {
    this.note = make("div", { class: "note-place" });
    this.body = make("div", { class: "region-body" });
    this.node = make("section", { class: "region", "aria-label": label }, this.note, this.body);
    this.bones = bones;
    this.filledAt = null;
    this.aborting = null;
  }

  /**
   * Ask, then draw. Only the last of several calls draws.
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} ask
   * @param {(answer: T) => Node} draw
   * @returns {Promise<boolean>} whether it was drawn
   */
  async fill(ask, draw) {
    this.aborting?.abort();
    clearTimeout(this.again);
    const aborting = new AbortController();
    this.aborting = aborting;
    this.node.setAttribute("aria-busy", "true");
    const waiting = setTimeout(
      () => this.filledAt || this.body.replaceChildren(skeleton(this.bones)),
      PATIENCE_MS,
    );
    try {
      const answer = await ask(aborting.signal);
      if (aborting.signal.aborted) return false;
      const drawn = draw(answer);
      if (drawn) this.body.replaceChildren(drawn);
      this.note.replaceChildren();
      this.filledAt = new Date();
      return true;
    } catch (problem) {
      if (aborting.signal.aborted) return false;
      const retry = () => this.fill(ask, draw);
      this.fail(problem, retry);
      if (problem.status === 0 || problem.status >= 500) {
        const wait = Math.max(problem.retryAfter || 0, 10) * 1000;
        this.again = setTimeout(retry, wait);
      }
      return false;
    } finally {
      clearTimeout(waiting);
      if (this.aborting === aborting) this.node.removeAttribute("aria-busy");
    }
  }

  fail(problem, retry) {
    if (!this.filledAt || problem.status === 404) {
      this.body.replaceChildren(failure(problem, retry));
      return;
    }
    const words = `Could not be brought up to date: ${problem.detail || problem.title || problem.message}`;
    this.note.replaceChildren(
      make(
        "p",
        { class: "note stale", role: "status" },
        `${words} Shown is what was known at ${clock(this.filledAt)}. `,
        make("button", { type: "button", class: "link", onclick: retry }, "Try again"),
      ),
    );
  }

  close() {
    this.aborting?.abort();
    clearTimeout(this.again);
  }
}

/**
 * A place without data, and what one can do about it.
 * @param {string} title
 * @param {...(Node|string)} words
 */
export function empty(title, ...words) {
  return make("div", { class: "state empty" }, make("h2", {}, title), make("p", {}, ...words));
}

/** The time of day, to the second, as the control room's clocks have it. */
export function clock(date) {
  return date.toLocaleTimeString("en-GB");
}

function failure(problem, retry) {
  const again = problem.status === 0 || problem.status >= 500;
  return make(
    "div",
    { class: "state failed", role: "alert" },
    make("h2", {}, problem.title || "Something went wrong"),
    make("p", {}, problem.detail || problem.message),
    again && make("p", { class: "muted" }, "It is tried again by itself every few seconds."),
    make(
      "p",
      { class: "actions" },
      again && make("button", { type: "button", class: "button", onclick: retry }, "Try again now"),
      problem.status === 404 &&
        make("a", { class: "button", href: "?", "data-go": true }, "All divisions"),
    ),
    problem.requestId &&
      make("p", { class: "muted small" }, "Request ", make("code", {}, problem.requestId)),
  );
}

function skeleton(bones) {
  return make(
    "div",
    { class: "skeleton", role: "status" },
    make("span", { class: "visually-hidden" }, "Loading"),
    ...Array.from({ length: bones }, () => make("div", { class: "bone" })),
  );
}
