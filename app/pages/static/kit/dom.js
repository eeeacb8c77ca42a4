/**
 * Elements are made here and nowhere from text with tags in it: a name from the database may hold
 * anything, and stays text.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * @param {string} tag its name; `svg:` before it makes one of SVG
 * @param {Object<string, unknown>} [attributes] attributes; a function under `onclick` and the like
 *   listens, `true` sets an empty attribute, `null`, `undefined` and `false` leave it out
 * @param {...(Node|string|number|null|undefined|false)} children what goes inside
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const node = tag.startsWith("svg:")
    ? document.createElementNS(SVG, tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

/**
 * The element of that id, which the page is known to have.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`The page has no #${id}`);
  return node;
}

/**
 * Tell a screen reader something that is seen elsewhere anyway.
 * @param {string} text
 */
export function announce(text) {
  byId("announcer").textContent = text;
}
