/** A table whose columns sort it, and whose rows the arrow keys walk through. */

import { make, targetOf } from "./dom.js";

const PAGE_ROWS = 150;
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * @template R
 * @typedef {object} Column
 * @property {string} key
 * @property {string|(() => string)} title
 * @property {boolean} [numeric]
 * @property {(row: R) => (Node|string)} cell
 * @property {(row: R) => (string|number|null)} sort one type in the whole column, or null
 */

/**
 * @typedef {object} Order
 * @property {string|null} key of the column; null for the order of the rows as they came
 * @property {boolean} down
 */

/** @template R */
export class Table {
  /**
   * @param {object} about
   * @param {string} about.caption for screen readers
   * @param {Column<R>[]} about.columns the first one names the row
   * @param {(row: R) => string} about.link where a row leads
   * @param {(row: R) => string} about.id
   */
  constructor({ caption, columns, link, id }) {
    this.columns = columns;
    this.link = link;
    this.id = id;
    /** @type {Order} */
    this.order = { key: null, down: false };
    /** @type {R[]} */
    this.rows = [];
    /** @type {R[]} the rows in the order chosen */
    this.drawn = [];
    this.limit = PAGE_ROWS;
    this.titles = columns.map((column) => make("span", {}, titleOf(column)));
    this.headers = columns.map((column, n) => this.header(column, this.titles[n]));
    this.body = make("tbody", {});
    this.body.addEventListener("click", (event) => this.onClick(event));
    this.body.addEventListener("keydown", (event) => this.onKey(event));
    this.more = make("div", { class: "more" });
    this.node = make(
      "div",
      { class: "table-place" },
      make(
        "table",
        { class: "table" },
        make("caption", { class: "visually-hidden" }, caption),
        make("thead", {}, make("tr", {}, ...this.headers)),
        this.body,
      ),
      this.more,
    );
    this.watching = new IntersectionObserver(
      (seen) => seen.some((entry) => entry.isIntersecting) && this.showMore(),
      { rootMargin: "400px" },
    );
    /** @type {WeakMap<Element, R>} */
    this.rowOf = new WeakMap();
    /** @type {Map<string, HTMLElement>} */
    this.nodes = new Map();
  }

  /**
   * @param {Column<R>} column
   * @param {Node} title
   */
  header(column, title) {
    const button = make(
      "button",
      { type: "button", onclick: () => this.sortBy(column) },
      title,
      make("span", { class: "arrow", "aria-hidden": "true" }),
    );
    return make(
      "th",
      { scope: "col", "data-key": column.key, class: column.numeric && "number" },
      button,
    );
  }

  /**
   * Shows these rows, in the order chosen.
   * @param {R[]} rows
   */
  show(rows) {
    this.rows = rows;
    this.draw();
  }

  /** @param {Column<R>} column */
  sortBy(column) {
    const { key, down } = this.order;
    // The first click on a number shows the largest first: that is what one looks for.
    if (key !== column.key) this.order = { key: column.key, down: Boolean(column.numeric) };
    else this.order = { key, down: !down };
    this.draw();
  }

  sorted() {
    const column = this.columns.find(({ key }) => key === this.order.key);
    if (!column) return this.rows;
    const sign = this.order.down ? -1 : 1;
    const keyed = this.rows.map((row) => ({ key: column.sort(row), row }));
    keyed.sort(({ key: a }, { key: b }) => {
      if (a === null || b === null) return Number(a === null) - Number(b === null); // unknown: last
      if (typeof a === "number" && typeof b === "number") return sign * (a - b);
      return sign * collator.compare(String(a), String(b));
    });
    return keyed.map(({ row }) => row);
  }

  draw() {
    this.headers.forEach((header, n) => {
      const column = this.columns[n];
      this.titles[n].textContent = titleOf(column);
      const sorts = column.key === this.order.key;
      if (sorts) header.setAttribute("aria-sort", this.order.down ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    });
    const focusedId = this.focusedId();
    this.nodes.clear();
    this.drawn = this.sorted();
    this.body.replaceChildren();
    this.append(0);
    if (focusedId !== null) this.nodes.get(focusedId)?.querySelector("a")?.focus();
  }

  /**
   * Draws the rows from that one up to the limit, and what leads to the rest.
   * @param {number} from
   */
  append(from) {
    const lines = this.drawn.slice(from, this.limit).map((row) => {
      const node = this.line(row);
      this.nodes.set(this.id(row), node);
      return node;
    });
    this.body.append(...lines);
    const rest = this.drawn.length - this.limit;
    this.more.replaceChildren();
    this.watching.disconnect();
    if (rest <= 0) return;
    this.more.append(
      make(
        "button",
        { type: "button", class: "button", onclick: () => this.showMore() },
        `Show ${Math.min(rest, PAGE_ROWS).toLocaleString("en")} more of ${rest.toLocaleString("en")}`,
      ),
    );
    this.watching.observe(this.more);
  }

  /** The id of the row that has the keyboard's focus. */
  focusedId() {
    const { activeElement } = document;
    const node = this.body.contains(activeElement) && activeElement?.closest("tr");
    const row = node && this.rowOf.get(node);
    return row ? this.id(row) : null;
  }

  showMore() {
    const from = this.limit;
    this.limit += PAGE_ROWS;
    this.append(from);
  }

  /** @param {R} row */
  line(row) {
    const [first, ...others] = this.columns;
    const name = make(
      "th",
      { scope: "row" },
      make("a", { href: this.link(row), "data-go": true }, first.cell(row)),
    );
    const node = make("tr", {}, name, ...others.map((column) => this.cellOf(row, column)));
    this.rowOf.set(node, row);
    return node;
  }

  /**
   * @param {R} row
   * @param {Column<R>} column
   */
  cellOf(row, column) {
    return make(
      "td",
      { class: column.numeric && "number", "data-title": titleOf(column) },
      column.cell(row),
    );
  }

  /**
   * Follows a row's link after a click anywhere in it, unless text is being selected.
   * @param {MouseEvent} event
   */
  onClick(event) {
    const target = targetOf(event);
    if (target?.closest("a, button") || String(getSelection())) return;
    target?.closest("tr")?.querySelector("a")?.click();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const row = targetOf(event)?.closest("tr");
    if (!row || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    next?.querySelector("a")?.focus();
  }

  close() {
    this.watching.disconnect();
  }
}

/** @param {{title: string|(() => string)}} column */
function titleOf({ title }) {
  return typeof title === "function" ? title() : title;
}
