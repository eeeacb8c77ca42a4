/** One well: its totals, its days over the years, and the range that is looked at. */

import { WellChart } from "../charts/chart.js";
import { declineInWords } from "../charts/panels.js";
import { pictureOf, pngOf, svgText } from "../charts/picture.js";
import { RangeBar } from "../charts/rangebar.js";
import { addressOf, exactRows, rows } from "../kit/api.js";
import { Days, dayOf, secondsOf } from "../kit/days.js";
import { make } from "../kit/dom.js";
import { downloadMenu, fileName, save } from "../kit/downloads.js";
import { shown } from "../kit/numbers.js";
import { Region, empty } from "../kit/states.js";
import { oil } from "../kit/units.js";
import { dayInWords, latestTile, rangeTiles, rateUnit, readoutOf } from "./readout.js";
import { wellHead } from "./wellhead.js";

const DAY_S = 86_400;

export class WellView {
  /**
   * @param {import("../dashboard.js").Dashboard} dashboard
   * @param {string} division
   * @param {string} well
   */
  constructor(dashboard, division, well) {
    this.dashboard = dashboard;
    this.ids = { well_id: well, division_id: division };
    this.title = `Well ${well}`;
    this.drawnUnit = dashboard.unit;
    this.summary = new Region("Totals of the well", 3);
    this.daily = new Region("Days of the well", 8);
    this.node = make("div", {}, this.summary.node, this.daily.node);
  }

  load() {
    // Days first: they are the largest answer.
    const days = this.daily.fill(
      (signal) => rows(addressOf("well-summary-by-day", this.ids), signal),
      (answer) => this.drawDays(new Days(answer)),
    );
    const summary = this.summary.fill(
      (signal) =>
        Promise.all([
          exactRows(addressOf("well-summary", this.ids), signal),
          exactRows(addressOf("well-list", { division_id: this.ids.division_id }), signal),
        ]),
      ([[row], wells]) => this.drawSummary(row, wells),
    );
    return Promise.all([days, summary]);
  }

  /** The unit or the range was changed. */
  update() {
    const { unit } = this.dashboard;
    if (unit === this.drawnUnit) {
      if (this.days?.count) this.showRange();
      return;
    }
    this.drawnUnit = unit;
    if (this.row) this.summary.body.replaceChildren(this.drawSummary(this.row, this.wells));
    this.redraw();
  }

  drawSummary(row, wells) {
    this.row = row;
    this.wells = wells;
    this.name = row.well_name;
    this.dashboard.entitle(row.well_name);
    this.last = make("div", { class: "tile" });
    this.drawLast();
    return wellHead(row, wells, this.dashboard.unit, this.last);
  }

  drawLast() {
    if (!this.last || !this.days) return;
    this.last.replaceChildren(...latestTile(this.days, this.dashboard.unit).childNodes);
  }

  /** The days to look at: what the address says, within what the well has. */
  get range() {
    const { from, to } = this.dashboard.place;
    const { first, end } = this.days;
    const start = from ? Math.max(first, secondsOf(from)) : first;
    const stop = to ? Math.min(end, secondsOf(to) + DAY_S) : end;
    return stop > start ? { from: start, to: stop } : { from: first, to: end };
  }

  drawDays(days) {
    this.days = days;
    this.drawLast();
    if (!days.count) {
      this.chart?.close();
      this.chart = null;
      return empty("No days yet", "Nobody has reported a day of this well.");
    }
    if (this.chart) {
      this.redraw();
      return null; // the charts are on the page already
    }
    const plot = (key, attributes = {}) =>
      make("div", { class: `plot plot-${key}`, ...attributes });
    const hosts = {
      rate: plot("rate", {
        tabindex: "0",
        role: "slider",
        "aria-label": "Day. Arrows move, plus and minus zoom, 0 shows all",
      }),
      sales: plot("sales"),
      cumulative: plot("cumulative"),
      decline: plot("decline"),
    };
    this.downloads = this.downloadMenu();
    this.bar = new RangeBar(
      (from, to) => this.choose(from, to),
      (factor) => this.chart.zoomBy(factor),
      this.downloads,
    );
    this.readout = make("div", { class: "readout", id: "readout" });
    this.rangeTiles = make("dl", { class: "tiles small" });
    this.cumulativeWords = make("span", { class: "muted" });
    this.declineWords = make("span", { class: "muted" });
    const page = make(
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
          key("price", "Price in force"),
          key("shut-in", "Shut in: no oil", true),
          key("silent", "Nobody reported", true),
          make("span", { class: "hint" }, "Drag to zoom, double-click for all. Keys: ← → + − 0"),
        ),
      ),
      this.rangeTiles,
      make(
        "div",
        { class: "chart-row" },
        card(
          "Oil sales",
          make("span", { class: "muted" }, `USD a ${days.period.one}`),
          hosts.sales,
        ),
        card("Cumulative oil", this.cumulativeWords, hosts.cumulative),
        card("Decline, log axis", this.declineWords, hosts.decline),
      ),
    );
    this.chart = new WellChart(hosts, {
      onCursor: (index) => this.drawReadout(index),
      onRange: (from, to) => this.choose(from, to),
      inWords: (index) => dayInWords(this.days, index, this.dashboard.unit),
    });
    // uPlot measures its place, so the place must be on the page first.
    this.daily.body.replaceChildren(page);
    this.redraw();
    return null;
  }

  redraw() {
    if (!this.chart) return;
    const started = performance.now();
    this.chart.draw(this.days, this.dashboard.unit, this.range);
    this.drawRange();
    this.drawLast();
    performance.measure("odm-draw", { start: started });
  }

  showRange() {
    this.chart.show(this.range);
    this.drawRange();
  }

  downloadMenu() {
    const picture = (form) =>
      make(
        "button",
        { type: "button", "data-picture": form, onclick: () => this.savePicture(form) },
        form.toUpperCase(),
        make("span", { class: "muted" }, "picture of the charts"),
      );
    return downloadMenu(
      "days",
      () => {
        const { from, to } = this.dashboard.place;
        const [first, last] = [dayOf(this.range.from), dayOf(this.range.to - DAY_S)];
        return {
          route: "well-summary-by-day",
          parameters: { ...this.ids, from_date: from, to_date: to },
          name: `${this.name ?? this.title} ${first} ${last}`,
        };
      },
      [picture("png"), picture("svg")],
    );
  }

  /** Look at another range: into the address, from where it comes back by `update`. */
  choose(from, to) {
    const { first, end } = this.days;
    if (to <= from) [from, to] = [first, end];
    this.dashboard.changeRange(
      from <= first ? null : dayOf(from),
      to >= end ? null : dayOf(to - DAY_S),
    );
  }

  drawRange() {
    const { days, range } = this;
    const { unit } = this.dashboard;
    this.bar.show(days, range);
    this.rangeTiles.replaceChildren(...rangeTiles(days, range, unit));
    this.cumulativeWords.textContent = `${unit.name} since ${days.dates[0]}`;
    this.declineWords.textContent = `${rateUnit(days, unit)}, ${declineInWords(days, range)}`;
    this.downloads.update();
    this.drawReadout(-1);
  }

  /** The figures of the day under the cursor, or of the last one in the range. */
  drawReadout(index) {
    const { days } = this;
    const at = index >= 0 ? index : days.indexAt(this.range.to) - 1;
    if (at >= 0) this.readout.replaceChildren(...readoutOf(days, at, this.dashboard.unit));
  }

  async savePicture(form) {
    const { days, range } = this;
    const { unit } = this.dashboard;
    const name = this.name ?? this.title;
    const [from, to] = [dayOf(range.from), dayOf(range.to - DAY_S)];
    const totals = days.totals(range.from, range.to);
    const sums = `${oil(totals.oil, unit)} ${unit.name}, ${shown(totals.sales)} USD`;
    const svg = pictureOf({
      days,
      unit,
      range,
      title: name,
      subtitle: `${this.row?.division_name ?? ""}, ${from} to ${to}: ${sums}`,
    });
    const file = fileName(name, from, to);
    if (form === "png") save(await pngOf(svg), `${file}.png`);
    else save(new Blob([svgText(svg)], { type: "image/svg+xml" }), `${file}.svg`);
  }

  close() {
    this.summary.close();
    this.daily.close();
    this.chart?.close();
  }
}

function card(title, words, host) {
  return make(
    "div",
    { class: "card chart-card" },
    make("div", { class: "chart-head" }, make("h2", {}, title), words),
    host,
  );
}

function key(colour, words, block = false) {
  return make(
    "span",
    {},
    make("span", { class: `key ${block ? "block" : ""} c-${colour}`, "aria-hidden": "true" }),
    words,
  );
}
