import { lazyPackage } from '../apimachinery/lazy-package.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { defaultTable } from '../resources/default-table.ts';
import { negotiate } from './negotiation.ts';
import type { Request } from './request.ts';
import { respondBytes, respondJson } from './respond.ts';

const yaml = lazyPackage<typeof import('yaml')>('yaml');

type Respond = (code: number, object: KubeObject) => void;

/** An object that was made for this answer rather than stored: reviews, scales. */
export const respondObject = (request: Request, code: number, object: KubeObject): void =>
  objectResponder(request)(code, object);

/**
 * Answers with such an object later. Throws a 406 now: who cannot read the answer should learn it before anything has been
 * written.
 */
export function objectResponder(request: Request): Respond {
  const form = negotiate(request.exchange.headers['accept'], ['Table', 'PartialObjectMetadata']);
  return (code, object) => respondAs(request, form, code, object);
}

function respondAs(
  request: Request,
  form: ReturnType<typeof negotiate>,
  code: number,
  object: KubeObject,
): void {
  if (form.as?.kind === 'Table') {
    respondJson(request, code, {
      kind: 'Table',
      apiVersion: `meta.k8s.io/${form.as.version}`,
      metadata: {},
      columnDefinitions: defaultTable.columns,
      rows: [{ cells: defaultTable.row(object, 0).cells, object }],
    });
  } else if (form.media === 'yaml') {
    respondBytes(request, code, Buffer.from(yaml().stringify(object, { aliasDuplicateObjects: false })), {
      'content-type': 'application/yaml',
    });
  } else respondJson(request, code, object);
}
