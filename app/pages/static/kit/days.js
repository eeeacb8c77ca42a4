/** Holds a well's days ready for drawing and for exact sums over a range. */

import { unscaled } from "./numbers.js";

export const DAY_S = 86_400;
export const MONTH_DAYS = 30.44;

/**
 * @typedef {object} Day as /well-summary-by-day has it
 * @property {string} date_value YYYY-MM-DD
 * @property {number} oil_produced bbl
 * @property {number|null} oil_price USD/bbl, the price in force
 * @property {number} oil_sales USD
 */

/**
 * @typedef {object} Range days that follow each other
 * @property {number} from epoch seconds of the first day
 * @property {number} to epoch seconds of the end of the last day, which is not included
 */

/**
 * @typedef {object} RangeTotals all sums exact
 * @property {number} days reported days
 * @property {string} oil bbl
 * @property {string} sales USD
 * @property {number} shutIn reported days without oil
 * @property {number} unreported days (or months) that nobody reported
 * @property {number} best index of the day with most oil, -1 without days
 */

/**
 * The seconds since 1970 of a day's beginning, in UTC.
 * @param {string} day YYYY-MM-DD
 */
export const secondsOf = (day) => Date.parse(`${day}T00:00:00Z`) / 1000;

/**
 * The day of a number of seconds, as YYYY-MM-DD.
 * @param {number} seconds
 */
export const dayOf = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

export class Days {
  /** @param {Day[]} rows in order of the days */
  constructor(rows) {
    this.count = rows.length;
    this.dates = rows.map((row) => row.date_value);
    this.time = rows.map((row) => secondsOf(row.date_value));
    this.oil = rows.map((row) => row.oil_produced);
    this.price = rows.map((row) => row.oil_price);
    this.sales = rows.map((row) => row.oil_sales);
    // Whole thousandths and cents: floats hold them exactly, so that their sums are exact.
    this.oilBefore = running(this.oil, 1000);
    this.salesBefore = running(this.sales, 100);
    this.step = usualStep(this.time);
    this.shutIns = this.stretchesWithoutOil();
    this.unreported = this.stretchesUnreported();
  }

  /** Whether the source states months, each on its first day, instead of days. */
  get monthly() {
    return this.step > 20 * DAY_S;
  }

  /** What one point of time is, and how it is written after a unit. */
  get period() {
    return this.monthly
      ? { one: "month", many: "months", per: "month" }
      : { one: "day", many: "days", per: "d" };
  }

  get first() {
    return this.time[0];
  }

  /** The end of the last day. */
  get end() {
    return this.time[this.count - 1] + DAY_S;
  }

  /**
   * Where a day's point stands: in its middle, but a month's on the day that stands for it.
   * @param {number} index
   */
  middleOf(index) {
    return this.time[index] + (this.monthly ? 0 : DAY_S / 2);
  }

  /**
   * Oil of all days up to and with that one, in bbl, exact.
   * @param {number} index
   */
  oilUntil(index) {
    return thousandths(this.oilBefore[index + 1]);
  }

  stretchesWithoutOil() {
    /** @type {Range[]} */
    const stretches = [];
    /** @type {Range|null} */
    let open = null;
    for (let index = 0; index < this.count; index += 1) {
      const follows = index > 0 && this.time[index] - this.time[index - 1] <= this.step * 1.5;
      if (this.oil[index] !== 0) {
        open = null;
      } else if (open && follows) {
        open.to = this.time[index] + DAY_S;
      } else {
        open = { from: this.time[index], to: this.time[index] + DAY_S };
        stretches.push(open);
      }
    }
    return stretches;
  }

  stretchesUnreported() {
    /** @type {Range[]} */
    const stretches = [];
    for (let index = 1; index < this.count; index += 1) {
      const [before, day] = [this.time[index - 1], this.time[index]];
      if (day - before > this.step * 1.5) stretches.push({ from: before + DAY_S, to: day });
    }
    return stretches;
  }

  /**
   * Index of the first day at or after that moment.
   * @param {number} seconds
   */
  indexAt(seconds) {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time[middle] < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Sums over the days from one moment to another.
   * @param {number} from epoch seconds
   * @param {number} to the end, not included
   * @returns {RangeTotals}
   */
  totals(from, to) {
    const start = this.indexAt(from);
    const end = this.indexAt(to);
    let best = start < end ? start : -1;
    let shutIn = 0;
    for (let index = start; index < end; index += 1) {
      if (this.oil[index] === 0) shutIn += 1;
      if (this.oil[index] > this.oil[best]) best = index;
    }
    const unreported = this.unreported
      .map((gap) => Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)) / DAY_S)
      .reduce((sum, days) => sum + days, 0);
    return {
      days: end - start,
      oil: thousandths(this.oilBefore[end] - this.oilBefore[start]),
      sales: unscaled(BigInt(this.salesBefore[end] - this.salesBefore[start]), 2),
      shutIn,
      unreported: Math.round(unreported / (this.monthly ? MONTH_DAYS : 1)),
      best,
    };
  }

  /**
   * The straight line through the logarithms of the rates above zero: a constant decline.
   * @param {number} from epoch seconds
   * @param {number} to
   * @returns {{rateAt: (seconds: number) => number, aYear: number, from: number, to: number}|null}
   *   decline a year as a fraction, and the first and last day that produced, beyond which the line
   *   says nothing; null where too few days did
   */
  decline(from, to) {
    const start = this.indexAt(from);
    const end = this.indexAt(to);
    const origin = this.time[start];
    let n = 0;
    let first = 0;
    let last = 0;
    let sumT = 0;
    let sumQ = 0;
    let sumTT = 0;
    let sumTQ = 0;
    for (let index = start; index < end; index += 1) {
      if (this.oil[index] <= 0) continue;
      const t = (this.time[index] - origin) / DAY_S;
      const q = Math.log(this.oil[index]);
      if (n === 0) first = this.time[index];
      last = this.time[index];
      n += 1;
      sumT += t;
      sumQ += q;
      sumTT += t * t;
      sumTQ += t * q;
    }
    const spread = n * sumTT - sumT * sumT;
    if (n < 30 || spread <= 0) return null;
    const slope = (n * sumTQ - sumT * sumQ) / spread;
    const level = (sumQ - slope * sumT) / n;
    return {
      rateAt: (seconds) => Math.exp(level + (slope * (seconds - origin)) / DAY_S),
      aYear: 1 - Math.exp(slope * 365.25),
      from: first,
      to: last + DAY_S,
    };
  }
}

/**
 * Sums of the values before each index, in whole units of 1/scale.
 * @param {number[]} values
 * @param {number} scale
 */
function running(values, scale) {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, index) => {
    sums[index + 1] = sums[index] + Math.round(value * scale);
  });
  return sums;
}

/** @param {number} value */
const thousandths = (value) => unscaled(BigInt(value), 3);

/**
 * Seconds between neighbouring days: a day, or a month where a source states months.
 * @param {number[]} time
 */
function usualStep(time) {
  if (time.length < 3) return DAY_S;
  const steps = time.slice(1).map((seconds, index) => seconds - time[index]);
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1];
}
