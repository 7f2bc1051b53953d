import type { IContainer } from 'kubernetes-models/v1';
import { tryParseQuantity } from '../../apimachinery/quantity.ts';
import type { Pod } from '../../client/kinds.ts';

/** The entries of a config map or secret; undefined when it is not there. */
export type DataOf = (
  kind: 'configmap' | 'secret',
  name: string,
) => Promise<ReadonlyMap<string, Uint8Array> | undefined>;

/** The variables of a container: what `envFrom` brings, and then `env` in order, with `$(NAME)` filled in. */
export async function environmentOf(
  pod: Pod,
  container: IContainer,
  dataOf: DataOf,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>([['HOSTNAME', pod.spec?.hostname ?? pod.metadata.name]]);
  for (const { configMapRef, secretRef, prefix = '' } of container.envFrom ?? []) {
    const all = configMapRef?.name
      ? await dataOf('configmap', configMapRef.name)
      : secretRef?.name && (await dataOf('secret', secretRef.name));
    for (const [key, value] of all || []) variables.set(prefix + key, textOf(value));
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (!valueFrom) variables.set(name, expand(value ?? '', variables));
    else {
      const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
      if (fieldRef) variables.set(name, fieldOf(pod, fieldRef.fieldPath));
      if (resourceFieldRef) variables.set(name, resourceOf(container, resourceFieldRef));
      const [kind, reference] = configMapKeyRef
        ? (['configmap', configMapKeyRef] as const)
        : (['secret', secretKeyRef] as const);
      if (!reference?.name) continue;
      const found = (await dataOf(kind, reference.name))?.get(reference.key);
      if (found) variables.set(name, textOf(found));
    }
  }
  return variables;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** `$(NAME)` becomes the value, `$$(NAME)` becomes `$(NAME)`; what is not known stays as it is. */
export const expand = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replace(/\$\$|\$\(([^()]*)\)/g, (all, name: string | undefined) =>
    name === undefined ? '$' : (variables.get(name) ?? all),
  );

/** What the downward API says of a pod (`fieldRef`); '' for what it does not have. */
export function fieldOf({ metadata, spec, status }: Pod, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed) {
    const values = metadata[keyed[1] as 'labels' | 'annotations'] ?? {};
    return Object.hasOwn(values, keyed[2]!) ? values[keyed[2]!]! : '';
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
    case 'metadata.annotations':
      return pairs(metadata[path === 'metadata.labels' ? 'labels' : 'annotations'] ?? {});
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? '';
    case 'status.hostIP':
      return status?.hostIP ?? '';
    case 'status.podIP':
      return status?.podIP ?? '';
    case 'status.hostIPs':
      return (status?.hostIPs ?? []).map(({ ip }) => ip).join(',');
    case 'status.podIPs':
      return (status?.podIPs ?? []).map(({ ip }) => ip).join(',');
    default:
      return '';
  }
}

/** One line for each, in order of their names, as the file of a downward API volume has them. */
const pairs = (values: Readonly<Record<string, string>>): string =>
  Object.keys(values)
    .sort()
    .map((key) => `${key}=${JSON.stringify(values[key])}`)
    .join('\n');

interface ResourceReference {
  readonly resource: string;
  readonly divisor?: string | number;
}

/** An amount in units of the divisor, rounded up; 0 for what the container does not ask for. */
export function resourceOf({ resources }: IContainer, { resource, divisor }: ResourceReference): string {
  const [which, name = ''] = resource.split(/\.(.*)/s);
  const amounts = (which === 'limits' ? resources?.limits : resources?.requests) ?? {};
  const amount = tryParseQuantity(String(amounts[name] ?? '0'))?.nano ?? 0n;
  const unit = tryParseQuantity(String(divisor ?? '1'))?.nano || tryParseQuantity('1')!.nano;
  return String((amount + unit - 1n) / unit);
}
