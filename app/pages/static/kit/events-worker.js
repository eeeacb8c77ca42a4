/**
 * Listens to the service once for all tabs: a browser has six connections to a service, and one
 * stream of events a tab would take them all. It runs as a shared worker; see events.js.
 */

/** @import { EventMessage } from "./events.js" */

const ADDRESS = new URL("../../events", location.href);
const TOLD = ["version", "database"];

/** @type {Set<MessagePort>} of the tabs that listen */
const tabs = new Set();
/** @type {EventSource|null} */
let source = null;
/**
 * What a tab needs to hear that comes later: the last event of each kind and wing.
 * @type {Map<string, EventMessage>}
 */
const latest = new Map();

/** @param {EventMessage} message */
function tell(message) {
  for (const tab of tabs) tab.postMessage(message);
}

function open() {
  latest.clear();
  const opened = new EventSource(ADDRESS);
  source = opened;
  opened.addEventListener("open", () => tell({ kind: "open", state: opened.readyState }));
  opened.addEventListener("error", () => tell({ kind: "error", state: opened.readyState }));
  for (const kind of TOLD) {
    opened.addEventListener(kind, ({ data }) => {
      const message = { kind, state: opened.readyState, data };
      latest.set(`${kind} ${JSON.parse(data).wing}`, message);
      tell(message);
    });
  }
}

/** @param {MessagePort} tab */
function join(tab) {
  tabs.add(tab);
  if (!source || source.readyState === EventSource.CLOSED) {
    open();
    return;
  }
  if (source.readyState !== EventSource.OPEN) return;
  tab.postMessage({ kind: "open", state: source.readyState });
  for (const message of latest.values()) tab.postMessage(message);
}

/** @param {MessagePort} tab */
function leave(tab) {
  tabs.delete(tab);
  tab.close();
  if (tabs.size) return;
  source?.close();
  source = null;
}

addEventListener("connect", (event) => {
  const [tab] = /** @type {MessageEvent} */ (event).ports;
  tab.onmessage = () => leave(tab); // a tab says one thing only: that it stops
  join(tab);
});
