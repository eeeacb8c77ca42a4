/**
 * Hears from the service when data changes and whether the database can be reached.
 *
 * GET /events tells both as they happen. A connection that died without a word is noticed by asking
 * /healthz, which costs no database call. Where there are no events (a proxy may hold them back),
 * /readyz is polled and the data is asked for again from time to time.
 */

import { Problem, ask } from "./api.js";
import { openEvents } from "./events.js";

const CHECK_MS = 15_000;
const ASK_AGAIN_MS = 60_000;
const LATE_MS = 8_000;
const PATIENCE_MS = 3_000;

/**
 * @typedef {object} LiveState
 * @property {"starting"|"live"|"polling"|"lost"} connection
 * @property {boolean|null} database whether it is reachable; null while not known
 * @property {string} detail what is wrong with it
 * @property {Date|null} changedAt when the data changed last, if the service says so
 */

export class Live {
  /**
   * @param {(state: LiveState) => void} onState told of every change of state
   * @param {() => void} onChange told when the data may have changed
   */
  constructor(onState, onChange) {
    this.onState = onState;
    this.onChange = onChange;
    /** @type {LiveState} */
    this.state = { connection: "starting", database: null, detail: "", changedAt: null };
    /** @type {string|null} */
    this.version = null;
    this.startedAt = Date.now();
    this.askedAgain = this.startedAt;
    this.ahead = 0; // by how much the service's clock is ahead of ours
    this.checking = false;
    /** @type {number|undefined} */
    this.later = undefined;
    /** @type {number|null} */
    this.waitingSince = null;
    addEventListener("online", () => this.check());
    addEventListener("offline", () => this.tell({ connection: "lost" }));
    document.addEventListener("visibilitychange", () => this.onVisibility());
    this.source = this.opened();
    this.check();
    setInterval(() => document.hidden || this.check(), CHECK_MS);
  }

  /** A tab that nobody sees does not listen: the last of them gives its connection back. */
  onVisibility() {
    if (document.hidden) {
      this.source.close();
      return;
    }
    this.listen();
    this.check();
  }

  listen() {
    this.source.close();
    this.source = this.opened();
  }

  /** A stream of events that was just opened. */
  opened() {
    this.waitingSince = Date.now();
    const source = openEvents();
    source.addEventListener("open", () => {
      this.waitingSince = null;
      this.tell({ connection: "live" });
    });
    /** @type {(kind: string, told: (data: string) => void) => void} */
    const on = (kind, told) =>
      source.addEventListener(kind, (event) => told(/** @type {MessageEvent} */ (event).data));
    on("version", (data) => {
      /** @type {{version: string, changed_at?: string|null}} */
      const { version, changed_at: changedAt } = JSON.parse(data);
      const changed = this.version === null ? this.isRecent(changedAt) : this.version !== version;
      this.version = version;
      this.tell({ connection: "live", changedAt: changedAt ? new Date(changedAt) : null });
      if (changed) this.again();
    });
    on("database", (data) => {
      /** @type {{reachable: boolean, detail?: string}} */
      const { reachable, detail } = JSON.parse(data);
      const back = reachable && this.state.database === false;
      this.tell({
        connection: "live",
        database: reachable,
        detail: reachable ? "" : (detail ?? ""),
      });
      if (back) this.again();
    });
    source.addEventListener("error", () => {
      // A proxy may cut long answers now and then: the browser is back before anyone need know.
      this.waitingSince ??= Date.now();
      this.check();
    });
    return source;
  }

  /**
   * Whether that may be after the page's first questions, which then are to be asked again.
   * @param {string|null|undefined} changedAt
   */
  isRecent(changedAt) {
    if (!changedAt) return false;
    return Date.parse(changedAt) - this.ahead > this.startedAt - PATIENCE_MS;
  }

  get hasEvents() {
    return this.source.readyState === EventSource.OPEN;
  }

  /** Asks for signs of life; the answers decide between live, polling and lost. */
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
    if (this.source.readyState === EventSource.CLOSED && !document.hidden) this.listenLater();
  }

  /**
   * @param {boolean} database
   * @param {string} detail
   */
  alive(database, detail) {
    const wasLost = this.state.connection === "lost";
    if (this.hasEvents) {
      this.tell({ connection: "live" });
      if (wasLost) this.again();
      return;
    }
    const wasAway = this.state.database === false;
    const patient = Date.now() - (this.waitingSince ?? 0) < PATIENCE_MS;
    const opening = patient && this.source.readyState === EventSource.CONNECTING && !wasLost;
    const connection = opening ? this.state.connection : "polling";
    this.tell({ connection, database, detail: database ? "" : detail });
    const due = Date.now() - this.askedAgain > ASK_AGAIN_MS;
    if (database && (wasLost || wasAway || due)) this.again();
  }

  again() {
    this.askedAgain = Date.now();
    this.onChange();
  }

  /** The browser gives up on an error status; the page tries again, less often. */
  listenLater() {
    if (this.later !== undefined) return;
    this.later = setTimeout(() => {
      this.later = undefined;
      this.listen();
    }, ASK_AGAIN_MS);
  }

  /** @param {Partial<LiveState>} change */
  tell(change) {
    this.state = { ...this.state, ...change };
    this.onState(this.state);
  }
}
