/** A well's charts as one SVG picture, drawn from the data, and the same picture as PNG. */

import { make } from "../kit/dom.js";
import { compact } from "../kit/numbers.js";
import { colourOf } from "./chart.js";
import { panelsOf, pointsOf } from "./panels.js";
import { evenTicks, logEnds, logTicks, timeTicks } from "./ticks.js";

const WIDTH = 1200;
const LEFT = 76;
const RIGHT = 64;
const PANEL = { rate: 300, sales: 170, cumulative: 170, decline: 190 };
const HEAD = 84;
const GAP = 46;

/**
 * @param {object} shown
 * @param {import("../kit/days.js").Days} shown.days
 * @param {import("../kit/units.js").Unit} shown.unit
 * @param {{from: number, to: number}} shown.range
 * @param {string} shown.title
 * @param {string} shown.subtitle
 * @returns {SVGSVGElement}
 */
export function pictureOf({ days, unit, range, title, subtitle }) {
  const points = pointsOf(days);
  const panels = panelsOf(days, points, unit, range);
  const height = HEAD + panels.reduce((sum, panel) => sum + PANEL[panel.key] + GAP, 0);
  const svg = make("svg:svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
    "font-family": "system-ui, 'Segoe UI', Roboto, Arial, sans-serif",
    "font-size": 13,
  });
  svg.append(
    make("svg:title", {}, `${title}, ${subtitle}`),
    make("svg:rect", { width: WIDTH, height, fill: colourOf("surface") }),
    text(LEFT, 36, title, { "font-size": 22, "font-weight": 600, fill: colourOf("text") }),
    text(LEFT, 58, subtitle, { fill: colourOf("muted") }),
  );
  let top = HEAD;
  for (const panel of panels) {
    svg.append(drawn(panel, points.time, days, range, top + 14, PANEL[panel.key] - 14));
    top += PANEL[panel.key] + GAP;
  }
  return svg;
}

/** The text of an SVG file. */
export function svgText(svg) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
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
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
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

function text(x, y, words, attributes = {}) {
  return make("svg:text", { x, y, ...attributes }, words);
}

function drawn(panel, time, days, range, top, height) {
  const group = make("svg:g", {});
  const width = WIDTH - LEFT - RIGHT;
  const x = (seconds) => LEFT + ((seconds - range.from) / (range.to - range.from)) * width;
  const scales = new Map();
  const scaleOf = (line) => {
    const side = line.right ? "right" : "left";
    if (!scales.has(side)) {
      const values = panel.lines
        .filter((other) => Boolean(other.right) === Boolean(line.right))
        .flatMap((other) => within(time, other.values, range));
      scales.set(side, scale(values, panel.log, line.tight, top, height));
    }
    return scales.get(side);
  };
  const left = scaleOf(panel.lines[0]);
  const muted = colourOf("muted");
  let legend = LEFT;
  for (const words of [panel.title]) {
    group.append(text(legend, top - 12, words, { "font-weight": 600, fill: colourOf("text") }));
    legend += words.length * 7.4 + 18;
  }
  for (const line of panel.lines) {
    const words = `${line.label}, ${line.unit}`;
    group.append(
      make("svg:line", {
        x1: legend,
        x2: legend + 18,
        y1: top - 16,
        y2: top - 16,
        stroke: colourOf(line.colour),
        "stroke-width": 2.5,
        "stroke-dasharray": line.dashed ? "6 4" : null,
      }),
      text(legend + 24, top - 12, words, { fill: muted }),
    );
    legend += words.length * 7 + 48;
  }
  if (panel.bands) {
    for (const [stretches, name] of [
      [days.shutIns, "shut-in"],
      [days.silences, "silent"],
    ]) {
      for (const { from, to } of stretches) {
        if (to <= range.from || from >= range.to) continue;
        const start = x(Math.max(from, range.from));
        const end = x(Math.min(to, range.to));
        group.append(
          make("svg:rect", {
            x: start.toFixed(1),
            y: top,
            width: Math.max(0.8, end - start).toFixed(1),
            height,
            fill: colourOf(name),
          }),
        );
      }
    }
  }
  for (const tick of left.ticks) {
    const y = left.y(tick);
    group.append(
      make("svg:line", { x1: LEFT, x2: LEFT + width, y1: y, y2: y, stroke: colourOf("grid") }),
      text(LEFT - 8, y + 4, compact(tick), { "text-anchor": "end", fill: muted }),
    );
  }
  for (const line of panel.lines) {
    const { y, base, ticks } = scaleOf(line);
    group.append(...strokes(line, time, range, x, y, base));
    if (line.right) {
      for (const tick of ticks) {
        group.append(text(LEFT + width + 8, y(tick) + 4, compact(tick), { fill: muted }));
      }
    }
  }
  for (const [seconds, words] of timeTicks(range, 14)) {
    group.append(
      text(x(seconds), top + height + 18, words, { "text-anchor": "middle", fill: muted }),
    );
  }
  return group;
}

function within(time, values, range) {
  return values.filter(
    (value, index) => value !== null && time[index] >= range.from && time[index] <= range.to,
  );
}

function scale(values, log, tight, top, height) {
  let low = values.reduce((least, value) => Math.min(least, value), Infinity);
  let high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!values.length) [low, high] = [log ? 1 : 0, log ? 10 : 1];
  if (log) {
    [low, high] = logEnds(low, high);
    const share = (value) => Math.log(value / low) / Math.log(high / low);
    const y = (value) => top + height - share(value) * height;
    return { ticks: logTicks(low, high), y, base: top + height };
  }
  if (!tight) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (high === low) [low, high] = [low - (tight ? 1 : 0), high + 1];
  const [first, second] = evenTicks(low, high);
  const step = second - first;
  low = Math.floor(low / step) * step;
  high = Math.ceil(high / step) * step;
  const ticks = evenTicks(low, high, Math.round((high - low) / step));
  const y = (value) => top + height - ((value - low) / (high - low)) * height;
  return { ticks, y, base: y(Math.max(low, 0)) };
}

/** The line's paths: in each pixel the first, lowest, highest and last value, as many as matter. */
function strokes(line, time, range, x, y, base) {
  const runs = [];
  let run = null;
  let pixel = null;
  const flush = () => {
    if (pixel) run.push(...[...pixel.values()].sort((a, b) => a[0] - b[0]));
    pixel = null;
  };
  time.forEach((seconds, index) => {
    const value = line.values[index];
    if (seconds < range.from || seconds > range.to) return;
    if (value === null || value === undefined) {
      if (line.unbroken) return;
      if (run) flush();
      run = null;
      return;
    }
    const point = [x(seconds), y(value)];
    if (!run) runs.push((run = []));
    const column = Math.floor(point[0]);
    if (pixel && pixel.column !== column) flush();
    if (!pixel) {
      pixel = new Map([["first", point]]);
      pixel.column = column;
      pixel.low = pixel.high = point;
    }
    if (point[1] < pixel.low[1]) pixel.set("low", (pixel.low = point));
    if (point[1] > pixel.high[1]) pixel.set("high", (pixel.high = point));
    pixel.set("last", point);
  });
  if (run) flush();
  const written = ([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`;
  const colour = colourOf(line.colour);
  return runs.flatMap((points) => {
    const path = `M${points.map(written).join("L")}`;
    const area = `${path}L${points.at(-1)[0].toFixed(1)} ${base}L${points[0][0].toFixed(1)} ${base}Z`;
    return [
      line.filled && make("svg:path", { d: area, fill: colour, "fill-opacity": 0.16 }),
      make("svg:path", {
        d: points.length > 1 ? path : `${path}h1`,
        fill: "none",
        stroke: colour,
        "stroke-width": line.dashed ? 2 : 1.3,
        "stroke-linejoin": "round",
        "stroke-dasharray": line.dashed ? "7 5" : null,
      }),
    ].filter(Boolean);
  });
}
