/** A table whose columns sort it, and whose rows the arrow keys walk through. */

import { make } from "./dom.js";

const PAGE_ROWS = 150;
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * @template R
 * @typedef {object} Column
 * @property {string} key
 * @property {string|(() => string)} title
 * @property {boolean} [numeric]
 * @property {(row: R) => (Node|string)} cell
 * @property {(row: R) => (string|number|null)} sort
 */

/** @template R */
export class Table {
  /**
   * @param {object} about
   * @param {string} about.caption for screen readers
   * @param {Column<R>[]} about.columns the first one names the row
   * @param {(row: R) => string} about.link where a row leads
   * @param {(row: R) => string} about.id
   * @param {(rows: R[]) => void} [about.onSeen] told of rows that came into view
   * @param {(column: Column<R>) => void} [about.onSort]
   */
  constructor(about) {
    Object.assign(this, about);
    this.order = { key: null, down: false };
    this.rows = [];
    this.limit = PAGE_ROWS;
    this.head = make(
      "thead",
      {},
      make("tr", {}, ...this.columns.map((column) => this.header(column))),
    );
    this.bodyOf = make("tbody", {});
    this.bodyOf.addEventListener("click", (event) => this.onClick(event));
    this.bodyOf.addEventListener("keydown", (event) => this.onKey(event));
    this.more = make("div", { class: "more" });
    this.node = make(
      "div",
      { class: "table-place" },
      make(
        "table",
        { class: "table" },
        make("caption", { class: "visually-hidden" }, this.caption),
        this.head,
        this.bodyOf,
      ),
      this.more,
    );
    this.watching = new IntersectionObserver((seen) => this.onSeenNodes(seen), {
      rootMargin: "200px",
    });
    this.rowOf = new WeakMap();
    this.nodes = new Map();
  }

  header(column) {
    const button = make(
      "button",
      { type: "button", onclick: () => this.sortBy(column) },
      make("span", {}, titleOf(column)),
      make("span", { class: "arrow", "aria-hidden": "true" }),
    );
    return make(
      "th",
      { scope: "col", "data-key": column.key, class: column.numeric && "number" },
      button,
    );
  }

  /** Show these rows, in the order chosen. */
  show(rows) {
    this.rows = rows;
    this.draw();
  }

  sortBy(column) {
    const { key, down } = this.order;
    // The first click on a number shows the largest first: that is what one looks for.
    if (key !== column.key) this.order = { key: column.key, down: Boolean(column.numeric) };
    else this.order = { key, down: !down };
    this.onSort?.(column);
    this.draw();
  }

  sorted() {
    const column = this.columns.find(({ key }) => key === this.order.key);
    if (!column) return this.rows;
    const sign = this.order.down ? -1 : 1;
    const keyed = this.rows.map((row) => [column.sort(row), row]);
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null); // the unknown is last
      return sign * (typeof a === "number" ? a - b : collator.compare(a, b));
    });
    return keyed.map(([, row]) => row);
  }

  draw() {
    [...this.head.firstChild.children].forEach((cell, n) => {
      cell.querySelector("span").textContent = titleOf(this.columns[n]);
      const ours = cell.dataset.key === this.order.key;
      if (ours) cell.setAttribute("aria-sort", this.order.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    const focused = this.bodyOf.contains(document.activeElement)
      ? document.activeElement.closest("tr")
      : null;
    const focusedId = focused && this.id(this.rowOf.get(focused));
    this.watching.disconnect();
    this.nodes.clear();
    const sorted = this.sorted();
    const nodes = sorted.slice(0, this.limit).map((row) => {
      const node = this.line(row);
      this.nodes.set(this.id(row), node);
      return node;
    });
    this.bodyOf.replaceChildren(...nodes);
    if (this.onSeen) nodes.forEach((node) => this.watching.observe(node));
    const rest = sorted.length - nodes.length;
    this.more.replaceChildren();
    if (rest > 0) {
      this.more.append(
        make(
          "button",
          { type: "button", class: "button", onclick: () => this.showMore() },
          `Show ${Math.min(rest, PAGE_ROWS)} more of ${rest.toLocaleString("en")}`,
        ),
      );
      this.watching.observe(this.more);
    }
    if (focusedId) this.nodes.get(focusedId)?.querySelector("a")?.focus();
  }

  showMore() {
    this.limit += PAGE_ROWS;
    this.draw();
  }

  /** Draw a row anew whose figures have come. */
  redraw(row) {
    const old = this.nodes.get(this.id(row));
    if (!old || old.contains(document.activeElement)) {
      if (old)
        [...old.children]
          .slice(1)
          .forEach((cell, n) => cell.replaceWith(this.cellOf(row, this.columns[n + 1])));
      return;
    }
    const node = this.line(row);
    old.replaceWith(node);
    this.nodes.set(this.id(row), node);
  }

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

  cellOf(row, column) {
    return make(
      "td",
      { class: column.numeric && "number", "data-title": titleOf(column) },
      column.cell(row),
    );
  }

  onSeenNodes(seen) {
    const inView = seen.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
    if (inView.includes(this.more)) this.showMore();
    const rows = inView.map((node) => this.rowOf.get(node)).filter(Boolean);
    if (rows.length) this.onSeen?.(rows);
  }

  /** A click anywhere in a row follows its link, unless text is being selected. */
  onClick(event) {
    if (event.target.closest("a, button") || String(getSelection())) return;
    event.target.closest("tr")?.querySelector("a")?.click();
  }

  onKey(event) {
    const move = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const row = move && event.target.closest("tr");
    if (!row) return;
    event.preventDefault();
    row[move]?.querySelector("a")?.focus();
  }

  close() {
    this.watching.disconnect();
  }
}

function titleOf({ title }) {
  return typeof title === "function" ? title() : title;
}
