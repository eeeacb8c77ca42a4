/** Says what a day and a range of days amount to, in figures and in words. */

import { rateUnit } from "../charts/panels.js";
import { make } from "../kit/dom.js";
import { moneyTile, oilTile, tile } from "../kit/figures.js";
import { UNKNOWN, shown } from "../kit/numbers.js";
import { oil } from "../kit/units.js";

/** @import { Days, Range } from "../kit/days.js" */
/** @import { Unit } from "../kit/units.js" */

/**
 * @param {Days} days
 * @param {number} index
 * @param {Unit} unit
 * @param {number} places
 */
function rate(days, index, unit, places) {
  return oil(String(days.oil[index]), unit, places);
}

/**
 * The figures of one day, beside the chart.
 * @param {Days} days
 * @param {number} index
 * @param {Unit} unit
 */
export function readoutOf(days, index, unit) {
  /** @type {(label: string, words: string, colour?: string) => Node} */
  const part = (label, words, colour) =>
    make(
      "span",
      { class: "read" },
      colour && make("span", { class: `key c-${colour}`, "aria-hidden": "true" }),
      make("span", { class: "muted" }, label),
      ` ${words}`,
    );
  const price = days.price[index];
  return [
    make("strong", { class: "read-day" }, days.dates[index]),
    part("Oil", `${rate(days, index, unit, 3)} ${rateUnit(days, unit)}`, "oil"),
    part("Price", price === null ? "none yet" : `${shown(String(price), 3, 2)} USD/bbl`, "price"),
    part("Sales", `${shown(String(days.sales[index]), 2)} USD`, "sales"),
    part("Cumulative", `${oil(days.oilUntil(index), unit, 0)} ${unit.name}`),
  ];
}

/**
 * One day for a screen reader.
 * @param {Days} days
 * @param {number} index
 * @param {Unit} unit
 */
export function dayInWords(days, index, unit) {
  const price = days.price[index] === null ? "no price" : `${days.price[index]} USD/bbl`;
  const oilWords = `${rate(days, index, unit, 3)} ${rateUnit(days, unit)}`;
  return `${days.dates[index]}: ${oilWords}, ${price}`;
}

/**
 * The tile of the latest day.
 * @param {Days} days
 * @param {Unit} unit
 */
export function latestTile(days, unit) {
  const at = days.count - 1;
  if (at < 0) return tile("Latest day", UNKNOWN, { note: "no days yet" });
  return tile(`Latest ${days.period.one}`, rate(days, at, unit, 0), {
    unit: rateUnit(days, unit),
    note: days.dates[at] + (days.oil[at] === 0 ? ", no oil" : ""),
    exact: `${rate(days, at, unit, 3)} ${rateUnit(days, unit)}`,
  });
}

/**
 * The tiles of a range: exact sums, the best day, and days without oil or report.
 * @param {Days} days
 * @param {Range} range
 * @param {Unit} unit
 */
export function rangeTiles(days, range, unit) {
  const totals = days.totals(range.from, range.to);
  const { one, many } = days.period;
  /** @param {number} number */
  const count = (number) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
  const best = days.oil[totals.best] > 0 ? totals.best : -1;
  return [
    oilTile("Oil in the range", totals.oil, unit),
    moneyTile("Sales in the range", totals.sales),
    tile(`Best ${one}`, best < 0 ? UNKNOWN : rate(days, best, unit, 0), {
      unit: rateUnit(days, unit),
      note: best < 0 ? "" : days.dates[best],
    }),
    tile("Shut in", count(totals.shutIn), { note: `of ${count(totals.days)} reported` }),
    tile("Not reported", count(totals.unreported)),
  ];
}
