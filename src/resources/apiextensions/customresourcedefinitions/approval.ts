import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { specOf } from './types.ts';

const annotation = 'api-approved.kubernetes.io';
const review = 'see https://github.com/kubernetes/enhancements/pull/1111';

type Approval = 'missing' | 'bypassed' | 'approved' | 'invalid';

const isProtected = (group: string) => /(^|\.)(k8s|kubernetes)\.io$/.test(group);

function approvalOf({ metadata }: KubeObject): Approval {
  const text = metadata.annotations?.[annotation] ?? '';
  if (text === '') return 'missing';
  if (text.startsWith('unapproved')) return 'bypassed';
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]+/.test(text) ? 'approved' : 'invalid';
}

/** Groups of the project itself need a word on who approved the API. What an old definition has may stay. */
export function validateApproval(crd: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (!isProtected(specOf(crd).group ?? '')) return [];
  const approval = approvalOf(crd);
  if (old && approvalOf(old) === approval) return [];
  const path = FieldPath.of('metadata', 'annotations').key(annotation);
  const must = `protected groups must have approval annotation ${JSON.stringify(annotation)}`;
  switch (approval) {
    case 'missing':
      return [required(path, `${must}, ${review}`)];
    case 'invalid': {
      const detail = `${must} with either a URL or a reason starting with "unapproved", ${review}`;
      return [invalid(path, crd.metadata.annotations?.[annotation], detail)];
    }
    default:
      return [];
  }
}
