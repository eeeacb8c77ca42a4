/** Shows oil in barrels, as the API has it, or in standard cubic metres. Prices stay in USD/bbl. */

import { divided, scaled, shown, unscaled } from "./numbers.js";

/** Barrels in a standard cubic metre: the loader's own factor, so that what came as Sm3 returns. */
export const BBL_PER_SM3 = 6.2898;
const TEN_THOUSANDTHS = 62898n;

/**
 * @typedef {object} Unit
 * @property {"bbl"|"sm3"} key as in the address
 * @property {string} name for people
 * @property {number} perBbl for drawing
 */

/** @type {Record<Unit["key"], Unit>} */
export const UNITS = {
  bbl: { key: "bbl", name: "bbl", perBbl: 1 },
  sm3: { key: "sm3", name: "Sm³", perBbl: 1 / BBL_PER_SM3 },
};

/**
 * Barrels in the unit, exactly, to 0.001.
 * @param {string} bbl
 * @param {Unit} unit
 * @returns {string}
 */
export function inUnit(bbl, unit) {
  if (unit.key === "bbl") return bbl;
  return unscaled(divided(scaled(bbl, 3) * 10000n, TEN_THOUSANDTHS), 3);
}

/**
 * Barrels for people, in the unit.
 * @param {string|null} bbl
 * @param {Unit} unit
 * @param {number} [places]
 * @returns {string}
 */
export function oil(bbl, unit, places = 0) {
  return bbl === null ? shown(null) : shown(inUnit(bbl, unit), places);
}
