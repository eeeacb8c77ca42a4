/** Says in the page's head how fresh the figures are and whether the database can be reached. */

import { byId, make } from "./dom.js";
import { clock } from "./states.js";

const WORDS = {
  starting: "Connecting",
  live: "Live",
  polling: "Asking every 15 s",
  lost: "No connection",
};

export class Status {
  constructor() {
    this.place = byId("status");
    this.banner = byId("banner");
    this.pulse = null;
    this.seenAt = null;
    setInterval(() => this.draw(), 5_000);
  }

  /** @param {import("./live.js").Pulse} pulse */
  show(pulse) {
    this.pulse = pulse;
    this.draw();
  }

  /** The figures on the page were brought by the service just now. */
  fresh() {
    this.seenAt = new Date();
    this.draw();
  }

  get state() {
    if (this.pulse?.connection === "lost") return "lost";
    if (this.pulse?.database === false) return "away";
    return this.pulse?.connection ?? "starting";
  }

  draw() {
    if (!this.pulse) return;
    const { state } = this;
    if (this.place.dataset.state !== state) {
      this.place.dataset.state = state;
      this.drawBanner(state);
    }
    const words = state === "away" ? "Database away" : WORDS[state];
    this.place.replaceChildren(
      make("span", { class: "dot", "aria-hidden": "true" }),
      make("strong", {}, words),
      make("span", { class: "muted freshness" }, this.freshness()),
    );
    const { database } = this.pulse;
    this.place.title =
      database === null
        ? ""
        : database
          ? "The database is reachable."
          : "The database is not reachable.";
  }

  freshness() {
    const { changedAt } = this.pulse;
    if (changedAt) return `Data changed ${ago(changedAt)}`;
    if (this.seenAt) return `Figures of ${clock(this.seenAt)}`;
    return "";
  }

  drawBanner(state) {
    const since = this.seenAt
      ? ` The figures are those of ${clock(this.seenAt)} and may be old.`
      : "";
    const words = {
      lost: `No connection to the service.${since} It is tried again by itself.`,
      away: `The database cannot be reached. ${this.pulse.detail}${since}`,
    }[state];
    this.banner.replaceChildren();
    if (words) this.banner.append(make("p", { class: "banner", role: "alert" }, words));
    document.body.classList.toggle("is-stale", Boolean(words));
  }
}

function ago(date) {
  const seconds = Math.max(0, (Date.now() - date.getTime()) / 1000);
  if (seconds < 10) return "just now";
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`;
  return `on ${date.toLocaleDateString("en-CA")}`;
}
