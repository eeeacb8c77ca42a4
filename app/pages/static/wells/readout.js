/** What a day and a range of days amount to, in figures and in words. */

import { make } from "../kit/dom.js";
import { moneyTile, oilTile, tile } from "../kit/figures.js";
import { UNKNOWN, shown } from "../kit/numbers.js";
import { oil } from "../kit/units.js";

/** @typedef {import("../kit/days.js").Days} Days */
/** @typedef {import("../kit/units.js").Unit} Unit */

/**
 * The unit of a rate: a day, or a month where the source states months.
 * @param {Days} days
 * @param {Unit} unit
 */
export function rateUnit(days, unit) {
  return `${unit.name}/${days.period.per}`;
}

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

/** One day for a screen reader. */
export function dayInWords(days, index, unit) {
  const price = days.price[index] === null ? "no price" : `${days.price[index]} USD/bbl`;
  const oilWords = `${rate(days, index, unit, 3)} ${rateUnit(days, unit)}`;
  return `${days.dates[index]}: ${oilWords}, ${price}`;
}

/** The tile of the latest day. */
export function latestTile(days, unit) {
  const at = days.count - 1;
  if (at < 0) return tile("Latest day", UNKNOWN, { note: "no days yet" });
  return tile(`Latest ${days.period.one}`, rate(days, at, unit, 0), {
    unit: rateUnit(days, unit),
    note: days.dates[at] + (days.oil[at] === 0 ? ", no oil" : ""),
    exact: `${rate(days, at, unit, 3)} ${rateUnit(days, unit)}`,
  });
}

/** The tiles of a range: exact sums, the best day, and days without oil or report. */
export function rangeTiles(days, range, unit) {
  const totals = days.totals(range.from, range.to);
  const { one, many } = days.period;
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
    tile("Not reported", count(totals.silent)),
  ];
}
