// Loaded before the first paint, and so not a module: a page never flashes in the other theme.
(function () {
  "use strict";
  const root = document.documentElement;
  try {
    const chosen = localStorage.getItem("odm-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden; the system's own theme holds then.
  }
})();
