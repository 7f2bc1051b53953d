import type { Random } from '../apimachinery/random.ts';
import type { Reloads } from '../configuration/reloads.ts';
import type { Kv } from '../kv/types.ts';
import { type EncryptedKv, encryptedKv } from './encrypted-kv.ts';
import type { EncryptionOptions } from './options.ts';
import type { Place } from './vault.ts';

/** Reads the file that the options name. Throws a ConfigError when it is not good. */
export async function checkEncryption({ configFile }: EncryptionOptions): Promise<void> {
  if (configFile === '') return;
  const [{ parseEncryption }, { readText }] = await Promise.all([
    import('./config.ts'),
    import('../configuration/read-text.ts'),
  ]);
  parseEncryption(configFile, await readText(configFile));
}

/**
 * The store with its values encrypted as the options say; undefined when they say nothing. `places` are all resources. Throws a
 * ConfigError.
 */
export async function createEncryption(
  kv: Kv,
  { configFile, reloads: isFollowed }: EncryptionOptions,
  places: readonly Place[],
  tools: { readonly random: Random; readonly reloads: Reloads },
): Promise<EncryptedKv | undefined> {
  if (configFile === '') return undefined;
  const [{ parseEncryption }, { createVault }, { readText }] = await Promise.all([
    import('./config.ts'),
    import('./vault.ts'),
    import('../configuration/read-text.ts'),
  ]);
  const vault = createVault(places, tools.random);
  const parse = (text: string) => parseEncryption(configFile, text);
  if (isFollowed) await tools.reloads.follow('encryption-provider-config', configFile, parse, vault.use);
  else vault.use(parse(await readText(configFile)));
  return encryptedKv(kv, vault);
}
