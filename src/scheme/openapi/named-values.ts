import type { Dialect, Part } from './dialect.ts';

const machinery = 'io.k8s.apimachinery.pkg';
const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

export const timeName = `${machinery}.apis.meta.v1.Time`;
export const microTimeName = `${machinery}.apis.meta.v1.MicroTime`;
export const quantityName = `${machinery}.api.resource.Quantity`;
export const intOrStringName = `${machinery}.util.intstr.IntOrString`;

interface NamedValue {
  readonly description?: string;
  readonly schema: (dialect: Dialect) => Part;
}

const always = (part: Part) => () => part;
const anyObject = always({ type: 'object' });
const anyValue = always({});

/** Named types that are no structs, with how they are written. Descriptions are for those the packages are silent about. */
export const namedValues: ReadonlyMap<string, NamedValue> = new Map<string, NamedValue>([
  [
    timeName,
    {
      description: 'A point in time: RFC 3339 in whole seconds.',
      schema: always({ type: 'string', format: 'date-time' }),
    },
  ],
  [
    microTimeName,
    {
      description: 'A point in time: RFC 3339 with six decimals.',
      schema: always({ type: 'string', format: 'date-time' }),
    },
  ],
  [
    quantityName,
    {
      description:
        'An exact amount: a number with a decimal suffix (n, u, m, k, M, G, T, P, E), a binary suffix (Ki, Mi, Gi, Ti, Pi, Ei) or a decimal exponent, such as 500m, 128Mi or 1e3.',
      schema: ({ oneOf }) =>
        oneOf ? { oneOf: [{ type: 'string' }, { type: 'number' }] } : { type: 'string' },
    },
  ],
  [
    intOrStringName,
    {
      description: 'A whole number or a text: a port or its name, a count or a percentage.',
      schema: ({ oneOf }) => ({
        format: 'int-or-string',
        ...(oneOf ? { oneOf: [{ type: 'integer' }, { type: 'string' }] } : { type: 'string' }),
      }),
    },
  ],
  [`${machinery}.runtime.RawExtension`, { schema: anyObject }],
  [`${machinery}.apis.meta.v1.FieldsV1`, { schema: anyObject }],
  [`${machinery}.apis.meta.v1.Patch`, { schema: anyObject }],
  [`${apiextensions}.JSON`, { schema: anyValue }],
  [`${apiextensions}.JSONSchemaPropsOrArray`, { schema: anyValue }],
  [`${apiextensions}.JSONSchemaPropsOrBool`, { schema: anyValue }],
  [`${apiextensions}.JSONSchemaPropsOrStringArray`, { schema: anyValue }],
]);
