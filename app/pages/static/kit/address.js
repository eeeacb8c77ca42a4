/** Keeps what is shown in the page's address, so that a link or a bookmark brings it back. */

import { dayOf, secondsOf } from "./days.js";
import { UNITS } from "./units.js";

/** @import { Unit } from "./units.js" */

const ID = /^-?\d{1,38}$/;

/**
 * @typedef {object} Place what a page shows
 * @property {string|null} division
 * @property {string|null} well
 * @property {string|null} from first day, YYYY-MM-DD
 * @property {string|null} to last day
 * @property {Unit["key"]} unit
 */

/**
 * The place that the address names; what it has no sense of is left out.
 * @returns {Place}
 */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  /** @type {(name: string, holds: (value: string) => boolean) => string|null} */
  const given = (name, holds) => {
    const value = query.get(name);
    return value !== null && holds(value) ? value : null;
  };
  const unit = query.get("unit") ?? "";
  const division = given("division", isId);
  const from = given("from", isDay);
  const to = given("to", isDay);
  const backwards = from && to && from > to;
  return {
    division,
    well: division && given("well", isId),
    from: backwards ? null : from,
    to: backwards ? null : to,
    unit: isUnit(unit) ? unit : "bbl",
  };
}

/** @param {string} text */
const isId = (text) => ID.test(text);

/**
 * Whether that is a day of the calendar, as YYYY-MM-DD.
 * @param {string} text
 */
function isDay(text) {
  const seconds = secondsOf(text);
  return !Number.isNaN(seconds) && dayOf(seconds) === text;
}

/**
 * @param {string} key
 * @returns {key is Unit["key"]}
 */
function isUnit(key) {
  return Object.hasOwn(UNITS, key);
}

/**
 * The address of a place, relative to the page.
 * @param {Partial<Place>} place
 */
export function linkTo({ division, well, from, to, unit }) {
  const query = new URLSearchParams();
  if (division) query.set("division", division);
  if (division && well) {
    query.set("well", well);
    if (from) query.set("from", from);
    if (to) query.set("to", to);
  }
  if (unit && unit !== "bbl") query.set("unit", unit);
  const text = query.toString();
  return text ? `?${text}` : location.pathname;
}

/**
 * Puts the place into the address.
 * @param {Place} place
 * @param {boolean} newEntry whether the browser's Back should return from it
 */
export function writeAddress(place, newEntry) {
  const link = linkTo(place);
  if (newEntry) history.pushState(null, "", link);
  else history.replaceState(null, "", link);
}
