import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { nameIsDNSSubdomain } from '../../../apimachinery/names.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { invalidFor } from '../../validation/values.ts';
import { validateFlowControlStatus } from '../conditions.ts';
import { mandatoryFlowSchemas } from '../flow-schemas.ts';
import { type FlowRule, validateRule } from './rules.ts';

interface FlowSchemaSpec {
  priorityLevelConfiguration?: { name?: string };
  matchingPrecedence?: number;
  distinguisherMethod?: { type?: string };
  rules?: FlowRule[];
}

const maxMatchingPrecedence = 10_000;
const distinguishers = ['ByNamespace', 'ByUser'];
const path = FieldPath.of('spec');

export function validateFlowSchema(schema: KubeObject): FieldError[] {
  const spec = readStruct<FlowSchemaSpec>(schema, 'spec');
  const { name = '' } = schema.metadata;
  return [
    ...validatePrecedence(spec.matchingPrecedence ?? 0, name),
    ...validateDistinguisher(spec.distinguisherMethod),
    ...validateReference(spec.priorityLevelConfiguration?.name ?? ''),
    ...(spec.rules ?? []).flatMap((rule, i) => validateRule(rule, path.child('rules').index(i))),
    ...validateMandatory(schema, name),
    ...validateFlowControlStatus(schema),
  ];
}

function validatePrecedence(precedence: number, name: string): FieldError[] {
  const problem = (detail: string) => [invalid(path.child('matchingPrecedence'), precedence, detail)];
  if (precedence <= 0) return problem('must be a positive value');
  if (precedence > maxMatchingPrecedence) return problem(`must not be greater than ${maxMatchingPrecedence}`);
  if (precedence === 1 && name !== 'exempt') {
    return problem("only the schema named 'exempt' may have matchingPrecedence 1");
  }
  return [];
}

function validateDistinguisher(method: { type?: string } | undefined): FieldError[] {
  if (!method || distinguishers.includes(method.type ?? '')) return [];
  return [
    notSupported(path.child('distinguisherMethod', 'type'), { Type: method.type ?? '' }, distinguishers),
  ];
}

function validateReference(name: string): FieldError[] {
  const namePath = path.child('priorityLevelConfiguration', 'name');
  return name === ''
    ? [required(namePath, 'must reference a priority level')]
    : invalidFor(nameIsDNSSubdomain(name, false), name, namePath);
}

function validateMandatory(schema: KubeObject, name: string): FieldError[] {
  const mandatory = mandatoryFlowSchemas().find(({ metadata }) => metadata.name === name);
  return !mandatory || jsonEqual(mandatory['spec'], schema['spec'])
    ? []
    : [invalid(path, schema['spec'], `spec of '${name}' must equal the fixed value`)];
}
