/** Links to an answer in each of its formats. The browser saves what the service sends. */

import { Problem, addressOf, ask } from "./api.js";
import { announce, make } from "./dom.js";

/** Extension, name and what it is good for; the first is what the service sends unasked. */
const FORMATS = [
  { key: "json", title: "JSON", use: "one array" },
  { key: "csv", title: "CSV", use: "for spreadsheets" },
  { key: "ndjson", title: "NDJSON", use: "one row a line" },
  { key: "arrow", title: "Arrow", use: "for analysts" },
  { key: "parquet", title: "Parquet", use: "for analysts" },
];

/**
 * A menu of downloads.
 * @param {string} what e.g. "days"
 * @param {() => {route: string, parameters: Object<string, string|null>, name: string}} source asked
 *   each time the menu opens, for the range may have changed
 * @param {HTMLElement[]} [others] further entries
 */
export function downloadMenu(what, source, others = []) {
  const message = make("p", { class: "menu-message", role: "alert" });
  const links = FORMATS.map(({ key, title, use }) => {
    const link = make("a", { "data-format": key }, title, make("span", { class: "muted" }, use));
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      fetchAndSave(link, key, message);
    });
    return make("li", {}, link);
  });
  const update = () => {
    const { route, parameters, name } = source();
    for (const item of links) {
      const link = item.firstChild;
      const { format } = link.dataset;
      link.setAttribute(
        "href",
        addressOf(route, { ...parameters, format: format === "json" ? null : format }),
      );
      link.setAttribute("download", `${fileName(name)}.${format}`);
    }
  };
  update();
  const menu = make(
    "details",
    { class: "menu", "data-downloads": what },
    make("summary", { class: "button" }, "Download"),
    make("ul", {}, ...links, ...others.map((node) => make("li", {}, node))),
  );
  menu.lastChild.append(make("li", { class: "plain" }, message));
  menu.addEventListener("toggle", () => {
    message.textContent = "";
    update();
  });
  closes(menu);
  menu.update = update;
  return menu;
}

/** A menu closes on Escape and when the person turns elsewhere. */
export function closes(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

/** Let the browser save a file. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A name that every file system takes. */
export function fileName(...parts) {
  const name = parts.filter(Boolean).join(" ");
  return name
    .replace(/[^\p{L}\p{N} ._-]+/gu, "-")
    .replace(/\s+/g, "_")
    .slice(0, 120);
}

/** Fetched by hand and not followed, so that a refusal is read here and not saved as a file. */
async function fetchAndSave(link, format, message) {
  message.textContent = "Fetching…";
  try {
    const accept = format === "json" ? "application/json" : "*/*"; // the address says which
    const response = await ask(link.getAttribute("href"), undefined, accept);
    save(await response.blob(), link.download);
    message.textContent = "";
    announce(`${link.download} was saved`);
  } catch (problem) {
    message.textContent = inWords(problem, link.firstChild.textContent);
  }
}

function inWords(problem, title) {
  if (!(problem instanceof Problem)) return "The answer broke off; nothing was saved.";
  const said = [problem.title, problem.detail].filter(Boolean).join(": ");
  if (problem.status === 406) return `The service does not offer ${title} here. ${said}`;
  return `Not saved. ${said}`;
}
