import type { IPodSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath } from '../../apimachinery/field-error.ts';
import { validateLabels } from '../../apimachinery/labels-validation.ts';
import { setOwn } from '../../apimachinery/object.ts';
import { forbiddenError, notFoundError } from '../../apimachinery/status.ts';
import { aggregate, bareError, concernsMain, namespaces, pods } from '../request.ts';
import { ownValue, readSpec, specOf } from '../structs.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

type Labels = Readonly<Record<string, string>>;

/** Selectors as texts, `a=b,c=d`: what the pods of a namespace may select, and under `clusterDefaultNodeSelector` what all do. */
export type PodNodeSelectorConfiguration = Labels;

const annotation = 'scheduler.alpha.kubernetes.io/node-selector';
const clusterDefault = 'clusterDefaultNodeSelector';

/** Pods run on the nodes that their namespace, or the whole cluster, is meant for. */
export const podNodeSelector: AdmissionPluginFactory = ({ reader }, given) => {
  const configured = (given ?? {}) as PodNodeSelectorConfiguration;

  const selectorFor = ({ namespace }: AdmissionRequest): Labels => {
    const found = reader.get(namespaces, '', namespace);
    if (!found) throw notFoundError(namespaces, namespace);
    const own = ownValue(found.metadata.annotations, annotation);
    return parseLabels(own ?? ownValue(configured, clusterDefault) ?? '');
  };
  const check = (request: AdmissionRequest, selector: Labels) => {
    const name = request.object?.metadata.name ?? '';
    const wanted: Labels = readSpec<IPodSpec>(request.object!).nodeSelector ?? {};
    if (Object.keys(selector).some((key) => (ownValue(wanted, key) ?? selector[key]) !== selector[key])) {
      throw forbiddenError(
        pods,
        name,
        'pod node label selector conflicts with its namespace node label selector',
      );
    }
    const allowed = parseLabels(ownValue(configured, request.namespace) ?? '');
    if (Object.keys(allowed).length === 0) return;
    if (Object.keys(wanted).some((key) => ownValue(allowed, key) !== wanted[key])) {
      throw forbiddenError(
        pods,
        name,
        'pod node label selector labels conflict with its namespace whitelist',
      );
    }
  };
  return {
    name: 'PodNodeSelector',
    mutate: (request) => {
      if (!isNewPod(request)) return;
      const selector = selectorFor(request);
      const spec = specOf<IPodSpec>(request.object!);
      const merged: Record<string, string> = spec.nodeSelector ?? {};
      for (const key of Object.keys(selector))
        if (!Object.hasOwn(merged, key)) setOwn(merged, key, selector[key]);
      if (Object.keys(merged).length > 0) spec.nodeSelector = merged;
      check(request, selector);
    },
    validate: (request) => {
      if (isNewPod(request)) check(request, selectorFor(request));
    },
  };
};

const isNewPod = (request: AdmissionRequest): boolean =>
  request.operation === 'CREATE' && request.object !== undefined && concernsMain(request, pods);

/** `a=b,c=d` as labels. Throws 500, as nobody who sends a pod can mend it. */
function parseLabels(text: string): Labels {
  const labels: Record<string, string> = {};
  if (text === '') return labels;
  for (const term of text.split(',')) {
    const [key, value, ...rest] = term.split('=');
    if (key === undefined || value === undefined || rest.length > 0) {
      throw bareError(`invalid selector: [${term.split('=').join(' ')}]`);
    }
    setOwn(labels, key.trim(), value.trim());
  }
  const findings = validateLabels(labels, FieldPath.root);
  if (findings.length > 0) throw bareError(aggregate(findings.map(findingText)));
  return labels;
}

/** Go prints a path that is not there as `<nil>`. */
const findingText = ({ message }: FieldError): string => `<nil>: ${message}`;
