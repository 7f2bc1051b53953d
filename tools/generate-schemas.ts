/*
 * Writes build/schemas.json and build/descriptions.json: the shape of every built-in API type and what is said about
 * it. Shapes and texts come from two pinned npm packages, the rest from the tables in src/scheme/facts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GeneratedField, GeneratedType } from '../src/scheme/generated.ts';
import { chooseDescription, modelAlias, readModelDescriptions } from './schemas/descriptions.ts';
import { type Facts, readFacts, splitName } from './schemas/facts.ts';
import { typeText } from './schemas/field-type.ts';
import { hasModel, type Model, type ModelField, readModel } from './schemas/models.ts';

/** What the pinned packages hold. A difference means that they changed: look at what did, then change these. */
const expectedCounts = { types: 771, fields: 3137, required: 701, descriptions: 3697 };

const root = new URL('../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, root));
const modelDirectory = path('node_modules/@kubernetes/client-node/dist/gen/models');
const describedIn = ['node_modules/kubernetes-models', 'node_modules/@kubernetes-models/apimachinery'].map(
  path,
);

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `io.k8s.api.core.v1.Pod` → `V1Pod`, or `CoreV1Pod` where the client package needs the group to tell two apart. */
function classNameOf(name: string): string | undefined {
  const [pkg, type] = splitName(name);
  const [group, version] = pkg.split('.').slice(-2).map(capitalized);
  return [`${group}${version}${type}`, `${version}${type}`].find((candidate) =>
    hasModel(modelDirectory, candidate),
  );
}

function generatedField(facts: Facts, name: string, field: ModelField, nameOfClass: Map<string, string>) {
  const special = facts.specialType(name, field.name);
  const pointer = facts.pointers(name).has(field.name) ? '?' : '';
  const always = facts.alwaysPresent(name).has(field.name) ? '!' : '';
  const text = `${typeText(field.type, field.format, special && fullSpecial(facts, special), (c) => nameOfClass.get(c))}${pointer}${always}`;
  const extra = facts.ofField(name, field.name);
  return (Object.keys(extra).length === 0 ? text : [text, extra]) satisfies GeneratedField;
}

/** `[]JSON` → `[]io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON` */
function fullSpecial(facts: Facts, special: string): string {
  const [, brackets, type] = /^((?:\[\]|\{\})*)(.*)$/.exec(special)!;
  const name = facts.names.find((candidate) => splitName(candidate)[1] === type);
  if (!name) throw new Error(`no type is called ${type}`);
  return `${brackets}${name}`;
}

function generate(facts: Facts) {
  const classNames = new Map(facts.names.map((name) => [name, classNameOf(name)]));
  const nameOfClass = new Map<string, string>();
  for (const [name, className] of classNames) {
    if (className === undefined) continue;
    const other = nameOfClass.get(className);
    if (other) throw new Error(`${other} and ${name} would both be ${className}`);
    nameOfClass.set(className, name);
  }
  const described = readModelDescriptions(describedIn);
  const types: Record<string, GeneratedType> = {};
  const descriptions: Record<string, Record<string, string>> = {};
  for (const [name, className] of classNames) {
    const model: Model = className
      ? readModel(modelDirectory, className)
      : { description: undefined, fields: [] };
    const required = model.fields.filter((field) => field.required).map((field) => field.name);
    types[name] = {
      ...facts.ofType(name),
      fields: Object.fromEntries(
        model.fields.map((field) => [field.name, generatedField(facts, name, field, nameOfClass)]),
      ),
      ...(required.length > 0 ? { required } : {}),
    };
    const other = described.get(modelAlias(name));
    const texts: Record<string, string> = {};
    const type = chooseDescription(model.description, other?.type);
    if (type !== undefined) texts[''] = type;
    for (const field of model.fields) {
      const text = chooseDescription(field.description, other?.fields[field.name]);
      if (text !== undefined) texts[field.name] = text;
    }
    descriptions[name] = texts;
  }
  return { types, descriptions };
}

function count({ types, descriptions }: ReturnType<typeof generate>) {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    types: Object.keys(types).length,
    fields: sum(Object.values(types).map((type) => Object.keys(type.fields).length)),
    required: sum(Object.values(types).map((type) => type.required?.length ?? 0)),
    descriptions: sum(Object.values(descriptions).map((texts) => Object.keys(texts).length)),
  };
}

const generated = generate(readFacts(new URL('src/scheme/facts/', root)));
const counts = count(generated);
if (JSON.stringify(counts) !== JSON.stringify(expectedCounts)) {
  console.error(`schemas: expected ${JSON.stringify(expectedCounts)}, found ${JSON.stringify(counts)}`);
  process.exit(1);
}
mkdirSync(path('build'), { recursive: true });
writeFileSync(path('build/schemas.json'), JSON.stringify({ types: generated.types }));
writeFileSync(path('build/descriptions.json'), JSON.stringify(generated.descriptions));
