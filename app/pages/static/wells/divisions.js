/** Shows the whole company: every division with oil, sales, and spending against its budget. */

import { linkTo } from "../kit/address.js";
import { daysBetween } from "../kit/days.js";
import { make } from "../kit/dom.js";
import { DownloadMenu } from "../kit/downloads.js";
import {
  byPeriod,
  largest,
  lastDay,
  tile,
  together,
  totalColumns,
  totalTiles,
  unpricedInWords,
} from "../kit/figures.js";
import { shown, sum } from "../kit/numbers.js";
import { Region, empty, underTitle } from "../kit/states.js";
import { Table } from "../kit/table.js";
import { divisionSummaries, totalsOfDivision } from "./rows.js";

/** @import { Amounts } from "../kit/figures.js" */
/** @import { Dashboard, Memory, View } from "../kit/view.js" */
/** @import { DivisionSummary } from "./rows.js" */

/** @implements {View} */
export class DivisionsView {
  /** @param {Dashboard} dashboard */
  constructor(dashboard) {
    this.dashboard = dashboard;
    this.title = "Divisions";
    this.region = new Region("Divisions", 9, this.title);
    this.node = this.region.node;
    /** @type {DivisionSummary[]|null} */
    this.rows = null;
    this.largest = largest([]);
    /** @type {string|null} the last day of any division */
    this.latest = null;
    const unit = () => dashboard.unit;
    /** @type {Table<DivisionSummary>} */
    this.table = new Table({
      caption: "Divisions and their totals",
      columns: [
        {
          key: "name",
          title: "Division",
          cell: (row) =>
            make(
              "span",
              {},
              row.Division_Name,
              row.Period && row.Period !== "day" && make("span", { class: "tag" }, byPeriod(row.Period)),
            ),
          sort: (row) => row.Division_Name,
        },
        {
          key: "wells",
          title: "Wells",
          numeric: true,
          cell: (row) => shown(row.Well_Count),
          sort: (row) => Number(row.Well_Count),
        },
        {
          key: "last",
          title: "Data to",
          cell: (row) => lastDay(row.Last_Date, daysBetween(row.Last_Date, this.latest)),
          sort: (row) => row.Last_Date,
        },
        ...totalColumns(totalsOfDivision, unit, (key) => this.largest[key]),
      ],
      id: (row) => row.Division_Id,
      link: (row) => linkTo({ division: row.Division_Id, unit: unit().key }),
    });
  }

  load() {
    return this.region.fill(divisionSummaries, (rows) => this.draw(rows));
  }

  update() {
    if (this.rows) this.region.body.replaceChildren(this.draw(this.rows));
  }

  /** @param {DivisionSummary[]} rows */
  draw(rows) {
    this.rows = rows;
    const days = rows.map((row) => row.Last_Date).filter((day) => day !== null);
    this.latest = days.sort().at(-1) ?? null;
    this.dashboard.reaches(this.latest);
    if (!rows.length) {
      const words = empty(
        "No divisions yet",
        "The database holds no division. Production that is loaded with ",
        make("code", {}, "python -m app load"),
        " appears here by itself.",
      );
      return underTitle(this.title, words);
    }
    const all = rows.map(totalsOfDivision);
    this.largest = largest(all);
    this.table.show(rows);
    /** @type {(key: keyof Amounts, places: number) => string|null} */
    const total = (key, places) =>
      sum(
        all.map((totals) => totals[key]),
        places,
      );
    const totals = {
      oil: total("oil", 3),
      sales: total("sales", 2),
      budget: total("budget", 2),
      actual: total("actual", 2),
      period: together(all.map((totals) => totals.period)),
    };
    const wells = rows.map((row) => row.Well_Count);
    /** @param {"Reports"|"Unpriced_Reports"} key */
    const count = (key) => rows.reduce((reports, row) => reports + Number(row[key]), 0);
    const menu = new DownloadMenu("divisions", () => ({
      route: "division-summary",
      parameters: {},
      name: "divisions",
    }));
    return make(
      "div",
      {},
      make("div", { class: "head" }, make("h1", {}, "Divisions"), menu.node),
      make(
        "dl",
        { class: "tiles" },
        ...totalTiles(
          totals,
          this.dashboard.unit,
          unpricedInWords(count("Unpriced_Reports"), count("Reports"), totals.period),
        ),
        tile("Wells", shown(sum(wells, 0)), { note: `in ${rows.length} divisions` }),
      ),
      make("div", { class: "card" }, this.table.node),
    );
  }

  memory() {
    return { order: this.table.order, limit: this.table.limit, search: "" };
  }

  /** @param {Memory} memory */
  remember({ order, limit }) {
    this.table.order = order;
    this.table.limit = limit;
  }

  close() {
    this.region.close();
    this.table.close();
  }
}
