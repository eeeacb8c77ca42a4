/** Switches between the system's theme, light and dark; theme.js restores the choice. */

import { byId } from "./dom.js";

const KEY = "odm-theme";
/** @type {Set<() => void>} */
const listeners = new Set();
const root = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now. Paper never is. */
export function isDark() {
  if ("printing" in root.dataset) return false;
  return root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches;
}

/**
 * Tells the listener when the colours change, by the switch or by the system.
 * @param {() => void} listener
 */
export function onTheme(listener) {
  listeners.add(listener);
}

/** @param {string} theme */
function choose(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  tellAll();
}

function tellAll() {
  for (const listener of listeners) listener();
}

const select = byId("theme", HTMLSelectElement);
select.value = root.dataset.theme ?? "auto";
select.addEventListener("change", () => choose(select.value));
systemIsDark.addEventListener("change", tellAll);
// Charts are drawn in the page's colours: on paper in the light ones, whatever the screen has.
addEventListener("beforeprint", () => {
  root.dataset.printing = "";
  tellAll();
});
addEventListener("afterprint", () => {
  delete root.dataset.printing;
  tellAll();
});
