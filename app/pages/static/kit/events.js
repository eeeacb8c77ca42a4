/** The service's events, which all tabs of a browser share where it can do that. */

/**
 * @typedef {object} EventMessage from the shared worker
 * @property {string} kind `open`, `error`, or the event's name
 * @property {number} state of the stream, as EventSource has it
 * @property {string} [data]
 */

const WORKER = new URL("events-worker.js", import.meta.url);

/** Has what the dashboard uses of an EventSource. */
class SharedEvents extends EventTarget {
  constructor() {
    super();
    /** @type {number} */
    this.readyState = EventSource.CONNECTING;
    const { port } = new SharedWorker(WORKER, { name: "odm-events" });
    this.port = port;
    port.onmessage = (event) => {
      /** @type {EventMessage} */
      const { kind, state, data } = event.data;
      this.readyState = state;
      this.dispatchEvent(new MessageEvent(kind, { data }));
    };
    // A page that is kept for Back hears nothing, and listens anew when it is seen.
    addEventListener("pagehide", () => this.close(), { once: true });
  }

  close() {
    if (this.readyState === EventSource.CLOSED) return;
    this.readyState = EventSource.CLOSED;
    this.port.postMessage("stop");
  }
}

/**
 * A stream of events that was just opened.
 * @returns {EventSource|SharedEvents}
 */
export function openEvents() {
  return "SharedWorker" in globalThis ? new SharedEvents() : new EventSource("events");
}
