/** The dashboard: shows the view that the address names, and keeps it fresh. */

import { linkTo, readAddress, writeAddress } from "./kit/address.js";
import { announce, byId, targetOf } from "./kit/dom.js";
import { Live } from "./kit/live.js";
import { Status } from "./kit/status.js";
import { onTheme } from "./kit/themes.js";
import { UNITS } from "./kit/units.js";
import { DivisionsView } from "./wells/divisions.js";
import { WellView } from "./wells/well.js";
import { WellsView } from "./wells/wells.js";

/** @import { Place } from "./kit/address.js" */
/** @import { Unit } from "./kit/units.js" */
/** @import { Memory, View } from "./kit/view.js" */

class Dashboard {
  constructor() {
    this.main = byId("view", HTMLElement);
    this.status = new Status();
    this.place = readAddress();
    /** @type {View|null} */
    this.view = null;
    /** Which view it is. */
    this.key = "";
    /**
     * How each view was when it was left, and how far the page was scrolled.
     * @type {Map<string, {scroll: number, memory: Memory|undefined}>}
     */
    this.left = new Map();
    document.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    addEventListener("popstate", () => this.open(readAddress(), true));
    for (const { key } of Object.values(UNITS)) {
      unitButton(key).addEventListener("click", () => this.change({ unit: key }));
    }
    onTheme(() => this.view?.redraw?.());
    this.open(this.place);
    new Live(
      (state) => this.status.show(state),
      () => this.refresh(),
    );
  }

  get unit() {
    return UNITS[this.place.unit];
  }

  /**
   * Shows a place; the view stays when only its unit or range changes.
   * @param {Place} place
   * @param {boolean} [returning] by the browser's Back or Forward: it looks as it was left
   */
  open(place, returning = false) {
    this.place = place;
    for (const { key } of Object.values(UNITS)) {
      unitButton(key).setAttribute("aria-pressed", String(key === place.unit));
    }
    const key = `${place.division}/${place.well}`;
    if (key === this.key) {
      this.view?.update();
      return;
    }
    const first = !this.view;
    if (this.view) {
      this.left.set(this.key, { scroll: scrollY, memory: this.view.memory?.() });
      this.view.close();
    }
    const left = returning ? this.left.get(key) : undefined;
    const view = this.viewOf(place);
    this.key = key;
    this.view = view;
    if (left?.memory) view.remember?.(left.memory);
    this.entitle(view.title);
    this.status.reaches(undefined);
    this.main.replaceChildren(view.node);
    const loaded = this.load(view);
    if (first) return;
    scrollTo(0, 0);
    this.main.focus({ preventScroll: true });
    if (left) loaded.then(() => this.key === key && scrollTo(0, left.scroll));
  }

  /**
   * @param {Place} place
   * @returns {View}
   */
  viewOf({ division, well }) {
    if (division && well) return new WellView(this, division, well);
    if (division) return new WellsView(this, division);
    return new DivisionsView(this);
  }

  /** @param {View} view */
  async load(view) {
    const drawn = await view.load();
    if (drawn && view === this.view) this.status.fresh();
    return drawn;
  }

  /** Asks again, for the data may have changed. */
  async refresh() {
    if (this.view && (await this.load(this.view))) announce("The figures are up to date");
  }

  /** @param {string} name */
  entitle(name) {
    document.title = `${name} · ODM`;
  }

  /** @param {string|null} day the last one, YYYY-MM-DD; null without data */
  reaches(day) {
    this.status.reaches(day);
  }

  /**
   * @param {string|null} from
   * @param {string|null} to
   */
  changeRange(from, to) {
    this.change({ from, to });
  }

  /** @param {Partial<Place>} change */
  change(change) {
    const place = { ...this.place, ...change };
    writeAddress(place, false);
    this.open(place);
  }

  /**
   * Follows links inside the dashboard by a change of view; with a modifier they are links as ever.
   * @param {MouseEvent} event
   */
  onClick(event) {
    const link = targetOf(event)?.closest("a[data-go]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!(link instanceof HTMLAnchorElement) || !plain || event.defaultPrevented) return;
    event.preventDefault();
    const { search } = new URL(link.href);
    history.pushState(null, "", search || linkTo({ unit: this.place.unit }));
    this.open(readAddress());
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (targetOf(event)?.closest("input, textarea, select")) return;
    const search = document.getElementById("search");
    if (!search) return;
    event.preventDefault();
    search.focus();
  }
}

/** @param {Unit["key"]} key */
function unitButton(key) {
  return byId(`unit-${key}`, HTMLButtonElement);
}

new Dashboard();
