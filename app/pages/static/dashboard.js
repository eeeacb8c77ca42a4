/** The dashboard: shows the view that the address names, and keeps it fresh. */

import { linkTo, readAddress, writeAddress } from "./kit/address.js";
import { announce, byId } from "./kit/dom.js";
import { Live } from "./kit/live.js";
import { Status } from "./kit/status.js";
import { onTheme } from "./kit/themes.js";
import { UNITS } from "./kit/units.js";
import { DivisionsView } from "./wells/divisions.js";
import { WellView } from "./wells/well.js";
import { WellsView } from "./wells/wells.js";

export class Dashboard {
  constructor() {
    this.main = byId("view");
    this.status = new Status();
    this.place = readAddress();
    /** How each view was when it was left. */
    this.left = new Map();
    document.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    addEventListener("popstate", () => this.open(readAddress(), true));
    for (const button of this.unitButtons) {
      button.addEventListener("click", () => this.changeUnit(button.dataset.unit));
    }
    onTheme(() => this.view?.redraw?.());
    this.open(this.place);
    this.live = new Live(
      (pulse) => this.status.show(pulse),
      () => this.refresh(),
    );
  }

  get unit() {
    return UNITS[this.place.unit];
  }

  get unitButtons() {
    return [...document.querySelectorAll("[data-unit]")];
  }

  /**
   * Show a place; the view stays when only its unit or range changes.
   * @param {import("./kit/address.js").Place} place
   * @param {boolean} [returning] by the browser's Back or Forward: it looks as it was left
   */
  open(place, returning = false) {
    this.place = place;
    for (const button of this.unitButtons) {
      button.setAttribute("aria-pressed", String(button.dataset.unit === place.unit));
    }
    const key = `${place.division}/${place.well}`;
    if (key === this.key) {
      this.view.update();
      return;
    }
    const first = !this.view;
    if (this.view) {
      this.left.set(this.key, { scroll: scrollY, ...this.view.memory?.() });
      this.view.close();
    }
    this.key = key;
    this.view = this.viewOf(place);
    const memory = returning ? this.left.get(key) : undefined;
    if (memory) this.view.remember?.(memory);
    this.entitle(this.view.title);
    this.main.replaceChildren(this.view.node);
    const loaded = this.load();
    if (first) return;
    scrollTo(0, 0);
    this.main.focus({ preventScroll: true });
    if (memory) loaded.then(() => this.key === key && scrollTo(0, memory.scroll));
  }

  viewOf({ division, well }) {
    if (well) return new WellView(this, division, well);
    if (division) return new WellsView(this, division);
    return new DivisionsView(this);
  }

  async load() {
    const { view } = this;
    const done = [await view.load()].flat();
    if (view === this.view && done.every(Boolean)) this.status.fresh();
    return done.every(Boolean);
  }

  /** The data may have changed. */
  async refresh() {
    if (await this.load()) announce("The figures are up to date");
  }

  /** Name what is shown. */
  entitle(name) {
    document.title = `${name} · ODM`;
  }

  changeUnit(unit) {
    const place = { ...this.place, unit };
    writeAddress(place, false);
    this.open(place);
  }

  changeRange(from, to) {
    const place = { ...this.place, from, to };
    writeAddress(place, false);
    this.open(place);
  }

  /** Links inside the dashboard change the view; with a modifier they are links as ever. */
  onClick(event) {
    const link = event.target.closest("a[data-go]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain || event.defaultPrevented) return;
    event.preventDefault();
    const { search } = new URL(link.href);
    history.pushState(null, "", search || linkTo({ unit: this.place.unit }));
    this.open(readAddress());
  }

  onKey(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const search = document.getElementById("search");
    if (!search) return;
    event.preventDefault();
    search.focus();
  }
}

new Dashboard();
