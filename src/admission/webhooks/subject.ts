import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { notFoundError } from '../../apimachinery/status.ts';
import { concerns, namespaces } from '../request.ts';
import type { AdmissionRequest } from '../types.ts';
import type { Hook } from './hook.ts';

type Labels = Readonly<Record<string, string>>;

/** What configures admission. */
const exempt: ReadonlySet<string> = new Set([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

/** Neither what would mend a webhook is held up by one, nor what the server needs to come up. */
export const isExempt = ({ isServer, definition: { group, resource } }: AdmissionRequest): boolean =>
  isServer === true || (group === 'admissionregistration.k8s.io' && exempt.has(resource));

export const isNamespace = (request: AdmissionRequest): boolean => concerns(request, namespaces);

/** As webhooks are told: a namespace is in itself. */
export const namespaceOf = (request: AdmissionRequest): string =>
  isNamespace(request) ? request.name : request.namespace;

/** Whether the selector for namespaces has this request. Throws an ApiError when there is no such namespace. */
export function isInNamespaces(
  { namespaceSelector }: Hook,
  request: AdmissionRequest,
  reader: Reader,
): boolean {
  const isOfCluster = request.namespace === '' && !isNamespace(request);
  if (isOfCluster || namespaceSelector.requirements.length === 0) return true;
  return namespaceSelector.matches(labelsOfNamespace(request, reader));
}

function labelsOfNamespace(request: AdmissionRequest, reader: Reader): Labels {
  const { operation, subresource, object } = request;
  const writesIt = isNamespace(request) && subresource === '' && operation !== 'DELETE';
  if (writesIt && object) return object.metadata.labels ?? {};
  const name = namespaceOf(request);
  const found = reader.get(namespaces, '', name);
  if (!found) throw notFoundError(namespaces, name);
  return found.metadata.labels ?? {};
}

/** Whether the object has the labels that are wanted, or had them. */
export function hasLabels({ objectSelector }: Hook, request: AdmissionRequest): boolean {
  if (objectSelector.requirements.length === 0) return true;
  const [{ labels = labelsOf }] = request.forms();
  return [request.object, request.oldObject].some((object) => {
    const found = object && labels(object);
    return found !== undefined && objectSelector.matches(found);
  });
}

const labelsOf = ({ metadata }: KubeObject): Labels => metadata.labels ?? {};
