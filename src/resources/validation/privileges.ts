import type { IPodSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, forbidden } from '../../apimachinery/field-error.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { podTemplatePaths } from '../pod-template-paths.ts';
import { visitContainers } from './visit-containers.ts';

interface Resource {
  readonly group: string;
  readonly resource: string;
}

/**
 * What `--allow-privileged=false` forbids: privileged containers, and those that run on a Windows host, in pods and in what
 * pods are made from. `write` is `create`, `update` or the name of a subresource.
 */
export function validatePrivileges(
  { group, resource }: Resource,
  write: string,
  object: KubeObject,
): FieldError[] {
  if (group === '' && resource === 'pods') {
    const spec = specAt(object, []);
    if (write === 'create') return findings(spec, FieldPath.of('spec'));
    // The containers of a pod that is there are not looked at again.
    const { ephemeralContainers = [] } = spec;
    return write === 'ephemeralcontainers'
      ? findings({ containers: [], ephemeralContainers }, FieldPath.of('spec'))
      : [];
  }
  const template = podTemplatePaths.get(`${group}/${resource}`);
  if (!template || (write !== 'create' && write !== 'update')) return [];
  const path = template.slice(1).reduce((at, field) => at.child(field), FieldPath.of(template[0]!));
  return findings(specAt(object, template), path.child('spec'));
}

function specAt(object: KubeObject, path: readonly string[]): IPodSpec {
  let found: unknown = object;
  for (const field of [...path, 'spec']) found = isRecord(found) ? found[field] : undefined;
  return (isRecord(found) ? found : {}) as unknown as IPodSpec;
}

function findings(spec: IPodSpec, path: FieldPath): FieldError[] {
  const { initContainers = [], ...others } = spec;
  // In the order of validation, not of start.
  const containers = [others, { containers: [], initContainers }].flatMap((part) =>
    visitContainers(part, path),
  );
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const onHost = containers.some(
    ([{ securityContext }]) => securityContext?.windowsOptions?.hostProcess ?? ofPod,
  );
  return [
    ...containers
      .filter(([{ securityContext }]) => securityContext?.privileged)
      .map(([, at]) => forbidden(at.child('securityContext', 'privileged'), 'disallowed by cluster policy')),
    ...(onHost ? [forbidden(path, 'hostProcess containers are disallowed by cluster policy')] : []),
  ];
}
