import type { ListPage } from '../../storage/list.ts';
import { yamlBytes } from '../yaml.ts';
import type { Representation } from './types.ts';

const parse = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());
const whole = (base: Representation, page: ListPage): unknown => parse(Buffer.concat([...base.list(page)]));

/** Indented JSON for human eyes. Watches stay one object a line. */
export function prettyRepresentation(base: Representation): Representation {
  const print = (value: unknown) => Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
  return {
    ...base,
    object: (entry) => print(parse(base.object(entry))),
    list: (page) => [print(whole(base, page))],
  };
}

/** YAML; not available for watches, as upstream. */
export function yamlRepresentation(base: Representation): Representation {
  return {
    ...base,
    contentType: 'application/yaml',
    watchContentType: undefined,
    object: (entry) => yamlBytes(parse(base.object(entry))),
    list: (page) => [yamlBytes(whole(base, page))],
  };
}
