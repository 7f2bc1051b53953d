import { type FieldError, FieldPath, forbidden, notSupported } from '../../apimachinery/field-error.ts';
import {
  type FieldSelector,
  FieldSelectorError,
  parseFieldSelector,
  unsupportedFieldMessage,
} from '../../apimachinery/field-selector.ts';
import {
  type LabelSelector,
  LabelSelectorError,
  parseLabelSelector,
} from '../../apimachinery/label-selector.ts';
import { badRequest, bareError } from '../../apimachinery/status.ts';
import type { Revision } from '../../kv/types.ts';
import type { Target } from '../../registry/context.ts';
import { type ContinuePosition, decodeContinue } from '../../storage/continue-token.ts';
import type { FieldReader } from '../../storage/mark.ts';
import { type Selection, selection } from '../../storage/selection.ts';
import type { RevisionRule } from '../../storage/settle.ts';
import { booleanParameter, integerParameter, parseFailure, refuseOptions } from './query.ts';

/** `metav1.ListOptions`, as far as lists, watches and collection deletes share them. */
export interface ListOptions {
  readonly selection: Selection;
  readonly limit: number | undefined;
  readonly from: ContinuePosition | undefined;
  /** undefined when absent or ''. */
  readonly resourceVersion: Revision | undefined;
  readonly match: string;
  readonly timeoutSeconds: number | undefined;
  readonly allowBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

export function parseListOptions(query: URLSearchParams, target: Target, isWatch: boolean): ListOptions {
  const version = query.get('resourceVersion') ?? '';
  const token = query.get('continue') ?? '';
  let match = query.get('resourceVersionMatch') ?? '';
  let sendInitialEvents = booleanParameter(query, 'sendInitialEvents');
  // A watch from nowhere in particular starts with what there is (`SetListOptionsDefaults`).
  if (isWatch && match === '' && (version === '' || version === '0') && sendInitialEvents === undefined) {
    match = 'NotOlderThan';
    sendInitialEvents = true;
  }
  const resourceVersion = parseResourceVersion(version, isWatch ? undefined : 'invalid resource version: ');
  refuseOptions('ListOptions', [
    ...(isWatch ? validateSendInitialEvents(sendInitialEvents, match, isWatch) : []),
    ...validateMatch(match, resourceVersion, token !== '', isWatch, sendInitialEvents),
    ...(isWatch ? [] : validateSendInitialEvents(sendInitialEvents, match, isWatch)),
  ]);
  const from = token === '' ? undefined : decodeContinue(token);
  if (from && resourceVersion !== undefined && resourceVersion !== 0) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const limit = integerParameter(query, 'limit');
  return {
    selection: parseSelection(query, target),
    // Whoever takes any version gets it whole, as upstream's cache answers.
    limit: limit !== undefined && limit > 0 && (from || resourceVersion !== 0) ? limit : undefined,
    from,
    resourceVersion,
    match,
    timeoutSeconds: integerParameter(query, 'timeoutSeconds'),
    allowBookmarks: booleanParameter(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents,
  };
}

/** For lists a 400 whose message starts with `refusal`; without one a bare 500, as upstream answers elsewhere. */
export function parseResourceVersion(text: string | null, refusal?: string): Revision | undefined {
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    const why = `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${parseFailure(text, 'ParseUint')}`;
    throw refusal === undefined ? bareError(why) : badRequest(refusal + why);
  }
  return value;
}

/** How `resourceVersion` and `resourceVersionMatch` pin a list. */
export function revisionRule({ resourceVersion, match, limit }: ListOptions): RevisionRule {
  if (resourceVersion === undefined) return { kind: 'newest' };
  if (resourceVersion === 0) return { kind: 'any' };
  const exact = match === 'Exact' || (match === '' && limit !== undefined);
  return { kind: exact ? 'exact' : 'notOlderThan', revision: resourceVersion };
}

const matchPath = FieldPath.of('resourceVersionMatch');

/** The rules of apimachinery `ValidateListOptions`. */
function validateMatch(
  match: string,
  resourceVersion: Revision | undefined,
  continues: boolean,
  isWatch: boolean,
  sendInitialEvents: boolean | undefined,
): FieldError[] {
  if (match === '') return [];
  const errors: FieldError[] = [];
  if (isWatch && sendInitialEvents === undefined) {
    errors.push(
      forbidden(
        matchPath,
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    );
  }
  if (!isWatch && resourceVersion === undefined) {
    errors.push(forbidden(matchPath, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if (continues)
    errors.push(forbidden(matchPath, 'resourceVersionMatch is forbidden when continue is provided'));
  if (isWatch && match !== 'NotOlderThan') {
    errors.push(notSupported(matchPath, match, ['NotOlderThan']));
  } else if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(notSupported(matchPath, match, ['Exact', 'NotOlderThan', '']));
  }
  if (!isWatch && match === 'Exact' && resourceVersion === 0) {
    errors.push(forbidden(matchPath, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return errors;
}

function validateSendInitialEvents(send: boolean | undefined, match: string, isWatch: boolean): FieldError[] {
  if (send === undefined) return [];
  if (!isWatch)
    return [forbidden(FieldPath.of('sendInitialEvents'), 'sendInitialEvents is forbidden for list')];
  if (match === 'NotOlderThan') return [];
  return [forbidden(matchPath, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')];
}

/** Terms of both selectors and their values. Each may be compared with each object of a list, and of every change. */
const maxSelectorTerms = 1_000;

function refuseLong(labels: LabelSelector, fields: FieldSelector): void {
  let terms = fields.requirements.length;
  for (const { values } of labels.requirements) terms += Math.max(1, values.length);
  if (terms > maxSelectorTerms) {
    throw badRequest(`selectors with more than ${maxSelectorTerms} terms and values are not supported`);
  }
}

function parseSelection(query: URLSearchParams, target: Target): Selection {
  const labels = readLabels(query.get('labelSelector') ?? '');
  let fields = readFields(query.get('fieldSelector') ?? '');
  refuseLong(labels, fields);
  const { selectableFields } = target.definition;
  const own = Object.keys(selectableFields);
  // Kinds with fields of their own offer the namespace only when they have one.
  const hasNamespace = own.length === 0 || target.definition.scope === 'Namespaced';
  const known = ['metadata.name', ...(hasNamespace ? ['metadata.namespace'] : []), ...own];
  for (const { field } of fields.requirements) {
    if (!known.includes(field)) throw badRequest(unknownField(field, target, own.length > 0));
  }
  const wantedName = fields.exactMatch('metadata.name');
  if (target.name !== '') {
    if (wantedName !== undefined && wantedName !== target.name) {
      throw badRequest('field selector metadata.name does not match the name of the request');
    }
    if (wantedName === undefined) fields = readFields(joined(fields.text, `metadata.name=${target.name}`));
  }
  return selection(labels, fields, (field) => metadataFields.get(field) ?? selectableFields[field]!);
}

const metadataFields: ReadonlyMap<string, FieldReader> = new Map([
  ['metadata.name', ({ metadata }) => metadata.name ?? ''],
  ['metadata.namespace', ({ metadata }) => metadata.namespace ?? ''],
]);

const joined = (a: string, b: string): string => (a === '' ? b : `${a},${b}`);

/** Kinds that select by fields of their own have their own words; `unknownFieldText` when these are not the common ones. */
const unknownField = (field: string, { definition, version }: Target, hasOwn: boolean): string =>
  !hasOwn
    ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
    : (definition.unknownFieldText?.(field, version.version) ?? unsupportedFieldMessage(field));

function readLabels(text: string): LabelSelector {
  try {
    return parseLabelSelector(text);
  } catch (error) {
    if (error instanceof LabelSelectorError) throw badRequest(error.message);
    throw error;
  }
}

function readFields(text: string): FieldSelector {
  try {
    return parseFieldSelector(text);
  } catch (error) {
    if (error instanceof FieldSelectorError) throw badRequest(error.message);
    throw error;
  }
}
