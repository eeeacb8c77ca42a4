/**
 * Shows one division: its totals and its wells.
 *
 * The list of wells has no totals, and a division may have thousands of wells. Totals are asked for
 * a few at a time: of all wells in a division of ordinary size, otherwise of those that come into
 * view; sorting by a total asks for the rest.
 */

import { linkTo } from "../kit/address.js";
import { aFewAtATime } from "../kit/api.js";
import { make } from "../kit/dom.js";
import { DownloadMenu } from "../kit/downloads.js";
import { largest, tile, totalColumns, totalTiles } from "../kit/figures.js";
import { shown } from "../kit/numbers.js";
import { Region, empty } from "../kit/states.js";
import { Table } from "../kit/table.js";
import { divisionSummaries, totalsOfDivision, totalsOfWell, wellSummary, wellsOf } from "./rows.js";

/** @import { Totals } from "../kit/figures.js" */
/** @import { Dashboard, Memory, View } from "../kit/view.js" */
/** @import { DivisionSummary, Well } from "./rows.js" */

const AT_ONCE = 4;
const ORDINARY = 300;
const UNTOTALLED = new Set(["name", "id"]);

/** @implements {View} */
export class WellsView {
  /**
   * @param {Dashboard} dashboard
   * @param {string} division
   */
  constructor(dashboard, division) {
    this.dashboard = dashboard;
    this.division = division;
    this.title = `Division ${division}`;
    this.region = new Region("Wells of the division", 12);
    this.node = this.region.node;
    /** @type {DivisionSummary[]} */
    this.divisions = [];
    /** @type {Well[]|null} */
    this.wells = null;
    /** @type {Map<string, Totals|null>} by the well's id; null where they could not be asked */
    this.totals = new Map();
    /** @type {Set<string>} of wells whose totals were asked for since the last change */
    this.asked = new Set();
    /** @type {Well[]} whose totals are still to be asked for */
    this.waiting = [];
    this.working = false;
    this.closed = false;
    this.largest = largest([]);
    const unit = () => dashboard.unit;
    /** @type {Table<Well>} */
    this.table = new Table({
      caption: "Wells of the division and their totals",
      columns: [
        {
          key: "name",
          title: "Well",
          cell: (well) => well.well_name,
          sort: (well) => well.well_name,
        },
        {
          key: "id",
          title: "Id",
          numeric: true,
          cell: (well) => well.well_id,
          sort: (well) => Number(well.well_id),
        },
        ...totalColumns(
          (/** @type {Well} */ well) => this.totals.get(well.well_id),
          unit,
          (key) => this.largest[key],
        ),
      ],
      id: (well) => well.well_id,
      link: (well) => linkTo({ division, well: well.well_id, unit: unit().key }),
      onSeen: (wells) => this.askTotals(wells),
      onSort: ({ key }) => UNTOTALLED.has(key) || this.askTotals(this.wells ?? []),
    });
    this.search = make("input", {
      type: "search",
      id: "search",
      placeholder: "Search wells",
      "aria-label": "Search wells by name",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.filter(),
      onkeydown: (event) => this.onSearchKey(event),
    });
    this.count = make("span", { class: "muted", role: "status" });
    this.nothing = make("div", {});
  }

  load() {
    return this.region.fill(
      (signal) => Promise.all([divisionSummaries(signal), wellsOf(this.division, signal)]),
      ([divisions, wells]) => {
        // After a change the old totals stay in sight until the new ones are here.
        this.asked.clear();
        const drawn = this.draw(divisions, wells);
        const { key } = this.table.order;
        const byTotal = key !== null && !UNTOTALLED.has(key);
        if (wells.length <= ORDINARY || byTotal) this.askTotals(wells);
        return drawn;
      },
    );
  }

  update() {
    if (this.wells) this.region.body.replaceChildren(this.draw(this.divisions, this.wells));
  }

  /**
   * @param {DivisionSummary[]} divisions
   * @param {Well[]} wells
   */
  draw(divisions, wells) {
    this.divisions = divisions;
    this.wells = wells;
    const { unit } = this.dashboard;
    const row = divisions.find(({ Division_Id: id }) => id === this.division);
    const name = row?.Division_Name ?? wells[0]?.division_name ?? this.title;
    this.dashboard.entitle(name);
    const menu = new DownloadMenu("wells", () => ({
      route: "well-list",
      parameters: { division_id: this.division },
      name: `${name} wells`,
    }));
    if (wells.length) {
      this.largest = this.largestKnown();
      this.filter();
    }
    return make(
      "div",
      {},
      make(
        "nav",
        { class: "crumbs", "aria-label": "You are here" },
        make("a", { href: linkTo({ unit: unit.key }), "data-go": true }, "Divisions"),
      ),
      make("div", { class: "head" }, make("h1", {}, name), menu.node),
      row &&
        make(
          "dl",
          { class: "tiles" },
          ...totalTiles(totalsOfDivision(row), unit),
          tile("Wells", shown(row.Well_Count)),
        ),
      wells.length
        ? make(
            "div",
            { class: "card" },
            make("div", { class: "card-head" }, this.search, this.count),
            this.table.node,
            this.nothing,
          )
        : empty("No wells", "This division has no wells yet."),
    );
  }

  /** Shows the wells whose names hold each of the words that are searched for. */
  filter() {
    const wells = this.wells ?? [];
    const words = folded(this.search.value).split(/\s+/).filter(Boolean);
    const found = wells.filter((well) => {
      const name = folded(well.well_name);
      return words.every((word) => name.includes(word));
    });
    this.table.show(found);
    const all = wells.length.toLocaleString("en");
    this.count.textContent = words.length
      ? `${found.length.toLocaleString("en")} of ${all} wells`
      : `${all} wells`;
    this.table.node.hidden = !found.length;
    this.nothing.replaceChildren();
    if (!found.length) {
      this.nothing.append(
        make(
          "div",
          { class: "state empty" },
          make("h2", {}, "No such well"),
          make("p", {}, `No well's name holds “${this.search.value.trim()}”.`),
          make(
            "p",
            {},
            make(
              "button",
              { type: "button", class: "button", onclick: () => this.clear() },
              "Clear the search",
            ),
          ),
        ),
      );
    }
  }

  clear() {
    this.search.value = "";
    this.filter();
    this.search.focus();
  }

  /** @param {KeyboardEvent} event */
  onSearchKey(event) {
    const first = this.table.body.querySelector("a");
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    } else if (event.key === "Enter" && this.search.value && first) {
      first.click();
    } else if (event.key === "Escape" && this.search.value) {
      event.preventDefault();
      this.clear();
    }
  }

  /**
   * Asks for totals of wells that were not asked for since the last change.
   * @param {Well[]} wells
   */
  askTotals(wells) {
    const fresh = wells.filter((well) => !this.asked.has(well.well_id));
    if (!fresh.length) return;
    for (const well of fresh) this.asked.add(well.well_id);
    this.waiting.push(...fresh);
    if (!this.working) this.work();
  }

  async work() {
    this.working = true;
    while (this.waiting.length && !this.closed) {
      await aFewAtATime(this.queue(), AT_ONCE, (well) => this.askTotalsOf(well));
      this.largest = this.largestKnown();
    }
    this.working = false;
    if (!this.closed) this.table.draw(); // bars and order by what is known now
  }

  /** The wells that wait, and those that come to wait meanwhile. */
  *queue() {
    for (let well = this.waiting.shift(); well; well = this.waiting.shift()) yield well;
  }

  /** @param {Well} well */
  async askTotalsOf(well) {
    if (this.closed) return;
    try {
      const row = await wellSummary(this.division, well.well_id, this.region.aborting?.signal);
      this.totals.set(well.well_id, totalsOfWell(row));
    } catch {
      // Here only the figure is missing, until the next change; it is not asked for at once again.
      if (!this.totals.has(well.well_id)) this.totals.set(well.well_id, null);
    }
    this.table.redraw(well);
  }

  largestKnown() {
    return largest([...this.totals.values()].filter((totals) => totals !== null));
  }

  memory() {
    return { order: this.table.order, limit: this.table.limit, search: this.search.value };
  }

  /** @param {Memory} memory */
  remember({ order, limit, search }) {
    this.table.order = order;
    this.table.limit = limit;
    this.search.value = search;
  }

  close() {
    this.closed = true;
    this.waiting = [];
    this.region.close();
    this.table.close();
  }
}

/**
 * A name without case and accents, so that “ostra” finds “Østra”, “Óstra” and “OSTRA”.
 * @param {string} text
 */
function folded(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLocaleLowerCase()
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae");
}
