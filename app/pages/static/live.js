/**
 * Hears from the service when data changes and whether the database can be reached.
 *
 * GET /events tells both as they happen. A connection that died without a word is noticed by asking
 * /healthz, which costs no database call. Where there are no events (a proxy may hold them back),
 * /readyz is polled and the data is asked for again from time to time.
 */

import { Problem, ask } from "./api.js";

const CHECK_MS = 15_000;
const ASK_AGAIN_MS = 60_000;
const LATE_MS = 8_000;
const PATIENCE_MS = 3_000;

/**
 * @typedef {object} Pulse
 * @property {"starting"|"live"|"polling"|"lost"} connection
 * @property {boolean|null} database whether it is reachable; null while not known
 * @property {string} detail what is wrong with it
 * @property {Date|null} changedAt when the data changed last, if the service says so
 */

export class Live {
  /**
   * @param {(pulse: Pulse) => void} onPulse told of every change of state
   * @param {() => void} onChange told when the data may have changed
   */
  constructor(onPulse, onChange) {
    this.onPulse = onPulse;
    this.onChange = onChange;
    /** @type {Pulse} */
    this.pulse = { connection: "starting", database: null, detail: "", changedAt: null };
    this.version = null;
    this.startedAt = Date.now();
    this.askedAgain = this.startedAt;
    this.ahead = 0; // by how much the service's clock is ahead of ours
    addEventListener("online", () => this.check());
    addEventListener("offline", () => this.tell({ connection: "lost" }));
    document.addEventListener("visibilitychange", () => document.hidden || this.check());
    this.listen();
    this.check();
    setInterval(() => this.check(), CHECK_MS);
  }

  listen() {
    this.source?.close();
    const source = new EventSource("events");
    this.source = source;
    source.addEventListener("open", () => {
      this.tell({ connection: "live" });
    });
    source.addEventListener("version", (event) => {
      const { version, changed_at: changedAt } = JSON.parse(event.data);
      const changed = this.version === null ? this.isRecent(changedAt) : this.version !== version;
      this.version = version;
      this.tell({ connection: "live", changedAt: changedAt ? new Date(changedAt) : null });
      if (changed) this.again();
    });
    source.addEventListener("database", (event) => {
      const { reachable, detail } = JSON.parse(event.data);
      const back = reachable && this.pulse.database === false;
      this.tell({
        connection: "live",
        database: reachable,
        detail: reachable ? "" : (detail ?? ""),
      });
      if (back) this.again();
    });
    source.addEventListener("error", () => {
      if (this.pulse.connection === "live") this.tell({ connection: "polling" });
      this.check();
    });
  }

  /** Whether that may be after the page's first questions, which then are to be asked again. */
  isRecent(changedAt) {
    return Boolean(changedAt) && Date.parse(changedAt) - this.ahead > this.startedAt - PATIENCE_MS;
  }

  get hasEvents() {
    return this.source.readyState === EventSource.OPEN;
  }

  /** Ask for signs of life; the answers decide between live, polling and lost. */
  async check() {
    if (this.checking) return;
    this.checking = true;
    const route = this.hasEvents ? "healthz" : "readyz";
    try {
      const response = await ask(route, AbortSignal.timeout(LATE_MS));
      this.ahead = Date.parse(response.headers.get("date") ?? "") - Date.now() || 0;
      this.alive(true, "");
    } catch (error) {
      if (error instanceof Problem && error.status) this.alive(false, error.detail || error.title);
      else this.tell({ connection: "lost" });
    } finally {
      this.checking = false;
    }
    if (this.source.readyState === EventSource.CLOSED) this.listenLater();
  }

  alive(database, detail) {
    const wasLost = this.pulse.connection === "lost";
    if (this.hasEvents) {
      this.tell({ connection: "live" });
      if (wasLost) this.again();
      return;
    }
    const wasAway = this.pulse.database === false;
    const young = Date.now() - this.startedAt < PATIENCE_MS;
    const opening = young && this.source.readyState === EventSource.CONNECTING;
    const connection = opening ? "starting" : "polling";
    this.tell({ connection, database, detail: database ? "" : detail });
    const due = Date.now() - this.askedAgain > ASK_AGAIN_MS;
    if (database && (wasLost || wasAway || due)) this.again();
  }

  again() {
    this.askedAgain = Date.now();
    this.onChange();
  }

  /** The browser gives up on an error status; we try again, less often. */
  listenLater() {
    if (this.later) return;
    this.later = setTimeout(() => {
      this.later = null;
      this.listen();
    }, ASK_AGAIN_MS);
  }

  tell(change) {
    this.pulse = { ...this.pulse, ...change };
    this.onPulse(this.pulse);
  }
}
