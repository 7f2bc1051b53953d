/*
 * Writes build/schemas.json and build/descriptions.json: the shape of every built-in API type and what is said about
 * it. Shapes and texts come from pinned npm packages, the rest from the tables in src/scheme/facts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readFacts } from './schemas/facts.ts';
import { type Generated, generate } from './schemas/generate.ts';

/** What the pinned packages hold. A difference means that they changed: look at what did, then change these. */
const expectedCounts = { types: 771, fields: 3137, required: 701, descriptions: 3693 };

const root = new URL('../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, root));

function count({ types, descriptions }: Generated): typeof expectedCounts {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    types: Object.keys(types).length,
    fields: sum(Object.values(types).map((type) => Object.keys(type.fields).length)),
    required: sum(Object.values(types).map((type) => type.required?.length ?? 0)),
    descriptions: sum(Object.values(descriptions).map((texts) => Object.keys(texts).length)),
  };
}

const generated = generate({
  facts: readFacts(new URL('src/scheme/facts/', root)),
  modelDirectory: path('node_modules/@kubernetes/client-node/dist/gen/models'),
  describedIn: ['node_modules/kubernetes-models', 'node_modules/@kubernetes-models/apimachinery'].map(path),
});
const counts = count(generated);
if (JSON.stringify(counts) !== JSON.stringify(expectedCounts)) {
  console.error(`schemas: expected ${JSON.stringify(expectedCounts)}, found ${JSON.stringify(counts)}`);
  process.exit(1);
}
mkdirSync(path('build'), { recursive: true });
writeFileSync(path('build/schemas.json'), JSON.stringify({ types: generated.types }));
writeFileSync(path('build/descriptions.json'), JSON.stringify(generated.descriptions));
