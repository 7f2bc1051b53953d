import type { JsonObject, KubeObject } from '../../apimachinery/object.ts';
import type { Target } from '../../registry/context.ts';
import type { ConnectSubresource } from '../../scheme/definition.ts';
import type { Request } from '../request.ts';
import { booleanParameter } from './query.ts';

type Reader = (query: URLSearchParams, name: string) => JsonObject[string];

const text: Reader = (query, name) => query.get(name) || undefined;
const flag: Reader = (query, name) => booleanParameter(query, name) || undefined;
const list: Reader = (query, name) => (query.has(name) ? query.getAll(name) : null);
const numbers: Reader = (query, name) =>
  query.has(name) ? query.getAll(name).flatMap((ports) => ports.split(',').map(Number)) : undefined;

const streams = { stdin: flag, stdout: flag, stderr: flag, tty: flag, container: text };

/** By the kind of options: its fields, and how each stands in the query. */
const fields: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  PodExecOptions: { ...streams, command: list },
  PodAttachOptions: streams,
  PodPortForwardOptions: { ports: numbers },
};

/** What a connection asks for, as the object that admission sees; it has no metadata. */
export function connectOptions({ info }: Request, { definition, subresource }: Target): KubeObject {
  const { optionsKind: kind } = definition.subresources[subresource] as ConnectSubresource;
  const options: Record<string, unknown> = { kind, apiVersion: 'v1' };
  for (const [name, read] of Object.entries(fields[kind] ?? {})) {
    const value = read(info.query, name);
    if (value !== undefined) options[name] = value;
  }
  if (kind.endsWith('ProxyOptions') && info.rest !== '') options['path'] = `/${info.rest}`;
  return options as unknown as KubeObject;
}
