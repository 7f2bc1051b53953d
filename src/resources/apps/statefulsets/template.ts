import type { IStatefulSetSpec } from 'kubernetes-models/apps/v1';
import type { IPodTemplateSpec, IVolume } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { validatePodTemplateSpec } from '../../validation/pod-spec.ts';
import { selectorOf } from '../../validation/selectors.ts';
import { validateRunsForever, validateTemplateIsSelected } from '../../validation/workload-template.ts';

/** `checkTemplate` false leaves out the contents of the pods. */
export function validateStatefulTemplate(
  spec: IStatefulSetSpec,
  checkTemplate: boolean,
  path: FieldPath,
): FieldError[] {
  const selector = selectorOf(spec.selector);
  const templatePath = path.child('template');
  const template = templateAsRun(spec);
  return [
    ...(selector
      ? validateTemplateIsSelected(template, selector, templatePath)
      : [invalid(path.child('selector'), spec.selector, '')]),
    ...(selector && checkTemplate ? validatePodTemplateSpec(template, templatePath) : []),
    ...validateRunsForever(template, 'StatefulSet', templatePath),
  ];
}

/** The template with what the controller puts into each pod: a volume per claim, and its own host names. */
function templateAsRun({ template = {}, volumeClaimTemplates = [] }: IStatefulSetSpec): IPodTemplateSpec {
  const { subdomain: _subdomain, hostname: _hostname, ...podSpec } = template.spec ?? { containers: [] };
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  const volumes: IVolume[] = [
    ...[...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...(podSpec.volumes ?? []).filter(({ name }) => !names.has(name)),
  ];
  return { ...template, spec: { ...podSpec, ...(volumes.length > 0 ? { volumes } : {}) } };
}
