/** What differs between OpenAPI v2 (Swagger) and v3 documents when a type is written down. */
export interface Dialect {
  /** Where named types live: `#/definitions/` or `#/components/schemas/`. */
  readonly refPrefix: string;
  /** v3 publishes defaults; v2 does not. */
  readonly defaults: boolean;
  /** v3 wraps a reference that stands beside other keywords into `allOf`. */
  readonly wrapsRefs: boolean;
  /** v3 says that a quantity may be a number, too; v2 has no way to. */
  readonly oneOf: boolean;
}

export const swaggerV2: Dialect = Object.freeze({
  refPrefix: '#/definitions/',
  defaults: false,
  wrapsRefs: false,
  oneOf: false,
});

export const openApiV3: Dialect = Object.freeze({
  refPrefix: '#/components/schemas/',
  defaults: true,
  wrapsRefs: true,
  oneOf: true,
});

/** A JSON schema, or a part of a document, as plain JSON. */
export type Part = Record<string, unknown>;
