import { FieldPath, forbidden, invalid, notSupported } from '../../apimachinery/field-error.ts';
import { definedOnly, isRecord, type JsonObject } from '../../apimachinery/object.ts';
import type { Target } from '../../registry/context.ts';
import type { DeleteRequest } from '../../registry/write/delete.ts';
import type { Propagation } from '../../registry/write/deletion.ts';
import type { SchemaSet } from '../../scheme/schema.ts';
import { maxBodyBytes, objectFrom } from '../body.ts';
import { type Request, warn } from '../request.ts';
import { booleanParameter, integerParameter, refuseOptions, validateDryRun } from './query.ts';

export interface DeleteOptions extends DeleteRequest {
  readonly dryRun: boolean;
  /** True when the sender set `orphanDependents: false` or `propagationPolicy: Foreground`: a held object answers 202. */
  readonly cascades: boolean;
  /** What was asked for, in the words of `DeleteOptions`. */
  readonly given: JsonObject;
}

interface RawDeleteOptions {
  dryRun?: string[];
  gracePeriodSeconds?: number | undefined;
  propagationPolicy?: string | undefined;
  orphanDependents?: boolean | undefined;
  preconditions?: { uid?: string; resourceVersion?: string };
}

const deleteOptionsSchema = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
const policies = ['Foreground', 'Background', 'Orphan'];

/** `metav1.DeleteOptions` from the body if there is one, else from the query. */
export async function readDeleteOptions(request: Request, schemas: SchemaSet): Promise<DeleteOptions> {
  // Told by the bytes alone: HTTP/2 and chunked requests need not say that they bring some.
  const bytes = await request.exchange.body(maxBodyBytes);
  const raw = bytes.length > 0 ? fromBody(request, bytes, schemas) : fromQuery(request.info.query);
  const { dryRun = [], gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = raw;
  const errors = validateDryRun(dryRun);
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    errors.push(
      invalid(
        FieldPath.of('propagationPolicy'),
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy)) {
    errors.push(notSupported(FieldPath.of('propagationPolicy'), propagationPolicy, [...policies, 'nil']));
  }
  if (gracePeriodSeconds !== undefined && !Number.isSafeInteger(gracePeriodSeconds)) {
    errors.push(forbidden(FieldPath.of('gracePeriodSeconds'), 'must be an integer'));
  }
  refuseOptions('DeleteOptions', errors);
  const propagation =
    (propagationPolicy as Propagation | undefined) ??
    (orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background');
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds,
    propagation,
    preconditions,
    cascades: orphanDependents === false,
    given: {
      ...(dryRun.length > 0 ? { dryRun } : {}),
      ...definedOnly({ gracePeriodSeconds, preconditions, propagationPolicy, orphanDependents }),
    },
  };
}

/** Some kinds keep their dependents unless told otherwise, which surprises. */
export function warnOfDependents(request: Request, { definition }: Target, options: DeleteOptions): void {
  const { deletionWarning } = definition.strategy;
  if (deletionWarning !== undefined && options.propagation === undefined) warn(request, deletionWarning);
}

function fromBody(request: Request, bytes: Uint8Array, schemas: SchemaSet): RawDeleteOptions {
  const expected = { group: '', version: 'v1', kind: 'DeleteOptions', schema: deleteOptionsSchema };
  const options: unknown = objectFrom(request, bytes, schemas, expected, 'Ignore', true)();
  return isRecord(options) ? (options as RawDeleteOptions) : {};
}

function fromQuery(query: URLSearchParams): RawDeleteOptions {
  return {
    dryRun: query.getAll('dryRun'),
    gracePeriodSeconds: integerParameter(query, 'gracePeriodSeconds'),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: booleanParameter(query, 'orphanDependents'),
    ...preconditionsFrom(query),
  };
}

function preconditionsFrom(query: URLSearchParams): Pick<RawDeleteOptions, 'preconditions'> {
  const preconditions = { ...given(query, 'uid'), ...given(query, 'resourceVersion') };
  return Object.keys(preconditions).length === 0 ? {} : { preconditions };
}

/** An empty parameter asks for nothing (`Convert_url_Values_To_v1_DeleteOptions`). */
function given(query: URLSearchParams, name: 'uid' | 'resourceVersion') {
  const value = query.get(name);
  return value ? { [name]: value } : {};
}
