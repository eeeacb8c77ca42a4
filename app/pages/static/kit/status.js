/** Says in the page's head how fresh the figures are and whether the database can be reached. */

import { byId, make } from "./dom.js";
import { clock } from "./states.js";

/** @import { LiveState } from "./live.js" */

const WORDS = {
  starting: "Connecting",
  live: "Live",
  polling: "Asking every 15 s",
  lost: "No connection",
  away: "Database away",
};

export class Status {
  constructor() {
    this.place = byId("status", HTMLElement);
    this.banner = byId("banner", HTMLElement);
    /** @type {LiveState|null} */
    this.live = null;
    /** @type {Date|null} */
    this.seenAt = null;
    /** @type {string|null|undefined} the last day of the data; undefined while not known */
    this.lastDay = undefined;
    setInterval(() => this.draw(), 5_000);
  }

  /** @param {LiveState} live */
  show(live) {
    this.live = live;
    this.draw();
  }

  /** The figures on the page were brought by the service just now. */
  fresh() {
    this.seenAt = new Date();
    this.draw();
  }

  /** @param {string|null|undefined} day how far the data reaches; null where there is none */
  reaches(day) {
    this.lastDay = day;
    this.draw();
  }

  draw() {
    if (!this.live) return;
    const { database, connection, detail, changedAt } = this.live;
    const state = connection !== "lost" && database === false ? "away" : connection;
    if (this.place.dataset.state !== state) {
      this.place.dataset.state = state;
      this.drawBanner(state, detail);
    }
    this.place.replaceChildren(
      make("span", { class: "dot", "aria-hidden": "true" }),
      make("strong", {}, WORDS[state]),
      make("span", { class: "muted freshness" }, this.freshness(changedAt)),
    );
    this.place.title =
      database === null
        ? ""
        : database
          ? "The database is reachable."
          : "The database is not reachable.";
  }

  /** @param {Date|null} changedAt */
  freshness(changedAt) {
    if (this.lastDay === null) return "No data yet";
    const reach = this.lastDay ? `Data to ${this.lastDay}` : "";
    let seen = "";
    if (changedAt) seen = `changed ${ago(changedAt)}`;
    else if (this.seenAt) seen = `figures of ${clock(this.seenAt)}`;
    return [reach, seen].filter(Boolean).join(", ");
  }

  /**
   * @param {keyof typeof WORDS} state
   * @param {string} detail of a database that is away
   */
  drawBanner(state, detail) {
    const since = this.seenAt
      ? ` The figures are those of ${clock(this.seenAt)} and may be old.`
      : "";
    let words = "";
    if (state === "lost")
      words = `No connection to the service.${since} It is tried again by itself.`;
    if (state === "away") words = `The database cannot be reached. ${detail}${since}`;
    this.banner.replaceChildren();
    if (words) this.banner.append(make("p", { class: "banner", role: "alert" }, words));
    document.body.classList.toggle("is-stale", Boolean(words));
  }
}

/** @param {Date} date */
function ago(date) {
  const seconds = Math.max(0, (Date.now() - date.getTime()) / 1000);
  if (seconds < 10) return "just now";
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`;
  return `on ${date.toLocaleDateString("en-CA")}`;
}
