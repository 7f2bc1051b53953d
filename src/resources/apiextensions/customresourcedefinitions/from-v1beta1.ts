import { isRecord, type KubeObject } from '../../../apimachinery/object.ts';

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** Without what is undefined. */
const present = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Parts that v1beta1 has once when all versions share them, and v1 with each version. */
const shared = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

/** From apiextensions.k8s.io/v1beta1 to v1 (`conversion.go` of apiextensions/v1beta1 and v1, with the defaults of v1beta1). */
export function fromV1beta1(object: KubeObject): KubeObject {
  const {
    version,
    versions,
    validation: schema,
    subresources,
    additionalPrinterColumns,
    selectableFields,
    conversion,
    preserveUnknownFields = true,
    ...rest
  } = fieldsOf(object['spec']);
  const top: Fields = { schema, subresources, additionalPrinterColumns, selectableFields };
  const given = listOf(versions);
  const all = given.length > 0 ? given : [{ name: version, served: true, storage: true }];
  const spec = present({
    scope: 'Namespaced',
    ...rest,
    versions: all.map((one) => versionOf(one, top)),
    conversion: conversionOf(fieldsOf(conversion)),
    preserveUnknownFields: preserveUnknownFields === true ? true : undefined,
  });
  return { ...object, spec };
}

function versionOf(version: Fields, top: Fields): Fields {
  const parts = Object.fromEntries(shared.map((part) => [part, version[part] ?? top[part]]));
  const columns = parts['additionalPrinterColumns'];
  return present({
    ...version,
    ...parts,
    additionalPrinterColumns: columns === undefined ? undefined : listOf(columns).map(columnOf),
  });
}

const columnOf = ({ JSONPath: jsonPath, ...column }: Fields): Fields => ({ ...column, jsonPath });

function conversionOf({ strategy = 'None', webhookClientConfig, conversionReviewVersions }: Fields): Fields {
  if (strategy !== 'Webhook') return { strategy };
  const webhook = present({
    clientConfig: webhookClientConfig,
    conversionReviewVersions: conversionReviewVersions ?? ['v1beta1'],
  });
  return { strategy, webhook };
}
