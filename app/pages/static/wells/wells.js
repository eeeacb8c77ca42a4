/**
 * One division: its totals and its wells.
 *
 * The list of wells has no totals, and a division may have thousands of wells. Totals are asked for
 * a few at a time: of all wells in a division of ordinary size, otherwise of those that come into
 * view; sorting by a total asks for the rest.
 */

import { linkTo } from "../kit/address.js";
import { aFewAtATime, addressOf, exactRows } from "../kit/api.js";
import { make } from "../kit/dom.js";
import { downloadMenu } from "../kit/downloads.js";
import { difference, largest, moneyTile, oilTile, tile, totalColumns } from "../kit/figures.js";
import { shown } from "../kit/numbers.js";
import { Region, empty } from "../kit/states.js";
import { Table } from "../kit/table.js";
import { totalsOf } from "./divisions.js";

const AT_ONCE = 4;
const ORDINARY = 300;
const UNTOTALLED = new Set(["name", "id"]);

export class WellsView {
  /**
   * @param {import("../dashboard.js").Dashboard} dashboard
   * @param {string} division
   */
  constructor(dashboard, division) {
    this.dashboard = dashboard;
    this.division = division;
    this.title = `Division ${division}`;
    this.region = new Region("Wells of the division", 12);
    this.node = this.region.node;
    this.known = new Map();
    this.wanted = new Set();
    this.most = {};
    const unit = () => dashboard.unit;
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
          (well) => this.known.get(well.well_id),
          unit,
          (key) => this.most[key],
        ),
      ],
      id: (well) => well.well_id,
      link: (well) => linkTo({ division, well: well.well_id, unit: unit().key }),
      onSeen: (wells) => this.want(wells),
      onSort: ({ key }) => UNTOTALLED.has(key) || this.want(this.wells),
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
      (signal) =>
        Promise.all([
          exactRows("division-summary", signal),
          exactRows(addressOf("well-list", { division_id: this.division }), signal),
        ]),
      ([divisions, wells]) => {
        // After a change the old totals stay in sight until the new ones are here.
        this.wanted = new Set();
        const drawn = this.draw(divisions, wells);
        const { key } = this.table.order;
        const byTotal = key !== null && !UNTOTALLED.has(key);
        if (wells.length <= ORDINARY || byTotal) this.want(wells);
        return drawn;
      },
    );
  }

  /** The unit was switched. */
  update() {
    if (this.wells) this.region.body.replaceChildren(this.draw(this.divisions, this.wells));
  }

  draw(divisions, wells) {
    this.divisions = divisions;
    this.wells = wells;
    const row = divisions.find(({ Division_Id: id }) => id === this.division);
    const name = row?.Division_Name ?? wells[0]?.division_name ?? `Division ${this.division}`;
    this.dashboard.entitle(name);
    const { unit } = this.dashboard;
    const totals = row && totalsOf(row);
    const parts = [
      make(
        "nav",
        { class: "crumbs", "aria-label": "You are here" },
        make("a", { href: linkTo({ unit: unit.key }), "data-go": true }, "Divisions"),
      ),
      make(
        "div",
        { class: "head" },
        make("h1", {}, name),
        downloadMenu("wells", () => ({
          route: "well-list",
          parameters: { division_id: this.division },
          name: `${name} wells`,
        })),
      ),
      totals &&
        make(
          "dl",
          { class: "tiles" },
          oilTile("Oil produced", totals.oil, unit),
          moneyTile("Oil sales", totals.sales),
          moneyTile(
            "Actual spending",
            totals.actual,
            totals.budget !== null && totals.actual !== null
              ? make("span", {}, difference(totals.budget, totals.actual), " to budget")
              : "",
          ),
          moneyTile("Budget", totals.budget),
          tile("Wells", shown(row.Well_Count)),
        ),
    ];
    if (!wells.length) {
      parts.push(empty("No wells", "This division has no wells yet."));
      return make("div", {}, ...parts);
    }
    this.mark();
    this.filter();
    parts.push(
      make(
        "div",
        { class: "card" },
        make("div", { class: "card-head" }, this.search, this.count),
        this.table.node,
        this.nothing,
      ),
    );
    return make("div", {}, ...parts.filter(Boolean));
  }

  filter() {
    const words = folded(this.search.value).split(/\s+/).filter(Boolean);
    const found = this.wells.filter((well) => {
      const name = folded(well.well_name);
      return words.every((word) => name.includes(word));
    });
    this.table.show(found);
    const all = this.wells.length.toLocaleString("en");
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

  onSearchKey(event) {
    const first = this.table.bodyOf.querySelector("a");
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

  /** Ask for totals of wells that were not asked for since the last change. */
  want(wells) {
    const fresh = wells.filter((well) => !this.wanted.has(well.well_id));
    if (!fresh.length) return;
    for (const well of fresh) this.wanted.add(well.well_id);
    this.waiting = [...(this.waiting ?? []), ...fresh];
    if (!this.working) this.work();
  }

  async work() {
    this.working = true;
    const waiting = () => this.waiting;
    const queue = {
      *[Symbol.iterator]() {
        while (waiting().length) yield waiting().shift();
      },
    };
    while (this.waiting.length && !this.closed) {
      await aFewAtATime(queue, AT_ONCE, (well) => this.askTotals(well));
      this.mark();
    }
    this.working = false;
    if (!this.closed) this.table.draw(); // bars and order by what is known now
  }

  async askTotals(well) {
    if (this.closed) return;
    try {
      const [row] = await exactRows(
        addressOf("well-summary", { well_id: well.well_id, division_id: this.division }),
        this.region.aborting?.signal,
      );
      this.known.set(well.well_id, {
        oil: row.total_oil_produced,
        sales: row.total_oil_sales,
        budget: row.total_budget,
        actual: row.total_actual,
      });
    } catch {
      // Here only the figure is missing, until the next change; it is not asked for at once again.
      if (!this.known.has(well.well_id)) this.known.set(well.well_id, null);
    }
    this.table.redraw(well);
  }

  mark() {
    this.most = largest([...this.known.values()].filter(Boolean));
  }

  memory() {
    return { order: this.table.order, limit: this.table.limit, search: this.search.value };
  }

  remember({ order, limit, search }) {
    Object.assign(this.table, { order, limit });
    this.search.value = search;
  }

  close() {
    this.closed = true;
    this.waiting = [];
    this.region.close();
    this.table.close();
  }
}

/** A name without case and accents, so that “ostra” finds “Østra”, “Óstra” and “OSTRA”. */
function folded(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLocaleLowerCase()
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae");
}
