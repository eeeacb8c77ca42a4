/** The whole company: every division with oil, sales, and spending against its budget. */

import { linkTo } from "../kit/address.js";
import { exactRows } from "../kit/api.js";
import { make } from "../kit/dom.js";
import { downloadMenu } from "../kit/downloads.js";
import { difference, largest, moneyTile, oilTile, tile, totalColumns } from "../kit/figures.js";
import { shown, sum } from "../kit/numbers.js";
import { Region, empty } from "../kit/states.js";
import { Table } from "../kit/table.js";

/** A division's totals under the names that wells have too. */
export function totalsOf(row) {
  return {
    oil: row.Total_Oil_Produced,
    sales: row.Total_Oil_Sales,
    budget: row.Total_Budget,
    actual: row.Total_Actual,
  };
}

export class DivisionsView {
  /** @param {import("../dashboard.js").Dashboard} dashboard */
  constructor(dashboard) {
    this.dashboard = dashboard;
    this.title = "Divisions";
    this.region = new Region("Divisions", 9);
    this.node = this.region.node;
    this.most = {};
    const unit = () => dashboard.unit;
    this.table = new Table({
      caption: "Divisions and their totals",
      columns: [
        {
          key: "name",
          title: "Division",
          cell: (row) => row.Division_Name,
          sort: (row) => row.Division_Name,
        },
        {
          key: "wells",
          title: "Wells",
          numeric: true,
          cell: (row) => shown(row.Well_Count),
          sort: (row) => Number(row.Well_Count),
        },
        ...totalColumns(
          (row) => row.totals,
          unit,
          (key) => this.most[key],
        ),
      ],
      id: (row) => row.Division_Id,
      link: (row) => linkTo({ division: row.Division_Id, unit: unit().key }),
    });
  }

  load() {
    return this.region.fill(
      (signal) => exactRows("division-summary", signal),
      (rows) => this.draw(rows),
    );
  }

  /** The unit was switched. */
  update() {
    if (this.rows) this.region.body.replaceChildren(this.draw(this.rows));
  }

  draw(rows) {
    this.rows = rows;
    if (!rows.length) {
      return empty(
        "No divisions yet",
        "The database holds no division. Production that is loaded with ",
        make("code", {}, "python -m app.load"),
        " appears here by itself.",
      );
    }
    for (const row of rows) row.totals = totalsOf(row);
    this.most = largest(rows.map((row) => row.totals));
    this.table.show(rows);
    const { unit } = this.dashboard;
    const total = (key, places) =>
      sum(
        rows.map((row) => row.totals[key]),
        places,
      );
    const budget = total("budget", 2);
    const actual = total("actual", 2);
    return make(
      "div",
      {},
      make(
        "div",
        { class: "head" },
        make("h1", {}, "Divisions"),
        downloadMenu("divisions", () => ({
          route: "division-summary",
          parameters: {},
          name: "divisions",
        })),
      ),
      make(
        "dl",
        { class: "tiles" },
        oilTile("Oil produced", total("oil", 3), unit),
        moneyTile("Oil sales", total("sales", 2)),
        moneyTile(
          "Actual spending",
          actual,
          budget !== null && actual !== null
            ? make("span", {}, difference(budget, actual), " to budget")
            : "",
        ),
        moneyTile("Budget", budget),
        tile(
          "Wells",
          shown(
            sum(
              rows.map((row) => row.Well_Count),
              0,
            ),
          ),
          { note: `in ${rows.length} divisions` },
        ),
      ),
      make("div", { class: "card" }, this.table.node),
    );
  }

  memory() {
    return { order: this.table.order };
  }

  remember({ order }) {
    this.table.order = order;
  }

  close() {
    this.region.close();
    this.table.close();
  }
}
