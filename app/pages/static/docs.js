/** Starts Swagger UI on this service's own description. */

globalThis.ui = globalThis.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  layout: "BaseLayout",
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // The validator's badge would be fetched from another host.
  validatorUrl: null,
});
