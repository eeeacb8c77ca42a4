/** Draws a well's charts as one SVG picture, from the data, and the same picture as PNG. */

import { make, makeSvg } from "../kit/dom.js";
import { compact } from "../kit/numbers.js";
import { colourOf } from "./chart.js";
import { panelsOf, pointsOf } from "./panels.js";
import { evenTicks, logEnds, logTicks, timeTicks } from "./ticks.js";

/** @import { Days, Range } from "../kit/days.js" */
/** @import { Attributes } from "../kit/dom.js" */
/** @import { Unit } from "../kit/units.js" */
/** @import { Line, Panel } from "./panels.js" */

/** @typedef {[number, number]} Point x and y in the picture */

const WIDTH = 1200;
const LEFT = 76;
const RIGHT = 64;
const PANEL = { rate: 300, sales: 170, cumulative: 170, decline: 190 };
const HEAD = 84;
const GAP = 46;

/**
 * @param {object} shown
 * @param {Days} shown.days
 * @param {Unit} shown.unit
 * @param {Range} shown.range
 * @param {string} shown.title
 * @param {string} shown.subtitle
 * @param {string} shown.periods which stretches are months, in words; empty where all are days
 */
export function pictureOf({ days, unit, range, title, subtitle, periods }) {
  const points = pointsOf(days);
  const panels = panelsOf(days, points, unit, range);
  const head = HEAD + (periods ? 20 : 0);
  const height = head + panels.reduce((sum, panel) => sum + PANEL[panel.key] + GAP, 0);
  const svg = makeSvg("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
    "font-family": "system-ui, 'Segoe UI', Roboto, Arial, sans-serif",
    "font-size": 13,
  });
  svg.append(
    makeSvg("title", {}, `${title}, ${subtitle}`),
    makeSvg("rect", { width: WIDTH, height, fill: colourOf("surface") }),
    text(LEFT, 36, title, { "font-size": 22, "font-weight": 600, fill: colourOf("text") }),
    text(LEFT, 58, subtitle, { fill: colourOf("muted") }),
    text(LEFT, 78, periods, { fill: colourOf("muted") }),
  );
  let top = head;
  for (const panel of panels) {
    svg.append(drawn(panel, points.time, range, top + 14, PANEL[panel.key] - 14));
    top += PANEL[panel.key] + GAP;
  }
  return svg;
}

/** Characters that XML cannot hold, not even escaped: U+FFFE, most controls, half a surrogate. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/**
 * The text of an SVG file. A page can show any name, and XML has no place for some.
 * @param {SVGSVGElement} svg
 */
export function svgText(svg) {
  const text = new XMLSerializer().serializeToString(svg).replace(NOT_IN_XML, "\u{FFFD}");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
}

/**
 * The picture as PNG, at twice its size for print.
 * @param {SVGSVGElement} svg
 * @returns {Promise<Blob>}
 */
export async function pngOf(svg) {
  const url = URL.createObjectURL(new Blob([svgText(svg)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = make("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("no picture"))),
        "image/png",
      );
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {Attributes} [attributes]
 */
function text(x, y, words, attributes = {}) {
  return makeSvg("text", { x, y, ...attributes }, words);
}

/**
 * A panel's frame of reference in the picture.
 * @typedef {object} Frame
 * @property {Range} range
 * @property {(seconds: number) => number} x
 * @property {number} top
 * @property {number} height
 */

/** @typedef {{ticks: number[], y: (value: number) => number, base: number}} Scale of an axis */

/**
 * @param {Panel} panel
 * @param {number[]} time
 * @param {Range} range
 * @param {number} top
 * @param {number} height
 */
function drawn(panel, time, range, top, height) {
  const group = makeSvg("g", {});
  const width = WIDTH - LEFT - RIGHT;
  /** @type {Frame} */
  const frame = {
    range,
    x: (seconds) => LEFT + ((seconds - range.from) / (range.to - range.from)) * width,
    top,
    height,
  };
  /** @param {boolean} right */
  const scaleOn = (right) => {
    const lines = panel.lines.filter((line) => Boolean(line.right) === right);
    const values = lines.flatMap((line) => within(time, line.values, range));
    return scale(values, panel.log, Boolean(lines[0]?.tight), top, height);
  };
  const [left, right] = [scaleOn(false), scaleOn(true)];
  const muted = colourOf("muted");
  group.append(...legendOf(panel, top));
  for (const { colour, stretches } of panel.bands) {
    group.append(...bandsOf(stretches, colour, frame));
  }
  for (const tick of left.ticks) {
    const y = left.y(tick);
    group.append(
      makeSvg("line", { x1: LEFT, x2: LEFT + width, y1: y, y2: y, stroke: colourOf("grid") }),
      text(LEFT - 8, y + 4, compact(tick), { "text-anchor": "end", fill: muted }),
    );
  }
  for (const line of panel.lines) {
    group.append(...strokes(line, time, frame, line.right ? right : left));
    if (line.right) {
      for (const tick of right.ticks) {
        group.append(text(LEFT + width + 8, right.y(tick) + 4, compact(tick), { fill: muted }));
      }
    }
  }
  for (const [seconds, words] of timeTicks(range, 14)) {
    group.append(
      text(frame.x(seconds), top + height + 18, words, { "text-anchor": "middle", fill: muted }),
    );
  }
  return group;
}

/**
 * The panel's title and what each of its lines and bands is, above it.
 * @param {Panel} panel
 * @param {number} top
 */
function legendOf(panel, top) {
  /** @type {SVGElement[]} */
  const nodes = [text(LEFT, top - 12, panel.title, { "font-weight": 600, fill: colourOf("text") })];
  let left = LEFT + panel.title.length * 7.4 + 18;
  for (const line of panel.lines) {
    const words = `${line.label}, ${line.unit}`;
    nodes.push(
      makeSvg("line", {
        x1: left,
        x2: left + 18,
        y1: top - 16,
        y2: top - 16,
        stroke: colourOf(line.colour),
        "stroke-width": 2.5,
        "stroke-dasharray": line.dashed ? "6 4" : null,
      }),
      text(left + 24, top - 12, words, { fill: colourOf("muted") }),
    );
    left += words.length * 7 + 48;
  }
  for (const { colour, label } of panel.bands) {
    nodes.push(
      makeSvg("rect", {
        x: left,
        y: top - 22,
        width: 18,
        height: 12,
        fill: colourOf(colour),
        stroke: colourOf("grid"),
      }),
      text(left + 24, top - 12, label, { fill: colourOf("muted") }),
    );
    left += label.length * 7 + 48;
  }
  return nodes;
}

/**
 * A band over each stretch of days.
 * @param {Range[]} stretches
 * @param {string} colour
 * @param {Frame} frame
 */
function bandsOf(stretches, colour, { range, x, top, height }) {
  return stretches
    .filter(({ from, to }) => to > range.from && from < range.to)
    .map(({ from, to }) => {
      const start = x(Math.max(from, range.from));
      const end = x(Math.min(to, range.to));
      return makeSvg("rect", {
        x: start.toFixed(1),
        y: top,
        width: Math.max(0.8, end - start).toFixed(1),
        height,
        fill: colourOf(colour),
      });
    });
}

/**
 * @param {number[]} time
 * @param {(number|null)[]} values
 * @param {Range} range
 */
function within(time, values, range) {
  return values
    .filter((_, index) => time[index] >= range.from && time[index] <= range.to)
    .filter((value) => value !== null);
}

/**
 * @param {number[]} values
 * @param {boolean} log
 * @param {boolean} tight
 * @param {number} top
 * @param {number} height
 * @returns {Scale}
 */
function scale(values, log, tight, top, height) {
  let low = values.reduce((least, value) => Math.min(least, value), Infinity);
  let high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!values.length) [low, high] = [log ? 1 : 0, log ? 10 : 1];
  if (log) {
    [low, high] = logEnds(low, high);
    /** @param {number} value */
    const y = (value) => top + height - (Math.log(value / low) / Math.log(high / low)) * height;
    return { ticks: logTicks(low, high), y, base: top + height };
  }
  if (!tight) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (high === low) [low, high] = [low - (tight ? 1 : 0), high + 1];
  const [first, second] = evenTicks(low, high);
  const step = second - first;
  low = Math.floor(low / step) * step;
  high = Math.ceil(high / step) * step;
  const ticks = evenTicks(low, high, Math.round((high - low) / step));
  /** @param {number} value */
  const y = (value) => top + height - ((value - low) / (high - low)) * height;
  return { ticks, y, base: y(Math.max(low, 0)) };
}

/**
 * The line's paths, and the areas under them.
 * @param {Line} line
 * @param {number[]} time
 * @param {Frame} frame
 * @param {Scale} scale
 */
function strokes(line, time, frame, { y, base }) {
  /** @param {Point} point */
  const written = ([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`;
  const colour = colourOf(line.colour);
  return runsOf(line, time, frame, y).flatMap((run) => {
    const points = thinned(run);
    const [first, last] = [points[0], points[points.length - 1]];
    const path = `M${points.map(written).join("L")}`;
    const area = `${path}L${last[0].toFixed(1)} ${base}L${first[0].toFixed(1)} ${base}Z`;
    const stroke = makeSvg("path", {
      d: points.length > 1 ? path : `${path}h1`,
      fill: "none",
      stroke: colour,
      "stroke-width": line.dashed ? 2 : 1.3,
      "stroke-linejoin": "round",
      "stroke-dasharray": line.dashed ? "7 5" : null,
    });
    if (!line.filled) return [stroke];
    return [makeSvg("path", { d: area, fill: colour, "fill-opacity": 0.16 }), stroke];
  });
}

/**
 * The line's points, in runs without a gap.
 * @param {Line} line
 * @param {number[]} time
 * @param {Frame} frame
 * @param {(value: number) => number} y
 */
function runsOf(line, time, { range, x }, y) {
  /** @type {Point[][]} */
  const runs = [];
  /** @type {Point[]|null} */
  let run = null;
  for (const [index, seconds] of time.entries()) {
    const value = line.values[index];
    if (seconds < range.from || seconds > range.to) continue;
    if (value === null) {
      if (!line.unbroken) run = null;
      continue;
    }
    if (!run) runs.push((run = []));
    run.push([x(seconds), y(value)]);
  }
  return runs;
}

/**
 * In each pixel the first, lowest, highest and last point, as many as matter.
 * @param {Point[]} points
 */
function thinned(points) {
  /** @type {Point[]} */
  const kept = [];
  for (let start = 0, end = 0; start < points.length; start = end) {
    const column = Math.floor(points[start][0]);
    while (end < points.length && Math.floor(points[end][0]) === column) end += 1;
    const pixel = points.slice(start, end);
    const [first, last] = [pixel[0], pixel[pixel.length - 1]];
    const low = pixel.reduce((least, point) => (point[1] < least[1] ? point : least));
    const high = pixel.reduce((most, point) => (point[1] > most[1] ? point : most));
    kept.push(...[...new Set([first, low, high, last])].sort((a, b) => a[0] - b[0]));
  }
  return kept;
}
