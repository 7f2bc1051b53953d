/**
 * How a part of a Swagger document stands in protobuf (`openapi.v2` of gnostic): field numbers by JSON name, as far as
 * our documents use them. A type is a scalar, `any` (kept as YAML text), or a message; `[]` repeats it.
 */
export interface SwaggerMessage {
  readonly fields?: Readonly<Record<string, readonly [number, string]>>;
  /** For objects whose keys are data: each key with its value is one entry of this field. */
  readonly entries?: readonly [number, string];
  /** Field of the `x-…` keys. */
  readonly extensions?: number;
}

/** A parameter in a path; one in the query has a field more in the middle. */
const pathParameter = {
  required: [1, 'bool'],
  in: [2, 'string'],
  description: [3, 'string'],
  name: [4, 'string'],
} as const;

export const swaggerMessages: Readonly<Record<string, SwaggerMessage>> = Object.freeze({
  Document: {
    fields: {
      swagger: [1, 'string'],
      info: [2, 'Info'],
      paths: [8, 'Paths'],
      definitions: [9, 'SchemaMap'],
      parameters: [10, 'ParameterDefinitions'],
      security: [12, 'SecurityRequirement[]'],
      securityDefinitions: [13, 'SecurityDefinitions'],
    },
    extensions: 16,
  },
  Info: {
    fields: { title: [1, 'string'], version: [2, 'string'], description: [3, 'string'] },
    extensions: 7,
  },
  Paths: { entries: [2, 'PathItem'], extensions: 1 },
  PathItem: {
    fields: {
      get: [2, 'Operation'],
      put: [3, 'Operation'],
      post: [4, 'Operation'],
      delete: [5, 'Operation'],
      options: [6, 'Operation'],
      head: [7, 'Operation'],
      patch: [8, 'Operation'],
      parameters: [9, 'ParametersItem[]'],
    },
    extensions: 10,
  },
  Operation: {
    fields: {
      tags: [1, 'string[]'],
      description: [3, 'string'],
      operationId: [5, 'string'],
      produces: [6, 'string[]'],
      consumes: [7, 'string[]'],
      parameters: [8, 'ParametersItem[]'],
      responses: [9, 'Responses'],
      schemes: [10, 'string[]'],
      deprecated: [11, 'bool'],
    },
    extensions: 13,
  },
  Responses: { entries: [1, 'ResponseValue'], extensions: 2 },
  Response: { fields: { description: [1, 'string'], schema: [2, 'SchemaItem'] }, extensions: 5 },
  ParameterDefinitions: { entries: [1, 'Parameter'] },
  JsonReference: { fields: { $ref: [1, 'string'], description: [2, 'string'] } },
  BodyParameter: {
    fields: {
      description: [1, 'string'],
      name: [2, 'string'],
      in: [3, 'string'],
      required: [4, 'bool'],
      schema: [5, 'Schema'],
    },
    extensions: 6,
  },
  PathParameter: {
    fields: { ...pathParameter, type: [5, 'string'], format: [6, 'string'], uniqueItems: [19, 'bool'] },
    extensions: 22,
  },
  QueryParameter: {
    fields: { ...pathParameter, type: [6, 'string'], format: [7, 'string'], uniqueItems: [20, 'bool'] },
    extensions: 23,
  },
  SchemaMap: { entries: [1, 'Schema'] },
  Schema: {
    fields: {
      $ref: [1, 'string'],
      format: [2, 'string'],
      title: [3, 'string'],
      description: [4, 'string'],
      default: [5, 'any'],
      maximum: [7, 'double'],
      minimum: [9, 'double'],
      maxLength: [11, 'int64'],
      minLength: [12, 'int64'],
      pattern: [13, 'string'],
      maxItems: [14, 'int64'],
      minItems: [15, 'int64'],
      uniqueItems: [16, 'bool'],
      maxProperties: [17, 'int64'],
      minProperties: [18, 'int64'],
      required: [19, 'string[]'],
      enum: [20, 'any[]'],
      additionalProperties: [21, 'AdditionalProperties'],
      type: [22, 'TypeItem'],
      items: [23, 'ItemsItem'],
      allOf: [24, 'Schema[]'],
      properties: [25, 'SchemaMap'],
    },
    extensions: 31,
  },
  SecurityRequirement: { entries: [1, 'StringArray'] },
  SecurityDefinitions: { entries: [1, 'SecurityDefinition'] },
  ApiKeySecurity: {
    fields: { type: [1, 'string'], name: [2, 'string'], in: [3, 'string'], description: [4, 'string'] },
    extensions: 5,
  },
});

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Messages that only choose between others (`oneof`), or wrap one value: field number and type of what is inside. */
export const swaggerWrappers: Readonly<Record<string, (value: unknown) => readonly [number, string]>> = {
  ParametersItem: (value) => (field(value, '$ref') === undefined ? [1, 'Parameter'] : [2, 'JsonReference']),
  Parameter: (value) => (field(value, 'in') === 'body' ? [1, 'BodyParameter'] : [2, 'NonBodyParameter']),
  NonBodyParameter: (value) => (field(value, 'in') === 'path' ? [4, 'PathParameter'] : [3, 'QueryParameter']),
  ResponseValue: () => [1, 'Response'],
  SchemaItem: () => [1, 'Schema'],
  ItemsItem: () => [1, 'Schema'],
  AdditionalProperties: (value) => (typeof value === 'boolean' ? [2, 'bool'] : [1, 'Schema']),
  TypeItem: () => [1, 'string'],
  StringArray: () => [1, 'string[]'],
  SecurityDefinition: () => [2, 'ApiKeySecurity'],
};
