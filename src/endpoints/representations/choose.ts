import type { Clock } from '../../apimachinery/clock.ts';
import type { Served } from '../../registry/catalog.ts';
import type { Target } from '../../registry/context.ts';
import { negotiate } from '../negotiation.ts';
import type { Request } from '../request.ts';
import { wantsPretty } from '../respond.ts';
import { jsonRepresentation } from './json.ts';
import { partialMetadataRepresentation } from './partial-metadata.ts';
import { parseIncludeObject, tableRepresentation } from './table.ts';
import { prettyRepresentation, yamlRepresentation } from './text.ts';
import type { Representation } from './types.ts';

const objectForms = ['Table', 'PartialObjectMetadata'];
const formsWithoutTable = ['PartialObjectMetadata'];
const listForms = ['Table', 'PartialObjectMetadataList'];

const plain = new WeakMap<object, Representation>();

/** The form a sender asked for in `Accept`; 406 when it cannot be had. */
export function representationFor(
  request: Request,
  target: Target,
  shape: 'object' | 'list',
  clock: Clock,
): Representation {
  const forms = shape === 'list' ? listForms : formsOf(target);
  const form = negotiate(request.exchange.headers['accept'], forms);
  const base = baseRepresentation(request, target, form.as, clock);
  if (form.media === 'yaml') return yamlRepresentation(base);
  return wantsPretty(request) ? prettyRepresentation(base) : base;
}

function formsOf({ definition, subresource }: Target): readonly string[] {
  const view = subresource === '' ? undefined : definition.subresources[subresource];
  return view?.kind === 'object' && view.withoutTable ? formsWithoutTable : objectForms;
}

function baseRepresentation(
  request: Request,
  served: Served,
  as: { readonly kind: string; readonly version: string } | undefined,
  clock: Clock,
): Representation {
  if (as?.kind === 'Table') {
    return tableRepresentation(
      served,
      as.version,
      parseIncludeObject(request.info.query.get('includeObject')),
      clock,
    );
  }
  if (as) return partialMetadataRepresentation(served, as.version);
  let representation = plain.get(served.version);
  if (!representation) plain.set(served.version, (representation = jsonRepresentation(served)));
  return representation;
}
