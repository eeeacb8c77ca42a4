/** Shows the top of a well's page: where it belongs, its neighbours and its totals. */

import { linkTo } from "../kit/address.js";
import { make } from "../kit/dom.js";
import { totalTiles } from "../kit/figures.js";
import { totalsOfWell } from "./rows.js";

/** @import { Unit } from "../kit/units.js" */
/** @import { Well, WellSummary } from "./rows.js" */

/**
 * @param {WellSummary} row
 * @param {Well[]} wells of the division, for the previous and the next one
 * @param {Unit} unit
 * @param {Node} last the tile of the latest day
 * @param {Node} unpriced in words, how many days have no price
 */
export function wellHead(row, wells, unit, last, unpriced) {
  const at = wells.findIndex((well) => well.well_id === row.well_id);
  /** @type {(step: number, words: string) => Node} */
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
    make("dl", { class: "tiles" }, ...totalTiles(totalsOfWell(row), unit, unpriced), last),
  );
}
