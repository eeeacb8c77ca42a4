/**
 * Draws the charts of a well on the page: one uPlot for each panel, with one cursor and one range.
 *
 * The first panel takes the keyboard: arrows move through the days, plus and minus zoom.
 */

import { DAY_S, Days } from "../kit/days.js";
import { make } from "../kit/dom.js";
import { compact } from "../kit/numbers.js";
import { UNITS } from "../kit/units.js";
import { declinePanel, panelsOf, pointsOf } from "./panels.js";
import { logEnds, logTicks, timeTicks } from "./ticks.js";

/** @import { Range } from "../kit/days.js" */
/** @import { Unit } from "../kit/units.js" */
/** @import { Line, Panel, PanelKey } from "./panels.js" */

/** What is zoomed to at least: a week, or two months. */
const LEAST_S = { day: 7 * DAY_S, month: 62 * DAY_S };
const FONT = '12px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/**
 * A colour of the page as the browser resolves it for the theme in force.
 * @param {string} name without `--`
 */
export function colourOf(name) {
  const probe = make("span", { class: `probe c-${name}`, hidden: true });
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * @param {string} colour
 * @param {number} opacity
 */
function faint(colour, opacity) {
  return colour.replace(/^rgba?\(([^)]+)\)$/, (_, parts) => {
    const [red, green, blue] = String(parts).split(/[\s,/]+/);
    return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
  });
}

export class WellChart {
  /**
   * @param {Record<PanelKey, HTMLElement>} hosts where each panel goes
   * @param {object} callbacks
   * @param {(index: number) => void} callbacks.onCursor the day or month under the cursor; -1 for none
   * @param {(from: number, to: number) => void} callbacks.onRange the range was zoomed, epoch seconds
   * @param {(index: number) => string} callbacks.inWords a day for a screen reader
   */
  constructor(hosts, callbacks) {
    this.hosts = hosts;
    this.callbacks = callbacks;
    /** @type {Map<PanelKey, uPlot>} */
    this.plots = new Map();
    this.cursor = -1;
    this.days = new Days([]);
    this.points = pointsOf(this.days);
    /** @type {Unit} */
    this.unit = UNITS.bbl;
    /** @type {Range} */
    this.range = { from: 0, to: 0 };
    this.resizing = new ResizeObserver(() => this.fit());
    for (const host of Object.values(hosts)) this.resizing.observe(host);
    hosts.rate.addEventListener("keydown", (event) => this.onKey(event));
    hosts.rate.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
  }

  /**
   * Draws these days.
   * @param {Days} days
   * @param {Unit} unit
   * @param {Range} range
   */
  draw(days, unit, range) {
    this.days = days;
    this.unit = unit;
    this.range = range;
    this.points = pointsOf(days);
    this.forget();
    for (const panel of panelsOf(days, this.points, unit, range)) {
      const host = this.hosts[panel.key];
      const options = { ...this.options(panel), ...sizeOf(host) };
      this.plots.set(panel.key, new uPlot(options, this.dataOf(panel), host));
    }
    const { rate } = this.hosts;
    rate.setAttribute("aria-valuemin", "0");
    rate.setAttribute("aria-valuemax", String(Math.max(0, days.count - 1)));
    this.pointAt(days.indexAt(range.to) - 1, false);
  }

  /**
   * Shows another range of the same days.
   * @param {Range} range
   */
  show(range) {
    this.range = range;
    const decline = declinePanel(this.days, this.points, this.unit, range);
    this.plots.get("decline")?.setData(this.dataOf(decline), false);
    for (const plot of this.plots.values()) {
      plot.setScale("x", { min: range.from, max: range.to });
    }
  }

  /**
   * @param {Panel} panel
   * @returns {uPlot.AlignedData}
   */
  dataOf(panel) {
    return [this.points.time, ...panel.lines.map((line) => line.values)];
  }

  /**
   * @param {Panel} panel
   * @returns {Omit<uPlot.Options, "width"|"height">}
   */
  options(panel) {
    const right = panel.lines.find((line) => line.right);
    const bands = panel.bands.map(({ colour, stretches }) => ({
      colour: colourOf(colour),
      stretches,
    }));
    return {
      cursor: {
        sync: { key: "well", setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        y: false,
      },
      legend: { show: false },
      padding: [10, right ? 0 : 22, 0, 0],
      scales: {
        x: { time: true, range: () => [this.range.from, this.range.to] },
        y: panel.log
          ? { distr: 3, range: logRange }
          : { range: panel.lines[0].tight ? tightRange : fromZero },
        price: { range: tightRange },
      },
      axes: this.axes(panel, right),
      series: [{}, ...panel.lines.map((line) => seriesOf(line))],
      hooks: {
        drawClear: bands.length ? [(plot) => this.drawBands(plot, bands)] : [],
        setCursor: panel.key === "rate" ? [(plot) => this.onCursor(plot)] : [],
        setSelect: [(plot) => this.onSelect(plot)],
        ready: [
          (plot) =>
            plot.over.addEventListener("dblclick", () =>
              this.zoomTo(this.days.first, this.days.end),
            ),
        ],
      },
    };
  }

  /**
   * @param {Panel} panel
   * @param {Line|undefined} right the line on the right axis, if there is one
   * @returns {uPlot.Axis[]}
   */
  axes(panel, right) {
    const text = colourOf("muted");
    const grid = { stroke: colourOf("grid"), width: 1 };
    const axis = { stroke: text, grid, ticks: { show: false }, font: FONT, gap: 6 };
    /** @type {uPlot.Axis} */
    const ofTime = {
      ...axis,
      grid: { show: false },
      size: 28,
      splits: (plot) => this.timeTicks(plot).map(([seconds]) => seconds),
      values: (plot) => this.timeTicks(plot).map(([, words]) => words),
    };
    /** @type {uPlot.Axis} */
    const ofValues = {
      ...axis,
      stroke: right ? colourOf(panel.lines[0].colour) : text,
      size: 52,
      values: (_, splits) => splits.map(label),
    };
    if (panel.log) {
      ofValues.splits = (_plot, _axis, low, high) => logTicks(low, high);
      ofValues.filter = (_, splits) => splits;
    }
    if (!right) return [ofTime, ofValues];
    return [
      ofTime,
      ofValues,
      {
        ...axis,
        stroke: colourOf(right.colour),
        scale: "price",
        side: 1,
        space: 44,
        grid: { show: false },
        size: 44,
        values: (_, splits) => splits.map(label),
      },
    ];
  }

  /** @param {uPlot} plot */
  timeTicks(plot) {
    return timeTicks(this.range, Math.max(2, Math.floor(plot.width / 72)));
  }

  /**
   * @param {uPlot} plot
   * @param {{colour: string, stretches: Range[]}[]} bands
   */
  drawBands(plot, bands) {
    const { ctx, bbox } = plot;
    /** @param {number} seconds */
    const edge = (seconds) =>
      Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(seconds, "x", true)));
    ctx.save();
    for (const { colour, stretches } of bands) {
      ctx.fillStyle = colour;
      for (const { from, to } of stretches) {
        if (to < this.range.from || from > this.range.to) continue;
        const left = edge(from);
        ctx.fillRect(left, bbox.top, Math.max(edge(to) - left, devicePixelRatio), bbox.height);
      }
    }
    ctx.restore();
  }

  /** @param {uPlot} plot */
  onCursor(plot) {
    const { idx, left = -1 } = plot.cursor;
    const index = idx === null || idx === undefined || left < 0 ? -1 : this.points.dayAt[idx];
    if (index === this.cursor) return;
    this.cursor = index;
    this.callbacks.onCursor(index);
  }

  /** @param {uPlot} plot */
  onSelect(plot) {
    const { left, width } = plot.select;
    if (width < 4) return;
    const from = plot.posToVal(left, "x");
    const to = plot.posToVal(left + width, "x");
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.zoomTo(from, to);
  }

  /**
   * Zooms to whole days and reported months within the well's own, a week or two months at least.
   * @param {number} from epoch seconds
   * @param {number} to
   */
  zoomTo(from, to) {
    const { first, end } = this.days;
    const least = this.days.isMonthAt((from + to) / 2) ? LEAST_S.month : LEAST_S.day;
    const width = Math.min(Math.max(to - from, least), Math.max(end - first, least));
    const start = Math.max(first, Math.min((from + to - width) / 2, end - width));
    this.callbacks.onRange(this.days.edgeAt(start), this.days.edgeAt(start + width));
  }

  /**
   * @param {number} factor below one to see less
   * @param {number} [middle] what stays where it is, epoch seconds
   */
  zoomBy(factor, middle = (this.range.from + this.range.to) / 2) {
    const { from, to } = this.range;
    this.zoomTo(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  /** @param {WheelEvent} event */
  onWheel(event) {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls as usual
    event.preventDefault();
    const plot = this.plots.get("rate");
    if (!plot) return;
    const left = event.clientX - plot.over.getBoundingClientRect().left;
    this.zoomBy(event.deltaY > 0 ? 1.25 : 0.8, plot.posToVal(left, "x"));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.days.count || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.days.count - 1;
    const at = this.cursor < 0 ? this.days.indexAt(this.range.to) - 1 : this.cursor;
    /** @type {Record<string, number>} */
    const moves = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - 30,
      PageUp: at + 30,
      Home: 0,
      End: last,
    };
    if (event.key in moves) {
      this.pointAt(Math.min(last, Math.max(0, moves[event.key])), true);
    } else if (event.key === "+" || event.key === "=") {
      this.zoomBy(0.5, this.days.time[at]);
    } else if (event.key === "-") {
      this.zoomBy(2, this.days.time[at]);
    } else if (event.key === "0" || event.key === "Escape") {
      this.zoomTo(this.days.first, this.days.end);
    } else {
      return;
    }
    event.preventDefault();
  }

  /**
   * Puts the cursor on a day; the range follows if the day is outside of it.
   * @param {number} index
   * @param {boolean} visibly and not for a screen reader alone
   */
  pointAt(index, visibly) {
    if (index < 0 || index >= this.days.count) return;
    const { rate } = this.hosts;
    rate.setAttribute("aria-valuenow", String(index));
    rate.setAttribute("aria-valuetext", this.callbacks.inWords(index));
    if (!visibly) return;
    const seconds = this.days.time[index];
    const { from, to } = this.range;
    if (seconds < from || seconds >= to) {
      const start = seconds < from ? seconds : this.days.ends[index] - (to - from);
      this.zoomTo(start, start + (to - from));
    }
    const plot = this.plots.get("rate");
    plot?.setCursor({
      left: plot.valToPos(this.days.middleOf(index), "x"),
      top: plot.over.clientHeight / 2,
    });
  }

  fit() {
    for (const [key, plot] of this.plots) {
      const size = sizeOf(this.hosts[key]);
      if (size.width !== plot.width || size.height !== plot.height) plot.setSize(size);
    }
  }

  forget() {
    for (const plot of this.plots.values()) plot.destroy();
    this.plots.clear();
    this.cursor = -1;
  }

  close() {
    this.resizing.disconnect();
    this.forget();
  }
}

/**
 * @param {Line} line
 * @returns {uPlot.Series}
 */
function seriesOf(line) {
  const stroke = colourOf(line.colour);
  return {
    label: line.label,
    scale: line.right ? "price" : "y",
    stroke,
    width: line.dashed ? 2 : 1.5,
    dash: line.dashed ? [7, 5] : undefined,
    fill: line.filled ? faint(stroke, 0.16) : undefined,
    points: { show: false },
    spanGaps: Boolean(line.unbroken),
  };
}

/** @param {HTMLElement} host */
function sizeOf(host) {
  return { width: Math.max(host.clientWidth, 120), height: Math.max(host.clientHeight, 120) };
}

/**
 * The ends of a scale for values from low to high; null where there are none.
 * @typedef {(plot: uPlot, low: number|null, high: number|null) => [number, number]} Ends
 */

/** @type {Ends} */
function fromZero(_, low, high) {
  if (low === null || high === null) return [0, 1];
  const lowest = Math.min(0, low);
  const highest = Math.max(0, high);
  return highest === lowest ? [0, 1] : [lowest * 1.06, highest * 1.06];
}

/** @type {Ends} */
function tightRange(_, low, high) {
  if (low === null || high === null) return [0, 1];
  const room = (high - low) * 0.08 || Math.abs(high) * 0.08 || 1;
  // A negative price is drawn below zero; what is above zero has no room there.
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** @type {Ends} */
function logRange(_, low, high) {
  if (low === null || high === null || low <= 0) return [1, 10];
  return logEnds(low, high);
}

/** @param {number|null} value */
function label(value) {
  return value === null ? "" : compact(value);
}
