import type { ILimitRangeItem, ILimitRangeSpec } from 'kubernetes-models/v1';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { aggregate, concerns, persistentVolumeClaims, pods, refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';
import { setDefaults } from './defaults.ts';
import { violationsOfClaim, violationsOfPod } from './violations.ts';

const limitRanges: GroupResource = { group: '', resource: 'limitranges' };

/** Pods and claims keep to the LimitRanges of their namespace, which also fill what containers leave open. */
export const limitRanger: AdmissionPluginFactory = ({ reader }) => ({
  name: 'LimitRanger',
  mutate: (request) => {
    const { object } = request;
    if (!object || !limitsPod(request)) return;
    for (const limits of limitsOf(reader, request)) setDefaults(object, limits);
  },
  validate: (request) => {
    const { object } = request;
    const check = limitsPod(request) ? violationsOfPod : limitsClaim(request) ? violationsOfClaim : undefined;
    if (!object || !check) return;
    for (const limits of limitsOf(reader, request)) {
      const violations = check(object, limits);
      if (violations.length > 0) throw refuse(request, aggregate(violations));
    }
  },
});

function* limitsOf(reader: Reader, { namespace }: AdmissionRequest): Iterable<readonly ILimitRangeItem[]> {
  for (const range of reader.list(limitRanges, namespace))
    yield readSpec<ILimitRangeSpec>(range).limits ?? [];
}

/** The resources of a pod are set when it is created, or through `/resize`. */
function limitsPod(request: AdmissionRequest): boolean {
  const { operation, subresource } = request;
  const sets = operation === 'CREATE' ? subresource === '' : subresource === 'resize';
  return sets && isStaying(request) && concerns(request, pods);
}

const limitsClaim = (request: AdmissionRequest): boolean =>
  request.subresource === '' && isStaying(request) && concerns(request, persistentVolumeClaims);

const isStaying = ({ oldObject }: AdmissionRequest): boolean =>
  oldObject?.metadata.deletionTimestamp === undefined;
