import type { KubeObject } from '../apimachinery/object.ts';
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

type Respond = (code: number, object: KubeObject) => void;

/**
 * Answers later with an object that was made for this answer rather than stored: a review, a scale. Throws a 406 now: who
 * cannot read the answer should learn it before anything has been written. Without `shown` there is no Table of it.
 */
export function objectResponder(request: Request, shown?: Shown): Respond {
  const forms = shown ? ['Table', 'PartialObjectMetadata'] : ['PartialObjectMetadata'];
  const form = negotiate(request.exchange.headers['accept'], forms);
  return (code, object) => {
    const value = shownAs(form, shown, object);
    if (form.media === 'json') return respondJson(request, code, value);
    respondBytes(request, code, yamlBytes(value), { 'content-type': 'application/yaml' });
  };
}

function shownAs({ as }: ReturnType<typeof negotiate>, shown: Shown | undefined, object: KubeObject): object {
  // That something was done has no metadata to show.
  if (!as || object.kind === 'Status') return object;
  const metadata = partialMetadata(object, as.version);
  if (as.kind !== 'Table' || !shown) return metadata;
  const { resourceVersion } = object.metadata;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${as.version}`,
    metadata: resourceVersion === undefined ? {} : { resourceVersion },
    columnDefinitions: columns(shown.table),
    rows: [{ cells: shown.table.row(object, shown.nowMs()).cells, object: metadata }],
  };
}
