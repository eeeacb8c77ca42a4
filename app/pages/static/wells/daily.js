/** Shows a well's days: the range, the charts, the day under the cursor, the sums of the range. */

import { WellChart } from "../charts/chart.js";
import { SHUT_IN, UNREPORTED, declineInWords, rateUnit } from "../charts/panels.js";
import { pictureOf, pngOf, svgText } from "../charts/picture.js";
import { RangeBar } from "../charts/rangebar.js";
import { DAY_S, dayOf } from "../kit/days.js";
import { make } from "../kit/dom.js";
import { DownloadMenu, fileName, save } from "../kit/downloads.js";
import { shown } from "../kit/numbers.js";
import { oil } from "../kit/units.js";
import { dayInWords, periodsInWords, rangeTiles, readoutOf } from "./readout.js";

/** @import { PanelKey } from "../charts/panels.js" */
/** @import { Days, Range } from "../kit/days.js" */
/** @import { Attributes } from "../kit/dom.js" */
/** @import { Source } from "../kit/downloads.js" */
/** @import { Unit } from "../kit/units.js" */

export class DailyCharts {
  /**
   * @param {Days} days
   * @param {Unit} unit
   * @param {object} well
   * @param {() => {name: string, division: string}} well.names
   * @param {(name: string) => Source} well.source of its days, as a file of that name
   * @param {(from: number, to: number) => void} well.onRange told of a range that was chosen
   */
  constructor(days, unit, { names, source, onRange }) {
    this.days = days;
    this.unit = unit;
    /** @type {Range} */
    this.range = { from: days.first, to: days.end };
    this.names = names;
    this.downloads = new DownloadMenu(
      "days",
      () => source([names().name, ...this.firstAndLast()].join(" ")),
      [this.pictureButton("png"), this.pictureButton("svg")],
    );
    const hosts = {
      rate: plot("rate", {
        tabindex: "0",
        role: "slider",
        "aria-label": "Day or month. Arrows move, plus and minus zoom, 0 shows all",
      }),
      sales: plot("sales"),
      cumulative: plot("cumulative"),
      decline: plot("decline"),
    };
    this.chart = new WellChart(hosts, {
      onCursor: (index) => this.drawReadout(index),
      onRange,
      inWords: (index) => dayInWords(this.days, index, this.unit),
    });
    this.bar = new RangeBar(onRange, (factor) => this.chart.zoomBy(factor), this.downloads.node);
    this.readout = make("div", { class: "readout", id: "readout" });
    this.rangeTiles = make("dl", { class: "tiles small" });
    this.priceWords = make("span", {});
    this.periodWords = make("span", { class: "periods" });
    this.cumulativeWords = make("span", { class: "muted" });
    this.declineWords = make("span", { class: "muted" });
    this.node = make(
      "div",
      {},
      this.bar.node,
      make(
        "div",
        { class: "card chart-card" },
        make("div", { class: "chart-head" }, make("h2", {}, "Oil and price"), this.readout),
        hosts.rate,
        make(
          "p",
          { class: "legend muted" },
          key("oil", "Oil"),
          key("price", this.priceWords),
          key("shut-in", SHUT_IN, true),
          key("unreported", UNREPORTED, true),
          this.periodWords,
          make("span", { class: "hint" }, "Drag to zoom, double-click for all. Keys: ← → + − 0"),
        ),
      ),
      this.rangeTiles,
      make(
        "div",
        { class: "chart-row" },
        card("Oil sales", make("span", { class: "muted" }, "USD a day"), hosts.sales),
        card("Cumulative oil", this.cumulativeWords, hosts.cumulative),
        card("Decline, log axis", this.declineWords, hosts.decline),
      ),
    );
  }

  /**
   * Draws these days. The node must be on the page, for uPlot measures its place.
   * @param {Days} days
   * @param {Unit} unit
   * @param {Range} range
   */
  draw(days, unit, range) {
    this.days = days;
    this.unit = unit;
    this.range = range;
    this.chart.draw(days, unit, range);
    this.drawRange();
  }

  /**
   * Shows another range of the same days.
   * @param {Range} range
   */
  show(range) {
    this.range = range;
    this.chart.show(range);
    this.drawRange();
  }

  drawRange() {
    const { days, unit, range } = this;
    this.bar.show(days, range);
    this.rangeTiles.replaceChildren(...rangeTiles(days, range, unit));
    this.priceWords.textContent = days.isMonth.every(Boolean) ? "Mean price" : "Price in force";
    this.periodWords.textContent = periodsInWords(days);
    this.cumulativeWords.textContent = `${unit.name} since ${days.nameOf(0)}`;
    this.declineWords.textContent = `${rateUnit(unit)}, ${declineInWords(days, range)}`;
    this.downloads.update();
    this.drawReadout(-1);
  }

  /**
   * Shows the figures of the day under the cursor.
   * @param {number} index -1 for the last day in the range
   */
  drawReadout(index) {
    const { days, unit, range } = this;
    const at = index >= 0 ? index : days.indexAt(range.to) - 1;
    if (at >= 0) this.readout.replaceChildren(...readoutOf(days, at, unit));
  }

  /** The first and the last day of the range. */
  firstAndLast() {
    return [dayOf(this.range.from), dayOf(this.range.to - DAY_S)];
  }

  /** @param {"png"|"svg"} form */
  pictureButton(form) {
    return make(
      "button",
      { type: "button", "data-picture": form, onclick: () => this.savePicture(form) },
      form.toUpperCase(),
      make("span", { class: "muted" }, "picture of the charts"),
    );
  }

  /** @param {"png"|"svg"} form */
  async savePicture(form) {
    const { days, unit, range } = this;
    const { name, division } = this.names();
    const [first, last] = this.firstAndLast();
    const totals = days.totals(range.from, range.to);
    const sums = `${oil(totals.oil, unit)} ${unit.name}, ${shown(totals.sales)} USD`;
    const subtitle = `${division}, ${first} to ${last}: ${sums}`;
    const periods = periodsInWords(days);
    const svg = pictureOf({ days, unit, range, title: name, subtitle, periods });
    const file = fileName(name, first, last);
    if (form === "png") save(await pngOf(svg), `${file}.png`);
    else save(new Blob([svgText(svg)], { type: "image/svg+xml" }), `${file}.svg`);
  }

  close() {
    this.chart.close();
  }
}

/**
 * @param {PanelKey} panel
 * @param {Attributes} [attributes]
 */
function plot(panel, attributes = {}) {
  return make("div", { class: `plot plot-${panel}`, ...attributes });
}

/**
 * @param {string} title
 * @param {Node} words
 * @param {Node} host
 */
function card(title, words, host) {
  return make(
    "div",
    { class: "card chart-card" },
    make("div", { class: "chart-head" }, make("h2", {}, title), words),
    host,
  );
}

/**
 * @param {string} colour
 * @param {Node|string} words
 * @param {boolean} [block] and not a line
 */
function key(colour, words, block = false) {
  return make(
    "span",
    {},
    make("span", { class: `key ${block ? "block" : ""} c-${colour}`, "aria-hidden": "true" }),
    words,
  );
}
