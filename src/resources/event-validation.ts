import type { IEvent } from 'kubernetes-models/v1/Event';
import { type FieldError, FieldPath, invalid, required } from '../apimachinery/field-error.ts';
import { validateImmutableField, validateObjectMeta } from '../apimachinery/meta-validation.ts';
import {
  byteLength,
  isDNS1123Subdomain,
  isQualifiedName,
  nameIsDNSSubdomain,
} from '../apimachinery/names.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { invalidFor } from './validation/values.ts';

/** Bytes of a text field of an event. */
const maxBytes = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

/** The group through which an event is written; events.k8s.io is stricter. */
export type EventGroup = '' | 'events.k8s.io';

const path = FieldPath.of;
const mismatch = 'does not match event.namespace';
const involvedNamespacePath = path('involvedObject', 'namespace');

const metadataRules = {
  requiresNamespace: true,
  validateName: nameIsDNSSubdomain,
  path: path('metadata'),
  builtIn: true,
};

/** Events are kept in core/v1 form whichever group they came through (core `ValidateEventCreate`). */
export function validateEvent(object: KubeObject, group: EventGroup): FieldError[] {
  const event = object as unknown as IEvent;
  const errors = validateLegacy(event, group);
  if (group === '') return errors;
  return [...errors, ...validateObjectMeta(object.metadata, metadataRules), ...validateNew(event)];
}

/** Through events.k8s.io only the series of an event may change (core `ValidateEventUpdate`). */
export function validateEventUpdate(
  object: KubeObject,
  oldObject: KubeObject,
  group: EventGroup,
): FieldError[] {
  const event = object as unknown as IEvent;
  const old = oldObject as unknown as IEvent;
  const errors = validateLegacy(event, group);
  if (group === '') return errors;
  const seriesChanged = validateImmutableField(event.series, old.series, path('series')).length > 0;
  return [
    ...errors,
    ...(seriesChanged ? validateSeries(event) : []),
    ...validateUnchanged(object, oldObject),
  ];
}

function validateLegacy(event: IEvent, group: EventGroup): FieldError[] {
  const namespace = event.metadata?.namespace ?? '';
  return [
    ...(event.eventTime
      ? validateWithEventTime(event, namespace, group)
      : validateNamespaces(event, namespace)),
    ...invalidFor(isDNS1123Subdomain(namespace), namespace, path('namespace')),
  ];
}

/** Events about a namespaced object stand in its namespace, others in `default`. */
function validateNamespaces({ involvedObject }: IEvent, namespace: string): FieldError[] {
  const involved = involvedObject?.namespace ?? '';
  const fits = involved === '' ? namespace === '' || namespace === 'default' : involved === namespace;
  return fits ? [] : [invalid(involvedNamespacePath, involved, mismatch)];
}

function validateWithEventTime(event: IEvent, namespace: string, group: EventGroup): FieldError[] {
  const { involvedObject, reportingComponent = '', reportingInstance = '', action = '', reason = '' } = event;
  const errors: FieldError[] = [];
  if (!involvedObject?.namespace && namespace !== 'default' && namespace !== 'kube-system') {
    errors.push(invalid(involvedNamespacePath, '', mismatch));
  }
  const controllerPath = path(group === '' ? 'reportingComponent' : 'reportingController');
  if (reportingComponent === '') errors.push(required(controllerPath));
  errors.push(...invalidFor(isQualifiedName(reportingComponent), reportingComponent, controllerPath));
  errors.push(...validateText(reportingInstance, 'reportingInstance'));
  errors.push(...validateText(action, 'action'));
  errors.push(...validateText(reason, 'reason'));
  errors.push(...validateLength(event.message ?? '', 'message'));
  return errors;
}

const validateText = (text: string, field: keyof typeof maxBytes): FieldError[] =>
  text === '' ? [required(path(field))] : validateLength(text, field);

const validateLength = (text: string, field: keyof typeof maxBytes): FieldError[] =>
  byteLength(text) > maxBytes[field]
    ? [invalid(path(field), '', `can have at most ${maxBytes[field]} characters`)]
    : [];

/** What events.k8s.io asks for on top, and which fields it leaves to old clients. */
function validateNew(event: IEvent): FieldError[] {
  const errors = validateSeries(event);
  if (!event.eventTime) errors.push(required(path('eventTime')));
  if (event.type !== 'Normal' && event.type !== 'Warning') {
    errors.push(invalid(path('type'), '', `has invalid value: ${event.type ?? ''}`));
  }
  const { firstTimestamp, lastTimestamp, count, source } = event;
  const given = { firstTimestamp, lastTimestamp, count, source: source?.component || source?.host };
  for (const [field, value] of Object.entries(given)) {
    if (value) errors.push(invalid(path(field), '', 'needs to be unset'));
  }
  return errors;
}

function validateSeries({ series }: IEvent): FieldError[] {
  if (!series) return [];
  const errors: FieldError[] = [];
  if ((series.count ?? 0) < 2) errors.push(invalid(path('series.count'), '', 'should be at least 2'));
  if (!series.lastObservedTime) errors.push(required(path('series.lastObservedTime')));
  return errors;
}

/** Fields of the stored form that events.k8s.io keeps, by the name they have there. */
const keptFields: readonly (readonly [string, string, unknown])[] = [
  ['involvedObject', 'involvedObject', {}],
  ['reason', 'reason', ''],
  ['message', 'message', ''],
  ['source', 'source', {}],
  ['firstTimestamp', 'firstTimestamp', null],
  ['lastTimestamp', 'lastTimestamp', null],
  ['count', 'count', 0],
  ['type', 'type', ''],
  ['eventTime', 'eventTime', null],
  ['action', 'action', ''],
  ['related', 'related', null],
  ['reportingComponent', 'reportingController', ''],
  ['reportingInstance', 'reportingInstance', ''],
];

const validateUnchanged = (object: KubeObject, old: KubeObject): FieldError[] =>
  keptFields.flatMap(([stored, name, absent]) =>
    validateImmutableField(object[stored] ?? absent, old[stored] ?? absent, path(name)),
  );
