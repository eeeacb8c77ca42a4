/** Offers an answer in each of its formats. The browser saves what the service sends. */

import { Problem, addressOf, ask } from "./api.js";
import { announce, make, targetOf } from "./dom.js";

/** Extension, name and what it is good for; the first is what the service sends unasked. */
const FORMATS = [
  { key: "json", title: "JSON", use: "one array" },
  { key: "csv", title: "CSV", use: "for spreadsheets" },
  { key: "ndjson", title: "NDJSON", use: "one row a line" },
  { key: "arrow", title: "Arrow", use: "for analysts" },
  { key: "parquet", title: "Parquet", use: "for analysts" },
];

/** @typedef {typeof FORMATS[number]} Format */

/**
 * @typedef {object} Source what is downloaded
 * @property {string} route
 * @property {Record<string, string|null>} parameters
 * @property {string} name of the file, without its extension
 */

/** A menu of downloads. */
export class DownloadMenu {
  /**
   * @param {string} what e.g. "days"
   * @param {() => Source} source asked each time the menu opens, for the range may have changed
   * @param {HTMLElement[]} [others] further entries
   */
  constructor(what, source, others = []) {
    this.source = source;
    this.message = make("p", { class: "menu-message", role: "alert" });
    this.links = FORMATS.map((format) => ({ format, link: this.linkOf(format) }));
    const entries = [...this.links.map(({ link }) => link), ...others];
    this.node = make(
      "details",
      { class: "menu", "data-downloads": what },
      make("summary", { class: "button" }, "Download"),
      make(
        "ul",
        {},
        ...entries.map((entry) => make("li", {}, entry)),
        make("li", { class: "plain" }, this.message),
      ),
    );
    this.node.addEventListener("toggle", () => {
      this.message.textContent = "";
      this.update();
    });
    closes(this.node);
    this.update();
  }

  /** @param {Format} format */
  linkOf(format) {
    const { key, title, use } = format;
    const link = make("a", { "data-format": key }, title, make("span", { class: "muted" }, use));
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.fetchAndSave(link, format);
    });
    return link;
  }

  /** Lets the links lead to what the source says now. */
  update() {
    const { route, parameters, name } = this.source();
    for (const { format, link } of this.links) {
      const unasked = format === FORMATS[0];
      link.href = addressOf(route, { ...parameters, format: unasked ? null : format.key });
      link.download = `${fileName(name)}.${format.key}`;
    }
  }

  /**
   * Fetches an answer by hand and does not follow its link, so that a refusal is read here and not
   * saved as a file.
   * @param {HTMLAnchorElement} link
   * @param {Format} format
   */
  async fetchAndSave(link, { key, title }) {
    this.message.textContent = "Fetching…";
    try {
      const accept = key === "json" ? "application/json" : "*/*"; // the address says which
      const response = await ask(link.href, undefined, accept);
      save(await response.blob(), link.download);
      this.message.textContent = "";
      announce(`${link.download} was saved`);
    } catch (error) {
      this.message.textContent = inWords(error, title);
    }
  }
}

/**
 * Closes a menu on Escape and when the person turns elsewhere.
 * @param {HTMLDetailsElement} menu
 */
function closes(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  /** @param {PointerEvent} event */
  const elsewhere = (event) => {
    if (!menu.contains(targetOf(event))) menu.open = false;
  };
  // Only while it is open: the document would keep every menu that was ever drawn.
  menu.addEventListener("toggle", () => {
    if (menu.open) document.addEventListener("pointerdown", elsewhere);
    else document.removeEventListener("pointerdown", elsewhere);
  });
}

/**
 * Lets the browser save a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * A name that every file system takes.
 * @param {...string} parts
 */
export function fileName(...parts) {
  const name = parts.filter(Boolean).join(" ");
  const plain = name.replace(/[^\p{L}\p{N} ._-]+/gu, "-").replace(/\s+/g, "_");
  return [...plain].slice(0, 120).join(""); // (by characters: none is cut in two)
}

/**
 * @param {unknown} error
 * @param {string} title of the format
 */
function inWords(error, title) {
  if (!(error instanceof Problem)) return "The answer broke off; nothing was saved.";
  const said = [error.title, error.detail].filter(Boolean).join(": ");
  if (error.status === 406) return `The service does not offer ${title} here. ${said}`;
  return `Not saved. ${said}`;
}
