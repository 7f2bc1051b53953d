import type { ResourceDefinition } from '../scheme/definition.ts';
import type { RuntimeConfig } from './catalog.ts';

/** Keys that speak of all versions of a stage at once. */
const stages = new Set(['api/all', 'api/ga', 'api/beta', 'api/alpha']);

/**
 * Throws an Error for keys that name nothing this server could serve, with the reference server's messages where it has one
 * (`APIEnablementOptions.Validate`). Reads its definitions before any of them is turned off.
 */
export function checkRuntimeConfig(builtin: readonly ResourceDefinition[], config: RuntimeConfig): void {
  const keys = Object.keys(config);
  if (keys.length === 1 && config['api/all'] === false) {
    throw new Error('runtime-config: invalid key with only api/all=false');
  }
  for (const key of keys) {
    if (!stages.has(key)) checkKey(builtin, key);
  }
}

function checkKey(builtin: readonly ResourceDefinition[], key: string): void {
  const [first = '', version, resource, surplus] = key.split('/');
  if (version === undefined || surplus !== undefined) throw new Error(`runtime-config: invalid key ${key}`);
  const group = first === 'api' ? '' : first;
  const ofGroup = builtin.filter((definition) => definition.group === group);
  if (ofGroup.length === 0) throw new Error(`runtime-config: unknown api groups ${first}`);
  const ofVersion = ofGroup.filter(({ versions }) => versions.some((served) => served.version === version));
  if (ofVersion.length === 0) {
    throw new Error(`runtime-config: group version ${first}/${version} that has not been registered`);
  }
  if (resource !== undefined && !ofVersion.some((definition) => definition.resource === resource)) {
    throw new Error(`runtime-config: ${first}/${version} has no resource ${JSON.stringify(resource)}`);
  }
}
