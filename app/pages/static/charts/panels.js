/**
 * Says what the charts of a well show, as data. chart.js draws it on the page and picture.js into a
 * picture, so that both show the same.
 */

/** @import { Days, Range } from "../kit/days.js" */
/** @import { Unit } from "../kit/units.js" */

/**
 * @typedef {object} Points of time
 * @property {number[]} time epoch seconds
 * @property {number[]} dayAt the index of each one's day or month; -1 in a gap
 * @property {boolean[]} isBegin whether it is the beginning of a month, before its oil
 */

/**
 * @typedef {object} Line
 * @property {string} label
 * @property {string} unit
 * @property {string} colour name of a colour of the page, without `--`
 * @property {(number|null)[]} values one for each point of time
 * @property {boolean} [filled]
 * @property {boolean} [right] on the right axis
 * @property {boolean} [dashed]
 * @property {boolean} [tight] the axis holds the values and not zero
 * @property {boolean} [unbroken] drawn on over days that nobody reported
 */

/**
 * @typedef {object} Band stretches of days that are marked over the panel's whole height
 * @property {"shut-in"|"unreported"} colour name of a colour of the page, without `--`
 * @property {string} label
 * @property {Range[]} stretches
 */

/** @typedef {"rate"|"sales"|"cumulative"|"decline"} PanelKey */

/**
 * @typedef {object} Panel
 * @property {PanelKey} key
 * @property {string} title
 * @property {boolean} log whether the axis is logarithmic
 * @property {Band[]} bands
 * @property {Line[]} lines
 */

export const SHUT_IN = "Shut in: no oil";
export const UNREPORTED = "Nobody reported";

/**
 * The points of time: the middle of every day, both ends of every month, which is drawn as long as
 * it is, and one without values in each gap, so that no line crosses it.
 * @param {Days} days
 * @returns {Points}
 */
export function pointsOf(days) {
  /** @type {number[]} */
  const time = [];
  /** @type {number[]} */
  const dayAt = [];
  /** @type {boolean[]} */
  const isBegin = [];
  /** @type {(seconds: number, index: number, begin?: boolean) => void} */
  const add = (seconds, index, begin = false) => {
    time.push(seconds);
    dayAt.push(index);
    isBegin.push(begin);
  };
  let gap = 0;
  for (let index = 0; index < days.count; index += 1) {
    while (gap < days.unreported.length && days.unreported[gap].to <= days.time[index]) {
      add(days.unreported[gap].from, -1);
      gap += 1;
    }
    if (days.isMonth[index]) {
      add(days.time[index], index, true);
      add(days.ends[index] - 1, index);
    } else {
      add(days.middleOf(index), index);
    }
  }
  return { time, dayAt, isBegin };
}

/**
 * The unit of a rate: a day's, of a month too.
 * @param {Unit} unit
 */
export function rateUnit(unit) {
  return `${unit.name}/d`;
}

/**
 * The panels of a well.
 * @param {Days} days
 * @param {Points} points
 * @param {Unit} unit
 * @param {Range} range of the decline's line
 * @returns {Panel[]}
 */
export function panelsOf(days, points, unit, range) {
  /** @param {(index: number) => number|null} read */
  const at = (read) => points.dayAt.map((index) => (index < 0 ? null : read(index)));
  const rate = at((index) => days.rateOf(index) * unit.perBbl);
  return [
    {
      key: "rate",
      title: "Oil and price",
      log: false,
      bands: [
        { colour: "shut-in", label: SHUT_IN, stretches: days.shutIns },
        { colour: "unreported", label: UNREPORTED, stretches: days.unreported },
      ],
      lines: [
        { label: "Oil", unit: rateUnit(unit), colour: "oil", values: rate, filled: true },
        {
          label: "Price",
          unit: "USD/bbl",
          colour: "price",
          values: at((index) => days.price[index]),
          right: true,
          tight: true,
        },
      ],
    },
    {
      key: "sales",
      title: "Oil sales",
      log: false,
      bands: [],
      lines: [
        {
          label: "Sales",
          unit: "USD/d",
          colour: "sales",
          values: at((index) => days.sales[index] / days.lengthOf(index)),
          filled: true,
        },
      ],
    },
    {
      key: "cumulative",
      title: "Cumulative oil",
      log: false,
      bands: [],
      lines: [
        {
          label: "Cumulative",
          unit: unit.name,
          colour: "oil",
          values: points.dayAt.map((index, n) => {
            const before = days.oilBefore[points.isBegin[n] ? index : index + 1];
            return index < 0 ? null : (before / 1000) * unit.perBbl;
          }),
          filled: true,
          unbroken: true,
          tight: true,
        },
      ],
    },
    declinePanel(days, points, unit, range),
  ];
}

/**
 * The decline: only days and months with oil, for a logarithm has no zero.
 * @param {Days} days
 * @param {Points} points
 * @param {Unit} unit
 * @param {Range} range
 * @returns {Panel}
 */
export function declinePanel(days, points, unit, range) {
  const fit = days.decline(range.from, range.to);
  return {
    key: "decline",
    title: "Decline, log axis",
    log: true,
    bands: [],
    lines: [
      {
        label: "Oil",
        unit: rateUnit(unit),
        colour: "oil",
        values: points.dayAt.map((index) =>
          index >= 0 && days.oil[index] > 0 ? days.rateOf(index) * unit.perBbl : null,
        ),
      },
      {
        label: "Constant decline",
        unit: rateUnit(unit),
        colour: "fit",
        dashed: true,
        values: points.time.map((seconds) =>
          fit && seconds >= fit.from && seconds <= fit.to
            ? fit.rateAt(seconds) * unit.perBbl
            : null,
        ),
      },
    ],
  };
}

/**
 * The decline in words.
 * @param {Days} days
 * @param {Range} range
 */
export function declineInWords(days, range) {
  const fit = days.decline(range.from, range.to);
  const many = days.monthly ? "months" : "days";
  if (!fit) return `too few ${many} with oil for a decline`;
  const percent = Math.abs(fit.aYear * 100).toFixed(1);
  return fit.aYear >= 0 ? `−${percent} % a year` : `+${percent} % a year, rising`;
}
