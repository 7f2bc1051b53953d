import type { TypeSchema } from '../schema.ts';

/** `io.k8s.api.core.v1.PodSpec` → `PodSpec`: the Go struct that a schema describes. */
export const goStructName = (schemaName: string): string => schemaName.slice(schemaName.lastIndexOf('.') + 1);

/** A type as Go prints it in errors: `v1.PodSpec`, `[]v1.Container`, `map[string]string`. */
export function goTypeText(type: TypeSchema): string {
  switch (type.kind) {
    case 'string':
    case 'time':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'integer':
      return type.format;
    case 'number':
      return 'float64';
    case 'bytes':
      return '[]uint8';
    case 'quantity':
      return 'resource.Quantity';
    case 'intOrString':
      return 'intstr.IntOrString';
    case 'any':
      return 'interface {}';
    case 'struct':
      return type.ref.split('.').slice(-2).join('.');
    case 'list':
      return `[]${goTypeText(type.items)}`;
    case 'map':
      return type.values.kind === 'quantity' ? 'v1.ResourceList' : `map[string]${goTypeText(type.values)}`;
  }
}
