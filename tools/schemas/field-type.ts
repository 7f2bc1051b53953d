const machinery = 'io.k8s.apimachinery.pkg';

/** Types that the client package writes in its own way. */
const wellKnown: Readonly<Record<string, string>> = {
  Date: `${machinery}.apis.meta.v1.Time`,
  V1MicroTime: `${machinery}.apis.meta.v1.MicroTime`,
  IntOrString: `${machinery}.util.intstr.IntOrString`,
};

/** True for the classes above, whose fields carry the text of the type rather than their own. */
export const isWellKnown = (type: string): boolean => type !== 'Date' && Object.hasOwn(wellKnown, type);

const listPattern = /^Array<(.*)>$/;
const mapPattern = /^\{ \[key: string\]: (.*); \}$/;

/**
 * `Array<V1Container>` → `[]io.k8s.api.core.v1.Container`. `format` belongs to the innermost type, and `special` (a full
 * name, with its own `[]` and `{}`) replaces types that were flattened. Throws on what it does not know.
 */
export function typeText(
  type: string,
  format: string,
  special: string | undefined,
  nameOfClass: (className: string) => string | undefined,
): string {
  if (special !== undefined) return special;
  const list = listPattern.exec(type);
  if (list) return `[]${typeText(list[1]!, format, undefined, nameOfClass)}`;
  const map = mapPattern.exec(type);
  if (map) return `{}${typeText(map[1]!, format, undefined, nameOfClass)}`;
  const text = scalarText(type, format) ?? wellKnown[type] ?? nameOfClass(type);
  if (text === undefined) throw new Error(`unknown type ${type} with format ${JSON.stringify(format)}`);
  return text;
}

function scalarText(type: string, format: string): string | undefined {
  if (type === 'string') return format === 'byte' ? 'bytes' : format === '' ? 'string' : undefined;
  if (type === 'boolean') return 'boolean';
  if (type === 'number' && ['int32', 'int64', 'double'].includes(format)) return format;
  return undefined;
}
