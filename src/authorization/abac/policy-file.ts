import { z } from 'zod';
import { configError } from '../../configuration/config-error.ts';

/** Most policies in one file. Every request looks at all of them. */
export const maxPolicies = 10_000;

const apiVersion = 'abac.authorization.kubernetes.io/v1beta1';
const allAuthenticated = 'system:authenticated';

/** `abac.authorization.kubernetes.io/v1beta1` PolicySpec; what is left out is ''. */
export interface AbacPolicy {
  readonly user: string;
  readonly group: string;
  readonly readonly: boolean;
  readonly apiGroup: string;
  readonly resource: string;
  readonly namespace: string;
  readonly nonResourcePath: string;
}

const text = z.string().default('');

const line = z.strictObject({
  apiVersion: z.literal(apiVersion, { error: `must be ${apiVersion}` }),
  kind: z.literal('Policy', { error: 'must be Policy' }),
  spec: z.strictObject({
    user: text,
    group: text,
    readonly: z.boolean().default(false),
    apiGroup: text,
    resource: text,
    namespace: text,
    nonResourcePath: text,
  }),
});

/** Reads a policy file: one JSON object a line, empty lines and lines that start with `#` aside. Throws a ConfigError. */
export function parsePolicyFile(path: string, content: string): readonly AbacPolicy[] {
  const policies = content.split('\n').flatMap((raw, at) => {
    const trimmed = raw.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : [parseLine(path, trimmed, at + 1)];
  });
  if (policies.length > maxPolicies) throw configError(path, `holds more than ${maxPolicies} policies`);
  return policies;
}

function parseLine(path: string, raw: string, lineNumber: number): AbacPolicy {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    throw configError(path, 'is not a JSON object', { line: lineNumber });
  }
  const result = line.safeParse(value, { reportInput: true });
  if (!result.success) {
    const [issue] = result.error.issues;
    throw configError(path, messageOf(issue!), { line: lineNumber, field: fieldOf(issue!) });
  }
  const { spec } = result.data;
  // A star is everybody whom the server knows.
  const everybody = spec.user === '*' || spec.group === '*';
  return everybody ? { ...spec, user: '', group: allAuthenticated } : spec;
}

const fieldOf = (issue: z.core.$ZodIssue): string =>
  [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.');

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'unknown field';
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.input === undefined ? 'Required value' : `must be ${issue.expected}`;
}
