/** Chooses the range of a well's charts: spans of time, dates and zoom in a bar above them. */

import { DAY_S, Days, dayOf, monthOf, secondsOf } from "../kit/days.js";
import { make } from "../kit/dom.js";

/** @import { Range } from "../kit/days.js" */

/** @typedef {{title: string, before: ((end: number) => number)|null}} Span null for all */

/** @type {(title: string, days: number) => Span} */
const ofDays = (title, days) => ({ title, before: (end) => end - days * DAY_S });
/** @type {(title: string, months: number) => Span} */
const ofMonths = (title, months) => ({ title, before: (end) => monthOf(end, -months) });
/** @type {Span} */
const ALL = { title: "All", before: null };

const BY_DAY = [
  ofDays("30 days", 30),
  ofDays("90 days", 90),
  ofDays("1 year", 365),
  ofDays("5 years", 1826),
  ALL,
];
const BY_MONTH = [
  ofMonths("6 months", 6),
  ofMonths("1 year", 12),
  ofMonths("3 years", 36),
  ofMonths("5 years", 60),
  ALL,
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
    /** @type {Span[]} */
    this.spans = [];
    this.spanButtons = make("div", { class: "segments", role: "group", "aria-label": "Range" });
    /** @type {(words: string, label: string, factor: number) => HTMLElement} */
    const zoom = (words, label, factor) =>
      make("button", { type: "button", "aria-label": label, onclick: () => onZoom(factor) }, words);
    this.node = make(
      "div",
      { class: "toolbar" },
      this.spanButtons,
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
      input.max = dayOf(days.end - DAY_S);
    }
    this.offer(days.monthly ? BY_MONTH : BY_DAY);
    const atEnd = range.to === days.end;
    const all = range.from === days.first && atEnd;
    this.spans.forEach(({ before }, index) => {
      const pressed = before === null ? all : atEnd && !all && before(days.end) === range.from;
      this.spanButtons.children[index].setAttribute("aria-pressed", String(pressed));
    });
  }

  /** @param {Span[]} spans */
  offer(spans) {
    if (spans === this.spans) return;
    this.spans = spans;
    this.spanButtons.replaceChildren(
      ...spans.map((span) =>
        make("button", { type: "button", onclick: () => this.chooseSpan(span) }, span.title),
      ),
    );
  }

  /** @param {Span} span */
  chooseSpan({ before }) {
    const { first, end } = this.days;
    this.onRange(before === null ? first : Math.max(first, before(end)), end);
  }

  chooseDates() {
    const { first, end } = this.days;
    this.onRange(
      this.from.value ? secondsOf(this.from.value) : first,
      this.to.value ? secondsOf(this.to.value) + DAY_S : end,
    );
  }
}
