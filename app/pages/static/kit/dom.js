/**
 * Makes and finds elements. Nothing else makes them, and nothing makes them from text with tags in
 * it: a name from the database may hold anything, and stays text.
 */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node|string|null|undefined|false} Child what `null`, `undefined`, `false` leave out */

/**
 * Attributes of an element: `true` sets an empty one, `null`, `undefined` and `false` leave it out,
 * a function listens to the event.
 * @typedef {{
 *   onclick?: (event: MouseEvent) => void,
 *   onchange?: (event: Event) => void,
 *   oninput?: (event: Event) => void,
 *   onkeydown?: (event: KeyboardEvent) => void,
 *   [name: string]: string|number|boolean|null|undefined|((event: never) => void),
 * }} Attributes
 */

/**
 * Makes an element of HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  fill(node, attributes, children);
  return node;
}

/**
 * Makes an element of SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  fill(node, attributes, children);
  return node;
}

/**
 * @param {Element} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") {
      // Which event it takes follows from the name (see Attributes).
      node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(
    ...children.filter((child) => child !== null && child !== undefined && child !== false),
  );
}

/**
 * The element of that id, which the page is known to have.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind e.g. HTMLSelectElement
 */
export function byId(id, kind) {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`The page has no ${kind.name} #${id}`);
  return node;
}

/**
 * The element that an event happened to.
 * @param {Event} event
 */
export function targetOf(event) {
  return event.target instanceof Element ? event.target : null;
}

/**
 * Tells a screen reader something that is seen elsewhere anyway.
 * @param {string} text
 */
export function announce(text) {
  byId("announcer", HTMLElement).textContent = text;
}
