/** Says what the dashboard and its views know of each other: no view imports the dashboard. */

/** @import { Place } from "./address.js" */
/** @import { Order } from "./table.js" */
/** @import { Unit } from "./units.js" */

/**
 * @typedef {object} Dashboard what a view asks and tells the dashboard
 * @property {Place} place
 * @property {Unit} unit
 * @property {(name: string) => void} entitle names what is shown
 * @property {(day: string|null) => void} reaches says how far the data of what is shown reaches
 * @property {(from: string|null, to: string|null) => void} changeRange into the address, from where
 *   it comes back by `update`; null for an end that is the well's own
 */

/**
 * @typedef {object} Memory how a view was when it was left
 * @property {Order} order
 * @property {number} limit how many rows were drawn
 * @property {string} search
 */

/**
 * @typedef {object} View what the dashboard shows, one at a time
 * @property {string} title
 * @property {HTMLElement} node
 * @property {() => Promise<boolean>} load asks for the data; whether all of it was drawn
 * @property {() => void} update the unit or the range was changed
 * @property {() => void} [redraw] the colours have changed
 * @property {() => Memory} [memory]
 * @property {(memory: Memory) => void} [remember]
 * @property {() => void} close
 */

export {};
