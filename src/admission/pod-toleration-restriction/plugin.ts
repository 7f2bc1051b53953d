import type { IPod, IPodSpec, IToleration } from 'kubernetes-models/v1';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { notFoundError } from '../../apimachinery/status.ts';
import { qosClassOf } from '../../resources/validation/qos.ts';
import { bareError, concernsMain, namespaces, pods } from '../request.ts';
import { ownValue, readSpec, specOf } from '../structs.ts';
import { covers, mergeTolerations } from '../tolerations.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

/** What holds for namespaces that say nothing themselves. */
export interface PodTolerationRestrictionConfiguration {
  readonly default?: readonly IToleration[] | undefined;
  readonly whitelist?: readonly IToleration[] | undefined;
}

const defaultsAnnotation = 'scheduler.alpha.kubernetes.io/defaultTolerations';
const whitelistAnnotation = 'scheduler.alpha.kubernetes.io/tolerationsWhitelist';

/** Only pods that ask for nothing have to leave, or stay away, when memory runs short. */
const memoryPressure: IToleration = {
  key: 'node.kubernetes.io/memory-pressure',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** Pods get the tolerations of their namespace, and no others than it allows. */
export const podTolerationRestriction: AdmissionPluginFactory = ({ reader }, given) => {
  const configured = (given ?? {}) as PodTolerationRestrictionConfiguration;

  const annotated = ({ namespace }: AdmissionRequest, annotation: string) => {
    const found = reader.get(namespaces, '', namespace);
    if (!found) throw notFoundError(namespaces, namespace);
    return tolerationsIn(found, annotation);
  };
  const check = (request: AdmissionRequest) => {
    const { tolerations = [] } = readSpec<IPodSpec>(request.object!);
    if (tolerations.length === 0) return;
    const own = annotated(request, whitelistAnnotation);
    const allowed = own ?? configured.whitelist ?? [];
    if (allowed.length === 0) return;
    if (tolerations.every((toleration) => allowed.some((wide) => covers(wide, toleration)))) return;
    throw bareError(
      `pod tolerations (possibly merged with namespace default tolerations) conflict with its ${own ? 'namespace' : 'cluster'} whitelist`,
    );
  };
  return {
    name: 'PodTolerationRestriction',
    mutate: (request) => {
      const { operation, object } = request;
      if (!object || !concernsMain(request, pods)) return;
      const extra =
        operation === 'CREATE'
          ? [...(annotated(request, defaultsAnnotation) ?? configured.default ?? [])]
          : [];
      if (qosClassOf(object as unknown as IPod) !== 'BestEffort') extra.push(memoryPressure);
      const spec = specOf<IPodSpec>(object);
      if (extra.length > 0) spec.tolerations = mergeTolerations(spec.tolerations ?? [], extra);
      check(request);
    },
    validate: (request) => {
      if (request.object && concernsMain(request, pods)) check(request);
    },
  };
};

/** Undefined when the namespace says nothing; an empty text is an empty list. Throws 500 for what is no list. */
function tolerationsIn({ metadata }: KubeObject, annotation: string): IToleration[] | undefined {
  const text = ownValue(metadata.annotations, annotation);
  if (text === undefined) return undefined;
  if (text === '') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw bareError((error as Error).message);
  }
  if (!Array.isArray(parsed) || !parsed.every(isToleration)) {
    throw bareError(`annotation ${annotation} of namespace ${metadata.name} is no list of tolerations`);
  }
  return parsed;
}

const isToleration = (value: unknown): value is IToleration => {
  if (!isRecord(value)) return false;
  const { tolerationSeconds, key, operator, value: text, effect } = value;
  return (
    [key, operator, text, effect].every((field) => field === undefined || typeof field === 'string') &&
    (tolerationSeconds === undefined || Number.isInteger(tolerationSeconds))
  );
};
