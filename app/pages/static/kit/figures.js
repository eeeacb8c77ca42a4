/** Small pieces that show a figure: a tile, a cell with a bar, spending against its budget. */

import { make } from "./dom.js";
import { UNKNOWN, overBudget, shown } from "./numbers.js";
import { oil } from "./units.js";

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

/** Oil as a tile; all of its digits stand in the title. */
export function oilTile(label, bbl, unit, note) {
  return tile(label, oil(bbl, unit), {
    unit: unit.name,
    note,
    exact: `${oil(bbl, unit, 3)} ${unit.name}`,
  });
}

/** Money as a tile. */
export function moneyTile(label, usd, note) {
  return tile(label, shown(usd), {
    unit: "USD",
    note,
    exact: usd === null ? "not stated" : `${shown(usd, 2)} USD`,
  });
}

/** A figure over a thin bar of its share of the largest. */
export function barred(words, value, most, colour, exact) {
  const bar = make("span", { class: `bar c-${colour}`, "aria-hidden": "true" });
  bar.style.width = `${most > 0 ? Math.max(0, Math.min(100, (value / most) * 100)) : 0}%`;
  return make(
    "span",
    { class: "barred", title: exact },
    words,
    make("span", { class: "bar-place", "aria-hidden": "true" }, bar),
  );
}

/** By how much spending is over or under its budget, in words and sign and not by colour alone. */
export function difference(budget, actual) {
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

/** Actual spending as a bar, what is over the budget in another colour, the budget as a mark. */
export function againstBudget(budget, actual, most) {
  const place = make("span", { class: "bullet", "aria-hidden": "true" });
  const share = (value) => Math.max(0, Math.min(100, (Number(value) / most) * 100));
  const bar = (name, from, to) => {
    const piece = make("span", { class: name });
    piece.style.left = `${from}%`;
    if (to !== undefined) piece.style.width = `${to - from}%`;
    place.append(piece);
  };
  if (!(most > 0)) return place;
  if (actual !== null) bar("bullet-bar", 0, share(actual));
  if (budget !== null && Number(actual) > Number(budget)) {
    bar("bullet-bar excess", share(budget), share(actual));
  }
  if (budget !== null) bar("bullet-mark", share(budget));
  return place;
}

/** The columns of totals, which divisions and wells have alike; `totals` may not be known yet. */
export function totalColumns(read, unitNow, mostOf) {
  const pending = () => make("span", { class: "bone small", title: "Not asked for yet" });
  const cell = (draw) => (row) => {
    const totals = read(row);
    if (totals === undefined) return pending();
    if (totals === null) return make("span", { class: "muted", title: "Could not be asked" }, "?");
    return draw(totals);
  };
  const sort = (key) => (row) => {
    const value = read(row)?.[key] ?? null;
    return value === null ? null : Number(value);
  };
  const money = (key) =>
    cell((totals) =>
      make(
        "span",
        { title: totals[key] === null ? "not stated" : `${shown(totals[key], 2)} USD` },
        shown(totals[key]),
      ),
    );
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
      sort: (row) => {
        const totals = read(row);
        return totals ? overBudget(totals.budget, totals.actual) : null;
      },
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

/** The largest of each figure, for the bars. */
export function largest(all) {
  const most = (values) => values.reduce((high, value) => Math.max(high, Number(value ?? 0)), 0);
  return {
    oil: most(all.map((totals) => totals.oil)),
    sales: most(all.map((totals) => totals.sales)),
    spending: most(all.flatMap((totals) => [totals.budget, totals.actual])),
  };
}
