/** Shows one well: its totals, its days or months over the years, and the range that is looked at. */

import { DAY_S, Days, dayOf, secondsOf } from "../kit/days.js";
import { make } from "../kit/dom.js";
import { Region, empty } from "../kit/states.js";
import { DailyCharts } from "./daily.js";
import { latestTile, unpricedIn } from "./readout.js";
import { wellDays, wellSummary, wellsOf } from "./rows.js";
import { wellHead } from "./wellhead.js";

/** @import { Range } from "../kit/days.js" */
/** @import { Dashboard, View } from "../kit/view.js" */
/** @import { Well, WellSummary } from "./rows.js" */

/** @implements {View} */
export class WellView {
  /**
   * @param {Dashboard} dashboard
   * @param {string} division
   * @param {string} well
   */
  constructor(dashboard, division, well) {
    this.dashboard = dashboard;
    this.division = division;
    this.well = well;
    this.title = `Well ${well}`;
    this.drawnUnit = dashboard.unit;
    /** @type {WellSummary|null} */
    this.row = null;
    /** @type {Well[]} */
    this.neighbours = [];
    /** @type {Days|null} */
    this.days = null;
    /** @type {DailyCharts|null} */
    this.charts = null;
    this.latest = make("div", { class: "tile" });
    this.unpriced = make("span", {});
    this.summary = new Region("Totals of the well", 3, this.title);
    this.daily = new Region("Days of the well", 8);
    this.node = make("div", {}, this.summary.node, this.daily.node);
  }

  async load() {
    const { division, well } = this;
    // Days first: they are the largest answer.
    const days = this.daily.fill(
      (signal) => wellDays(division, well, signal),
      (answer) => this.drawDays(new Days(answer)),
    );
    const summary = this.summary.fill(
      (signal) => Promise.all([wellSummary(division, well, signal), wellsOf(division, signal)]),
      ([row, neighbours]) => this.drawSummary(row, neighbours),
    );
    return (await Promise.all([days, summary])).every(Boolean);
  }

  update() {
    const { unit } = this.dashboard;
    if (unit === this.drawnUnit) {
      this.showRange();
      return;
    }
    this.drawnUnit = unit;
    if (this.row) this.summary.body.replaceChildren(this.drawSummary(this.row, this.neighbours));
    this.redraw();
  }

  /**
   * @param {WellSummary} row
   * @param {Well[]} neighbours
   */
  drawSummary(row, neighbours) {
    this.row = row;
    this.neighbours = neighbours;
    this.dashboard.entitle(row.well_name);
    this.drawLatest();
    return wellHead(row, neighbours, this.dashboard.unit, this.latest, this.unpriced);
  }

  drawLatest() {
    const { days } = this;
    if (!days) return;
    this.latest.replaceChildren(...latestTile(days, this.dashboard.unit).childNodes);
    this.unpriced.textContent = days.count
      ? unpricedIn(days.totals(days.first, days.end))
      : "";
  }

  /**
   * The days to look at: what the address says, within what the well has.
   * @param {Days} days
   * @returns {Range|null} null where the well has no days there
   */
  rangeOf(days) {
    const { first, end } = days;
    const { from, to } = this.dashboard.place;
    const start = from ? Math.max(first, secondsOf(from)) : first;
    const stop = to ? Math.min(end, secondsOf(to) + DAY_S) : end;
    const range = days.rangeOf(start, stop);
    return range.to > range.from ? range : null;
  }

  /**
   * @param {Days} days
   * @returns {Node|null} null where the charts were drawn on the page
   */
  drawDays(days) {
    this.days = days;
    this.dashboard.reaches(days.dates[days.count - 1] ?? null);
    if (!days.count) {
      this.drawLatest();
      this.charts?.close();
      this.charts = null;
      return empty("No days yet", "Nobody has reported a day or a month of this well.");
    }
    this.charts ??= this.chartsOf(days);
    this.redraw();
    return null;
  }

  redraw() {
    if (!this.days || !this.charts) return;
    this.drawLatest();
    const range = this.rangeOf(this.days);
    if (!range) {
      this.daily.body.replaceChildren(this.outside(this.days));
      return;
    }
    const { body } = this.daily;
    if (!body.contains(this.charts.node)) body.replaceChildren(this.charts.node);
    const started = performance.now();
    this.charts.draw(this.days, this.dashboard.unit, range);
    performance.measure("odm-draw", { start: started });
  }

  /** Shows another range of the same days. */
  showRange() {
    const range = this.days && this.rangeOf(this.days);
    if (range && this.charts && this.daily.body.contains(this.charts.node)) this.charts.show(range);
    else this.redraw();
  }

  /**
   * What stands in place of the charts where the range of the address holds none of the days.
   * @param {Days} days
   */
  outside(days) {
    const { from, to } = this.dashboard.place;
    const asked = from && to ? `from ${from} to ${to}` : from ? `from ${from} on` : `up to ${to}`;
    const many = days.monthly ? "months" : "days";
    return make(
      "div",
      { class: "state empty" },
      make("h2", {}, `No ${many} in this range`),
      make(
        "p",
        {},
        `The well has no ${many} ${asked}. Its ${many} reach from ${days.dates[0]} to ` +
          `${days.dates[days.count - 1]}.`,
      ),
      make(
        "p",
        { class: "actions" },
        make(
          "button",
          { type: "button", class: "button", onclick: () => this.dashboard.changeRange(null, null) },
          `Show all ${many}`,
        ),
      ),
    );
  }

  /** @param {Days} days */
  chartsOf(days) {
    return new DailyCharts(days, this.dashboard.unit, {
      names: () => ({
        name: this.row?.well_name ?? this.title,
        division: this.row?.division_name ?? "",
      }),
      source: (name) => {
        const { from, to } = this.dashboard.place;
        const ids = { well_id: this.well, division_id: this.division };
        const parameters = { ...ids, from_date: from, to_date: to };
        return { route: "well-summary-by-day", parameters, name };
      },
      onRange: (from, to) => this.choose(from, to),
    });
  }

  /**
   * Looks at another range: into the address, from where it comes back by `update`.
   * @param {number} from epoch seconds
   * @param {number} to
   */
  choose(from, to) {
    if (!this.days) return;
    const { first, end } = this.days;
    if (to <= from) [from, to] = [first, end];
    this.dashboard.changeRange(
      from <= first ? null : dayOf(from),
      to >= end ? null : dayOf(to - DAY_S),
    );
  }

  close() {
    this.summary.close();
    this.daily.close();
    this.charts?.close();
  }
}
