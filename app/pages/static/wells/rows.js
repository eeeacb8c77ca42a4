/** Asks for divisions and wells. Amounts and ids are the texts that the service sent. */

import { addressOf, exactRows, rows } from "../kit/api.js";

/** @import { Day } from "../kit/days.js" */
/** @import { Periods, Totals } from "../kit/figures.js" */

/**
 * @typedef {object} DivisionSummary
 * @property {string} Division_Id
 * @property {string} Division_Name
 * @property {string} Well_Count
 * @property {string} Total_Oil_Produced bbl
 * @property {string|null} Total_Budget USD
 * @property {string|null} Total_Actual USD
 * @property {string} Total_Oil_Sales USD
 * @property {Periods} Period
 */

/**
 * @typedef {object} Well
 * @property {string} well_id
 * @property {string} well_name
 * @property {string} division_id
 * @property {string} division_name
 */

/**
 * @typedef {object} WellTotals
 * @property {string} total_oil_produced bbl
 * @property {string|null} total_budget USD
 * @property {string|null} total_actual USD
 * @property {string} total_oil_sales USD
 * @property {Periods} period
 */

/** @typedef {Well & WellTotals} WellSummary */

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<DivisionSummary[]>}
 */
export function divisionSummaries(signal) {
  return exactRows("division-summary", signal);
}

/**
 * @param {string} division
 * @param {AbortSignal} [signal]
 * @returns {Promise<Well[]>}
 */
export function wellsOf(division, signal) {
  return exactRows(addressOf("well-list", { division_id: division }), signal);
}

/**
 * @param {string} division
 * @param {string} well
 * @param {AbortSignal} [signal]
 * @returns {Promise<WellSummary>}
 */
export async function wellSummary(division, well, signal) {
  const address = addressOf("well-summary", { well_id: well, division_id: division });
  /** @type {WellSummary[]} */
  const [row] = await exactRows(address, signal);
  return row;
}

/**
 * @param {string} division
 * @param {string} well
 * @param {AbortSignal} [signal]
 * @returns {Promise<Day[]>}
 */
export function wellDays(division, well, signal) {
  return rows(addressOf("well-summary-by-day", { well_id: well, division_id: division }), signal);
}

/**
 * @param {DivisionSummary} row
 * @returns {Totals}
 */
export function totalsOfDivision(row) {
  return {
    oil: row.Total_Oil_Produced,
    sales: row.Total_Oil_Sales,
    period: row.Period,
    budget: row.Total_Budget,
    actual: row.Total_Actual,
  };
}

/**
 * @param {WellSummary} row
 * @returns {Totals}
 */
export function totalsOfWell(row) {
  return {
    oil: row.total_oil_produced,
    sales: row.total_oil_sales,
    period: row.period,
    budget: row.total_budget,
    actual: row.total_actual,
  };
}
