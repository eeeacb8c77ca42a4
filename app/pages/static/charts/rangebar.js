/** Chooses the range of a well's charts: spans of time, dates and zoom in a bar above them. */

import { DAY_S, Days, dayOf, secondsOf } from "../kit/days.js";
import { make } from "../kit/dom.js";

/** @import { Range } from "../kit/days.js" */

const SPANS = [
  { title: "30 days", days: 30 },
  { title: "90 days", days: 90 },
  { title: "1 year", days: 365 },
  { title: "5 years", days: 1826 },
  { title: "All", days: null },
];

export class RangeBar {
  /**
   * @param {(from: number, to: number) => void} onRange told of a range that was chosen
   * @param {(factor: number) => void} onZoom
   * @param {Node} menu what stands at the end of the bar
   */
  constructor(onRange, onZoom, menu) {
    this.onRange = onRange;
    this.days = new Days([]);
    const onchange = () => this.chooseDates();
    this.from = make("input", { type: "date", id: "from", "aria-label": "From", onchange });
    this.to = make("input", { type: "date", id: "to", onchange });
    this.spans = SPANS.map(({ title, days }) =>
      make("button", { type: "button", onclick: () => this.chooseSpan(days) }, title),
    );
    /** @type {(words: string, label: string, factor: number) => HTMLElement} */
    const zoom = (words, label, factor) =>
      make("button", { type: "button", "aria-label": label, onclick: () => onZoom(factor) }, words);
    this.node = make(
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
        zoom("+", "Zoom in", 0.5),
        zoom("−", "Zoom out", 2),
      ),
      menu,
    );
  }

  /**
   * Shows which range of these days is looked at.
   * @param {Days} days
   * @param {Range} range
   */
  show(days, range) {
    this.days = days;
    this.from.value = dayOf(range.from);
    this.to.value = dayOf(range.to - DAY_S);
    for (const input of [this.from, this.to]) {
      input.min = days.dates[0];
      input.max = days.dates[days.count - 1];
    }
    const length = Math.round((range.to - range.from) / DAY_S);
    const atEnd = range.to === days.end;
    const all = range.from === days.first && atEnd;
    SPANS.forEach(({ days: span }, index) => {
      const pressed = span === null ? all : atEnd && !all && span === length;
      this.spans[index].setAttribute("aria-pressed", String(pressed));
    });
  }

  /** @param {number|null} length in days; null for all */
  chooseSpan(length) {
    const { first, end } = this.days;
    this.onRange(length === null ? first : Math.max(first, end - length * DAY_S), end);
  }

  chooseDates() {
    const { first, end } = this.days;
    this.onRange(
      this.from.value ? secondsOf(this.from.value) : first,
      this.to.value ? secondsOf(this.to.value) + DAY_S : end,
    );
  }
}
