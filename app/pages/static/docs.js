/** Starts Swagger UI on this service's own description. */

import { isDark, onTheme } from "./themes.js";

const paint = () => document.documentElement.classList.toggle("dark-mode", isDark());
paint();
onTheme(paint);

globalThis.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  layout: "BaseLayout",
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // its badge would be fetched from another host
});
