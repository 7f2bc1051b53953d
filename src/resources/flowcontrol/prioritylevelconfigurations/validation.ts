import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { validateFlowControlStatus } from '../conditions.ts';
import { mandatoryPriorityLevels } from '../priority-levels.ts';
import { validateQueuing } from './queuing.ts';
import { type Limited, type LimitResponse, type PriorityLevelSpec, specOf } from './types.ts';

const path = FieldPath.of('spec');
const preserveZeroAnnotation = 'flowcontrol.k8s.io/preserve-zero-concurrency-shares';

export function validatePriorityLevel(level: KubeObject): FieldError[] {
  const { name = '', annotations = {} } = level.metadata;
  return [
    ...(Object.hasOwn(annotations, preserveZeroAnnotation)
      ? [
          forbidden(
            FieldPath.of('metadata', 'annotations'),
            `annotation '${preserveZeroAnnotation}' is forbidden`,
          ),
        ]
      : []),
    ...validateSpec(specOf(level), name),
    ...validateMandatory(level, name),
    ...validateFlowControlStatus(level),
  ];
}

function validateSpec(spec: PriorityLevelSpec, name: string): FieldError[] {
  const { type = '', limited, exempt } = spec;
  const errors: FieldError[] = [];
  if ((name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalid(path.child('type'), type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  }
  switch (type) {
    case 'Exempt':
      if (limited) errors.push(forbidden(path.child('limited'), 'must be nil if the type is not Limited'));
      if (exempt) {
        const exemptPath = path.child('exempt');
        errors.push(...validateShares(exempt, exemptPath), ...validateLendable(exempt, exemptPath));
      }
      break;
    case 'Limited':
      if (exempt) errors.push(forbidden(path.child('exempt'), 'must be nil if the type is Limited'));
      errors.push(...validateLimited(limited, path.child('limited')));
      break;
    default:
      errors.push(notSupported(path.child('type'), type, ['Exempt', 'Limited']));
  }
  return errors;
}

function validateShares({ nominalConcurrencyShares: shares = 0 }: Limited, path: FieldPath): FieldError[] {
  return shares < 0
    ? [invalid(path.child('nominalConcurrencyShares'), shares, 'must be a non-negative integer')]
    : [];
}

function validateLendable({ lendablePercent: lendable = 0 }: Limited, path: FieldPath): FieldError[] {
  return lendable < 0 || lendable > 100
    ? [invalid(path.child('lendablePercent'), lendable, 'must be between 0 and 100, inclusive')]
    : [];
}

function validateLimited(limited: Limited | undefined, limitedPath: FieldPath): FieldError[] {
  if (!limited) return [required(limitedPath, 'must not be empty when type is Limited')];
  const borrowing = limited.borrowingLimitPercent ?? 0;
  return [
    ...validateShares(limited, limitedPath),
    ...validateLimitResponse(limited.limitResponse ?? {}, limitedPath.child('limitResponse')),
    ...validateLendable(limited, limitedPath),
    ...(borrowing < 0
      ? [
          invalid(
            limitedPath.child('borrowingLimitPercent'),
            borrowing,
            'if specified, must be a non-negative integer',
          ),
        ]
      : []),
  ];
}

function validateLimitResponse({ type = '', queuing }: LimitResponse, responsePath: FieldPath): FieldError[] {
  const queuingPath = responsePath.child('queuing');
  switch (type) {
    case 'Reject':
      return queuing
        ? [forbidden(queuingPath, 'must be nil if limited.limitResponse.type is not Limited')]
        : [];
    case 'Queue':
      return queuing
        ? validateQueuing(queuing, queuingPath)
        : [required(queuingPath, 'must not be empty if limited.limitResponse.type is Limited')];
    default:
      return [notSupported(responsePath.child('type'), type, ['Queue', 'Reject'])];
  }
}

function validateMandatory(level: KubeObject, name: string): FieldError[] {
  const mandatory = mandatoryPriorityLevels().find(({ metadata }) => metadata.name === name);
  if (!mandatory) return [];
  if (name === 'exempt') {
    const { exempt: _free, ...have } = specOf(level);
    const { exempt: _fixed, ...want } = specOf(mandatory);
    const detail = `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`;
    return jsonEqual(have, want) ? [] : [invalid(path, level['spec'], detail)];
  }
  return jsonEqual(level['spec'], mandatory['spec'])
    ? []
    : [invalid(path, level['spec'], `spec of '${name}' must equal the fixed value`)];
}
