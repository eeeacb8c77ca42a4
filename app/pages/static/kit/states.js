/** Shows a part of the page while it waits, when there is nothing, and when it failed. */

import { Problem } from "./api.js";
import { make } from "./dom.js";

/** @import { Child } from "./dom.js" */

const PATIENCE_MS = 150;

/**
 * A part of the page that an answer fills. What it showed stays while it is asked for again, and
 * when that fails, under a line that says so.
 */
export class Region {
  /**
   * @param {string} label
   * @param {number} lines how many grey lines stand in while it waits
   * @param {string} [title] the page's, which stands above these and above what went wrong
   */
  constructor(label, lines, title = "") {
    this.note = make("div", { class: "note-place" });
    this.body = make("div", { class: "region-body" });
    this.node = make("section", { class: "region", "aria-label": label }, this.note, this.body);
    this.lines = lines;
    this.title = title;
    /** @type {Date|null} */
    this.filledAt = null;
    /** @type {AbortController|null} */
    this.aborting = null;
    /** @type {number|undefined} */
    this.again = undefined;
  }

  /**
   * Asks, then draws. Only the last of several calls draws.
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} ask
   * @param {(answer: T) => Node|null} draw null where the answer is drawn into what is there
   * @returns {Promise<boolean>} whether it was drawn
   */
  async fill(ask, draw) {
    this.aborting?.abort();
    clearTimeout(this.again);
    const aborting = new AbortController();
    this.aborting = aborting;
    this.node.setAttribute("aria-busy", "true");
    const waiting = setTimeout(
      () => this.filledAt || this.show(skeleton(this.lines)),
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
    } catch (error) {
      if (aborting.signal.aborted) return false;
      const retry = () => this.fill(ask, draw);
      this.fail(error, retry);
      if (error instanceof Problem && error.mayPass) {
        this.again = setTimeout(retry, Math.max(error.retryAfter, 10) * 1000);
      }
      return false;
    } finally {
      clearTimeout(waiting);
      if (this.aborting === aborting) this.node.removeAttribute("aria-busy");
    }
  }

  /**
   * Shows what is no answer, under the page's title.
   * @param {Node} state
   */
  show(state) {
    this.body.replaceChildren(this.title ? underTitle(this.title, state) : state);
  }

  /**
   * @param {unknown} error
   * @param {() => void} retry
   */
  fail(error, retry) {
    if (!this.filledAt || isNotFound(error)) {
      this.show(failure(error, retry));
      return;
    }
    const words = `Could not be brought up to date: ${detailOf(error)}`;
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
 * What stands on a page that has no more to show than its title and this.
 * @param {string} title
 * @param {Node} state
 */
export function underTitle(title, state) {
  return make("div", {}, make("div", { class: "head" }, make("h1", {}, title)), state);
}

/**
 * A place without data, and what one can do about it.
 * @param {string} title
 * @param {...Child} words
 */
export function empty(title, ...words) {
  return make("div", { class: "state empty" }, make("h2", {}, title), make("p", {}, ...words));
}

/**
 * The time of day, to the second, as the control room's clocks have it.
 * @param {Date} date
 */
export function clock(date) {
  return date.toLocaleTimeString("en-GB");
}

/** @param {unknown} error */
function isNotFound(error) {
  return error instanceof Problem && error.status === 404;
}

/** @param {unknown} error */
function detailOf(error) {
  if (error instanceof Problem && error.detail) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {unknown} error
 * @param {() => void} retry
 */
function failure(error, retry) {
  const problem = error instanceof Problem ? error : null;
  return make(
    "div",
    { class: "state failed", role: "alert" },
    make("h2", {}, problem?.title || "Something went wrong"),
    make("p", {}, detailOf(error)),
    problem?.mayPass &&
      make("p", { class: "muted" }, "It is tried again by itself every few seconds."),
    make(
      "p",
      { class: "actions" },
      problem?.mayPass &&
        make("button", { type: "button", class: "button", onclick: retry }, "Try again now"),
      isNotFound(error) &&
        make("a", { class: "button", href: "?", "data-go": true }, "All divisions"),
    ),
    problem?.requestId &&
      make("p", { class: "muted small" }, "Request ", make("code", {}, problem.requestId)),
  );
}

/** @param {number} lines */
function skeleton(lines) {
  return make(
    "div",
    { class: "skeleton", role: "status" },
    make("span", { class: "visually-hidden" }, "Loading"),
    ...Array.from({ length: lines }, () => make("div", { class: "bone" })),
  );
}
