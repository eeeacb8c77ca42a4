/** Shows figures: as a tile, as a cell with a bar, spending against its budget. */

import { make } from "./dom.js";
import { UNKNOWN, overBudget, shown } from "./numbers.js";
import { oil } from "./units.js";

/** @import { Column } from "./table.js" */
/** @import { Unit } from "./units.js" */

/**
 * @typedef {object} Amounts of a division or a well, exact
 * @property {string} oil bbl
 * @property {string} sales USD
 * @property {string|null} budget USD; null when no month has one
 * @property {string|null} actual USD; null when no month states it
 */

/** @typedef {"day"|"month"|"mixed"|null} Periods what rows state; null without any */

/** @typedef {Amounts & {period: Periods}} Totals */

/** @typedef {{oil: number, sales: number, spending: number}} Largest figures, for the bars */

/**
 * A figure that is seen from across the room.
 * @param {string} label
 * @param {string} value
 * @param {{unit?: string, note?: Node|string, exact?: string}} [about]
 */
export function tile(label, value, { unit = "", note = "", exact = "" } = {}) {
  return make(
    "div",
    { class: "tile" },
    make("dt", {}, unit ? `${label}, ${unit}` : label),
    make(
      "dd",
      { title: exact || null },
      make("span", { class: "value" }, value),
      note && make("span", { class: "tile-note" }, note),
    ),
  );
}

/**
 * Oil as a tile; all of its digits stand in the title.
 * @param {string} label
 * @param {string|null} bbl
 * @param {Unit} unit
 * @param {string} [note]
 */
export function oilTile(label, bbl, unit, note) {
  return tile(label, oil(bbl, unit), {
    unit: unit.name,
    note,
    exact: `${oil(bbl, unit, 3)} ${unit.name}`,
  });
}

/**
 * Says so where rows are months, as no total mixes them with days silently.
 * @param {Periods} period
 */
export function byPeriod(period) {
  if (period === "mixed") return "by day and month";
  return period === "month" ? "by month" : "";
}

/**
 * The period of several together.
 * @param {Periods[]} periods
 * @returns {Periods}
 */
export function together(periods) {
  const known = [...new Set(periods.filter((period) => period !== null))];
  return known.length > 1 ? "mixed" : (known[0] ?? null);
}

/**
 * Money as a tile.
 * @param {string} label
 * @param {string|null} usd
 * @param {Node|string} [note]
 */
export function moneyTile(label, usd, note) {
  return tile(label, shown(usd), { unit: "USD", note, exact: exactMoney(usd) });
}

/** @param {string|null} usd */
function exactMoney(usd) {
  return usd === null ? "not stated" : `${shown(usd, 2)} USD`;
}

/**
 * The tiles of totals, which divisions and wells have alike.
 * @param {{oil: string|null, sales: string|null, budget: string|null, actual: string|null,
 *   period: Periods}} totals
 * @param {Unit} unit
 * @param {Node|string} [unpriced] in words, how much of the oil has no price
 */
export function totalTiles({ oil: bbl, sales, budget, actual, period }, unit, unpriced = "") {
  const compared = budget !== null && actual !== null;
  return [
    oilTile("Oil produced", bbl, unit, byPeriod(period)),
    moneyTile("Oil sales", sales, unpriced),
    moneyTile(
      "Actual spending",
      actual,
      compared ? make("span", {}, difference(budget, actual), " to budget") : "",
    ),
    moneyTile("Budget", budget),
  ];
}

/**
 * A figure over a thin bar of its share of the largest.
 * @param {string} words
 * @param {number} value
 * @param {number} most
 * @param {string} colour
 * @param {string} exact
 */
function barred(words, value, most, colour, exact) {
  const bar = make("span", { class: `bar c-${colour}`, "aria-hidden": "true" });
  bar.style.width = `${most > 0 ? Math.max(0, Math.min(100, (value / most) * 100)) : 0}%`;
  return make(
    "span",
    { class: "barred", title: exact },
    words,
    make("span", { class: "bar-place", "aria-hidden": "true" }, bar),
  );
}

/**
 * By how much spending is over or under its budget, in words and sign and not by colour alone.
 * @param {string|null} budget
 * @param {string|null} actual
 */
function difference(budget, actual) {
  const percent = overBudget(budget, actual);
  if (percent === null) return make("span", { class: "muted" }, UNKNOWN);
  const over = percent > 0;
  const rounded = Math.abs(percent).toFixed(1);
  if (percent === 0) return make("span", {}, "on budget");
  return make(
    "span",
    { class: over ? "over" : "under" },
    `${over ? "+" : "−"}${rounded} %`,
    make("span", { class: "visually-hidden" }, over ? " over budget" : " under budget"),
  );
}

/**
 * Actual spending as a bar, what is over the budget in another colour, the budget as a mark.
 * @param {string|null} budget
 * @param {string|null} actual
 * @param {number} most
 */
function againstBudget(budget, actual, most) {
  const place = make("span", { class: "bullet", "aria-hidden": "true" });
  /** @param {string} value */
  const share = (value) => Math.max(0, Math.min(100, (Number(value) / most) * 100));
  /** @type {(name: string, from: number, to?: number) => void} */
  const bar = (name, from, to) => {
    const piece = make("span", { class: name });
    piece.style.left = `${from}%`;
    if (to !== undefined) piece.style.width = `${to - from}%`;
    place.append(piece);
  };
  if (!(most > 0)) return place;
  if (actual !== null) bar("bullet-bar", 0, share(actual));
  if (actual !== null && budget !== null && Number(actual) > Number(budget)) {
    bar("bullet-bar excess", share(budget), share(actual));
  }
  if (budget !== null) bar("bullet-mark", share(budget));
  return place;
}

/**
 * The columns of totals, which divisions and wells have alike.
 * @template R
 * @param {(row: R) => Totals} read
 * @param {() => Unit} unitNow
 * @param {(key: keyof Largest) => number} mostOf the largest in the table
 * @returns {Column<R>[]}
 */
export function totalColumns(read, unitNow, mostOf) {
  /** @type {(draw: (totals: Totals) => Node) => (row: R) => Node} */
  const cell = (draw) => (row) => draw(read(row));
  /** @type {(key: keyof Amounts) => (row: R) => number|null} */
  const sort = (key) => (row) => {
    const value = read(row)[key];
    return value === null ? null : Number(value);
  };
  /** @param {keyof Amounts} key */
  const money = (key) =>
    cell((totals) => make("span", { title: exactMoney(totals[key]) }, shown(totals[key])));
  return [
    {
      key: "oil",
      title: () => `Oil, ${unitNow().name}`,
      numeric: true,
      sort: sort("oil"),
      cell: cell(({ oil: bbl }) =>
        barred(
          oil(bbl, unitNow()),
          Number(bbl),
          mostOf("oil"),
          "oil",
          `${oil(bbl, unitNow(), 3)} ${unitNow().name}`,
        ),
      ),
    },
    {
      key: "sales",
      title: "Oil sales, USD",
      numeric: true,
      sort: sort("sales"),
      cell: cell(({ sales }) =>
        barred(shown(sales), Number(sales), mostOf("sales"), "sales", `${shown(sales, 2)} USD`),
      ),
    },
    {
      key: "budget",
      title: "Budget, USD",
      numeric: true,
      sort: sort("budget"),
      cell: money("budget"),
    },
    {
      key: "actual",
      title: "Actual, USD",
      numeric: true,
      sort: sort("actual"),
      cell: money("actual"),
    },
    {
      key: "difference",
      title: "Actual to budget",
      numeric: true,
      sort: (row) => overBudget(read(row).budget, read(row).actual),
      cell: cell(({ budget, actual }) =>
        make(
          "span",
          { class: "against" },
          (budget ?? actual) !== null && againstBudget(budget, actual, mostOf("spending")),
          difference(budget, actual),
        ),
      ),
    },
  ];
}

/**
 * How many reports count as no sales for want of a price, in words; empty where none does.
 * @param {number} unpriced
 * @param {number} reports
 * @param {Periods} period of the reports
 */
export function unpricedInWords(unpriced, reports, period) {
  const number = (/** @type {number} */ count) => count.toLocaleString("en");
  const many = period === "mixed" ? "days and months" : `${period ?? "day"}s`;
  return unpriced ? `no price for ${number(unpriced)} of ${number(reports)} ${many}` : "";
}

/** Beyond so many days nobody waits for a report any more: the well or division has ended. */
const LATE_DAYS = 31;

/**
 * The last day that was reported, with how late that is.
 * @param {string|null} day YYYY-MM-DD
 * @param {number} late days behind the others
 */
export function lastDay(day, late) {
  if (day === null) return make("span", { class: "muted" }, UNKNOWN);
  if (late === 0) return make("span", { class: "day" }, day);
  const words = `${late} ${late === 1 ? "day" : "days"} late`;
  if (late > LATE_DAYS) return make("span", { class: "day muted", title: words }, day);
  return make("span", {}, make("span", { class: "day" }, day), " ", make("span", { class: "late" }, words));
}

/**
 * The largest of each figure.
 * @param {Totals[]} all
 * @returns {Largest}
 */
export function largest(all) {
  /** @param {(string|null)[]} values */
  const most = (values) => values.reduce((high, value) => Math.max(high, Number(value ?? 0)), 0);
  return {
    oil: most(all.map((totals) => totals.oil)),
    sales: most(all.map((totals) => totals.sales)),
    spending: most(all.flatMap((totals) => [totals.budget, totals.actual])),
  };
}
