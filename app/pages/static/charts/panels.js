/**
 * What the charts of a well show, as data: drawn on the page by chart.js and into a picture by
 * picture.js, so that both show the same.
 */

/** @typedef {import("../kit/days.js").Days} Days */
/** @typedef {import("../kit/units.js").Unit} Unit */

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
 * @typedef {object} Panel
 * @property {string} key
 * @property {string} title
 * @property {boolean} log
 * @property {boolean} bands whether shut-ins are marked
 * @property {Line[]} lines
 */

/**
 * The points of time: the middle of every day, and one without values in each gap, so that no line
 * crosses it.
 * @param {Days} days
 */
export function pointsOf(days) {
  const time = [];
  const dayAt = [];
  let gap = 0;
  for (let index = 0; index < days.count; index += 1) {
    while (gap < days.silences.length && days.silences[gap].to <= days.time[index]) {
      time.push(days.silences[gap].from);
      dayAt.push(-1);
      gap += 1;
    }
    time.push(days.middleOf(index));
    dayAt.push(index);
  }
  return { time, dayAt };
}

/**
 * The panels of a well.
 * @param {Days} days
 * @param {{time: number[], dayAt: number[]}} points
 * @param {Unit} unit
 * @param {{from: number, to: number}} range of the decline's line
 * @returns {Panel[]}
 */
export function panelsOf(days, points, unit, range) {
  const rateUnit = `${unit.name}/${days.period.per}`;
  const at = (read) => points.dayAt.map((index) => (index < 0 ? null : read(index)));
  const rate = at((index) => days.oil[index] * unit.perBbl);
  return [
    {
      key: "rate",
      title: "Oil and price",
      log: false,
      bands: true,
      lines: [
        { label: "Oil", unit: rateUnit, colour: "oil", values: rate, filled: true },
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
      bands: false,
      lines: [
        {
          label: "Sales",
          unit: `USD/${days.period.per}`,
          colour: "sales",
          values: at((index) => days.sales[index]),
          filled: true,
        },
      ],
    },
    {
      key: "cumulative",
      title: "Cumulative oil",
      log: false,
      bands: false,
      lines: [
        {
          label: "Cumulative",
          unit: unit.name,
          colour: "oil",
          values: at((index) => (days.oilBefore[index + 1] / 1000) * unit.perBbl),
          filled: true,
          unbroken: true,
          tight: true,
        },
      ],
    },
    declinePanel(days, points, unit, range, rate),
  ];
}

/** The decline: only days with oil, for a logarithm has no zero. */
export function declinePanel(days, points, unit, range, rate) {
  const rateUnit = `${unit.name}/${days.period.per}`;
  const fit = days.decline(range.from, range.to);
  const within = (seconds) => seconds >= fit.from && seconds <= fit.to;
  return {
    key: "decline",
    title: "Decline, log axis",
    log: true,
    bands: false,
    lines: [
      {
        label: "Oil",
        unit: rateUnit,
        colour: "oil",
        values: rate.map((value) => (value > 0 ? value : null)),
      },
      {
        label: "Constant decline",
        unit: rateUnit,
        colour: "fit",
        dashed: true,
        values: points.time.map((seconds) =>
          fit && within(seconds) ? fit.rateAt(seconds) * unit.perBbl : null,
        ),
      },
    ],
  };
}

/**
 * The decline in words.
 * @param {Days} days
 * @param {{from: number, to: number}} range
 */
export function declineInWords(days, range) {
  const fit = days.decline(range.from, range.to);
  if (!fit) return "too few days with oil for a decline";
  const percent = Math.abs(fit.aYear * 100).toFixed(1);
  return fit.aYear >= 0 ? `−${percent} % a year` : `+${percent} % a year, rising`;
}
