import { virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { aesgcm } from '../../src/encryption/ciphers/aesgcm.ts';
import { encryptedKv } from '../../src/encryption/encrypted-kv.ts';
import { parseGroupResource } from '../../src/encryption/resource-pattern.ts';
import { createVault } from '../../src/encryption/vault.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { kvSuite } from '../kv/suite.ts';

const provider = { prefix: 'k8s:enc:aesgcm:v1:k:', cipher: aesgcm(Buffer.alloc(32, 1)) };

/** Everything below `/t/` is sealed; a store with sealed values keeps every rule of stores. */
kvSuite({
  name: 'encrypted memory',
  async withStore(use) {
    const clock = virtualClock();
    const vault = createVault([{ group: '', resource: 'things', prefix: '/t/' }], seededRandom(1));
    vault.use([{ resources: [parseGroupResource('things')], providers: [provider] }]);
    const kv = encryptedKv(createMemoryKv({ clock }), vault);
    const reopen = () => Promise.reject(new Error('a store in memory cannot be opened again'));
    await use({ kv, reopen, passTime: async (ms) => clock.advance(ms) });
    await kv.close();
  },
  exemptions: {
    K14: 'a sealed value is longer than what is sealed, and the largest size is that of the store below',
    K27: 'nothing in memory outlives the process; a fork is the way to keep a state',
  },
});
