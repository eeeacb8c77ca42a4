/** The API's page: starts Swagger UI, and mends what screen readers miss in it. */

import { byId } from "./kit/dom.js";
import { isDark, onTheme } from "./kit/themes.js";

const paint = () => document.documentElement.classList.toggle("dark-mode", isDark());
paint();
onTheme(paint);

/**
 * Makes a path plain text: in Swagger UI it is a link inside the button that opens it, and the
 * button alone does both.
 * @type {SwaggerComponentWrapper}
 */
const pathWithoutLink =
  (_, { React }) =>
  ({ text }) =>
    React.createElement("span", { className: "nostyle" }, text);

const LABELS = [
  [".copy-to-clipboard button", "Copy"],
  [".examples-select-element", "Example"],
  [".response-control-media-type select, .content-type", "Media type"],
];

/** @param {HTMLElement} root */
function mend(root) {
  for (const [selector, label] of LABELS) {
    for (const node of root.querySelectorAll(`:is(${selector}):not([aria-label])`)) {
      node.setAttribute("aria-label", label);
    }
  }
  for (const node of root.querySelectorAll("[data-param-name] select:not([aria-label])")) {
    const parameter = node.closest("[data-param-name]")?.getAttribute("data-param-name");
    node.setAttribute("aria-label", parameter ?? "");
  }
  // Below the page's title comes the second level, where Swagger UI has the third.
  for (const node of root.querySelectorAll("h3.opblock-tag:not([aria-level])")) {
    node.setAttribute("aria-level", "2");
  }
  // What scrolls must be reachable by keyboard.
  for (const node of root.querySelectorAll(".microlight:not([tabindex])")) {
    node.setAttribute("tabindex", "0");
  }
}

const LISTEN_MS = 3_000;

/**
 * Fetches an answer that never ends for as long as somebody waits for it on this page: Swagger UI
 * shows an answer when it is complete.
 * @param {string} url
 * @param {RequestInit} options
 */
async function firstSeconds(url, options) {
  const leaving = new AbortController();
  const response = await fetch(url, { ...options, signal: leaving.signal });
  const { status, headers } = response;
  const decoder = new TextDecoder();
  let text = "";
  setTimeout(() => leaving.abort(), LISTEN_MS);
  try {
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      text += decoder.decode(read.value, { stream: true });
    }
  } catch {
    text += `: this page has stopped listening after ${LISTEN_MS / 1000} s\n`;
  }
  return new Response(text, { status, headers });
}

/**
 * Behind a reverse proxy's sub-path the routes are beside this page, and not at the root.
 * @template {{url: string, userFetch?: typeof firstSeconds}} R
 * @param {R} request
 */
function besideThisPage(request) {
  const here = new URL(".", location.href);
  const url = new URL(request.url, here);
  if (url.origin === here.origin && !url.pathname.startsWith(here.pathname)) {
    url.pathname = here.pathname + url.pathname.slice(1);
    request.url = url.href;
  }
  if (url.pathname.endsWith("/events")) request.userFetch = firstSeconds;
  return request;
}

const root = byId("swagger-ui", HTMLElement);
new MutationObserver(() => mend(root)).observe(root, { childList: true, subtree: true });

SwaggerUIBundle({
  url: "openapi.json",
  domNode: root,
  layout: "BaseLayout",
  plugins: [{ wrapComponents: { DeepLink: pathWithoutLink } }],
  requestInterceptor: besideThisPage,
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // its badge would be fetched from another host
});
