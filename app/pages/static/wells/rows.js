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
 * @property {string|null} First_Date YYYY-MM-DD; null without any day
 * @property {string|null} Last_Date how far the data reaches
 * @property {string} Reports days and months of wells
 * @property {string} Unpriced_Reports those without a price in force, whose sales are 0
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
 * @typedef {object} Reported how far a well's days reach; null without any
 * @property {string|null} first_date YYYY-MM-DD
 * @property {string|null} last_date
 * @property {string|null} last_oil_produced bbl
 * @property {string|null} days_late behind the latest of the division's wells
 * @property {string} reports days
 * @property {string} unpriced_reports those without a price in force, whose sales are 0
 */

/** @typedef {WellSummary & Reported} DivisionWell */

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
 * The wells of a division with their totals, in one answer.
 * @param {string} division
 * @param {AbortSignal} [signal]
 * @returns {Promise<DivisionWell[]>}
 */
export function divisionWells(division, signal) {
  return exactRows(addressOf("division-well-summary", { division_id: division }), signal);
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
