/** One well: its totals, its days over the years, and the range that is looked at. */

import { addressOf, exactRows, rows } from "./api.js";
import { linkTo } from "./address.js";
import { WellChart } from "./chart.js";
import { Days, dayOf, secondsOf } from "./days.js";
import { make } from "./dom.js";
import { downloadMenu } from "./downloads.js";
import { difference, moneyTile, oilTile, tile } from "./figures.js";
import { UNKNOWN, shown } from "./numbers.js";
import { declineInWords } from "./panels.js";
import { fileName, pictureOf, pngOf, save, svgText } from "./picture.js";
import { Region, empty } from "./states.js";
import { oil } from "./units.js";

const DAY_S = 86_400;
const SPANS = [
  { key: "30d", title: "30 days", days: 30 },
  { key: "90d", title: "90 days", days: 90 },
  { key: "1y", title: "1 year", days: 365 },
  { key: "5y", title: "5 years", days: 1826 },
  { key: "all", title: "All", days: null },
];

export class WellView {
  /**
   * @param {import("./dashboard.js").Dashboard} dashboard
   * @param {string} division
   * @param {string} well
   */
  constructor(dashboard, division, well) {
    this.dashboard = dashboard;
    this.ids = { well_id: well, division_id: division };
    this.title = `Well ${well}`;
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
    if (this.row) this.summary.body.replaceChildren(this.drawSummary(this.row, this.wells));
    if (!this.days?.count) return;
    const { unit } = this.dashboard;
    if (unit !== this.drawnUnit) this.redraw();
    else this.showRange();
  }

  get rateUnit() {
    return `${this.dashboard.unit.name}/${this.days.period.per}`;
  }

  drawSummary(row, wells) {
    this.row = row;
    this.wells = wells;
    this.name = row.well_name;
    this.dashboard.entitle(row.well_name);
    const { unit } = this.dashboard;
    const at = wells.findIndex((well) => well.well_id === row.well_id);
    const neighbour = (step, words) => {
      const well = at < 0 ? undefined : wells[at + step];
      if (!well) return make("span", { class: "button off", "aria-hidden": "true" }, words);
      const link = linkTo({ division: row.division_id, well: well.well_id, unit: unit.key });
      const which = step < 0 ? "previous" : "next";
      return make(
        "a",
        {
          class: "button",
          href: link,
          "data-go": true,
          rel: step < 0 ? "prev" : "next",
          "aria-label": `${well.well_name}, the ${which} well`,
          title: well.well_name,
        },
        words,
      );
    };
    const { total_budget: budget, total_actual: actual } = row;
    return make(
      "div",
      {},
      make(
        "nav",
        { class: "crumbs", "aria-label": "You are here" },
        make("a", { href: linkTo({ unit: unit.key }), "data-go": true }, "Divisions"),
        make("span", { class: "muted", "aria-hidden": "true" }, "/"),
        make(
          "a",
          { href: linkTo({ division: row.division_id, unit: unit.key }), "data-go": true },
          row.division_name,
        ),
      ),
      make(
        "div",
        { class: "head" },
        make("h1", {}, row.well_name),
        make("span", { class: "muted id" }, `well ${row.well_id}`),
        make("div", { class: "steps" }, neighbour(-1, "‹ Previous"), neighbour(1, "Next ›")),
      ),
      make(
        "dl",
        { class: "tiles" },
        oilTile("Oil produced", row.total_oil_produced, unit),
        moneyTile("Oil sales", row.total_oil_sales),
        moneyTile(
          "Actual spending",
          actual,
          budget !== null && actual !== null
            ? make("span", {}, difference(budget, actual), " to budget")
            : "",
        ),
        moneyTile("Budget", budget),
        this.lastTile(),
      ),
    );
  }

  lastTile() {
    this.last = make("div", { class: "tile" });
    this.drawLast();
    return this.last;
  }

  drawLast() {
    if (!this.last || !this.days) return;
    const { days } = this;
    const { unit } = this.dashboard;
    const at = days.count - 1;
    const drawn = days.count
      ? tile(`Latest ${days.period.one}`, oil(String(days.oil[at]), unit, 0), {
          unit: this.rateUnit,
          note: days.dates[at] + (days.oil[at] === 0 ? ", shut in" : ""),
          exact: `${oil(String(days.oil[at]), unit, 3)} ${this.rateUnit}`,
        })
      : tile("Latest day", UNKNOWN, { note: "no days yet" });
    this.last.replaceChildren(...drawn.childNodes);
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
    this.readout = make("div", { class: "readout", id: "readout" });
    this.declineWords = make("span", { class: "muted" });
    this.rangeTiles = make("dl", { class: "tiles small" });
    this.cumulativeUnit = make("span", { class: "muted" });
    this.declineUnit = make("span", { class: "muted" });
    const page = make(
      "div",
      {},
      this.toolbar(),
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
          key("shut-in", "No oil: shut in", true),
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
        card("Cumulative oil", this.cumulativeUnit, hosts.cumulative),
        card(
          "Decline, log axis",
          make("span", {}, this.declineUnit, this.declineWords),
          hosts.decline,
        ),
      ),
    );
    this.chart = new WellChart(hosts, {
      onCursor: (index) => this.drawReadout(index),
      onRange: (from, to) => this.choose(from, to),
      inWords: (index) => this.inWords(index),
    });
    // uPlot measures its place, so the place must be on the page first.
    this.daily.body.replaceChildren(page);
    this.redraw();
    return null;
  }

  redraw() {
    if (!this.chart) return;
    const { unit } = this.dashboard;
    this.drawnUnit = unit;
    const started = performance.now();
    this.chart.draw(this.days, unit, this.range);
    this.drawRange();
    this.drawLast();
    performance.measure("odm-draw", { start: started });
  }

  showRange() {
    this.chart.show(this.range);
    this.drawRange();
  }

  toolbar() {
    const place = () => this.dashboard.place;
    const chosen = () =>
      this.choose(
        this.from.value ? secondsOf(this.from.value) : this.days.first,
        this.to.value ? secondsOf(this.to.value) + DAY_S : this.days.end,
      );
    this.from = make("input", { type: "date", id: "from", "aria-label": "From", onchange: chosen });
    this.to = make("input", { type: "date", id: "to", onchange: chosen });
    this.spans = SPANS.map(({ key: name, title, days }) =>
      make(
        "button",
        {
          type: "button",
          "data-span": name,
          "aria-pressed": "false",
          onclick: () => this.chooseSpan(days),
        },
        title,
      ),
    );
    this.downloads = downloadMenu(
      "days",
      () => ({
        route: "well-summary-by-day",
        parameters: { ...this.ids, from_date: place().from, to_date: place().to },
        name: `${this.name ?? this.title} ${dayOf(this.range.from)} ${dayOf(this.range.to - DAY_S)}`,
      }),
      [
        make(
          "button",
          { type: "button", "data-picture": "png", onclick: () => this.savePicture("png") },
          "PNG",
          make("span", { class: "muted" }, "picture of the charts"),
        ),
        make(
          "button",
          { type: "button", "data-picture": "svg", onclick: () => this.savePicture("svg") },
          "SVG",
          make("span", { class: "muted" }, "picture of the charts"),
        ),
      ],
    );
    return make(
      "div",
      { class: "toolbar" },
      make("div", { class: "segments", role: "group", "aria-label": "Range" }, ...this.spans),
      make(
        "div",
        { class: "dates" },
        make("label", { for: "from" }, "From"),
        this.from,
        make("label", { for: "to" }, "to"),
        this.to,
      ),
      make(
        "div",
        { class: "segments", role: "group", "aria-label": "Zoom" },
        make(
          "button",
          { type: "button", "aria-label": "Zoom in", onclick: () => this.chart.zoomBy(0.5) },
          "+",
        ),
        make(
          "button",
          { type: "button", "aria-label": "Zoom out", onclick: () => this.chart.zoomBy(2) },
          "−",
        ),
      ),
      this.downloads,
    );
  }

  chooseSpan(days) {
    const { end, first } = this.days;
    this.choose(days === null ? first : Math.max(first, end - days * DAY_S), end);
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
    this.from.value = dayOf(range.from);
    this.to.value = dayOf(range.to - DAY_S);
    for (const input of [this.from, this.to]) {
      input.min = days.dates[0];
      input.max = days.dates.at(-1);
    }
    const length = Math.round((range.to - range.from) / DAY_S);
    const atEnd = range.to === days.end;
    const all = range.from === days.first && atEnd;
    SPANS.forEach(({ days: span }, index) => {
      const pressed = span === null ? all : atEnd && !all && span === length;
      this.spans[index].setAttribute("aria-pressed", String(pressed));
    });
    const totals = days.totals(range.from, range.to);
    const { one, many } = days.period;
    const count = (number) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
    this.rangeTiles.replaceChildren(
      oilTile("Oil in the range", totals.oil, unit),
      moneyTile("Sales in the range", totals.sales),
      tile(
        `Best ${days.period.one}`,
        totals.best < 0 ? UNKNOWN : oil(String(days.oil[totals.best]), unit),
        { unit: this.rateUnit, note: totals.best < 0 ? "" : days.dates[totals.best] },
      ),
      tile("Shut in", count(totals.shutIn), { note: `of ${count(totals.days)} reported` }),
      tile("Not reported", count(totals.silent)),
    );
    this.cumulativeUnit.textContent = `${unit.name} since ${days.dates[0]}`;
    this.declineUnit.textContent = `${this.rateUnit}, `;
    this.declineWords.textContent = declineInWords(days, range);
    this.downloads.update();
    this.drawReadout(-1);
  }

  /** The figures of the day under the cursor, or of the last one in the range. */
  drawReadout(index) {
    const { days, range } = this;
    const { unit } = this.dashboard;
    const at = index >= 0 ? index : days.indexAt(range.to) - 1;
    if (at < 0) return;
    const part = (label, words, colour) =>
      make(
        "span",
        { class: "read" },
        colour && make("span", { class: `key c-${colour}`, "aria-hidden": "true" }),
        make("span", { class: "muted" }, label),
        ` ${words}`,
      );
    this.readout.replaceChildren(
      make("strong", { class: "read-day" }, days.dates[at]),
      part(
        "Oil",
        days.oil[at] === 0
          ? "0, shut in"
          : `${oil(String(days.oil[at]), unit, 3)} ${this.rateUnit}`,
        "oil",
      ),
      part(
        "Price",
        days.price[at] === null ? "none yet" : `${shown(String(days.price[at]), 3, 2)} USD/bbl`,
        "price",
      ),
      part("Sales", `${shown(String(days.sales[at]), 2)} USD`, "sales"),
      part("Cumulative", `${oil(days.oilUntil(at), unit, 0)} ${unit.name}`),
    );
  }

  inWords(index) {
    const { days } = this;
    const { unit } = this.dashboard;
    const price = days.price[index] === null ? "no price" : `${days.price[index]} USD/bbl`;
    return `${days.dates[index]}: ${oil(String(days.oil[index]), unit, 3)} ${this.rateUnit}, ${price}`;
  }

  async savePicture(form) {
    const { days, range } = this;
    const { unit } = this.dashboard;
    const name = this.name ?? this.title;
    const [from, to] = [dayOf(range.from), dayOf(range.to - DAY_S)];
    const totals = days.totals(range.from, range.to);
    const svg = pictureOf({
      days,
      unit,
      range,
      title: name,
      subtitle: `${this.row?.division_name ?? ""}, ${from} to ${to}: ${oil(totals.oil, unit)} ${unit.name}, ${shown(totals.sales)} USD`,
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
