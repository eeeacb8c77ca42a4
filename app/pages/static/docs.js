/** Starts Swagger UI on this service's own description, and mends what screen readers miss in it. */

import { isDark, onTheme } from "./kit/themes.js";

const paint = () => document.documentElement.classList.toggle("dark-mode", isDark());
paint();
onTheme(paint);

/** A path is a link inside the button that opens it; the button alone does both. */
const pathsWithoutLinks = {
  wrapComponents: {
    DeepLink:
      (_, { React }) =>
      ({ text }) =>
        React.createElement("span", { className: "nostyle" }, text),
  },
};

const LABELS = [
  [".copy-to-clipboard button", "Copy"],
  [".examples-select-element", "Example"],
  [".response-control-media-type select, .content-type", "Media type"],
];

function mend(root) {
  for (const [selector, label] of LABELS) {
    for (const node of root.querySelectorAll(`:is(${selector}):not([aria-label])`)) {
      node.setAttribute("aria-label", label);
    }
  }
  for (const node of root.querySelectorAll("[data-param-name] select:not([aria-label])")) {
    node.setAttribute("aria-label", node.closest("[data-param-name]").dataset.paramName);
  }
  // What scrolls must be reachable by keyboard.
  for (const node of root.querySelectorAll(".microlight:not([tabindex])")) node.tabIndex = 0;
}

/** Behind a reverse proxy's sub-path the routes are beside this page, and not at the root. */
function besideThisPage(request) {
  const here = new URL(".", location.href);
  const url = new URL(request.url, here);
  if (url.origin === here.origin && !url.pathname.startsWith(here.pathname)) {
    url.pathname = here.pathname + url.pathname.slice(1);
    request.url = url.href;
  }
  return request;
}

const root = document.getElementById("swagger-ui");
new MutationObserver(() => mend(root)).observe(root, { childList: true, subtree: true });

globalThis.SwaggerUIBundle({
  url: "openapi.json",
  domNode: root,
  layout: "BaseLayout",
  plugins: [pathsWithoutLinks],
  requestInterceptor: besideThisPage,
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // its badge would be fetched from another host
});
