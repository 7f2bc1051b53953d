import type { IPodSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, notSupported } from '../../apimachinery/field-error.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { containersOf } from '../../resources/core/pods/containers.ts';
import { aggregate, bareError, concernsMain, pods, refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** Images are pulled for every pod, so that nobody runs a private image because a neighbour has pulled it. */
export const alwaysPullImages: AdmissionPluginFactory = () => ({
  name: 'AlwaysPullImages',
  mutate: (request) => {
    const pod = podWithNewImages(request);
    if (!pod) return;
    for (const { container } of containersOf(pod)) container.imagePullPolicy = 'Always';
    for (const { image } of volumesOf(pod)) if (image) image.pullPolicy = 'Always';
  },
  validate: (request) => {
    const pod = podWithNewImages(request);
    if (!pod) return;
    const messages = otherPolicies(pod).map(
      ({ field, message }) => refuse(request, `${field}: ${message}`).message,
    );
    if (messages.length > 0) throw bareError(aggregate(messages));
  },
});

const volumesOf = (pod: KubeObject) => readSpec<IPodSpec>(pod).volumes ?? [];

function podWithNewImages(request: AdmissionRequest): KubeObject | undefined {
  const { operation, object, oldObject } = request;
  if (!object || !concernsMain(request, pods)) return undefined;
  if (operation === 'CREATE' || !oldObject) return object;
  const known = new Set(containersOf(oldObject).map(({ container }) => container.image));
  return containersOf(object).every(({ container }) => known.has(container.image)) ? undefined : object;
}

/** Whoever admits later may have changed what is set above. */
function otherPolicies(pod: KubeObject): FieldError[] {
  const spec = FieldPath.of('spec');
  const findings: FieldError[] = [];
  const check = (path: FieldPath, policy: PullPolicy | undefined) => {
    if (policy !== 'Always') findings.push(notSupported(path, policy ?? '', ['Always']));
  };
  for (const { kind, index, container } of containersOf(pod, [
    'initContainers',
    'containers',
    'ephemeralContainers',
  ])) {
    check(spec.child(kind).index(index).child('imagePullPolicy'), container.imagePullPolicy);
  }
  for (const [index, { image }] of volumesOf(pod).entries()) {
    if (image)
      check(spec.child('volumes').index(index).child('image', 'pullPolicy'), image.pullPolicy as PullPolicy);
  }
  return findings;
}
