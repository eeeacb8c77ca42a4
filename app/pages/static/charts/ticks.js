/** Places the labels of an axis, the same on the page and in a picture. */

import { DAY_S, dayOf, monthsBetween } from "../kit/days.js";

/** @import { Range } from "../kit/days.js" */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Days, months or years, whichever fit.
 * @param {Range} range
 * @param {number} most how many labels there is room for
 * @returns {[number, string][]} moments and their labels
 */
export function timeTicks({ from, to }, most) {
  const days = (to - from) / DAY_S;
  const step = [1, 2, 7, 14].find((each) => days / each <= most);
  if (step) {
    const start = Math.ceil(from / DAY_S);
    /** @type {[number, string][]} */
    const ticks = [];
    for (let day = start; day * DAY_S < to; day += step) {
      const [, month, number] = dayOf(day * DAY_S)
        .split("-")
        .map(Number);
      ticks.push([day * DAY_S, `${number} ${MONTHS[month - 1]}`]);
    }
    return ticks;
  }
  const begun = monthsBetween(from, to);
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((each) => begun / each <= most) ?? 600;
  const first = new Date(from * 1000);
  let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  /** @type {[number, string][]} */
  const ticks = [];
  for (;;) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
    if (at > to) return ticks;
    const year = String(Math.floor(month / 12));
    if (at >= from) ticks.push([at, month % 12 === 0 ? year : MONTHS[month % 12]]);
    month += months;
  }
}

/**
 * Evenly spaced round numbers.
 * @param {number} low
 * @param {number} high
 * @param {number} [about] how many
 */
export function evenTicks(low, high, about = 5) {
  const rough = (high - low) / about || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * step);
}

/**
 * Powers of ten, with halves and fifths where the range is narrow, or round numbers where it is
 * narrower still.
 * @param {number} low above zero
 * @param {number} high
 * @returns {number[]}
 */
export function logTicks(low, high) {
  if (high / low < 8) return evenTicks(low, high, 4);
  const factors = high / low > 300 ? [1] : [1, 2, 5];
  /** @type {number[]} */
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/**
 * The ends of a logarithmic axis around values from low to high.
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
export function logEnds(low, high) {
  return [low / 1.25, high * 1.25];
}
