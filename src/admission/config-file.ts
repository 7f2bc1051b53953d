import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../apimachinery/clock.ts';
import type { ConfigError } from '../configuration/config-error.ts';
import {
  type ConfigKind,
  configFinding,
  type Place,
  parseConfig,
  parsePlainConfig,
} from '../configuration/parse-config.ts';
import { readText } from '../configuration/read-text.ts';
import { readEventRateLimit } from './event-rate-limit/configuration.ts';
import { readImagePolicy } from './image-policy-webhook/configuration.ts';
import { absentPlugins, builtinPlugins } from './plugins.ts';
import { readPodNodeSelector } from './pod-node-selector/configuration.ts';
import { readPodSecurity } from './pod-security/configuration.ts';
import { readPodTolerationRestriction } from './pod-toleration-restriction/configuration.ts';
import { readResourceQuota } from './resource-quota/configuration.ts';

/** Reads what a file says about one plugin; `place` is where in the file, [] when it says nothing else. */
export type ReadConfiguration = (path: string, text: string, place: Place, clock: Clock) => unknown;

const readers: Readonly<Record<string, ReadConfiguration>> = {
  EventRateLimit: readEventRateLimit,
  ImagePolicyWebhook: readImagePolicy,
  PodNodeSelector: readPodNodeSelector,
  PodSecurity: readPodSecurity,
  PodTolerationRestriction: readPodTolerationRestriction,
  ResourceQuota: readResourceQuota,
};

/** Most plugins in one file. */
const maxPlugins = 100;

interface Entry {
  readonly name: string;
  readonly path?: string | undefined;
  readonly configuration?: unknown;
}

const admissionConfiguration: ConfigKind<{ plugins: Entry[] }> = {
  apiVersions: ['apiserver.config.k8s.io/v1', 'apiserver.k8s.io/v1alpha1'],
  kind: 'AdmissionConfiguration',
  schema: z.strictObject({
    plugins: z
      .array(
        z.strictObject({
          name: z.string(),
          path: z.string().optional(),
          configuration: z.unknown().optional(),
        }),
      )
      .max(maxPlugins, `must have at most ${maxPlugins} items`)
      .default([]),
  }),
};

/** Files from before there was an AdmissionConfiguration say something to one plugin, which their only field names. */
const formerFiles: Readonly<Record<string, string>> = {
  podNodeSelectorPluginConfig: 'PodNodeSelector',
  imagePolicy: 'ImagePolicyWebhook',
};

/**
 * `--admission-control-config-file`: what is said about plugins, by their names. Of several entries for one plugin the first
 * counts. Throws a ConfigError that names file, line and field.
 */
export async function readConfigurations(
  path: string,
  clock: Clock,
): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(path);
  const former = formerPlugin(path, text);
  if (former !== undefined) return { [former]: await readers[former]!(path, text, [], clock) };
  const { plugins } = parseConfig(path, text, admissionConfiguration);
  const found = new Map<string, unknown>();
  for (const [index, entry] of plugins.entries()) {
    if (found.has(entry.name)) continue;
    const read = readerOf(entry, (field, what) => configFinding(path, text, ['plugins', index, field], what));
    if (entry.configuration !== undefined && entry.configuration !== null) {
      found.set(entry.name, await read?.(path, text, ['plugins', index, 'configuration'], clock));
    } else if (entry.path) {
      const itsPath = resolve(dirname(path), entry.path);
      found.set(entry.name, await read?.(itsPath, await readText(itsPath), [], clock));
    } else found.set(entry.name, undefined);
  }
  return Object.fromEntries([...found].filter(([, value]) => value !== undefined));
}

function formerPlugin(path: string, text: string): string | undefined {
  const fields = parsePlainConfig(path, text, z.unknown());
  if (typeof fields !== 'object' || fields === null || Object.hasOwn(fields, 'kind')) return undefined;
  const field = Object.keys(formerFiles).find((name) => Object.hasOwn(fields, name));
  return field === undefined ? undefined : formerFiles[field];
}

/** Undefined for a plugin that is not there yet. */
function readerOf(
  { name, path, configuration }: Entry,
  refuse: (field: string, what: string) => ConfigError,
): ReadConfiguration | undefined {
  if (absentPlugins.includes(name)) return undefined;
  if (!builtinPlugins.some((plugin) => plugin.name === name)) {
    throw refuse('name', `plugin ${JSON.stringify(name)} is unknown`);
  }
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (!read && (path || configuration)) throw refuse('name', `plugin ${name} takes no configuration`);
  return read;
}
