import { z } from 'zod';
import { configFinding, parsePlainConfig } from '../configuration/parse-config.ts';

/** Largest number of clusters, users and contexts in one file, each. */
export const maxKubeconfigEntries = 100;

const entries = <T extends z.ZodType>(entry: T) => z.array(entry).max(maxKubeconfigEntries).default([]);
const ignored = z.unknown().optional();

const cluster = z.strictObject({
  server: z.string(),
  'tls-server-name': z.string().default(''),
  'insecure-skip-tls-verify': z.boolean().default(false),
  'certificate-authority': z.string().default(''),
  'certificate-authority-data': z.string().default(''),
  'proxy-url': ignored,
  'disable-compression': ignored,
  extensions: ignored,
});

const user = z.strictObject({
  'client-certificate': z.string().default(''),
  'client-certificate-data': z.string().default(''),
  'client-key': z.string().default(''),
  'client-key-data': z.string().default(''),
  token: z.string().default(''),
  tokenFile: z.string().default(''),
  username: z.string().default(''),
  password: z.string().default(''),
  as: ignored,
  'as-uid': ignored,
  'as-groups': ignored,
  'as-user-extra': ignored,
  'auth-provider': ignored,
  exec: ignored,
  extensions: ignored,
});

const context = z.strictObject({
  cluster: z.string(),
  user: z.string().default(''),
  namespace: ignored,
  extensions: ignored,
});

const kubeconfig = z.strictObject({
  apiVersion: z.literal('v1', { error: 'must be v1' }).optional(),
  kind: z.literal('Config', { error: 'must be Config' }).optional(),
  preferences: ignored,
  extensions: ignored,
  'current-context': z.string().default(''),
  clusters: entries(z.strictObject({ name: z.string(), cluster })),
  users: entries(z.strictObject({ name: z.string(), user })),
  contexts: entries(z.strictObject({ name: z.string(), context })),
});

export type KubeconfigCluster = z.infer<typeof cluster>;
export type KubeconfigUser = z.infer<typeof user>;

/** What the current context of a kubeconfig means; fields as they are written in the file. */
export interface CurrentContext {
  readonly cluster: KubeconfigCluster;
  /** Undefined when the context names none. */
  readonly user: KubeconfigUser | undefined;
  /** The error of a field of the cluster or the user. */
  finding(of: 'cluster' | 'user', field: string, what: string): Error;
}

/** What a webhook's kubeconfig may not ask for: each would change where requests go or who they are from. */
const refused = {
  cluster: ['proxy-url'],
  user: ['as', 'as-uid', 'as-groups', 'as-user-extra', 'auth-provider', 'exec'],
} as const;

/** Reads a file in the format of a kubeconfig. Throws a ConfigError that names file, line and field. */
export function parseKubeconfig(path: string, text: string): CurrentContext {
  const file = parsePlainConfig(path, text, kubeconfig);
  const wrong = (place: readonly PropertyKey[], what: string) => configFinding(path, text, place, what);
  const wanted = file['current-context'];
  if (wanted === '') throw wrong(['current-context'], 'Required value');
  const contextAt = file.contexts.findIndex(({ name }) => name === wanted);
  if (contextAt < 0) throw wrong(['current-context'], `there is no context ${JSON.stringify(wanted)}`);
  const { context } = file.contexts[contextAt]!;
  const clusterAt = file.clusters.findIndex(({ name }) => name === context.cluster);
  const userAt = file.users.findIndex(({ name }) => name === context.user);
  const inContext = (field: string) => ['contexts', contextAt, 'context', field];
  if (clusterAt < 0) {
    throw wrong(inContext('cluster'), `there is no cluster ${JSON.stringify(context.cluster)}`);
  }
  if (userAt < 0 && context.user !== '') {
    throw wrong(inContext('user'), `there is no user ${JSON.stringify(context.user)}`);
  }
  const found: CurrentContext = {
    cluster: file.clusters[clusterAt]!.cluster,
    user: file.users[userAt]?.user,
    finding: (of, field, what) =>
      wrong(of === 'cluster' ? ['clusters', clusterAt, of, field] : ['users', userAt, of, field], what),
  };
  refuse(found);
  return found;
}

function refuse({ cluster, user, finding }: CurrentContext): void {
  for (const field of refused.cluster) {
    if (cluster[field] !== undefined) throw finding('cluster', field, 'is not supported');
  }
  for (const field of refused.user) {
    if (user?.[field] !== undefined) throw finding('user', field, 'is not supported');
  }
}
