import type { KubeObject } from '../apimachinery/object.ts';
import { defaultTable } from '../resources/default-table.ts';
import type { TableDefinition } from '../scheme/definition.ts';
import { negotiate } from './negotiation.ts';
import { partialMetadata } from './representations/partial-metadata.ts';
import { columns } from './representations/table.ts';
import type { Request } from './request.ts';
import { respondBytes, respondJson } from './respond.ts';
import { yamlBytes } from './yaml.ts';

/** How a Table shows the object; the time is for its age. */
interface Shown {
  readonly table: TableDefinition;
  nowMs(): number;
}

const defaultShown: Shown = { table: defaultTable, nowMs: () => 0 };

type Respond = (code: number, object: KubeObject) => void;

/** An object that was made for this answer rather than stored: reviews, scales. */
export const respondObject = (request: Request, code: number, object: KubeObject): void =>
  objectResponder(request)(code, object);

/**
 * Answers with such an object later. Throws a 406 now: who cannot read the answer should learn it before anything has been
 * written.
 */
export function objectResponder(request: Request, shown: Shown = defaultShown): Respond {
  const form = negotiate(request.exchange.headers['accept'], ['Table', 'PartialObjectMetadata']);
  return (code, object) => respondAs(request, form, shown, code, object);
}

function respondAs(
  request: Request,
  form: ReturnType<typeof negotiate>,
  { table, nowMs }: Shown,
  code: number,
  object: KubeObject,
): void {
  if (form.as?.kind === 'Table') {
    const { resourceVersion } = object.metadata;
    respondJson(request, code, {
      kind: 'Table',
      apiVersion: `meta.k8s.io/${form.as.version}`,
      metadata: resourceVersion === undefined ? {} : { resourceVersion },
      columnDefinitions: columns(table),
      rows: [{ cells: table.row(object, nowMs()).cells, object: partialMetadata(object, form.as.version) }],
    });
  } else if (form.media === 'yaml') {
    respondBytes(request, code, yamlBytes(object), { 'content-type': 'application/yaml' });
  } else respondJson(request, code, object);
}
