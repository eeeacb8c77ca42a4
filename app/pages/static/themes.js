/** The switch between the system's theme, light and dark; theme.js restores the choice. */

const KEY = "odm-theme";
const listeners = new Set();

/**
 * Be told when the colours change, by the switch or by the system.
 * @param {() => void} listener
 */
export function onTheme(listener) {
  listeners.add(listener);
}

const tellAll = () => listeners.forEach((listener) => listener());

const select = document.getElementById("theme");
if (select) {
  const root = document.documentElement;
  select.value = root.dataset.theme ?? "auto";
  select.addEventListener("change", () => {
    if (select.value === "auto") delete root.dataset.theme;
    else root.dataset.theme = select.value;
    try {
      localStorage.setItem(KEY, select.value);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
    tellAll();
  });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellAll);
