import { cryptoRandom } from '../apimachinery/random.ts';
import { readText } from '../configuration/read-text.ts';
import { parseEncryption } from '../encryption/config.ts';
import { createVault, type Vault } from '../encryption/vault.ts';
import { builtinResources } from '../resources/index.ts';
import { type KeyLayout, resourcePrefix } from '../storage/keys.ts';

/** What a file for --encryption-provider-config opens and seals values with. Throws a ConfigError. */
export async function vaultFrom(file: string, layout: KeyLayout): Promise<Vault> {
  const places = builtinResources.map((definition) => ({
    group: definition.group,
    resource: definition.resource,
    prefix: resourcePrefix(layout, definition),
  }));
  const vault = createVault(places, cryptoRandom);
  vault.use(parseEncryption(file, await readText(file)));
  return vault;
}
