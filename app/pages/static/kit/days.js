/** Holds a well's days and months ready for drawing and for exact sums over a range. */

import { divided, scaled, unscaled } from "./numbers.js";

export const DAY_S = 86_400;
/** What a decline is drawn through at least: 30 days, or 6 months. */
const [LEAST_DAYS, LEAST_ROWS] = [30, 6];

/**
 * @typedef {object} Day as /well-summary-by-day has it
 * @property {string} date_value YYYY-MM-DD; a month's first day
 * @property {number} oil_produced bbl; below zero: a correction
 * @property {number|null} oil_price USD/bbl, the price in force; a month's mean
 * @property {number} oil_sales USD
 * @property {"day"|"month"} period what the row states
 */

/**
 * @typedef {object} Range days that follow each other
 * @property {number} from epoch seconds of the first day
 * @property {number} to epoch seconds of the end of the last day, which is not included
 */

/** @typedef {Range & {monthly: boolean}} Gap nobody reported: between two months, or else by day */

/** @typedef {{days: number, months: number}} Count of rows, or of what is missing */

/**
 * @typedef {object} RangeTotals all sums exact
 * @property {Count} reported
 * @property {string} oil bbl
 * @property {string} sales USD
 * @property {Count} shutIn reported without oil
 * @property {Count} unreported that nobody reported
 * @property {Count} corrections below zero
 * @property {Count} unpriced without a price in force, whose sales are 0
 * @property {number} best index of the day or month with the highest rate, -1 without any
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

/**
 * The beginning of a month some months away, in epoch seconds.
 * @param {number} seconds any moment of the month that is counted from
 * @param {number} [months]
 */
export function monthOf(seconds, months = 0) {
  const date = new Date(seconds * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / 1000;
}

/**
 * Months from one moment to another: how many begin in between, the first moment included.
 * @param {number} from epoch seconds
 * @param {number} to not included
 */
export function monthsBetween(from, to) {
  /** @param {number} seconds */
  const begun = (seconds) => {
    const date = new Date((seconds - 1) * 1000);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  };
  return Math.max(0, begun(to) - begun(from));
}

/**
 * How many days lie between two days; 0 where one is not known.
 * @param {string|null} first YYYY-MM-DD
 * @param {string|null} last
 */
export function daysBetween(first, last) {
  return first && last ? Math.round((secondsOf(last) - secondsOf(first)) / DAY_S) : 0;
}

export class Days {
  /** @param {Day[]} rows in order of the days */
  constructor(rows) {
    this.count = rows.length;
    this.dates = rows.map((row) => row.date_value);
    this.time = rows.map((row) => secondsOf(row.date_value));
    this.isMonth = rows.map((row) => row.period === "month");
    this.ends = this.time.map((at, index) => (this.isMonth[index] ? monthOf(at, 1) : at + DAY_S));
    this.oil = rows.map((row) => row.oil_produced);
    this.price = rows.map((row) => row.oil_price);
    this.sales = rows.map((row) => row.oil_sales);
    // Whole thousandths and cents: floats hold them exactly, so that their sums are exact.
    this.oilBefore = running(this.oil, 1000);
    this.salesBefore = running(this.sales, 100);
    this.shutIns = this.stretchesWithoutOil();
    this.unreported = this.stretchesUnreported();
  }

  /** Whether the latest row is a month: then ranges are chosen by months. */
  get monthly() {
    return this.isMonth[this.count - 1] ?? false;
  }

  get first() {
    return this.time[0];
  }

  /** The end of the last day or month. */
  get end() {
    return this.ends[this.count - 1];
  }

  /**
   * Whether a moment lies in a month that is reported as one.
   * @param {number} seconds
   */
  isMonthAt(seconds) {
    const at = this.indexAt(seconds) - 1;
    return Boolean(this.isMonth[at]) && seconds < this.ends[at];
  }

  /**
   * How many days a row is of: a month has 28 to 31.
   * @param {number} index
   */
  lengthOf(index) {
    return Math.round((this.ends[index] - this.time[index]) / DAY_S);
  }

  /**
   * A day as YYYY-MM-DD, a month as YYYY-MM.
   * @param {number} index
   */
  nameOf(index) {
    return this.isMonth[index] ? this.dates[index].slice(0, 7) : this.dates[index];
  }

  /**
   * Where a row's point stands: in its middle.
   * @param {number} index
   */
  middleOf(index) {
    return (this.time[index] + this.ends[index]) / 2;
  }

  /**
   * Barrels a day, for drawing: a month's are its oil over its own days.
   * @param {number} index
   */
  rateOf(index) {
    return this.isMonth[index] ? this.oil[index] / this.lengthOf(index) : this.oil[index];
  }

  /**
   * The same as a decimal, to 0.001.
   * @param {number} index
   */
  exactRateOf(index) {
    const oil = scaled(String(this.oil[index]), 3);
    return unscaled(divided(oil, BigInt(this.lengthOf(index))), 3);
  }

  /**
   * Oil of all rows up to and with that one, in bbl, exact.
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
      if (this.oil[index] !== 0) {
        open = null;
      } else if (open && open.to === this.time[index]) {
        open.to = this.ends[index];
      } else {
        open = { from: this.time[index], to: this.ends[index] };
        stretches.push(open);
      }
    }
    return stretches;
  }

  stretchesUnreported() {
    /** @type {Gap[]} */
    const stretches = [];
    for (let index = 1; index < this.count; index += 1) {
      const [from, to] = [this.ends[index - 1], this.time[index]];
      const monthly = this.isMonth[index - 1] && this.isMonth[index];
      if (to > from) stretches.push({ from, to, monthly });
    }
    return stretches;
  }

  /**
   * The stretches of days and of months, in order.
   * @returns {{monthly: boolean, first: number, last: number}[]} with the indexes of their ends
   */
  stretchesOfPeriods() {
    /** @type {{monthly: boolean, first: number, last: number}[]} */
    const stretches = [];
    for (let index = 0; index < this.count; index += 1) {
      const open = stretches[stretches.length - 1];
      if (open?.monthly === this.isMonth[index]) open.last = index;
      else stretches.push({ monthly: this.isMonth[index], first: index, last: index });
    }
    return stretches;
  }

  /**
   * The range from one moment to another, as the service takes it: a month belongs to it, and then
   * all of it does, when its first day does.
   * @param {number} from epoch seconds
   * @param {number} to the end, not included
   * @returns {Range}
   */
  rangeOf(from, to) {
    /** @param {number} seconds */
    const outOfMonth = (seconds) => {
      const at = this.indexAt(seconds) - 1;
      return this.isMonth[at] ? Math.max(seconds, this.ends[at]) : seconds;
    };
    return { from: outOfMonth(from), to: outOfMonth(to) };
  }

  /**
   * The edge of a day or of a reported month that is next to a moment.
   * @param {number} seconds
   */
  edgeAt(seconds) {
    const at = this.indexAt(seconds) - 1;
    if (!this.isMonth[at] || seconds >= this.ends[at]) return Math.round(seconds / DAY_S) * DAY_S;
    return seconds < this.middleOf(at) ? this.time[at] : this.ends[at];
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
    /** @type {() => Count} */
    const none = () => ({ days: 0, months: 0 });
    const [reported, shutIn, unreported] = [none(), none(), none()];
    const [corrections, unpriced] = [none(), none()];
    for (let index = start; index < end; index += 1) {
      const kind = this.isMonth[index] ? "months" : "days";
      reported[kind] += 1;
      if (this.oil[index] === 0) shutIn[kind] += 1;
      if (this.price[index] === null) unpriced[kind] += 1;
      if (this.oil[index] < 0) corrections[kind] += 1;
      if (this.rateOf(index) > this.rateOf(best)) best = index;
    }
    for (const gap of this.unreported) {
      const [since, until] = [Math.max(gap.from, from), Math.min(gap.to, to)];
      if (gap.monthly) unreported.months += monthsBetween(since, until);
      else unreported.days += Math.max(0, until - since) / DAY_S;
    }
    return {
      reported,
      oil: thousandths(this.oilBefore[end] - this.oilBefore[start]),
      sales: unscaled(BigInt(this.salesBefore[end] - this.salesBefore[start]), 2),
      shutIn,
      unreported,
      corrections,
      unpriced,
      best,
    };
  }

  /**
   * The straight line through the logarithms of the rates above zero, each counting for as many
   * days as it is of: a constant decline.
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
    let rows = 0;
    let n = 0;
    let first = 0;
    let last = 0;
    let sumT = 0;
    let sumQ = 0;
    let sumTT = 0;
    let sumTQ = 0;
    for (let index = start; index < end; index += 1) {
      if (this.oil[index] <= 0) continue;
      const weight = this.isMonth[index] ? this.lengthOf(index) : 1;
      const t = (this.middleOf(index) - origin) / DAY_S;
      const q = Math.log(this.rateOf(index));
      if (rows === 0) first = this.time[index];
      last = this.ends[index];
      rows += 1;
      n += weight;
      sumT += weight * t;
      sumQ += weight * q;
      sumTT += weight * t * t;
      sumTQ += weight * t * q;
    }
    const spread = n * sumTT - sumT * sumT;
    if (n < LEAST_DAYS || rows < LEAST_ROWS || spread <= 0) return null;
    const slope = (n * sumTQ - sumT * sumQ) / spread;
    const level = (sumQ - slope * sumT) / n;
    return {
      rateAt: (seconds) => Math.exp(level + (slope * (seconds - origin)) / DAY_S),
      aYear: 1 - Math.exp(slope * 365.25),
      from: first,
      to: last,
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
