// What the pages' scripts use besides themselves, for `make page-types`. (uPlot declares its own.)

/** Swagger UI, with the options that the API's page sets. */
declare function SwaggerUIBundle(options: {
  url: string;
  domNode: HTMLElement;
  layout: "BaseLayout";
  plugins: { wrapComponents: Record<string, SwaggerComponentWrapper> }[];
  requestInterceptor: <R extends { url: string }>(request: R) => R;
  deepLinking: boolean;
  showExtensions: boolean;
  showCommonExtensions: boolean;
  tryItOutEnabled: boolean;
  defaultModelsExpandDepth: number;
  validatorUrl: string | null;
}): void;

/** Makes a component of React in place of Swagger UI's own. */
type SwaggerComponentWrapper = (
  original: unknown,
  system: { React: { createElement(tag: string, attributes: object, text: string): object } },
) => (properties: { text: string }) => object;

interface JSON {
  /** Tells the reviver the text of a number, where the browser does: TypeScript lacks it yet. */
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { source?: string }) => unknown,
  ): unknown;
}
