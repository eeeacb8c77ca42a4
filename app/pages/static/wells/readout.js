/** Says what a day, a month and a range of them amount to, in figures and in words. */

import { rateUnit } from "../charts/panels.js";
import { make } from "../kit/dom.js";
import { moneyTile, oilTile, tile, unpricedInWords } from "../kit/figures.js";
import { UNKNOWN, shown } from "../kit/numbers.js";
import { oil } from "../kit/units.js";

/** @import { Count, Days, Range } from "../kit/days.js" */
/** @import { Unit } from "../kit/units.js" */

/**
 * A day's or a month's barrels a day, with their unit.
 * @param {Days} days
 * @param {number} index
 * @param {Unit} unit
 */
function rate(days, index, unit) {
  return `${oil(days.exactRateOf(index), unit, 3)} ${rateUnit(unit)}`;
}

/**
 * What a row states: a day's rate; a month's oil, and what that is a day.
 * @param {Days} days
 * @param {number} index
 * @param {Unit} unit
 */
function stated(days, index, unit) {
  if (!days.isMonth[index]) return rate(days, index, unit);
  return `${oil(String(days.oil[index]), unit, 3)} ${unit.name}, ${rate(days, index, unit)}`;
}

/**
 * @param {Count} count
 * @param {boolean} monthly what none is called
 */
function counted({ days, months }, monthly) {
  /** @type {(number: number, one: string) => string} */
  const words = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
  const parts = [months && words(months, "month"), days && words(days, "day")].filter(Boolean);
  return parts.join(", ") || (monthly ? "0 months" : "0 days");
}

/**
 * How many of the days and months have no price, in words.
 * @param {{reported: Count, unpriced: Count}} totals
 */
export function unpricedIn({ reported, unpriced }) {
  const period = !reported.months ? "day" : reported.days ? "mixed" : "month";
  const number = unpriced.days + unpriced.months;
  return unpricedInWords(number, reported.days + reported.months, period);
}

/**
 * Which stretches are reported by month and which by day; empty where all are days.
 * @param {Days} days
 */
export function periodsInWords(days) {
  const stretches = days.stretchesOfPeriods();
  if (!stretches.some(({ monthly }) => monthly)) return "";
  const rates = "A month's rate is its oil over its days, its price the mean of its days.";
  if (stretches.length === 1) return `Reported by month. ${rates}`;
  const words = stretches.slice(-3).map(({ monthly, first, last }) => {
    const [from, to] = [days.nameOf(first), days.nameOf(last)];
    return `by ${monthly ? "month" : "day"} ${from === to ? `in ${from}` : `from ${from} to ${to}`}`;
  });
  return `Reported ${stretches.length > 3 ? "by turns, last " : ""}${words.join(", ")}. ${rates}`;
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
    make("strong", { class: "read-day" }, days.nameOf(index)),
    part(days.oil[index] < 0 ? "Correction" : "Oil", stated(days, index, unit), "oil"),
    part(days.isMonth[index] ? "Mean price" : "Price", price === null ? "none yet" : `${shown(String(price), 3, 2)} USD/bbl`, "price"),
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
  return `${days.nameOf(index)}: ${stated(days, index, unit)}, ${price}`;
}

/**
 * The tile of the latest day or month.
 * @param {Days} days
 * @param {Unit} unit
 */
export function latestTile(days, unit) {
  const at = days.count - 1;
  if (at < 0) return tile("Latest day", UNKNOWN, { note: "no days yet" });
  const kind = days.oil[at] === 0 ? ", no oil" : days.oil[at] < 0 ? ", a correction" : "";
  return tile(`Latest ${days.isMonth[at] ? "month" : "day"}`, oil(days.exactRateOf(at), unit), {
    unit: rateUnit(unit),
    note: days.nameOf(at) + kind,
    exact: stated(days, at, unit),
  });
}

/**
 * The tiles of a range: exact sums, the best day or month, those without oil or report, and
 * corrections where there are any.
 * @param {Days} days
 * @param {Range} range
 * @param {Unit} unit
 */
export function rangeTiles(days, range, unit) {
  const totals = days.totals(range.from, range.to);
  const monthly = totals.reported.days ? false : days.monthly;
  /** @param {Count} count */
  const count = (count) => counted(count, monthly);
  const best = days.oil[totals.best] > 0 ? totals.best : -1;
  const corrections = totals.corrections.days + totals.corrections.months;
  return [
    oilTile("Oil in the range", totals.oil, unit),
    moneyTile("Sales in the range", totals.sales, unpricedIn(totals)),
    tile(
      `Best ${(best < 0 ? monthly : days.isMonth[best]) ? "month" : "day"}`,
      best < 0 ? UNKNOWN : oil(days.exactRateOf(best), unit),
      { unit: rateUnit(unit), note: best < 0 ? "" : days.nameOf(best) },
    ),
    tile("Shut in", count(totals.shutIn), { note: `of ${count(totals.reported)} reported` }),
    tile("Not reported", count(totals.unreported)),
    ...(corrections ? [tile("Corrections", count(totals.corrections), { note: "below zero" })] : []),
  ];
}
