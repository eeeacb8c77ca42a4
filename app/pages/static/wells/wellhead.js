/** The top of a well's page: where it belongs, its neighbours and its totals. */

import { linkTo } from "../kit/address.js";
import { make } from "../kit/dom.js";
import { difference, moneyTile, oilTile } from "../kit/figures.js";

/**
 * @param {Object<string, string|null>} row of /well-summary
 * @param {Object<string, string>[]} wells of /well-list, for the previous and the next one
 * @param {import("../kit/units.js").Unit} unit
 * @param {Node} last the tile of the latest day
 */
export function wellHead(row, wells, unit, last) {
  const at = wells.findIndex((well) => well.well_id === row.well_id);
  const neighbour = (step, words) => {
    const well = at < 0 ? undefined : wells[at + step];
    if (!well) return make("span", { class: "button off", "aria-hidden": "true" }, words);
    const link = linkTo({ division: row.division_id, well: well.well_id, unit: unit.key });
    const which = step < 0 ? "previous" : "next";
    return make(
      "a",
      {
        class: "button",
        href: link,
        "data-go": true,
        rel: step < 0 ? "prev" : "next",
        "aria-label": `${well.well_name}, the ${which} well`,
        title: well.well_name,
      },
      words,
    );
  };
  const { total_budget: budget, total_actual: actual } = row;
  return make(
    "div",
    {},
    make(
      "nav",
      { class: "crumbs", "aria-label": "You are here" },
      make("a", { href: linkTo({ unit: unit.key }), "data-go": true }, "Divisions"),
      make("span", { class: "muted", "aria-hidden": "true" }, "/"),
      make(
        "a",
        { href: linkTo({ division: row.division_id, unit: unit.key }), "data-go": true },
        row.division_name,
      ),
    ),
    make(
      "div",
      { class: "head" },
      make("h1", {}, row.well_name),
      make("span", { class: "muted id" }, `well ${row.well_id}`),
      make("div", { class: "steps" }, neighbour(-1, "‹ Previous"), neighbour(1, "Next ›")),
    ),
    make(
      "dl",
      { class: "tiles" },
      oilTile("Oil produced", row.total_oil_produced, unit),
      moneyTile("Oil sales", row.total_oil_sales),
      moneyTile(
        "Actual spending",
        actual,
        budget !== null && actual !== null
          ? make("span", {}, difference(budget, actual), " to budget")
          : "",
      ),
      moneyTile("Budget", budget),
      last,
    ),
  );
}
