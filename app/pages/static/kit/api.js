/** Asks the service. Addresses are relative to the page, so a reverse proxy may add a path. */

/** What the service said it cannot do, or that it could not be asked. */
export class Problem extends Error {
  /**
   * @param {string} title
   * @param {{detail?: string, status?: number, requestId?: string, retryAfter?: number}} [about]
   *   status 0: the service could not be asked
   */
  constructor(title, { detail = "", status = 0, requestId = "", retryAfter = 0 } = {}) {
    super(title);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }

  /** Whether it may pass by itself: the service or its database is away. */
  get mayPass() {
    return this.status === 0 || this.status >= 500;
  }
}

/**
 * The address of a question.
 * @param {string} route without a slash before it, e.g. "well-list"
 * @param {Record<string, string|null|undefined>} [parameters] those without a value are left out
 */
export function addressOf(route, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${route}?${text}` : route;
}

/**
 * The service's answer, if it is a good one.
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @param {string} [accept]
 * @returns {Promise<Response>}
 */
export async function ask(address, signal, accept = "application/json") {
  let response;
  try {
    // The browser may keep an answer, and asks each time whether it still holds.
    response = await fetch(address, { signal, cache: "no-cache", headers: { accept } });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem("The service cannot be reached", {
      detail: "There is no connection to the service, or it is not running.",
    });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** @param {Response} response */
async function problemOf(response) {
  /** @type {{title?: string, detail?: string, request_id?: string}} */
  let said = {};
  try {
    said = await response.json();
  } catch {
    // Not the service itself but something between: there is only the status.
  }
  return new Problem(said.title ?? `The answer was ${response.status} ${response.statusText}`, {
    detail: said.detail ?? "",
    status: response.status,
    requestId: said.request_id ?? response.headers.get("x-request-id") ?? "",
    retryAfter: Number(response.headers.get("retry-after")) || 0,
  });
}

/**
 * @param {Response} response
 * @param {AbortSignal} [signal]
 */
async function textOf(response, signal) {
  try {
    return await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem("The answer broke off", {
      detail: "The connection ended before the whole answer was here, so none of it is shown.",
    });
  }
}

/**
 * Rows with every number as the text that was sent: ids may have 38 digits, and sums are exact.
 * (A browser that does not tell the text of a number keeps 15 digits of it.)
 * @template {Record<keyof Row, string|null>} Row
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<Row[]>}
 */
export async function exactRows(address, signal) {
  const text = await textOf(await ask(address, signal), signal);
  const rows = JSON.parse(text, (_, value, context) =>
    typeof value === "number" ? (context?.source ?? String(value)) : value,
  );
  return /** @type {Row[]} */ (rows);
}

/**
 * Rows with numbers as floats, for drawing.
 * @template {Record<keyof Row, string|number|null>} Row
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<Row[]>}
 */
export async function rows(address, signal) {
  return JSON.parse(await textOf(await ask(address, signal), signal));
}
