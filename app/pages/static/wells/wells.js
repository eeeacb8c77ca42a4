/** Shows one division: its totals and its wells. */

import { linkTo } from "../kit/address.js";
import { make } from "../kit/dom.js";
import { DownloadMenu } from "../kit/downloads.js";
import { largest, lastDay, tile, totalColumns, totalTiles, unpricedInWords } from "../kit/figures.js";
import { UNKNOWN, shown } from "../kit/numbers.js";
import { Region, empty } from "../kit/states.js";
import { Table } from "../kit/table.js";
import { oil } from "../kit/units.js";
import { divisionSummaries, divisionWells, totalsOfDivision, totalsOfWell } from "./rows.js";

/** @import { Dashboard, Memory, View } from "../kit/view.js" */
/** @import { DivisionSummary, DivisionWell } from "./rows.js" */

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
    this.region = new Region("Wells of the division", 12, this.title);
    this.node = this.region.node;
    /** @type {DivisionSummary[]} */
    this.divisions = [];
    /** @type {DivisionWell[]|null} */
    this.wells = null;
    this.largest = largest([]);
    const unit = () => dashboard.unit;
    /** @type {Table<DivisionWell>} */
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
        {
          key: "last",
          title: "Last day",
          cell: (well) => lastDay(well.last_date, Number(well.days_late)),
          sort: (well) => well.last_date,
        },
        {
          key: "latest",
          title: () => `Oil that day, ${unit().name}`,
          numeric: true,
          cell: (well) => (well.last_oil_produced ? oil(well.last_oil_produced, unit()) : UNKNOWN),
          sort: (well) => (well.last_oil_produced ? Number(well.last_oil_produced) : null),
        },
        ...totalColumns(
          (/** @type {DivisionWell} */ well) => totalsOfWell(well),
          unit,
          (key) => this.largest[key],
        ),
      ],
      id: (well) => well.well_id,
      link: (well) => linkTo({ division, well: well.well_id, unit: unit().key }),
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
      (signal) => Promise.all([divisionSummaries(signal), divisionWells(this.division, signal)]),
      ([divisions, wells]) => this.draw(divisions, wells),
    );
  }

  update() {
    if (this.wells) this.region.body.replaceChildren(this.draw(this.divisions, this.wells));
  }

  /**
   * @param {DivisionSummary[]} divisions
   * @param {DivisionWell[]} wells
   */
  draw(divisions, wells) {
    this.divisions = divisions;
    this.wells = wells;
    const { unit } = this.dashboard;
    const row = divisions.find(({ Division_Id: id }) => id === this.division);
    const name = row?.Division_Name ?? wells[0]?.division_name ?? this.title;
    this.dashboard.entitle(name);
    this.dashboard.reaches(row?.Last_Date ?? null);
    const menu = new DownloadMenu("wells", () => ({
      route: "division-well-summary",
      parameters: { division_id: this.division },
      name: `${name} wells`,
    }));
    if (wells.length) {
      this.largest = largest(wells.map(totalsOfWell));
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
          ...totalTiles(
            totalsOfDivision(row),
            unit,
            unpricedInWords(Number(row.Unpriced_Reports), Number(row.Reports), row.Period),
          ),
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
