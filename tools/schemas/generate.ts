import type {
  GeneratedDescriptions,
  GeneratedField,
  GeneratedSchemas,
  GeneratedType,
} from '../../src/scheme/generated.ts';
import {
  chooseDescription,
  modelAlias,
  readModelDescriptions,
  type TypeDescriptions,
} from './descriptions.ts';
import { type Facts, splitName } from './facts.ts';
import { isWellKnown, typeText } from './field-type.ts';
import { hasModel, type Model, type ModelField, readModel } from './models.ts';

export interface Sources {
  readonly facts: Facts;
  /** The generated models of `@kubernetes/client-node`. */
  readonly modelDirectory: string;
  /** `kubernetes-models` and the machinery package beside it. */
  readonly describedIn: readonly string[];
}

export interface Generated {
  readonly types: GeneratedSchemas['types'];
  readonly descriptions: GeneratedDescriptions;
}

/** Merges packages and facts into the shape and the texts of every type. Throws when they do not fit together. */
export function generate({ facts, modelDirectory, describedIn }: Sources): Generated {
  const classes = classNames(facts.names, modelDirectory);
  const nameOfClass = (className: string) => classes.get(className);
  const models = new Map<string, Model>();
  for (const [className, name] of classes) models.set(name, readModel(modelDirectory, className));
  const described = readModelDescriptions(describedIn);
  const types: Record<string, GeneratedType> = {};
  const descriptions: Record<string, Record<string, string>> = {};
  for (const name of facts.names) {
    const model = models.get(name) ?? { description: undefined, fields: [] };
    types[name] = generatedType(facts, name, model, nameOfClass);
    descriptions[name] = texts(model, described.get(modelAlias(name)));
  }
  return { types, descriptions };
}

/** Class → OpenAPI name, for the types that have a class: values of free form have none. */
function classNames(names: readonly string[], modelDirectory: string): Map<string, string> {
  const classes = new Map<string, string>();
  for (const name of names) {
    const className = candidates(name).find((candidate) => hasModel(modelDirectory, candidate));
    if (className === undefined) continue;
    const other = classes.get(className);
    if (other !== undefined) throw new Error(`${other} and ${name} would both be ${className}`);
    classes.set(className, name);
  }
  return classes;
}

/** `io.k8s.api.core.v1.Pod` → `V1Pod`, or `CoreV1Pod` where the client package needs the group to tell two apart. */
function candidates(name: string): string[] {
  const [pkg, type] = splitName(name);
  const [group, version] = pkg
    .split('.')
    .slice(-2)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return [`${group}${version}${type}`, `${version}${type}`];
}

function generatedType(
  facts: Facts,
  name: string,
  { fields }: Model,
  nameOfClass: (className: string) => string | undefined,
): GeneratedType {
  const required = fields.filter((field) => field.required).map((field) => field.name);
  const generatedField = (field: ModelField): GeneratedField => {
    const special = facts.specialType(name, field.name);
    const pointer = facts.pointers(name).has(field.name) ? '?' : '';
    const always = facts.alwaysPresent(name).has(field.name) ? '!' : '';
    const empty = facts.toldWhenEmpty(name).has(field.name) ? '~' : '';
    const text = `${typeText(field.type, field.format, special, nameOfClass)}${pointer}${always}${empty}`;
    const extra = facts.ofField(name, field.name);
    return Object.keys(extra).length === 0 ? text : [text, extra];
  };
  return {
    ...facts.ofType(name),
    fields: Object.fromEntries(fields.map((field) => [field.name, generatedField(field)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function texts(model: Model, other: TypeDescriptions | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  const add = (key: string, text: string | undefined) => {
    if (text !== undefined) found[key] = text;
  };
  add('', chooseDescription(model.description, other?.type));
  for (const { name, type, description } of model.fields) {
    // The client package says what the type is, where it writes a type in its own way.
    const ours = isWellKnown(type) ? undefined : description;
    const theirs = other && Object.hasOwn(other.fields, name) ? other.fields[name] : undefined;
    add(name, chooseDescription(ours, theirs));
  }
  return found;
}
