/*
 * Time and chance are arguments: a cluster with a virtual clock and a seed does the same thing every time, down to
 * generated names, uids and time stamps.
 */
import { createCluster, seededRandom, virtualClock } from 'binnacle';

async function story(): Promise<string> {
  const clock = virtualClock(Date.parse('2030-01-01T00:00:00Z'));
  await using cluster = await createCluster({ clock, random: seededRandom(7) });
  const answer = await cluster.fetch('https://cluster/api/v1/namespaces/default/configmaps', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ metadata: { generateName: 'settings-' } }),
  });
  return answer.text();
}

const [first, second] = [await story(), await story()];
console.log(first);
console.log(first === second ? 'and again, byte for byte' : `but then ${second}`);
