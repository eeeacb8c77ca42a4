/**
 * Exact decimals. A figure stays the text that the API sent until it is shown, so that no digit is
 * lost in a binary float; only drawing uses floats.
 */

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** What stands where the API states no amount. */
export const UNKNOWN = "–";

/**
 * A decimal as a whole number of its last place, rounded half away from zero.
 * @param {string} text e.g. "12.3456"
 * @param {number} places how many decimals are kept
 * @returns {bigint} e.g. 12346n for three places
 */
export function scaled(text, places) {
  const match = NUMBER.exec(text);
  if (!match) throw new Error(`Not a number: ${text}`);
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const shift = places - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : divided(digits, 10n ** BigInt(-shift));
  return sign ? -value : value;
}

/**
 * A quotient, rounded half away from zero.
 * @param {bigint} dividend
 * @param {bigint} divisor above zero
 */
export function divided(dividend, divisor) {
  const doubled = (dividend < 0n ? -dividend : dividend) * 2n + divisor;
  const quotient = doubled / (2n * divisor);
  return dividend < 0n ? -quotient : quotient;
}

/**
 * The decimal that `scaled` was made of.
 * @param {bigint} value
 * @param {number} places
 */
export function unscaled(value, places) {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const at = digits.length - places;
  const fraction = places ? `.${digits.slice(at)}` : "";
  return /** @type {`${number}`} */ (`${value < 0n ? "-" : ""}${digits.slice(0, at)}${fraction}`);
}

/**
 * The exact sum of those that are known; null when none is.
 * @param {(string|null)[]} texts
 * @param {number} places
 * @returns {string|null}
 */
export function sum(texts, places) {
  const known = texts.filter((text) => text !== null);
  if (!known.length) return null;
  return unscaled(
    known.reduce((total, text) => total + scaled(text, places), 0n),
    places,
  );
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * A decimal for people, with thousands apart and rounded half away from zero.
 * @param {string|null} text null where the API states no amount
 * @param {number} [places] at most so many decimals
 * @param {number} [least] at least so many
 * @returns {string}
 */
export function shown(text, places = 0, least = places) {
  if (text === null) return UNKNOWN;
  const key = `${places} ${least}`;
  const format =
    formats.get(key) ??
    new Intl.NumberFormat("en", { maximumFractionDigits: places, minimumFractionDigits: least });
  formats.set(key, format);
  const rounded = unscaled(scaled(text, places), places); // also text: formatted digit by digit
  return format.format(rounded).replace("-", "−");
}

const compactFormat = new Intl.NumberFormat("en", {
  notation: "compact",
  maximumSignificantDigits: 4,
});

/**
 * A number in a few characters, for axes.
 * @param {number} value
 */
export function compact(value) {
  return compactFormat.format(value).replace("-", "−");
}

/**
 * By how many percent the actual spending differs from the budget, to 0.1; null where either is
 * unknown.
 * @param {string|null} budget
 * @param {string|null} actual
 * @returns {number|null}
 */
export function overBudget(budget, actual) {
  if (budget === null || actual === null) return null;
  const planned = scaled(budget, 2);
  if (planned <= 0n) return null;
  return Number(divided((scaled(actual, 2) - planned) * 1000n, planned)) / 10;
}
